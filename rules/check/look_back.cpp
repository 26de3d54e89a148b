// `ago(...)` in a rule's query: what it says of the rows that the rule sees. Read off the words, so
// it keeps silent wherever they could mean something else.
#include "rules/check/check.h"
#include "rules/check/query_words.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

bool is_time_column(std::string_view text) {
  return std::ranges::find(time_columns, text) != std::end(time_columns);
}

/// The time of events, also under a name that the query gives it: `When = TimeGenerated`.
bool is_time_of_events(const QueryWords& words, std::string_view name) {
  if (is_time_column(name)) return true;
  for (size_t i = 0; i + 2 < words.all().size(); ++i) {
    if (words.text(i) == name && words.text(i + 1) == "=" && is_time_column(words.text(i + 2))) {
      return true;
    }
  }
  return false;
}

bool opens(std::string_view text) {
  return text == "(" || text == "[" || text == "{";
}

bool closes(std::string_view text) {
  return text == ")" || text == "]" || text == "}";
}

bool is_comparison(std::string_view text) {
  return text == "<" || text == "<=" || text == ">" || text == ">=" || text == "==";
}

/// One `ago(x)`.
struct Ago {
  size_t at = 0;                 // its word
  std::optional<Timespan> span;  // x, when it is known
  size_t behind = 0;             // the word behind its bracket
};

Ago ago_at(const QueryWords& words, size_t at) {
  const bool simple = words.text(at + 1) == "(" && words.text(at + 3) == ")";
  return {at, simple ? words.duration_at(at + 2) : std::nullopt, at + 4};
}

/// The column that is compared with `ago(x)`: `C > ago(x)`, `ago(x) < C`, `C between (ago(x) ..`.
/// `from`: it is what rows have to be younger than.
struct Compared {
  std::string_view column;
  bool from = false;
};

std::optional<Compared> compared_with(const QueryWords& words, const Ago& ago) {
  const size_t at = ago.at;
  if (at >= 2 && is_comparison(words.text(at - 1))) {
    return Compared{words.text(at - 2), words.text(at - 1).starts_with('>')};
  }
  if (at >= 3 && words.text(at - 1) == "(" && words.is_word(at - 2, "between")) {
    return Compared{words.text(at - 3), true};
  }
  if (ago.span && is_comparison(words.text(ago.behind))) {
    return Compared{words.text(ago.behind + 1), words.text(ago.behind).starts_with('<')};
  }
  return std::nullopt;
}

/// Is `at` part of a condition that all rows behind a `where` satisfy? Not inside of a function,
/// not beside an `or`.
bool in_conjunct_of_where(const QueryWords& words, size_t at) {
  for (size_t i = at, depth = 0; i-- > 0;) {
    const std::string_view text = words.text(i);
    if (closes(text)) {
      ++depth;
    } else if (opens(text)) {
      if (depth > 0) {
        --depth;
        continue;
      }
      // Out of a bracket: only of one that groups conditions.
      const std::string_view before = i > 0 ? words.text(i - 1) : std::string_view();
      const bool groups = before == "where" || before == "filter" || before == "and" ||
                          before == "(" || before == "between";
      if (text != "(" || !groups) return false;
    } else if (depth == 0) {
      if (text == "or" || text == "|" || text == ";") return false;
      if (text == "where" || text == "filter") break;
      if (i == 0) return false;
    }
  }
  for (size_t i = at, depth = 0; i < words.all().size(); ++i) {
    const std::string_view text = words.text(i);
    if (opens(text)) {
      ++depth;
    } else if (closes(text)) {
      if (depth > 0) --depth;  // else out of a bracket that groups, or of the whole pipe
    } else if (depth == 0) {
      if (text == "or") return false;
      if (text == "|" || text == ";") break;
    }
  }
  return true;
}

/// How many pipes there are that rows may come from: each statement, bracket and body with a `|`.
/// Nothing when a table is read beside them.
std::optional<size_t> pipes_of(const QueryWords& words) {
  std::vector<bool> has_pipe = {false};
  size_t pipes = 0;
  const auto end_group = [&] { pipes += has_pipe.back() ? 1 : 0; };
  for (size_t i = 0; i < words.all().size(); ++i) {
    const std::string_view text = words.text(i);
    if (opens(text)) {
      has_pipe.push_back(false);
    } else if (closes(text) && has_pipe.size() > 1) {
      end_group();
      has_pipe.pop_back();
    } else if (text == "|") {
      has_pipe.back() = true;
      const std::string_view step = words.text(i + 1);
      if (step == "union") return std::nullopt;
      if (step == "join" || step == "lookup") {
        // Its table follows the parameters: in brackets it is counted, by its name it is not.
        size_t next = i + 2;
        while (words.text(next + 1) == "=") next += 3;
        if (words.text(next) != "(") return std::nullopt;
      }
    } else if (text == ";") {
      end_group();
      has_pipe.back() = false;
    } else if (text == "find" || text == "search") {
      return std::nullopt;
    }
  }
  while (!has_pipe.empty()) {
    end_group();
    has_pipe.pop_back();
  }
  return pipes;
}

}  // namespace

void check_look_back(const AnalyticRule& rule, const QueryWords& words, Findings& findings) {
  if (rule.kind != RuleKind::Scheduled || rule.period.ticks == 0) return;
  const auto place = [&](const Ago& ago) {
    return place_in_query(rule, words.all()[ago.at].span.start);
  };
  std::optional<Ago> furthest, widest_bound;
  bool all_known = true;
  size_t bounds = 0;
  for (size_t i = 0; i + 2 < words.all().size(); ++i) {
    if (!words.is_word(i, "ago")) continue;
    const Ago ago = ago_at(words, i);
    const auto compared = compared_with(words, ago);
    // Times of something else, such as when an account was made.
    if (compared && !is_time_of_events(words, compared->column)) continue;
    if (ago.span && (!furthest || *ago.span > *furthest->span)) furthest = ago;
    const bool bound = compared && compared->from && in_conjunct_of_where(words, i);
    if (bound && ago.span) {
      ++bounds;
      if (!widest_bound || *ago.span > *widest_bound->span) widest_bound = ago;
    } else if (!compared || bound) {
      all_known = false;
    }
  }
  if (widest_bound && all_known && *widest_bound->span < rule.frequency &&
      pipes_of(words) == bounds) {
    const Timespan span = *widest_bound->span;
    findings.warning(
        "RUL0065", rule.file, place(*widest_bound), "query",
        fmt::format("the rule runs every {} and its query asks only for the last {}: what happens "
                    "in between is never seen",
                    short_duration(rule.frequency), short_duration(span)),
        fmt::format("ago({}), or leave the bound to queryPeriod", short_duration(rule.frequency)));
  }
  if (furthest && *furthest->span > rule.period) {
    const Timespan span = *furthest->span;
    findings.warning(
        "RUL0064", rule.file, place(*furthest), "query",
        fmt::format("the query asks for the last {}; the rule shows it only the last {}",
                    short_duration(span), short_duration(rule.period)),
        fmt::format("queryPeriod: {}", short_duration(span)));
  }
}

}  // namespace vedette::rules
