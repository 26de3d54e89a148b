// The binder at work: its state, and what the parts of the binder offer to each other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/bind/binder.h"
#include "compiler/bind/bound.h"
#include "compiler/bind/projection.h"
#include "compiler/bind/scope.h"

namespace vedette::binding {

class PatternScope;

/// Sets a variable for as long as it lives.
template <typename T> class Temporarily {
 public:
  Temporarily(T& variable, T value) : variable_(variable), old_(std::move(variable)) {
    variable_ = std::move(value);
  }
  ~Temporarily() { variable_ = std::move(old_); }
  Temporarily(const Temporarily&) = delete;
  Temporarily& operator=(const Temporarily&) = delete;

 private:
  T& variable_;
  T old_;
};

/// Which names and functions may stand here.
enum class Place { Rows, Aggregates };

/// How a list of expressions becomes columns.
enum class Style { Project, Extend, Print, Replace, Summarize };

/// An option that an operator knows, and what it may be set to.
struct ParameterRule {
  enum Takes { Word, Bool, Integer, Text, Name, Anything };
  std::string_view name;
  Takes takes = Anything;
  std::vector<std::string_view> choices = {};
  std::string_view alias = {};
};

/// The hidden column that `ingestion_time()` reads.
constexpr std::string_view ingestion_time_column = "$IngestionTime";

/// Makes a column of the time of ingestion under an id of its own.
using FreshColumn = std::function<plan::Column()>;

/// Adds it, as `column`, to the stored tables below `node`, and passes it up through steps that keep
/// rows as they are. Answers false when there is no such table.
bool add_ingestion_time(plan::Node& node, const plan::Column& column, const FreshColumn& fresh);

/// The type error: fits anything silently.
Bound failed(Span span);
/// Does a name match a pattern with `*`?
bool matches(std::string_view pattern, std::string_view name);
Value dynamic_of(const Value& value);
Value dynamic_array_of(std::span<const Value> values);
std::optional<Value> negated_constant(const Value& value);
/// What a search term with its wildcards means: an operator and what stands on its right.
struct SearchTerm {
  std::string op;
  std::string text;
};
SearchTerm search_term_of(std::string_view text, bool cased);
std::optional<std::string> result_name(ColumnName rule, std::string_view function,
                                       std::string_view prefix,
                                       const std::vector<Bound>& arguments);

/// What `step.column` means in a scan: the columns that the state of a step holds.
struct StepState {
  std::string name;
  plan::Schema columns;
};

class QueryBinder {
 public:
  using Result = std::variant<Bound, Table>;
  using AggregateCalls = std::vector<plan::AggregateCall>;
  using WindowSteps = std::vector<std::vector<plan::Window::Call>>;

  QueryBinder(const BindEnvironment& environment, Diagnostics& diagnostics);
  plan::QueryPlan run(const ast::Query& query);

  // ---- What is wrong (diagnose.cpp) ---------------------------------------------------------

  void error(std::string_view code, Span span, std::string message, std::string suggestion = {});
  void unsupported(Span span, std::string message);
  /// Unsupported when the query is to be run; silent when only its columns are asked for.
  void cannot_run_yet(Span span, std::string message);
  /// Unsupported, for good: it needs a service that is not here. Silent as `cannot_run_yet` is.
  void needs_service(Span span, std::string message, std::string suggestion);
  std::string suggest_column(std::string_view name) const;
  std::string suggest_table(std::string_view name) const;
  std::string suggest_function(std::string_view name) const;

  // ---- Scalars (bind_expression.cpp, bind_operator.cpp, bind_literal.cpp) -------------------

  /// Any scalar expression; `*` and typeof() too, which callers allow or reject.
  Bound bind(const ast::Expression& expression);
  /// A scalar of exactly this type.
  Bound bind_exactly(const ast::Expression& expression, Type type);
  Bound bind_column(const plan::Column& column, Span span);
  /// The predicate of search and find: a term on its own is looked for in all columns.
  Bound bind_search_term(const ast::Expression& expression);
  /// Runs `work` with its errors forgotten: they were told before.
  Bound bind_quietly(const std::function<Bound()>& work);
  Bound search_all_columns(std::string_view op, Bound right, Span span, Span operator_span);
  Bound compare(std::string_view op, Bound left, Bound right, Span span, Span operator_span);
  plan::Expression all_of(std::vector<plan::Expression> conditions);
  plan::Expression any_of(std::vector<plan::Expression> conditions);
  plan::Expression negation(plan::Expression condition);
  /// The first column's values as an array.
  plan::Expression first_column(Table table, Span span);
  Type type_of(const ast::Name& name);

  // ---- Calls (bind_call.cpp, bind_aggregate.cpp, resolve_call.cpp) --------------------------

  Bound bind_call(const ast::Call& call, Span span);
  Bound bind_builtin(const ScalarFunction& function, std::vector<Bound> arguments, Span name_span,
                     Span span);
  std::vector<Bound> bind_arguments(const ast::Call& call);
  /// Calls a record of the library; arguments are converted as it needs. `wanted` is the type of
  /// the answer where there is no such record.
  plan::Expression call(std::string_view name, std::vector<plan::Expression> arguments, Span span,
                        Type wanted);
  plan::Expression convert(plan::Expression expression, Type type);
  /// An aggregate without checks, as sugar needs it. `name` names its column.
  plan::AggregateCall aggregate_call(std::string_view function,
                                     std::vector<plan::Expression> arguments, std::string name,
                                     Span span);
  bool check_argument_count(std::string_view name, size_t count, size_t least, size_t most,
                            Span span);
  Result call_function(const UserFunction& function, const ast::Call* call, std::string_view name,
                       Span span, Table* piped);

  // ---- Tables (bind_table.cpp, bind_table_call.cpp) -----------------------------------------

  /// A pipe without source that the binder itself writes as KQL, applied to `input`; or a whole
  /// query when there is none.
  Table bind_own_text(const std::string& text, std::optional<Table> input);
  /// The text of a stored table, or of a table of these columns without rows.
  std::string stored_or_empty(const std::string& table, const plan::TableColumns& columns) const;
  Table watchlist_aliases(Span span);
  void warn_of_missing_watchlist(const std::string& alias, Span span);
  Table invoke_service_function(const std::string& name, const ast::Call* call, Table input,
                                Span span);
  /// Does this expression give a table?
  bool is_tabular(const ast::Expression& expression);
  Table bind_table(const ast::Expression& expression);
  /// A pipe, going on from `input` when it has no source of its own.
  Table bind_pipe(const ast::Pipe& pipe, std::optional<Table> input, Span span);
  /// The query in the parentheses of mv-apply, partition, fork: goes on from `input`.
  Table bind_subquery(const ast::Expression& subquery, Table input);
  /// The statements in the parentheses of macro-expand; the first expression is their answer.
  Table bind_statements(const std::vector<ast::Statement>& statements, Span span);
  /// What stands for the entity of a macro-expand where a path begins with its name; else the
  /// expression itself.
  const ast::Expression& behind_entity(const ast::Expression& expression);
  Table take_input(std::optional<Table>& input, const ast::Step& step);
  /// `set best_effort`: all unions leave out what does not exist.
  bool best_effort() const { return best_effort_; }
  void must_be_first(const std::optional<Table>& input, const ast::Step& step);
  Table bind_table_name(const ast::Name& name);
  std::vector<std::string> tables_like(std::string_view pattern) const;
  /// Does a path lead to a database that is not the one that is open?
  bool names_other_database(const ast::Expression& object);
  std::vector<std::string> all_tables() const;
  std::vector<std::string> views() const;
  /// No rows; the columns are not known, so that any name may be one.
  Table unknown_table(Span span);
  /// A graph without nodes, of which nothing is known.
  Table unknown_graph(Span span);
  Table empty_table(plan::Schema columns, Span span, bool open = false);
  Table one_row(Span span);
  /// The same rows under fresh column ids.
  Table copy(const Table& table);
  /// Runs once however often it is used.
  Table share(Table table, Span span);
  plan::Schema columns_of(const ast::RowSchema& schema);
  /// The rows of a table, now, for what depends on them; none when they cannot be known: only
  /// columns are asked for, a function is being declared, or something before was wrong.
  std::optional<WholeTable> rows_now(const Table& table);

  // ---- Stored functions (stored_functions.cpp) ----------------------------------------------

  /// The declaration a name refers to: in the query, or a stored function; nullptr otherwise.
  const Scope* find_declared(std::string_view name);

  // ---- Columns (columns.cpp, column_names.cpp) ----------------------------------------------

  plan::Column fresh(std::string name, Type type) { return {next_id_++, std::move(name), type}; }
  /// How a column is added to a projection.
  struct Adding {
    Style style = Style::Project;
    std::string unnamed = {};       // the name of what has none
    bool do_not_repeat = false;     // a later `*` leaves this column out
    std::optional<Type> type = {};  // instead of the expression's
  };
  void add_to(Projection& projection, const ast::NamedExpression& expression, Bound bound,
              const Adding& how);
  void add_all(Projection& projection, const plan::Schema& columns, bool do_not_repeat = true);
  void declare_column(Projection& projection, Projection::Item item, Span span,
                      Projection::Existing existing);
  Projection::Item pass(const plan::Column& column, Span span = {});
  /// The input's rows with the columns of a projection.
  Table project(Table input, Projection& projection, Span span);
  /// The input's rows with some of its columns.
  Table keep_columns(Table input, const plan::Schema& columns, Span span);
  std::string default_column_name(bool sees_rows);
  /// Runs `work` with window functions allowed; puts their steps on `input`.
  void with_windows(Table& input, const std::function<void()>& work);

  // ---- Checks (checks.cpp) ------------------------------------------------------------------

  bool check_scalar(const Bound& bound);
  bool check_type(const Bound& bound, Type type, bool or_promotable = false);
  bool check_types(const Bound& bound, Types types, std::string_view wanted);
  bool check_not_dynamic(const Bound& bound);
  bool check_column(const Bound& bound);
  void check_parameters(const ast::Parameters& parameters,
                        std::initializer_list<ParameterRule> rules);
  /// `kind=x`: the word, or the default.
  static std::string word_of(const ast::Parameters& parameters, std::string_view name,
                             std::string_view otherwise = {});
  std::optional<int64_t> constant_integer(const ast::Expression& expression);
  std::optional<Value> constant_value(const plan::Expression& expression) const;
  /// The value of an expression that reads no rows, computed now if it must be: toscalar(T).
  std::optional<Value> value_now(const plan::Expression& expression);

  // ---- State --------------------------------------------------------------------------------

  BindEnvironment environment;
  ScopePtr scope;
  std::optional<RowScope> rows;
  std::optional<RowScope> right_rows;             // of a join's condition
  PatternScope* pattern = nullptr;                // in the where and project of a graph pattern
  const std::vector<StepState>* steps = nullptr;  // of a scan
  Place place = Place::Rows;
  bool fuzzy = false;                    // inside union isfuzzy=true: missing tables are no error
  bool searching = false;                // inside the predicate of search or find
  bool searching_cased = false;          // search kind=case_sensitive
  AggregateCalls* aggregates = nullptr;  // where aggregates go that are met
  std::vector<plan::ColumnId> by_columns = {};  // input columns that summarize groups by

 private:
  // Statements (binder.cpp).
  void bind_statement(const ast::Statement& statement, bool outermost);
  void bind_let(const ast::Let& let, bool outermost);
  void bind_set(const ast::Set& set);
  void bind_query_parameters(const ast::DeclareQueryParameters& declaration);
  void bind_result(const ast::Expression& expression);
  bool is_bare_name(const ast::Expression& expression);
  void add_output(Table table, Span span);

  // Scalars.
  Bound bind_literal(const ast::Literal& literal, Span span);
  Bound bind_dynamic(const ast::DynamicLiteral& literal, Span span);
  Bound bind_type_literal(const ast::TypeOf& node, Span span);
  Bound bind_name(const ast::Name& name);
  Bound bind_declared(const Scope& declared, const ast::Name& name);
  Bound bind_unary(const ast::Unary& unary, Span span);
  Bound bind_binary(const ast::Binary& binary, Span span);
  Bound bind_logical(const ast::Logical& logical, Span span);
  Bound bind_between(const ast::Between& between, Span span);
  Bound bind_in_list(const ast::InList& in, Span span);
  Bound in_table(std::string_view name, Bound value, const ast::Expression& expression, Span span);
  std::vector<Bound> bind_list(const ast::Expressions& expressions);
  Bound bind_member(const ast::Member& member, Span span);
  std::optional<Bound> bind_step_column(const ast::Member& member, Span span);
  Bound bind_element(const ast::Element& element, Span span);
  Bound bind_table_as_scalar(const ast::Expression& expression);
  Bound bind_search_star(Bound star);
  Bound scalar_of_text(const std::string& text, Type type, Span span);
  void report_unknown_name(const ast::Name& name);
  std::vector<std::string> declared_names() const;

  // Calls.
  /// The columns in sight for an argument `*`.
  std::vector<Bound> all_for_star(std::vector<Bound> arguments);
  std::optional<Bound> bind_special(const ast::Call& call, Span span);
  std::optional<Bound> bind_several_results(const ast::Call& call, Span span);
  std::optional<Bound> bind_sorted_arrays(const ast::Call& call, Span span);
  Bound bind_user_function(const UserFunction& function, const ast::Call& call, Span span);
  Bound bind_toscalar(const ast::Call& call, Span span);
  /// A value that would be another one in each row, as one value of the whole query.
  Bound computed_once(const ast::Expression& expression, Bound scalar);
  Bound bind_column_if_exists(const ast::Call& call, Span span);
  Bound bind_column_names(const ast::Call& call, Span span);
  Bound bind_pack_all(const ast::Call& call, Span span);
  Bound bind_pack_columns(const ast::Call& call, Span span);
  // What surrounds a row (bind_surroundings.cpp, bind_service.cpp).
  std::optional<Bound> bind_surroundings(const ast::Call& call, Span span);
  Bound bind_ingestion_time(Span span);
  Bound bind_bin_auto(const ast::Call& call, Span span);
  Bound bind_cursor(const ast::Call& call, Span span);
  Bound bind_column_exists(const ast::Call& call, Span span);
  Table drop_ingestion_time(Table table);
  static bool is_window_function(std::string_view name);
  Bound bind_window(const ast::Call& call, Span span);
  void check_window_arguments(std::string_view name, const std::vector<Bound>& arguments);
  bool check_argument(const Parameter& parameter, const Bound& argument,
                      std::optional<Type> common);
  plan::Expression make_call(const ScalarFunction& function, const Overload& overload,
                             std::vector<plan::Expression> arguments, Span span);
  plan::Expression expand(const ScalarFunction& function, const Overload& overload,
                          std::vector<plan::Expression> arguments, Span span);
  const Overload* choose_accepted(const ScalarFunction& function,
                                  std::span<const Type> types) const;
  std::optional<Value> converted_constant(const Value& value, Type type) const;
  Type type_despite_errors(const ScalarFunction& function, std::optional<Type> common) const;
  void report_no_overload(const ScalarFunction& function, const std::vector<Bound>& arguments,
                          Span name_span);

  // Aggregates.
  /// The columns that an aggregate gives.
  struct AggregateShape {
    plan::Schema results;
    std::vector<plan::ColumnId> sources = {};  // input columns shown unchanged; 0 for others
    std::optional<std::string> name = {};
    bool several = false;
  };
  std::pair<const AggregateFunction*, bool> find_aggregate(std::string_view name) const;
  Bound bind_aggregate(const AggregateFunction& function, bool conditional, const ast::Call& call,
                       Span span);
  AggregateShape shape_of(const AggregateFunction& function, bool conditional,
                          const std::string& name, std::vector<Bound>& arguments,
                          const std::vector<Bound>& named, Span span);
  AggregateShape percentiles_shape(const std::string& name, std::vector<Bound>& arguments);
  AggregateShape picked_columns_shape(const std::string& name, std::vector<Bound>& arguments,
                                      Span span);
  static std::string conditional_prefix(const std::string& name, const std::string& prefix);
  void add_aggregate(const AggregateFunction& function, std::vector<Bound> arguments,
                     std::vector<Bound> condition, AggregateShape& shape, AggregateCalls* target,
                     Span span);

  // User functions (bind_function.cpp).
  UserFunction declare_function(const ast::FunctionDeclaration& declaration);
  Result bind_body(const ast::FunctionDeclaration& declaration, ScopePtr inner);
  Table bind_argument_table(const ast::Expression& expression);
  bool check_table_argument(const ast::FunctionParameter& parameter, const Table& table, Span span);
  const Scope* find_stored_function(std::string_view name);
  /// What a call of a stored function that does not bind gives; nothing for other functions.
  std::optional<Result> broken_result(const UserFunction& function, std::string_view name,
                                      Span span);
  void report_inside(std::string_view name, Span span, const Diagnostics& problems);

  // Tables.
  bool is_tabular_name(std::string_view name);
  bool is_tabular_call(const ast::Call& call);
  bool is_tabular_path(const ast::Member& member);
  bool is_fuzzy_union(const ast::Step& step) const;
  void report_elsewhere(const ast::Call& call, Span span);
  /// Says which table, or which database, is not here.
  void unknown_in_path(const ast::Expression& database, const ast::Call& root, Span span);
  /// The text an argument is known to be, before the query runs.
  std::optional<std::string> known_text(const ast::Call& call);
  /// A call of what is being declared: nothing may call itself.
  bool report_recursion(const ast::Call& call);
  std::optional<plan::TableColumns> find_stored(std::string_view name) const;
  Table within_time_scope(Table table);
  /// The table with null columns for those that other schemas declare for it.
  Table completed(Table table);
  std::optional<Table> stored_table(const std::string& name, Span span);
  std::optional<Table> find_named_table(const ast::Name& name);
  Table bind_step(const ast::Step& step, std::optional<Table> input);
  Table bind_datatable(const ast::Datatable& datatable, Span span);
  Value datatable_value(const ast::Expression& expression, Type type);
  Table bind_external(const ast::ExternalData& external, Span span);
  Table bind_table_call(const ast::Call& call, Span span);
  Table bind_materialize(const ast::Call& call, Span span);
  Table bind_table_by_name(const ast::Call& call, Span span);
  Table bind_stored_graph(const ast::Call& call, Span span);
  Table bind_service_table(const ast::Call& call, Span span);
  Table bind_path(const ast::Member& member, Span span);
  /// The pattern that an expression calls, if it does.
  const Pattern* called_pattern(const ast::Expression& expression);
  Table bind_pattern(const Pattern& pattern, const ast::Call& call,
                     const std::optional<std::string>& path, Span span);

  // Columns.
  plan::Expression result_of(const Bound& bound, size_t index);
  void add_results(Projection& projection, const ast::NamedExpression& expression,
                   const Bound& bound, const Adding& how);
  void check_parameter(const ast::Parameter& parameter, const ParameterRule& rule);

  /// A stored function that was named: absent while it is being bound.
  struct StoredFunctionState {
    ScopePtr declared;
    Diagnostics problems;
  };

  Diagnostics* diagnostics_;
  bool best_effort_ = false;  // every union is as with isfuzzy
  std::map<std::string, StoredFunctionState, std::less<>> stored_functions_;
  std::vector<std::unique_ptr<ast::Query>> own_texts_;  // KQL that the binder itself wrote
  plan::QueryPlan result_;
  plan::ColumnId next_id_ = 1;
  uint32_t next_shared_ = 1;
  int next_default_column_ = 1;
  bool silent_ = false;                           // `consume`: no result on purpose
  int declaring_ = 0;                             // inside the declaration of a function
  std::vector<std::string_view> declared_names_;  // of the functions that are being declared
  std::map<std::string, const ast::Expression*, std::less<>> database_aliases_;
  std::vector<const ast::FunctionDeclaration*> calling_;
  std::map<std::pair<const ast::Expression*, std::string>, std::shared_ptr<plan::Node>>
      computed_once_;
  WindowSteps* windows_ = nullptr;  // where window calls go; each step needs the one before
  bool rows_serialized_ = false;
  std::optional<Bound> bin_auto_size_, bin_auto_at_;  // as `set` gave them
  Table* current_input_ = nullptr;                    // what the expressions being bound read
};

}  // namespace vedette::binding
