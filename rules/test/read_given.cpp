#include "rules/test/read_given.h"

#include <array>
#include <set>

#include "rules/load/duration.h"
#include "rules/test/read_expectations.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

constexpr int64_t most_repeats = 1'000'000;

/// The text between the quotes of `'vip'`, or the text itself.
std::string unquoted(std::string_view text) {
  text = trimmed(text);
  const bool quoted =
      text.size() >= 2 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0];
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

class GivenReader {
 public:
  GivenReader(std::string path, std::string_view file, Findings& findings)
      : path_(std::move(path)), file_(file), findings_(findings) {}

  std::optional<GivenTable> read(const YAML::Node& key, const YAML::Node& value) {
    GivenTable table;
    if (!read_key({key.Scalar(), place_of(key)}, table)) return std::nullopt;
    const std::string path = fmt::format("{}.{}", path_, key.Scalar());
    if (value.IsNull()) return table;
    if (value.IsSequence()) {
      read_rows(value, path, table);
    } else if (value.IsMap()) {
      read_description(value, path, table);
    } else {
      table.files.push_back({std::string(trimmed(value.Scalar())), place_of(value)});
    }
    return table;
  }

 private:
  /// `SigninLogs`, `_GetWatchlist('vip')`, `externaldata('https://...')`, `Parser(a: long)`.
  bool read_key(const Written& key, GivenTable& table) {
    const std::string_view text = trimmed(key.text);
    const size_t open = text.find('(');
    table.name = {std::string(text), key.place};
    if (open == std::string_view::npos) return true;
    if (!text.ends_with(')')) {
      findings_.error("RUL0307", file_, key.place, path_,
                      fmt::format("'{}' has no closing parenthesis", text));
      return false;
    }
    const std::string_view function = trimmed(text.substr(0, open));
    const std::string inside = unquoted(text.substr(open + 1, text.size() - open - 2));
    table.name.text = inside;
    if (equal_ignoring_case(function, "_GetWatchlist")) {
      table.kind = GivenKind::Watchlist;
    } else if (equal_ignoring_case(function, "externaldata")) {
      table.kind = GivenKind::External;
    } else {
      table.kind = GivenKind::Function;
      table.name.text = std::string(function);
      table.parameters = std::string(text.substr(open));
      return true;
    }
    if (!inside.empty()) return true;
    findings_.error("RUL0307", file_, key.place, path_,
                    fmt::format("'{}' does not say which one", text),
                    fmt::format("write {}('name')", function));
    return false;
  }

  void read_description(const YAML::Node& node, const std::string& path, GivenTable& table) {
    Fields fields(node, path, file_, findings_);
    for (const Written& file : fields.texts("file")) table.files.push_back(file);
    for (const Written& file : fields.texts("files")) table.files.push_back(file);
    table.ingestion_delay = delay(fields).value_or(Timespan{});
    if (auto columns = fields.object("columns")) {
      for (const auto& [name, type] : columns->pairs()) {
        if (const auto known = type_of_name(type.text)) {
          table.columns.emplace_back(name, *known);
        } else {
          findings_.error("RUL0013", file_, type.place, path + ".columns." + name.text,
                          fmt::format("'{}' is not a type", type.text),
                          "one of string, long, real, bool, datetime, timespan, guid, dynamic");
        }
      }
    }
    const YAML::Node rows = fields.node("rows");
    if (rows.IsDefined() && !rows.IsNull()) {
      if (rows.IsSequence()) {
        read_rows(rows, fields.path_of("rows"), table);
      } else {
        fields.error("RUL0011", "rows", fmt::format("'{}.rows' must be a list of rows", path));
      }
    }
    fields.report_unknown({}, FindingLevel::Error);
  }

  void read_rows(const YAML::Node& list, const std::string& path, GivenTable& table) {
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string row_path = fmt::format("{}[{}]", path, i);
      if (list[i].IsMap()) {
        table.rows.push_back(read_row(list[i], row_path));
      } else {
        findings_.error("RUL0011", file_, place_of(list[i]), row_path,
                        fmt::format("'{}' must be a row: names and values of columns", row_path));
      }
    }
  }

  GivenRow read_row(const YAML::Node& node, const std::string& path) {
    GivenRow row{.place = place_of(node)};
    Fields fields(node, path, file_, findings_);
    for (auto& cell : written_cells(node)) {
      if (!is_row_option(cell.first.text)) row.cells.push_back(std::move(cell));
    }
    row.repeat = fields.integer("repeat");
    if (row.repeat && (*row.repeat < 0 || *row.repeat > most_repeats)) {
      fields.error("RUL0014", "repeat",
                   fmt::format("'{}.repeat' must be between 0 and {}", path, most_repeats));
      row.repeat = 0;
    }
    if (const auto written = fields.text("every")) {
      const std::string& text = written->text;
      const bool has_sign = text.starts_with('-') || text.starts_with('+');
      const auto span = relative_time(has_sign ? text : "+" + text);
      if (span) {
        row.every = *span;
      } else {
        fields.error("RUL0014", "every",
                     fmt::format("'{}.every' is not a duration: '{}'", path, text),
                     "write 10s, 5m or -1h");
      }
    }
    const YAML::Node vary = fields.node("vary");
    if (vary.IsDefined() && !vary.IsNull()) read_vary(fields, vary, row);
    row.ingestion_delay = delay(fields);
    return row;
  }

  void read_vary(Fields& fields, const YAML::Node& vary, GivenRow& row) {
    if (vary.IsMap()) row.vary = written_cells(vary);
    bool fits = vary.IsMap();
    for (const auto& [name, value] : row.vary) {
      const bool list = value.kind == WrittenValue::Kind::List && !value.items.empty();
      fits = fits && (list || value.is_text());
    }
    if (fits) return;
    row.vary.clear();
    fields.error(
        "RUL0011", "vary",
        fmt::format("'{}' must have a list of values, or a text with {{i}}, for each column",
                    fields.path_of("vary")));
  }

  std::optional<Timespan> delay(Fields& fields) { return fields.duration("ingestion_delay"); }

  static bool is_row_option(std::string_view name) {
    constexpr std::array<std::string_view, 4> options = {"repeat", "every", "vary",
                                                         "ingestion_delay"};
    for (const std::string_view option : options) {
      if (option == name) return true;
    }
    return false;
  }

  std::string path_;
  std::string_view file_;
  Findings& findings_;
};

}  // namespace

std::vector<GivenTable> read_given(Fields& owner, std::string_view name, std::string_view file,
                                   Findings& findings) {
  std::vector<GivenTable> tables;
  const YAML::Node node = owner.node(name);
  if (!node.IsDefined() || node.IsNull()) return tables;
  if (!node.IsMap()) {
    owner.error("RUL0011", name,
                fmt::format("'{}' must be an object: tables and their rows", owner.path_of(name)));
    return tables;
  }
  GivenReader reader(owner.path_of(name), file, findings);
  std::set<std::string> seen;
  for (const auto& field : node) {
    if (!field.first.IsScalar()) continue;
    if (!seen.insert(field.first.Scalar()).second) {
      const std::string path = fmt::format("{}.{}", owner.path_of(name), field.first.Scalar());
      findings.error("RUL0015", file, place_of(field.first), path,
                     fmt::format("'{}' is written twice; its rows belong together", path));
    }
    if (auto table = reader.read(field.first, field.second)) tables.push_back(*std::move(table));
  }
  return tables;
}

}  // namespace vedette::rules
