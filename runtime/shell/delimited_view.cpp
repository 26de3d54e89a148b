#include "runtime/shell/result_view.h"
#include "runtime/shell/terminal.h"

namespace vedette::shell {
namespace {

void append_csv_field(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char byte : text) {
    if (byte == '"') out += '"';
    out += byte;
  }
  out += '"';
}

void append_markdown_field(std::string& out, std::string_view text) {
  out += ' ';
  for (const char byte : text) {
    if (byte == '\n') {
      out += "<br>";
      continue;
    }
    if (byte == '|' || byte == '\\') out += '\\';
    out += byte;
  }
  out += " |";
}

bool is_number(Type type) {
  return number_types.has(type) || type == Type::Timespan;
}

}  // namespace

std::string write_csv(const ResultTable& table) {
  std::string out;
  std::vector<Vector> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) out += ',';
    append_csv_field(out, table.columns[i].first);
    columns.push_back(table.data[i].vector());
  }
  out += '\n';
  for (size_t row = 0; row < table.rows; ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += ',';
      const Value value = value_at(columns[i], static_cast<uint32_t>(row));
      if (!value.is_null()) append_csv_field(out, cell_text(value));
    }
    out += '\n';
  }
  return out;
}

std::string write_markdown(const ResultTable& table) {
  std::string out = "|";
  std::string rule = "|";
  std::vector<Vector> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    append_markdown_field(out, table.columns[i].first);
    rule += is_number(table.columns[i].second) ? "---:|" : "---|";
    columns.push_back(table.data[i].vector());
  }
  out += '\n' + rule + '\n';
  for (size_t row = 0; row < table.rows; ++row) {
    out += '|';
    for (const Vector& column : columns) {
      append_markdown_field(out, cell_text(value_at(column, static_cast<uint32_t>(row))));
    }
    out += '\n';
  }
  return out;
}

}  // namespace vedette::shell
