// One record a plugin of `evaluate`: how it is called, how it is bound, how it is documented.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "compiler/bind/operators.h"

namespace vedette {

namespace binding {
struct PluginCall;
}

/// An argument of a plugin.
struct PluginParameter {
  enum Kind {
    Scalar,        // an expression over the rows
    Constant,      // known before the first row is read
    Literal,       // written out
    Column,        // the name of a column
    LookupColumn,  // the name of a column of the table that is another argument
    BothColumn,    // the name of a column of both tables
    Aggregate,     // a call of an aggregate
    Tabular,       // a table
    TypeLiteral,   // typeof(...)
  };
  std::string_view name;
  std::string_view meaning;
  Kind kind = Scalar;
  Types types = any_type;
  std::string_view wanted = {};  // these types in words: "a number"
  bool optional = false;
  bool repeats = false;
  bool tilde = false;  // '~' stands for the default
};

/// All there is to know about one plugin.
struct Plugin {
  std::string_view name;
  std::string_view syntax;
  std::string_view summary;
  std::vector<PluginParameter> parameters = {};
  std::vector<OperatorExample> examples = {};
  std::string_view difference = {};  // from Kusto, if any
  binding::Table (*bind)(binding::PluginCall& call) = nullptr;
  /// Which parameter an argument is for, when counting does not tell: nothing for "as counted".
  std::optional<size_t> (*parameter_of)(const binding::PluginCall& call, size_t argument) = nullptr;
  bool hidden = false;
};

/// All plugins, in alphabetical order.
std::span<const Plugin> plugins();
/// nullptr when there is none.
const Plugin* find_plugin(std::string_view name);

namespace binding {

/// A call of a plugin with its arguments bound.
struct PluginCall {
  struct Argument {
    const ast::NamedExpression* source;
    size_t parameter;
    Bound bound;
    bool tilde = false;  // the default, asked for with '~'
  };

  QueryBinder& binder;
  const Plugin& plugin;
  const ast::Call& call;
  const ast::RowSchema* schema;  // what the query says of the result, or nullptr
  Table input;
  Span span;
  std::vector<Argument> arguments = {};
  std::optional<Table> table = {};  // a tabular argument
  QueryBinder::AggregateCalls aggregates = {};
  bool broken = false;  // something was wrong, and told

  /// The arguments for a parameter; defaults asked for with '~' are none.
  std::vector<const Bound*> all(std::string_view parameter) const;
  /// The first of them, or nullptr.
  const Bound* find(std::string_view parameter) const;
  /// The value of a constant argument, in the parameter's own type; nothing when it was left out.
  std::optional<Value> constant(std::string_view parameter);
  /// The same as a certain type.
  std::optional<double> real(std::string_view parameter);
  std::optional<int64_t> integer(std::string_view parameter);
  bool flag(std::string_view parameter);

  plan::Column fresh(std::string name, Type type) const {
    return binder.fresh(std::move(name), type);
  }
  /// Adds the columns given for a parameter.
  void add_columns(plan::Schema& output, std::string_view parameter) const;

  /// The input through a table function that reads `arguments` of it.
  Table apply(std::vector<plan::Expression> arguments,
              std::shared_ptr<const TableFunction> function, plan::Schema output);
  /// A table that cannot be known before the query runs, or at all after an error.
  Table empty(plan::Schema columns, bool open = false);
  void error(std::string_view code, Span at, std::string message);
};

// The families of records.
std::vector<Plugin> shape_plugins();     // bag_unpack, narrow, pivot ...
std::vector<Plugin> pattern_plugins();   // autocluster, basket, diffpatterns
std::vector<Plugin> lookup_plugins();    // ipv4_lookup, geo_polygon_lookup ...
std::vector<Plugin> activity_plugins();  // activity_metrics, sliding_window_counts ...
std::vector<Plugin> sequence_plugins();  // sequence_detect, funnel_sequence, rows_near ...
std::vector<Plugin> service_plugins();   // those that need what is not here

/// Columns of the input as expressions.
std::vector<plan::Expression> expressions_of(const plan::Schema& columns, Span span);
/// The same columns under new ids.
plan::Schema renewed(QueryBinder& binder, const plan::Schema& columns);

// Binding; each has its record in one of the families.
Table bind_bag_unpack(PluginCall& call);
Table bind_pivot(PluginCall& call);

}  // namespace binding
}  // namespace vedette
