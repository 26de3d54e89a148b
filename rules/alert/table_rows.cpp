#include "rules/alert/table_rows.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/table/catalogue.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {

TableRows::TableRows(std::string_view table) {
  const auto schema = find_catalogue_table(table);
  check(schema.has_value(), "the tables that alerts are written to are in the catalogue");
  table_.name = schema->name;
  for (const ColumnSchema& column : schema->columns) {
    table_.columns.emplace_back(column.name, column.type);
    table_.data.emplace_back(column.type);
    row_.push_back(Value::null(column.type));
  }
}

void TableRows::set(std::string_view column, Value value) {
  for (size_t i = 0; i < row_.size(); ++i) {
    if (table_.columns[i].first != column) continue;
    check(value.type() == table_.columns[i].second, "a cell has the type of its column");
    row_[i] = std::move(value);
    return;
  }
  check(false, "a row sets columns of its table only");
}

void TableRows::set_json(std::string_view column, std::string_view json) {
  DynamicBuilder builder;
  check(parse_json_text(json, builder), "what we write as JSON is JSON");
  set(column, Value::dynamic(builder.take()));
}

void TableRows::end_row() {
  for (size_t i = 0; i < row_.size(); ++i) {
    table_.data[i].append(row_[i]);
    row_[i] = Value::null(table_.columns[i].second);
  }
  ++table_.rows;
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_json_string(out, text);
  }
  return out + "]";
}

Appender append_rows_to(Database& database, const ResultTable& rows) {
  std::vector<ColumnSchema> columns;
  for (const auto& [name, type] : rows.columns) columns.push_back({name, type});
  if (database.snapshot()->find(rows.name) == nullptr) {
    database.create_table({.name = rows.name, .columns = columns});
  } else {
    database.add_columns(rows.name, columns);
  }
  Appender appender = database.append(rows.name);
  std::vector<uint32_t> places;
  for (const ColumnSchema& column : columns) places.push_back(*appender.schema().find(column.name));
  for (size_t row = 0; row < rows.rows; ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      appender.column(places[i]).append_row(rows.data[i].vector(), static_cast<uint32_t>(row));
    }
    appender.end_row();
  }
  return appender;
}

}  // namespace vedette::rules
