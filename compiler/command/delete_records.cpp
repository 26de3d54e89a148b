// `.delete table T records`: takes rows out of a table.
#include <map>

#include "compiler/command/commands.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"

namespace vedette::command {
namespace {

// Columns of ours: which rows are found, when rows came, and what columns held at first.
constexpr std::string_view found = "['$found']";
constexpr std::string_view time = "['$time']";

std::string first_value(size_t column) {
  return fmt::format("['$column {}']", column);
}

/// What says which rows go: `T | where ...`, also with extend and project.
class Predicate {
 public:
  Predicate(const Arguments& arguments, const TableSchema& schema)
      : text_(arguments.rest.text), start_(arguments.rest.start), schema_(schema) {}

  /// A query of all rows that stay, with their columns as they are and `$time` behind them.
  std::string query_of_rest() const {
    Diagnostics problems;
    const ast::Query query = parse(text_, problems);
    for (const Diagnostic& problem : problems.all()) {
      if (problem.severity != Severity::Error) continue;
      throw QueryError(problem.kind, problem.code, problem.message, place_of(problem.span));
    }
    std::string kept = fmt::format("{} | extend {} = ingestion_time(), {} = true",
                                   name_text(schema_.name), time, found);
    std::string first_values;
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      kept += fmt::format(", {} = {}", first_value(i), name_text(schema_.columns[i].name));
      first_values += ", " + first_value(i);
    }
    bool any_condition = false;
    for (const ast::Step& step : steps_of(query)) {
      const std::string_view text = part(step.span);
      if (const auto* where = std::get_if<ast::Where>(&step.node)) {
        kept += fmt::format("\n| extend {} = {} and iff({}, true, false)", found, found,
                            part(where->predicate->span));
        any_condition = true;
      } else if (std::holds_alternative<ast::Extend>(step.node)) {
        kept += fmt::format("\n| {}", text);
      } else if (std::holds_alternative<ast::Project>(step.node)) {
        kept += fmt::format("\n| {}, {}, {}{}", text, found, time, first_values);
      } else {
        throw refusal(step.span);
      }
    }
    if (!any_condition) throw refusal({0, static_cast<uint32_t>(text_.size())});
    // A condition that is null for a row keeps it.
    kept += fmt::format("\n| where not({})\n| project ", found);
    for (size_t i = 0; i < schema_.columns.size(); ++i) {
      kept += fmt::format("{} = {}, ", name_text(schema_.columns[i].name), first_value(i));
    }
    return kept + std::string(time);
  }

 private:
  std::string_view part(Span span) const {
    return std::string_view(text_).substr(span.start, span.length);
  }
  Span place_of(Span span) const { return {span.start + start_, span.length}; }

  QueryError refusal(Span span) const {
    return QueryError(ErrorKind::Unsupported, "KQL0900",
                      fmt::format("rows to delete are named as `{} | where ...`, of where, extend "
                                  "and project, with one where at least",
                                  schema_.name),
                      place_of(span));
  }

  const std::vector<ast::Step>& steps_of(const ast::Query& query) const {
    const Span all{0, static_cast<uint32_t>(text_.size())};
    const auto* statement = query.statements.size() == 1
                                ? std::get_if<ast::ExpressionStatement>(&query.statements[0].node)
                                : nullptr;
    const auto* pipe =
        statement == nullptr ? nullptr : std::get_if<ast::Pipe>(&statement->expression->node);
    const auto* name = pipe == nullptr || !pipe->source
                           ? nullptr
                           : std::get_if<ast::NameReference>(&pipe->source->node);
    if (name == nullptr || name->name.text != schema_.name) throw refusal(all);
    if (const size_t at = text_.find("externaldata"); at != std::string::npos) {
      throw QueryError(ErrorKind::Unsupported, "KQL0900",
                       "rows to delete do not depend on externaldata",
                       place_of({static_cast<uint32_t>(at), 12}));
    }
    return pipe->steps;
  }

  const std::string& text_;
  uint32_t start_;
  const TableSchema& schema_;
};

/// Puts rows in place of a table's; the last column says when they came. Rows that came together
/// stay together, in their order.
void replace_rows(Database& database, const TableSchema& schema, ResultTable kept) {
  const ColumnBuilder& times = kept.data.back();
  std::map<int64_t, std::vector<size_t>> rows_of_time;
  for (size_t first = 0; first < kept.rows; first += batch_rows) {
    const auto* ticks = times.vector(first).as<int64_t>();
    const size_t count = std::min<size_t>(batch_rows, kept.rows - first);
    for (size_t i = 0; i < count; ++i) rows_of_time[ticks[i]].push_back(first + i);
  }
  Appender appender = database.rewrite(schema.name, schema);
  kept.data.pop_back();
  for (const auto& [ticks, numbers] : rows_of_time) {
    appender.set_ingestion_time({ticks});
    for (size_t at = 0; at < numbers.size();) {
      const size_t first = numbers[at] / batch_rows * batch_rows;
      std::vector<uint16_t> selected;
      while (at < numbers.size() && numbers[at] < first + batch_rows) {
        selected.push_back(static_cast<uint16_t>(numbers[at++] - first));
      }
      std::vector<Vector> columns;
      for (const ColumnBuilder& column : kept.data) columns.push_back(column.vector(first));
      appender.append_rows(columns, {selected.data(), static_cast<uint32_t>(selected.size())});
    }
  }
  appender.commit();
}

ResultTable delete_records(CommandContext& context, const Arguments& arguments) {
  Database& database = context.host.writable_database();
  const auto snapshot = database.snapshot();
  const Table& table = existing_table(*snapshot, arguments.names[0]);
  const std::string rest = Predicate(arguments, *table.schema).query_of_rest();
  // Errors are told at their places in the query as it was written.
  std::string query = arguments.rest.text;
  query.resize(query.find_last_not_of("; \t\r\n") + 1);
  context.run(Rest{query + "\n| take 0", arguments.rest.start});
  ResultTable kept = context.run({rest, arguments.rest.start});
  const uint64_t deleted = table.rows() - kept.rows;
  Rows rows({{"TableName", Type::String}, {"RecordsMatchPredicate", Type::Long}});
  rows.add({text(table.schema->name), Value::int64(static_cast<int64_t>(deleted))});
  if (deleted > 0 && arguments.property("whatif") != "true") {
    replace_rows(database, *table.schema, std::move(kept));
  }
  return std::move(rows).finish();
}

}  // namespace

std::vector<Command> delete_commands() {
  return {
      {".delete [async] table NAME records [WITH] QUERY",
       "Removes the rows that `T | where ...` finds, a query of where, extend and project; `with "
       "(whatif = true)` only counts them.",
       delete_records},
  };
}

}  // namespace vedette::command
