// From the tree of a query to its plan: names, types, overloads, sugar.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "compiler/plan/plan.h"
#include "compiler/plan/schema_source.h"
#include "compiler/plan/time_scope.h"
#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"
#include "runtime/function/library.h"

namespace vedette {

struct RequestProperties;
namespace binding {
class FunctionSource;
}

/// What a query may refer to. Everything outlives the call of `bind`.
struct BindEnvironment {
  const Library& library;
  /// Asked in order for tables; the first that knows one wins.
  std::vector<const plan::SchemaSource*> schemas = {};
  Datetime now = {};  // the query's clock; of plan::any_time ticks: the plan holds at any time
  std::map<std::string, std::string> parameters = {};  // of declare query_parameters, as text
  std::map<std::string, plan::TableColumns> watchlists = {};  // further columns, by alias
  plan::TimeScope scope = {};  // of stored tables; `set query_datetimescope_...` goes first
  /// Columns that a later schema declares for a table, and that the first one lacks, are null
  /// instead of unknown.
  bool complete_tables = false;
  std::string database_name = "memory";                // of current_database()
  const binding::FunctionSource* functions = nullptr;  // stored ones; may be absent
  RequestProperties* properties = nullptr;             // takes what `set` says
  bool allow_local_files = true;                       // may externaldata name local paths?
  /// Runs a bound plan at once, for columns that depend on rows (pivot, bag_unpack) and for
  /// arguments that must be constants; not set when only columns are asked for. May throw
  /// QueryError.
  std::function<WholeTable(const plan::Node&)> evaluate = {};
  /// Only the columns of the results are wanted: what can be bound but not yet run is no error.
  bool check_only = false;
};

/// Thrown by `bind` at plan::any_time when the plan itself depends on the clock.
struct NeedsTime : std::exception {
  const char* what() const noexcept override { return "the plan depends on the time"; }
};

/// Binds a query that parsed without errors. What is wrong with it goes to `diagnostics`, codes
/// KQL0100 and up, several per query; with errors the plan is incomplete and must not be run, but
/// outputs still carry the columns that are known.
plan::QueryPlan bind(const ast::Query& query, const BindEnvironment& environment,
                     Diagnostics& diagnostics);

}  // namespace vedette
