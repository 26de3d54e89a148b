#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/result_view.h"
#include "runtime/table/database.h"

namespace vedette::shell {
namespace {

OutputFormat parse_format(const std::string& name) {
  const auto format = output_format_of_name(name);
  if (!format) {
    throw UsageError(
        fmt::format("--format takes table, json, ndjson, csv or markdown, not '{}'", name));
  }
  return *format;
}

ResultTable empty_result(plan::TableColumns columns) {
  ResultTable result;
  result.name = "PrimaryResult";
  for (const auto& [name, type] : columns) result.data.emplace_back(type);
  result.columns = std::move(columns);
  return result;
}

void print_result(ResultTable result, OutputFormat format) {
  std::vector<ResultTable> results;
  results.push_back(std::move(result));
  print_text(write_tables(results, format, terminal_of(1)));
}

}  // namespace

ExitCode run_tables(const TablesArguments& arguments) {
  const OutputFormat format = parse_format(arguments.format);
  const auto database = Database::open(arguments.database, OpenMode::ReadOnly);
  ResultTable result = empty_result({{"Table", Type::String},
                                     {"Rows", Type::Long},
                                     {"Columns", Type::Long},
                                     {"Bytes", Type::Long}});
  const auto snapshot = database->snapshot();
  for (const Table& table : snapshot->tables()) {
    result.data[0].append_text(table.schema->name);
    result.data[1].append_word(static_cast<int64_t>(table.rows()));
    result.data[2].append_word(static_cast<int64_t>(table.schema->columns.size()));
    result.data[3].append_word(static_cast<int64_t>(table.stored_bytes()));
    ++result.rows;
  }
  print_result(std::move(result), format);
  return ExitCode::Done;
}

ExitCode run_schema(const SchemaArguments& arguments) {
  const OutputFormat format = parse_format(arguments.format);
  const auto database = Database::open(arguments.database, OpenMode::ReadOnly);
  const auto snapshot = database->snapshot();
  const Table* table = snapshot->find(arguments.table);
  if (table == nullptr) {
    throw QueryError(
        ErrorKind::Runtime, "KQL0606",
        fmt::format("there is no table '{}' in {}", arguments.table, arguments.database));
  }
  ResultTable result = empty_result({{"Column", Type::String}, {"Type", Type::String}});
  for (const ColumnSchema& column : table->schema->columns) {
    result.data[0].append_text(column.name);
    result.data[1].append_text(name_of(column.type));
    ++result.rows;
  }
  print_result(std::move(result), format);
  return ExitCode::Done;
}

}  // namespace vedette::shell
