#include "tests/harness/test_tables.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette {
namespace {

/// `2024-05-01T09:00:00.0000000Z` as `2024-05-01 09:00`: no more than it takes.
std::string short_datetime(Datetime time) {
  std::string text = to_text(time);
  text.pop_back();
  text[10] = ' ';
  if (text.ends_with(".0000000")) text.resize(19);
  while (text.size() > 20 && text.back() == '0') text.pop_back();
  if (text.size() == 19 && text.ends_with(":00")) text.resize(16);
  if (text.ends_with(" 00:00")) text.resize(10);
  return text;
}

std::string dynamic_cell(std::string_view bytes) {
  std::string json = to_json(DynamicView(bytes));
  for (size_t at = 0; (at = json.find("  ", at)) != std::string::npos;) {
    json.replace(at + 1, 1, "\\u0020");
  }
  return json;
}

Value dynamic_of_cell(const std::string& cell, std::string_view place) {
  DynamicBuilder builder;
  if (!parse_json_text(cell, builder)) {
    throw CaseFileError(fmt::format("{}: '{}' is not JSON", place, cell));
  }
  return Value::dynamic(builder.take());
}

/// Do the cells say the same? Reals to twelve digits.
bool same_cell(const std::string& a, const std::string& b, Type type) {
  if (a == b) return true;
  if (type != Type::Real) return false;
  const auto x = parse_real(a);
  const auto y = parse_real(b);
  if (!x || !y || !std::isfinite(*x) || !std::isfinite(*y)) return false;
  return std::abs(*x - *y) <= 1e-12 * std::max({1.0, std::abs(*x), std::abs(*y)});
}

bool same_row(const std::vector<std::string>& a, const std::vector<std::string>& b,
              const std::vector<TestColumn>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!same_cell(a[i], b[i], columns[i].type)) return false;
  }
  return true;
}

std::string row_text(const std::vector<std::string>& row) {
  std::string text;
  for (const std::string& cell : row) text += (text.empty() ? "" : "  ") + cell;
  return text;
}

}  // namespace

Value value_of_cell(const std::string& cell, Type type, std::string_view place) {
  if (cell == "null") return Value::null(type);
  if (type == Type::String) return Value::string(unquote_cell(cell));
  if (type == Type::Dynamic) return dynamic_of_cell(cell, place);
  Value value = convert(Value::string(cell), type);
  if (value.is_null()) {
    throw CaseFileError(fmt::format("{}: '{}' is not a {}", place, cell, name_of(type)));
  }
  return value;
}

std::string cell_of_value(const Value& value) {
  if (value.type() == Type::String) return quote_cell(value.as_text());
  if (value.is_null()) return "null";
  if (value.type() == Type::Dynamic) return dynamic_cell(value.as_text());
  if (value.type() == Type::Datetime) return short_datetime(Datetime{value.as_word()});
  return to_text(value);
}

std::unique_ptr<Database> make_database(const CaseFile& file, EncodingChoice encoding) {
  auto database = Database::in_memory();
  for (const NamedTable& named : file.tables) {
    TableSchema schema = {named.name, {}};
    for (const TestColumn& column : named.table.columns) {
      schema.columns.push_back({column.name, column.type});
    }
    database->create_table(schema);
    AppendOptions options;
    options.encoding = encoding;
    options.ingestion_time = parse_datetime("2024-06-01");
    if (named.extent_rows > 0) options.extent_rows = static_cast<uint32_t>(named.extent_rows);
    Appender appender = database->append(named.name, options);
    for (const auto& row : named.table.rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        appender.column(static_cast<uint32_t>(i))
            .append(value_of_cell(row[i], schema.columns[i].type,
                                  fmt::format("{}, table {}", file.path.string(), named.name)));
      }
      appender.end_row();
    }
    appender.commit();
  }
  return database;
}

TestTable to_test_table(const ResultTable& result) {
  TestTable table;
  for (const auto& [name, type] : result.columns) table.columns.push_back({name, type});
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : result.data) vectors.push_back(column.vector());
  for (size_t row = 0; row < result.rows; ++row) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (const Vector& vector : vectors) {
      cells.push_back(cell_of_value(value_at(vector, static_cast<uint32_t>(row))));
    }
  }
  return table;
}

std::string difference(const TestTable& expected, const TestTable& actual, bool ordered) {
  if (expected.columns != actual.columns) return "the columns differ";
  if (expected.rows.size() != actual.rows.size()) {
    return fmt::format("{} rows instead of {}", actual.rows.size(), expected.rows.size());
  }
  std::vector<std::vector<std::string>> left = actual.rows;
  for (size_t i = 0; i < expected.rows.size(); ++i) {
    const auto matches = [&](const auto& row) {
      return same_row(expected.rows[i], row, expected.columns);
    };
    const auto found = ordered ? left.begin() : std::find_if(left.begin(), left.end(), matches);
    if (found == left.end() || !matches(*found)) {
      return fmt::format("row {} is not as expected: {}", i + 1, row_text(expected.rows[i]));
    }
    left.erase(found);
  }
  return {};
}

}  // namespace vedette
