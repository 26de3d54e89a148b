#include <algorithm>

#include "compiler/syntax/parse.h"
#include "rules/check/check.h"
#include "rules/load/duration.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

/// The column that says when something happened, in every table of Sentinel and Defender.
constexpr std::string_view time_columns[] = {"TimeGenerated", "Timestamp"};

/// A result with more columns is not listed.
constexpr size_t most_names_shown = 12;

/// Looks up columns that a rule names in the result of its query.
class ResultColumns {
 public:
  ResultColumns(const AnalyticRule& rule, const ResultTable& result, Findings& findings)
      : rule_(rule), result_(result), findings_(findings) {}

  void need(const Written& column, std::string field, bool scalar) const {
    if (column.text.empty()) return;
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
      need({text.substr(at + 2, end - at - 2), format->place}, field, false);
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

/// A query's tokens, with the few patterns the checks look for.
class QueryWords {
 public:
  explicit QueryWords(std::string_view query) : tokens_(tokens_of(query)) {}

  const std::vector<QueryToken>& all() const { return tokens_; }
  std::string_view text(size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view{};
  }
  bool is_word(size_t at, std::string_view word) const {
    return at < tokens_.size() && tokens_[at].kind == QueryToken::Kind::Word &&
           tokens_[at].text == word;
  }
  /// How often a word stands in the query.
  size_t count(std::string_view word) const {
    return static_cast<size_t>(
        std::count_if(tokens_.begin(), tokens_.end(),
                      [&](const QueryToken& token) { return token.text == word; }));
  }
  /// `name = 14d` of a let before; a literal is its own value.
  std::optional<Timespan> duration_at(size_t at) const {
    if (at >= tokens_.size()) return std::nullopt;
    if (tokens_[at].kind == QueryToken::Kind::Literal) return parse_rule_duration(tokens_[at].text);
    for (size_t i = 0; i + 3 < tokens_.size(); ++i) {
      if (is_word(i, "let") && text(i + 1) == text(at) && text(i + 2) == "=") {
        return parse_rule_duration(text(i + 3));
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<QueryToken> tokens_;
};

void check_searches(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  for (size_t i = 0; i < words.all().size(); ++i) {
    const bool all =
        (words.is_word(i, "search") || words.is_word(i, "union")) && words.text(i + 1) == "*";
    if (!all) continue;
    findings.warning("RUL0061", rule.file, place_in_query(rule, words.all()[i].span.start), "query",
                     fmt::format("'{} *' reads every table", words.text(i)), "name the tables");
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

/// The furthest `ago(x)` that can be read off the text, and where it is.
void check_look_back(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  if (rule.kind != RuleKind::Scheduled || rule.period.ticks == 0) return;
  size_t furthest_at = 0;
  Timespan furthest{};
  for (size_t i = 0; i + 2 < words.all().size(); ++i) {
    if (!words.is_word(i, "ago") || words.text(i + 1) != "(" || words.text(i + 3) != ")") continue;
    const auto span = words.duration_at(i + 2);
    if (span && *span > furthest) furthest = *span, furthest_at = i;
  }
  if (furthest > rule.period) {
    findings.warning(
        "RUL0064", rule.file, place_in_query(rule, words.all()[furthest_at].span.start), "query",
        fmt::format("the query asks for the last {}; the rule shows it only the last {}",
                    short_duration(furthest), short_duration(rule.period)),
        fmt::format("queryPeriod: {}", short_duration(furthest)));
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

void check_habits(const AnalyticRule& rule, Findings& findings) {
  const QueryWords words(rule.query.text);
  check_searches(rule, words, findings);
  check_unused_names(rule, words, findings);
  check_look_back(rule, words, findings);
  check_time_bound(rule, words, findings);
}

}  // namespace vedette::rules
