#include <algorithm>

#include "rules/check/check.h"
#include "rules/check/query_words.h"
#include "rules/load/externals.h"
#include "rules/load/fields.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// A result with more columns is not listed.
constexpr size_t most_names_shown = 12;

/// Looks up columns that a rule names in the result of its query.
class ResultColumns {
 public:
  ResultColumns(const AnalyticRule& rule, const ResultTable& result, Findings& findings)
      : rule_(rule), result_(result), findings_(findings) {}

  void need(const Written& column, std::string field, bool scalar,
            bool even_unnamed = false) const {
    if (column.text.empty() && !even_unnamed) return;
    for (const auto& [name, type] : result_.columns) {
      if (name != column.text) continue;
      if (scalar && type == Type::Dynamic) {
        findings_.warning(
            "RUL0046", rule_.file, column.place, std::move(field),
            fmt::format("column '{}' is dynamic: arrays and objects are not mapped", column.text),
            "tostring(), or mv-expand it");
      }
      return;
    }
    if (result_.open) return;  // further columns are known when it runs
    std::vector<std::string> names;
    for (const auto& column_type : result_.columns) names.push_back(column_type.first);
    std::string hint = did_you_mean(most_similar(column.text, names));
    if (hint.empty() && names.size() <= most_names_shown) {
      hint = fmt::format("it has {}", fmt::join(names, ", "));
    }
    findings_.warning("RUL0045", rule_.file, column.place, std::move(field),
                      fmt::format("the query's result has no column '{}'", column.text),
                      std::move(hint));
  }

  /// The columns of `{{Column}}` in a text.
  void need_all_of(const std::optional<Written>& format, const std::string& field) const {
    if (!format) return;
    const std::string& text = format->text;
    for (size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
      const size_t end = text.find("}}", at);
      if (end == std::string::npos) return;
      const std::string_view name = trimmed(std::string_view(text).substr(at + 2, end - at - 2));
      need({std::string(name), format->place}, field, false, true);
      at = end + 2;
    }
  }

 private:
  const AnalyticRule& rule_;
  const ResultTable& result_;
  Findings& findings_;
};

void check_columns(const AnalyticRule& rule, const ResultTable& result, Findings& findings) {
  const ResultColumns columns(rule, result, findings);
  for (size_t i = 0; i < rule.entities.size(); ++i) {
    const EntityMapping& mapping = rule.entities[i];
    if (mapping.implied) continue;
    for (size_t k = 0; k < mapping.fields.size(); ++k) {
      columns.need(mapping.fields[k].column,
                   fmt::format("entityMappings[{}].fieldMappings[{}].columnName", i, k), true);
    }
  }
  for (const Written& column : rule.entity_columns) {
    columns.need(column, "sentinelEntitiesMappings", false);
  }
  for (const auto& detail : rule.custom_details) {
    columns.need(detail.column, "customDetails." + detail.name.text, false);
  }
  columns.need_all_of(rule.alert.name_format, "alertDetailsOverride.alertDisplayNameFormat");
  columns.need_all_of(rule.alert.description_format, "alertDetailsOverride.alertDescriptionFormat");
  if (rule.alert.tactics_column) {
    columns.need(*rule.alert.tactics_column, "alertDetailsOverride.alertTacticsColumnName", false);
  }
  if (rule.alert.severity_column) {
    columns.need(*rule.alert.severity_column, "alertDetailsOverride.alertSeverityColumnName", true);
  }
  for (const auto& property : rule.alert.properties) {
    columns.need(property.column, "alertDetailsOverride.alertDynamicProperties", false);
  }
}

/// Is the operator at `at` the first of its pipe?
bool begins_pipe(const QueryWords& words, size_t at) {
  return at == 0 || words.text(at - 1) != "|";
}

/// `search "x"`, `find where ...` without a list of tables, `union *`.
bool reads_all(const QueryWords& words, size_t at) {
  if (words.is_word(at, "union")) {
    for (size_t i = at + 1; i < words.all().size(); ++i) {
      const std::string_view text = words.text(i);
      if (text == "*" && words.all()[i - 1].span.end() < words.all()[i].span.start) return true;
      if (text == "|" || text == ";" || text == ")") return false;
    }
    return false;
  }
  const bool looks = words.is_word(at, "search") || words.is_word(at, "find");
  if (!looks || !begins_pipe(words, at) || words.text(at + 1) == "=") return false;
  if (words.is_word(at, "search") && words.text(at + 1) == "*") return true;
  size_t next = at + 1;
  while (words.text(next + 1) == "=") next += 3;  // kind=case_sensitive, withsource=Table
  if (next >= words.all().size() || words.text(next) == "(") return false;
  return !words.is_word(next, "in");
}

void check_searches(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  for (size_t i = 0; i < words.all().size(); ++i) {
    if (!reads_all(words, i)) continue;
    const std::string_view star = words.is_word(i, "find") ? "" : " *";
    findings.warning("RUL0061", rule.file, place_in_query(rule, words.all()[i].span.start), "query",
                     fmt::format("'{}{}' reads every table", words.text(i), star),
                     "name the tables");
  }
}

void check_unused_names(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  for (size_t i = 0; i + 2 < words.all().size(); ++i) {
    const bool declares = words.is_word(i, "let") && words.text(i + 2) == "=" &&
                          words.all()[i + 1].kind == QueryToken::Kind::Word;
    if (!declares || words.count(words.text(i + 1)) > 1) continue;
    findings.warning("RUL0063", rule.file, place_in_query(rule, words.all()[i + 1].span.start),
                     "query", fmt::format("'{}' is declared and never used", words.text(i + 1)));
  }
}

void check_time_bound(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  const bool far = rule.kind == RuleKind::Hunting ||
                   (rule.kind == RuleKind::Scheduled && rule.period.ticks > ticks_per_day);
  if (!far) return;
  const bool bound = words.count("ago") > 0 || words.count("between") > 0 ||
                     words.count("now") > 0 || words.count("datetime") > 0 ||
                     std::any_of(std::begin(time_columns), std::end(time_columns),
                                 [&](std::string_view column) { return words.count(column) > 0; });
  if (bound) return;
  findings.warning("RUL0062", rule.file, rule.query.place, "query",
                   "the query has no filter on time: it reads all there is",
                   "| where TimeGenerated > ago(1d)");
}

}  // namespace

Place place_in_query(const AnalyticRule& rule, size_t offset) {
  const std::string_view before = std::string_view(rule.query.text).substr(0, offset);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_start =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  if (rule.query_start.line == 0) return rule.query.place;
  return {rule.query_start.line + line,
          rule.query_start.column + static_cast<int>(offset - line_start) + 1};
}

void check_query(const AnalyticRule& rule, Session& session, const QueryOptions& options,
                 Findings& findings) {
  if (rule.query.text.find_first_not_of(" \t\r\n") == std::string::npos) return;
  const QueryResult result = session.check(rule.query.text, options);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    findings.add({.level = diagnostic.severity == Severity::Error ? FindingLevel::Error
                                                                  : FindingLevel::Warning,
                  .code = std::string(diagnostic.code),
                  .message = diagnostic.message,
                  .hint = diagnostic.suggestion,
                  .file = rule.file,
                  .place = place_in_query(rule, diagnostic.span.start),
                  .field = "query"});
  }
  if (!result.ok) return;
  if (result.tables.size() != 1) {
    findings.error("RUL0060", rule.file, rule.query.place, "query",
                   fmt::format("the query gives {} results; a rule has one", result.tables.size()));
    return;
  }
  check_columns(rule, result.tables[0], findings);
}

void check_externals(const AnalyticRule& rule, const std::set<std::string, std::less<>>& addresses,
                     Findings& findings) {
  const QueryWords words(rule.query.text);
  for (size_t i = 0; i < words.all().size(); ++i) {
    const bool reads = words.is_word(i, "externaldata") || words.is_word(i, "external_data");
    if (!reads || words.text(i + 1) != "(") continue;
    // Behind the columns: ["address", "address"] or the older form @"address".
    size_t at = i + 1;
    while (at < words.all().size() && words.text(at) != ")") ++at;
    for (++at; at < words.all().size(); ++at) {
      const std::string_view text = words.text(at);
      const size_t quote = text.find_first_of("\"'");
      if (text == "[" || text == ",") continue;
      if (quote == std::string_view::npos || text.size() < quote + 2) break;
      const std::string_view address = text.substr(quote + 1, text.size() - quote - 2);
      const bool elsewhere = address.find("://") != std::string_view::npos;
      if (!elsewhere || addresses.contains(address) || addresses.contains(bare_address(address))) {
        continue;
      }
      findings.warning(
          "RUL0068", rule.file, place_in_query(rule, words.all()[at].span.start), "query",
          fmt::format("nothing stands in for '{}'", bare_address(address)),
          fmt::format("add it to {} beside the rules, with a file that is read instead",
                      externals_file_name));
    }
  }
}

void check_habits(const AnalyticRule& rule, Findings& findings) {
  const QueryWords words(rule.query.text);
  check_searches(rule, words, findings);
  check_unused_names(rule, words, findings);
  check_look_back(rule, words, findings);
  check_time_bound(rule, words, findings);
}

}  // namespace vedette::rules
