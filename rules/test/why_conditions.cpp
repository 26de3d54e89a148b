#include "rules/test/why_conditions.h"

#include <algorithm>
#include <set>

#include "compiler/syntax/parse.h"
#include "rules/check/check.h"
#include "rules/test/expectations.h"
#include "rules/test/match_value.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

constexpr size_t most_keys_shown = 5;
constexpr size_t most_text_shown = 100;

/// A text of the query on one line.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.size() > most_text_shown) {
    size_t end = most_text_shown;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
    line = line.substr(0, end) + "...";
  }
  return line;
}

/// What a condition looks at: the left side of a comparison.
const ast::Expression* subject_of(const ast::Expression& condition) {
  if (const auto* binary = std::get_if<ast::Binary>(&condition.node)) return binary->left.get();
  if (const auto* between = std::get_if<ast::Between>(&condition.node)) return between->value.get();
  if (const auto* list = std::get_if<ast::InList>(&condition.node)) return list->value.get();
  if (const auto* call = std::get_if<ast::Call>(&condition.node)) {
    // isnotempty(x), not(x == y)
    if (call->arguments.size() == 1) {
      const ast::Expression& argument = *call->arguments[0].value;
      const ast::Expression* inner = subject_of(argument);
      return inner == nullptr ? &argument : inner;
    }
  }
  if (std::holds_alternative<ast::NameReference>(condition.node)) return &condition;
  return nullptr;
}

/// Greater is nearer for `x > 10`, smaller for `x < 10`; of no use for other conditions.
int direction_of(const ast::Expression& condition) {
  const auto* binary = std::get_if<ast::Binary>(&condition.node);
  if (binary == nullptr) return 0;
  using enum ast::BinaryOperator;
  if (binary->op == Greater || binary->op == GreaterEqual) return 1;
  if (binary->op == Less || binary->op == LessEqual) return -1;
  return 0;
}

std::string value_text(const Value& value) {
  std::string text = shown(value);
  if (value.type() == Type::String && !text.starts_with('\'')) text = "'" + text + "'";
  return one_line(text);
}

/// The columns of one side of a join's `on`.
std::string key_text(const QueryParts& parts, const ast::Expressions& on, bool left) {
  std::string text;
  for (const ast::ExpressionPtr& key : on) {
    const ast::Expression* side = key.get();
    if (const auto* binary = std::get_if<ast::Binary>(&key->node)) {
      for (const ast::ExpressionPtr* operand : {&binary->left, &binary->right}) {
        const auto* member = std::get_if<ast::Member>(&(*operand)->node);
        if (member == nullptr) continue;
        const std::string_view whole = parts.at((*operand)->span);
        if (whole.starts_with(left ? "$left" : "$right")) side = member->member.get();
      }
    }
    if (!text.empty()) text += ", ";
    text += parts.at(side->span);
  }
  return text;
}

/// The keys of some rows: `203.0.113.9`, or `ann, web01` of several columns.
std::vector<std::string> keys_in(const ResultTable& rows) {
  std::vector<std::string> keys;
  for (size_t row = 0; row < rows.rows; ++row) {
    std::string key;
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      if (i > 0) key += ", ";
      key += value_text(cell(rows, i, row));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string some_of(const std::vector<std::string>& keys) {
  std::string text;
  for (size_t i = 0; i < std::min(keys.size(), most_keys_shown); ++i) {
    text += (i > 0 ? "; " : "") + keys[i];
  }
  if (keys.size() > most_keys_shown) {
    text += fmt::format("; and {} more", keys.size() - most_keys_shown);
  }
  return text;
}

/// One row of a query, the first being 0; nothing when it fails.
std::shared_ptr<const ResultTable> row_number_of(const QueryParts& parts, const std::string& query,
                                                 size_t number) {
  auto rows = parts.run(fmt::format(
      "{}\n| serialize ['why row'] = row_number(0)\n| where ['why row'] == {}", query, number));
  return rows == nullptr || rows->rows != 1 ? nullptr : rows;
}

/// A row without the columns that explanations add.
ResultTable without_ours(const ResultTable& rows, size_t row) {
  ResultTable one;
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const std::string& name = rows.columns[i].first;
    if (name.starts_with("why ") || name.starts_with("what ")) continue;
    one.columns.push_back(rows.columns[i]);
    one.data.emplace_back(rows.columns[i].second);
    one.data.back().append(cell(rows, i, row));
  }
  one.rows = 1;
  return one;
}

}  // namespace

std::string_view QueryParts::at(Span span) const {
  // Spans of expressions leave out the parentheses around them: `(a + b) * c` begins at `a`.
  size_t start = span.start, end = span.end();
  int open = 0, missing = 0;
  for (const QueryToken& token : tokens_of(text.substr(start, end - start))) {
    if (token.text == "(") ++open;
    if (token.text != ")") continue;
    if (open > 0) {
      --open;
    } else {
      ++missing;
    }
  }
  constexpr std::string_view spaces = " \t\r\n";
  for (; missing > 0 && start > 0; --missing) {
    const size_t before = text.find_last_not_of(spaces, start - 1);
    if (before == std::string_view::npos || text[before] != '(') break;
    start = before;
  }
  for (; open > 0; --open) {
    const size_t after = text.find_first_not_of(spaces, end);
    if (after == std::string_view::npos || text[after] != ')') break;
    end = after + 1;
  }
  return text.substr(start, end - start);
}

std::string QueryParts::place(size_t offset) const {
  const std::string& file = test.rule().file;
  const std::string name = file.substr(file.rfind('/') + 1);
  return fmt::format("{}:{}", name, place_in_query(test.rule(), offset).line);
}

std::shared_ptr<const ResultTable> QueryParts::run(std::string_view query) const {
  QueryRun run = test.run(query, slot);
  if (run.failure != Failure::None) return nullptr;
  return run.rows;
}

std::vector<size_t> QueryParts::relevant(const ResultTable& rows) const {
  std::vector<size_t> found;
  for (size_t row = 0; row < rows.rows; ++row) {
    bool fits = true;
    for (size_t i = 0; wanted != nullptr && fits && i < rows.columns.size(); ++i) {
      for (const auto& [name, value] : wanted->fields) {
        if (name.text != rows.columns[i].first) continue;
        fits = fits && matches(value, cell(rows, i, row), test.test().now);
      }
    }
    if (fits) found.push_back(row);
  }
  return found;
}

std::vector<const ast::Expression*> conjuncts_of(const ast::Expression& predicate) {
  const auto* logical = std::get_if<ast::Logical>(&predicate.node);
  if (logical == nullptr || logical->op != ast::LogicalOperator::And) return {&predicate};
  std::vector<const ast::Expression*> conjuncts;
  for (const ast::ExpressionPtr& operand : logical->operands) {
    for (const ast::Expression* inner : conjuncts_of(*operand)) conjuncts.push_back(inner);
  }
  return conjuncts;
}

std::vector<std::string> explain_filter(const QueryParts& parts, const std::string& before,
                                        const std::vector<const ast::Expression*>& conditions) {
  // The rows before, whether each condition holds for them, and what it looked at.
  std::string query = before, ours;
  for (size_t i = 0; i < conditions.size(); ++i) {
    fmt::format_to(std::back_inserter(ours), "{}['why {}']", i > 0 ? ", " : "", i);
    fmt::format_to(std::back_inserter(query), "\n| extend ['why {}'] = tobool({})", i,
                   parts.at(conditions[i]->span));
    if (const ast::Expression* subject = subject_of(*conditions[i])) {
      fmt::format_to(std::back_inserter(query), ", ['what {}'] = {}", i, parts.at(subject->span));
      fmt::format_to(std::back_inserter(ours), ", ['what {}']", i);
    }
  }
  // Of many rows with many columns only what is compared is needed, and then the nearest row.
  const bool all_columns = parts.wanted != nullptr;
  const auto rows =
      parts.run(all_columns ? query : fmt::format("{}\n| project-keep {}", query, ours));
  if (!rows) return {};
  std::vector<std::optional<size_t>> holds(conditions.size()), subjects(conditions.size());
  for (size_t i = 0; i < rows->columns.size(); ++i) {
    const std::string& name = rows->columns[i].first;
    if (name.starts_with("why ")) {
      holds[std::stoul(name.substr(4))] = i;
    } else if (name.starts_with("what ")) {
      subjects[std::stoul(name.substr(5))] = i;
    }
  }
  if (!std::ranges::all_of(holds, [](const auto& column) { return column.has_value(); })) return {};
  const auto passes = [&](size_t condition, size_t row) {
    const Value value = cell(*rows, *holds[condition], row);
    return !value.is_null() && value.as_bool();
  };
  std::optional<size_t> nearest;
  size_t most = 0;
  double nearness = 0;
  const std::vector<size_t> relevant = parts.relevant(*rows);
  for (const size_t row : relevant) {
    size_t passed = 0;
    double near = 0;
    for (size_t i = 0; i < conditions.size(); ++i) {
      if (passes(i, row)) {
        ++passed;
      } else if (subjects[i] && direction_of(*conditions[i]) != 0) {
        const Value number = convert(cell(*rows, *subjects[i], row), Type::Real);
        if (!number.is_null()) near += direction_of(*conditions[i]) * number.as_real();
      }
    }
    if (nearest && (passed < most || (passed == most && near <= nearness))) continue;
    nearest = row;
    most = passed;
    nearness = near;
  }
  if (!nearest) return {};
  std::vector<std::string> lines;
  const auto all_of_it = all_columns ? rows : row_number_of(parts, before, *nearest);
  const std::string nearest_row =
      all_of_it == nullptr ? "" : row_text(without_ours(*all_of_it, all_columns ? *nearest : 0), 0);
  lines.push_back(fmt::format("nearest of {} {}, passing {} of {} conditions: {}", relevant.size(),
                              relevant.size() == 1 ? "row" : "rows", most, conditions.size(),
                              nearest_row));
  for (size_t i = 0; i < conditions.size(); ++i) {
    if (passes(i, *nearest)) continue;
    std::string line = fmt::format("rejected by {}: {}", parts.place(conditions[i]->span.start),
                                   one_line(parts.at(conditions[i]->span)));
    if (subjects[i]) {
      fmt::format_to(std::back_inserter(line), "   ({} is {})",
                     one_line(parts.at(subject_of(*conditions[i])->span)),
                     value_text(cell(*rows, *subjects[i], *nearest)));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> explain_keys(const QueryParts& parts, const std::string& left,
                                      const std::string& right, const ast::Expressions& on,
                                      bool anti) {
  const std::string left_key = key_text(parts, on, true);
  const std::string right_key = key_text(parts, on, false);
  const auto left_rows = parts.run(fmt::format("{}\n| distinct {}", left, left_key));
  const auto right_rows = parts.run(fmt::format("{}\n| distinct {}", right, right_key));
  if (!left_rows || !right_rows) return {};
  const std::vector<std::string> ours = keys_in(*left_rows), theirs = keys_in(*right_rows);
  if (anti) {
    return {fmt::format("every key on the left has a partner on the right, and is left out: {}",
                        some_of(ours))};
  }
  std::vector<std::string> lonely, lonely_right;
  const std::set<std::string> left_set(ours.begin(), ours.end());
  const std::set<std::string> right_set(theirs.begin(), theirs.end());
  std::ranges::copy_if(ours, std::back_inserter(lonely),
                       [&](const std::string& key) { return !right_set.contains(key); });
  std::ranges::copy_if(theirs, std::back_inserter(lonely_right),
                       [&](const std::string& key) { return !left_set.contains(key); });
  return {fmt::format("left {} without partner: {}", left_key, some_of(lonely)),
          fmt::format("right {} without partner: {}", right_key, some_of(lonely_right))};
}

}  // namespace vedette::rules
