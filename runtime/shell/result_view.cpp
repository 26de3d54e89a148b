#include "runtime/shell/result_view.h"

#include "runtime/value/datetime.h"
#include "runtime/value/guid.h"
#include "runtime/value/render.h"

namespace vedette::shell {
namespace {

/// Without the fraction's zeros at the end.
std::string short_datetime(Datetime time) {
  std::string text = to_text(time);
  text.pop_back();  // the Z
  while (text.back() == '0' && text.find('.') != std::string::npos) text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + 'Z';
}

}  // namespace

std::optional<OutputFormat> output_format_of_name(std::string_view name) {
  if (name == "table") return OutputFormat::Table;
  if (name == "json") return OutputFormat::Json;
  if (name == "ndjson") return OutputFormat::Ndjson;
  if (name == "csv") return OutputFormat::Csv;
  if (name == "markdown") return OutputFormat::Markdown;
  return std::nullopt;
}

std::string cell_text(const Value& value) {
  if (value.is_null()) return "null";
  switch (value.type()) {
    case Type::Bool:
      return value.as_bool() ? "true" : "false";
    case Type::Int:
    case Type::Long:
      return std::to_string(value.as_word());
    case Type::Real: {
      char text[max_real_text_bytes];
      return std::string(text, write_real(text, value.as_real()));
    }
    case Type::Decimal:
      return to_text(value.as_decimal());
    case Type::Datetime:
      return short_datetime(Datetime{value.as_word()});
    case Type::Timespan:
      return to_text(Timespan{value.as_word()});
    case Type::Guid:
      return to_text(value.as_guid());
    case Type::Dynamic:
      return to_json(DynamicView(value.as_text()));
    default:
      return std::string(value.as_text());
  }
}

std::string write_tables(const std::vector<ResultTable>& tables, OutputFormat format,
                         const Terminal& terminal) {
  std::string text;
  if (format == OutputFormat::Json) {
    text = R"({"tables":[)";
    for (size_t i = 0; i < tables.size(); ++i) {
      if (i > 0) text += ',';
      append_json_table(text, tables[i]);
    }
    return text + "]}\n";
  }
  for (const ResultTable& table : tables) {
    if (!text.empty()) text += '\n';
    switch (format) {
      case OutputFormat::Ndjson:
        text += write_ndjson(table);
        break;
      case OutputFormat::Csv:
        text += write_csv(table);
        break;
      case OutputFormat::Markdown:
        text += write_markdown(table);
        break;
      default:
        text += write_box(table, terminal);
        break;
    }
  }
  return text;
}

}  // namespace vedette::shell
