#include "runtime/shell/result_view.h"
#include "runtime/value/render.h"

namespace vedette::shell {
namespace {

std::vector<Vector> vectors_of(const ResultTable& table) {
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : table.data) vectors.push_back(column.vector());
  return vectors;
}

}  // namespace

void append_json_table(std::string& out, const ResultTable& table) {
  out += R"({"name":)";
  append_json_string(out, table.name);
  out += R"(,"columns":[)";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const auto& [name, type] = table.columns[i];
    out += i == 0 ? R"({"name":)" : R"(,{"name":)";
    append_json_string(out, name);
    out += R"(,"type":")";
    out += name_of(type);
    out += R"("})";
  }
  out += R"(],"rows":[)";
  const std::vector<Vector> columns = vectors_of(table);
  for (size_t row = 0; row < table.rows; ++row) {
    out += row == 0 ? "[" : ",[";
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += ',';
      append_json_cell(out, value_at(columns[i], static_cast<uint32_t>(row)));
    }
    out += ']';
  }
  out += "]}";
}

std::string write_ndjson(const ResultTable& table) {
  std::string out;
  const std::vector<Vector> columns = vectors_of(table);
  for (size_t row = 0; row < table.rows; ++row) {
    out += '{';
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, table.columns[i].first);
      out += ':';
      append_json_cell(out, value_at(columns[i], static_cast<uint32_t>(row)));
    }
    out += "}\n";
  }
  return out;
}

}  // namespace vedette::shell
