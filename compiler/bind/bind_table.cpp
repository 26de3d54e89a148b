// Tabular expressions: names, pipes, constant tables, copies.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "compiler/bind/codes.h"
#include "compiler/bind/conversion.h"
#include "compiler/bind/external_table.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/operators/union.h"
#include "compiler/bind/query_binder.h"
#include "compiler/bind/service_tables.h"
#include "compiler/plan/fresh_ids.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {

bool QueryBinder::is_tabular(const ast::Expression& expression) {
  return std::visit(
      plan::Overloaded{
          [&](const ast::Pipe& pipe) {
            return !pipe.steps.empty() || (pipe.source && is_tabular(*pipe.source));
          },
          [&](const ast::NameReference& node) { return is_tabular_name(node.name.text); },
          [&](const ast::Call& call) { return is_tabular_call(call); },
          [&](const ast::Member& member) { return is_tabular_path(member); },
          [](const ast::Datatable&) { return true; },
          [](const ast::ExternalData&) { return true; },
          [](const ast::InlineExternalTable&) { return true; },
          [](const ast::DataScope&) { return true; },
          [](const ast::MaterializedViewCombine&) { return true; },
          [](const auto&) { return false; },
      },
      expression.node);
}

bool QueryBinder::is_tabular_name(std::string_view name) {
  if (place == Place::Rows && rows && rows->find(name) != nullptr) return false;
  if (const Scope* declared = find_declared(name)) {
    if (const auto* function = std::get_if<UserFunction>(&declared->meaning)) {
      return function->tabular;
    }
    if (const auto* entity = std::get_if<Entity>(&declared->meaning)) {
      return is_tabular(*entity->path);
    }
    return std::holds_alternative<NamedTable>(declared->meaning);
  }
  return find_stored(name).has_value() || name == "_GetWatchlistAlias";
}

std::optional<plan::TableColumns> QueryBinder::find_stored(std::string_view name) const {
  for (const plan::SchemaSource* source : environment.schemas) {
    if (auto columns = source->find_table(name)) return columns;
  }
  return std::nullopt;
}

std::optional<Table> QueryBinder::stored_table(const std::string& name, Span span) {
  const std::optional<plan::TableColumns> columns = find_stored(name);
  if (!columns) return std::nullopt;
  plan::Scan scan{.table = name};
  plan::Schema output;
  for (const auto& [column_name, type] : *columns) {
    output.push_back(fresh(column_name, type));
    scan.columns.push_back({output.back().id, column_name});
  }
  Table table{.plan = plan::make(std::move(scan), std::move(output), span)};
  table.name = name;
  if (name.starts_with(watchlist_prefix)) return table;  // lists are not events
  table = within_time_scope(std::move(table));
  if (environment.complete_tables) table = completed(std::move(table));
  return table;
}

Table QueryBinder::completed(Table table) {
  const Span span = table.plan->span;
  plan::Schema columns = table.columns();
  std::vector<plan::Expression> expressions;
  for (const plan::Column& column : columns) expressions.push_back(plan::column(column, span));
  std::unordered_set<std::string> names;
  for (const plan::Column& column : table.columns()) names.insert(column.name);
  for (const plan::SchemaSource* source : environment.schemas) {
    const std::optional<plan::TableColumns> declared = source->find_table(table.name);
    if (!declared) continue;
    for (const auto& [name, type] : *declared) {
      if (!names.insert(name).second) continue;
      columns.push_back(fresh(name, type));
      expressions.push_back(
          plan::constant(type == Type::String ? Value::string("") : Value::null(type), span));
    }
  }
  if (columns.size() == table.columns().size()) return table;
  table.plan = plan::make(plan::Project{std::move(table.plan), std::move(expressions)},
                          std::move(columns), span);
  return table;
}

Table QueryBinder::empty_table(plan::Schema columns, Span span, bool open) {
  Table table{.plan = plan::make(plan::Values{}, std::move(columns), span)};
  table.open = open;
  return table;
}

Table QueryBinder::unknown_table(Span span) {
  return empty_table({}, span, true);
}

Table QueryBinder::copy(const Table& table) {
  Table copied{.plan = plan::clone(*table.plan)};
  plan::give_fresh_ids(*copied.plan, next_id_);
  copied.open = table.open;
  copied.serialized = table.serialized;
  copied.name = table.name;
  copied.visualization = table.visualization;
  copied.graph = table.graph;
  return copied;
}

std::optional<Table> QueryBinder::find_named_table(const ast::Name& name) {
  if (const Scope* declared = find_declared(name.text)) {
    if (const auto* named = std::get_if<NamedTable>(&declared->meaning)) {
      Table table = copy(*named->table);
      table.name = name.text;
      return table;
    }
    if (const auto* function = std::get_if<UserFunction>(&declared->meaning)) {
      if (!function->tabular && !function->broken) return std::nullopt;
      auto result = call_function(*function, nullptr, name.text, name.span, nullptr);
      if (auto* table = std::get_if<Table>(&result)) {
        table->name = name.text;
        return std::move(*table);
      }
      return unknown_table(name.span);
    }
    if (const auto* entity = std::get_if<Entity>(&declared->meaning)) {
      if (is_tabular(*entity->path)) return bind_table(*entity->path);
    }
    return std::nullopt;
  }
  if (name.text == "_GetWatchlistAlias") return watchlist_aliases(name.span);
  return stored_table(name.text, name.span);
}

Table QueryBinder::bind_table(const ast::Expression& expression) {
  const Span span = expression.span;
  return std::visit(
      plan::Overloaded{
          [&](const ast::Pipe& pipe) { return bind_pipe(pipe, std::nullopt, span); },
          [&](const ast::NameReference& node) { return bind_table_name(node.name); },
          [&](const ast::Call& call) { return bind_table_call(call, span); },
          [&](const ast::Member& member) { return bind_path(member, span); },
          [&](const ast::Datatable& datatable) { return bind_datatable(datatable, span); },
          [&](const ast::ExternalData& external) { return bind_external(external, span); },
          [&](const ast::DataScope& scoped) { return bind_table(*scoped.table); },
          [&](const ast::InlineExternalTable& table) {
            return bind_inline_external_table(*this, table, span);
          },
          [&](const ast::MaterializedViewCombine& combine) {
            std::vector<Table> parts;
            parts.push_back(bind_table(*combine.base));
            parts.push_back(bind_table(*combine.delta));
            Table rows = unite(*this, std::move(parts), {}, false, span);
            return bind_pipe(std::get<ast::Pipe>(combine.aggregations->node), std::move(rows), {});
          },
          [&](const ast::Wildcard&) {
            error(code::wildcard_not_allowed, span, "a wildcard is not allowed here");
            return unknown_table(span);
          },
          [&](const ast::NameList&) {
            error(code::table_expected, span, "a table is expected here");
            return unknown_table(span);
          },
          [&](const auto&) {
            const Bound bound = bind(expression);
            if (bound.type() != Type::Error || bound.star) {
              error(code::table_expected, span, "a table is expected here");
            }
            return unknown_table(span);
          },
      },
      expression.node);
}

Table QueryBinder::bind_table_name(const ast::Name& name) {
  if (std::optional<Table> table = find_named_table(name)) return std::move(*table);
  if (find_declared(name.text) != nullptr) {
    error(code::table_expected, name.span, fmt::format("'{}' is not a table", name.text));
  } else if (!fuzzy) {
    error(code::unknown_table, name.span,
          fmt::format("'{}' is not a table that is known here", name.text),
          suggest_table(name.text));
  }
  Table missing = unknown_table(name.span);
  missing.missing = true;
  return missing;
}

Table QueryBinder::bind_pipe(const ast::Pipe& pipe, std::optional<Table> input, Span) {
  // A fuzzy union forgives what is missing in all that flows into it.
  size_t last_fuzzy = 0;
  for (size_t i = 0; i < pipe.steps.size(); ++i) {
    if (is_fuzzy_union(pipe.steps[i])) last_fuzzy = i;
  }
  if (pipe.source) {
    const Temporarily forgiving(
        fuzzy, fuzzy || last_fuzzy > 0 || (!pipe.steps.empty() && is_fuzzy_union(pipe.steps[0])));
    const Temporarily in_rows(place, Place::Rows);
    input = bind_table(*pipe.source);
  }
  for (size_t i = 0; i < pipe.steps.size(); ++i) {
    const Temporarily forgiving(fuzzy, fuzzy || i < last_fuzzy);
    const Temporarily in_rows(place, Place::Rows);
    input = bind_step(pipe.steps[i], std::move(input));
  }
  if (!input) return unknown_table({});
  return std::move(*input);
}

Table QueryBinder::bind_subquery(const ast::Expression& subquery, Table input) {
  const auto* pipe = std::get_if<ast::Pipe>(&subquery.node);
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  const Temporarily no_aggregates(aggregates, static_cast<AggregateCalls*>(nullptr));
  if (pipe == nullptr || pipe->source) {
    error(code::bad_parameter, pipe == nullptr ? subquery.span : pipe->source->span,
          "an operator is expected here: a subquery goes on from its input");
    return bind_table(subquery);
  }
  return bind_pipe(*pipe, std::move(input), subquery.span);
}

bool QueryBinder::is_fuzzy_union(const ast::Step& step) const {
  const auto* node = std::get_if<ast::Union>(&step.node);
  return node != nullptr && (best_effort_ || word_of(node->parameters, "isfuzzy") == "true");
}

/// Does a step say which columns there are behind it?
bool names_all_columns(const ast::Step& step) {
  return std::visit(
      []<typename Node>(const Node&) {
        return std::is_same_v<Node, ast::Project> || std::is_same_v<Node, ast::ProjectKeep> ||
               std::is_same_v<Node, ast::Summarize> || std::is_same_v<Node, ast::Distinct> ||
               std::is_same_v<Node, ast::Count> || std::is_same_v<Node, ast::MakeSeries> ||
               std::is_same_v<Node, ast::TopHitters> || std::is_same_v<Node, ast::TopNested> ||
               std::is_same_v<Node, ast::SampleDistinct> || std::is_same_v<Node, ast::Reduce>;
      },
      step.node);
}

namespace {

/// The options that tell an engine how to run a step. They change no answer here.
void check_hints(QueryBinder& binder, const ast::Parameters& parameters) {
  const std::vector<std::string_view> known = {
      "hint.concurrency",     "hint.distribution", "hint.materialized",
      "hint.num_partitions",  "hint.pass_filters", "hint.pass_filters_column",
      "hint.progressive_top", "hint.remote",       "hint.shufflekey",
      "hint.spread",          "hint.strategy"};
  for (const ast::Parameter& parameter : parameters) {
    const std::string& name = parameter.name.text;
    if (!name.starts_with("hint.")) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    binder.error(code::unknown_parameter, parameter.name.span,
                 fmt::format("'{}' is not a hint that is known here", name),
                 did_you_mean(most_similar(name, known)));
  }
}

}  // namespace

Table QueryBinder::bind_step(const ast::Step& step, std::optional<Table> input) {
  std::visit(
      [&](const auto& node) {
        if constexpr (requires { node.parameters; }) check_hints(*this, node.parameters);
      },
      step.node);
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily no_pattern(pattern, static_cast<PatternScope*>(nullptr));
  const std::optional<std::string> visualization =
      input ? input->visualization : std::optional<std::string>();
  const bool missing = input && input->missing;
  const bool from_rows = input && input->from_rows;
  Table result = bind_operator(*this, step, std::move(input));
  if (!result.visualization) result.visualization = visualization;
  if (missing && !std::holds_alternative<ast::Union>(step.node)) result.missing = true;
  result.from_rows = (from_rows || result.from_rows) && !names_all_columns(step);
  return drop_ingestion_time(std::move(result));
}

Table QueryBinder::take_input(std::optional<Table>& input, const ast::Step& step) {
  if (input) return std::move(*input);
  error(code::cannot_be_first, step.keyword_span, "this operator needs rows: `T | ...`");
  return unknown_table(step.span);
}

void QueryBinder::must_be_first(const std::optional<Table>& input, const ast::Step& step) {
  if (!input) return;
  error(code::must_be_first, step.keyword_span, "this operator starts a query");
}

Table QueryBinder::bind_datatable(const ast::Datatable& datatable, Span span) {
  plan::Schema columns = columns_of(datatable.schema);
  const size_t width = columns.size();
  const size_t count = datatable.values.size();
  if (width > 0 && count % width != 0) {
    const Span values = join(datatable.values.front()->span, datatable.values.back()->span);
    error(code::wrong_value_count, values,
          fmt::format("{} values do not fill rows of {} columns", count, width));
  }
  plan::Values rows_of;
  std::vector<Value> row;
  for (size_t i = 0; width > 0 && i < count; ++i) {
    const plan::Column& column = columns[i % width];
    row.push_back(datatable_value(*datatable.values[i], column.type));
    if (row.size() == width) rows_of.rows.push_back(std::exchange(row, {}));
  }
  Table table{.plan = plan::make(std::move(rows_of), std::move(columns), span)};
  table.serialized = true;
  return table;
}

Value QueryBinder::datatable_value(const ast::Expression& expression, Type type) {
  const Bound bound = [&] {
    const Temporarily no_rows(rows, std::optional<RowScope>());
    return bind(expression);
  }();
  const Value null = Value::null(type == Type::Error ? Type::Dynamic : type);
  if (!check_scalar(bound) || bound.type() == Type::Error || type == Type::Error) return null;
  const std::optional<Value> value = constant_value(bound.value);
  if (!value) {
    if (!bound.constant || !environment.check_only) {
      error(code::constant_expected, expression.span, "a constant is expected here");
    }
    return null;
  }
  if (value->type() == type) return *value;
  if (value->is_null()) return null;
  const plan::Expression converted = convert(plan::constant(*value, expression.span), type);
  if (const auto folded = constant_value(converted)) return *folded;
  return null;
}

plan::Schema QueryBinder::columns_of(const ast::RowSchema& schema) {
  plan::Schema columns;
  for (const ast::ColumnDeclaration& declaration : schema.columns) {
    if (declaration.type.text == "*") continue;
    const bool taken = std::any_of(columns.begin(), columns.end(), [&](const plan::Column& c) {
      return c.name == declaration.name.text;
    });
    const Type type = type_of(declaration.type);
    if (taken) {
      error(code::duplicate_column, declaration.name.span,
            fmt::format("column '{}' is declared twice", declaration.name.text));
      continue;
    }
    columns.push_back(fresh(declaration.name.text, type));
  }
  return columns;
}

Table QueryBinder::bind_external(const ast::ExternalData& external, Span span) {
  plan::Schema columns = columns_of(external.schema);
  plan::External step = external_sources(*this, external.uris);
  step.format = word_of(external.properties, "format");
  step.ignore_first_record = skips_first_record(external.properties);
  return Table{.plan = plan::make(std::move(step), std::move(columns), span)};
}

std::optional<WholeTable> QueryBinder::rows_now(const Table& table) {
  if (!environment.evaluate || declaring_ > 0 || diagnostics_->any_errors()) return std::nullopt;
  return environment.evaluate(*table.plan);
}

}  // namespace vedette::binding
