#include "rules/test/expectations.h"

#include <algorithm>

#include "rules/test/expected_alerts.h"
#include "rules/test/match_value.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

constexpr size_t most_rows_shown = 5;
constexpr size_t most_cells_shown = 12;

std::string counted_rows(size_t rows) {
  return rows == 1 ? "1 row" : fmt::format("{} rows", rows);
}

class Checker {
 public:
  Checker(const RuleTest& test, const AnalyticRule& rule, const TestOutcome& outcome)
      : test_(test),
        expect_(test.expect),
        rule_(rule),
        outcome_(outcome),
        rows_(*outcome.run.rows) {}

  std::vector<Mismatch> check() {
    if (check_failure()) return std::move(mismatches_);
    check_number("alerts", expect_.alerts, static_cast<int64_t>(outcome_.alerts.size()));
    check_number("incidents", expect_.incidents, outcome_.incidents);
    check_number("runs", expect_.runs, outcome_.runs);
    check_number("runs_failed", expect_.runs_failed, outcome_.runs_failed);
    check_number("duplicates", expect_.duplicates, outcome_.duplicates);
    check_alert();
    if (!test_.simulate) check_rows();
    std::vector<Mismatch> alerts = check_alerts(expect_, outcome_.alerts, test_.now);
    std::ranges::move(alerts, std::back_inserter(mismatches_));
    return std::move(mismatches_);
  }

 private:
  void add(std::string field, Place place, std::string message,
           std::vector<std::string> lines = {}) {
    mismatches_.push_back({std::move(field), place, std::move(message), std::move(lines)});
  }

  /// The query failed, or should have: there is nothing else to look at.
  bool check_failure() {
    const QueryRun& run = outcome_.run;
    const bool failed = run.failure != Failure::None;
    if (!expect_.error) {
      if (failed) add("query", test_.name.place, "the query failed", {"+ " + run.problem});
      return failed;
    }
    const Place place = expect_.error->place;
    if (!failed) {
      add("error", place, "the query was to fail and did not", {"- " + expect_.error->text});
    } else if (run.problem.find(expect_.error->text) == std::string::npos) {
      add("error", place, "the query failed in another way",
          {"- " + expect_.error->text, "+ " + run.problem});
    }
    return true;
  }

  void check_number(const char* name, const std::optional<ExpectedNumber>& expected,
                    int64_t actual) {
    if (!expected || expected->holds(actual)) return;
    std::vector<std::string> lines = {fmt::format("- {}", expected->written.text),
                                      fmt::format("+ {}", actual)};
    if (std::string_view(name) == "runs_failed" && !outcome_.first_problem.empty()) {
      lines.push_back("+ " + outcome_.first_problem);
    }
    add(name, expected->written.place, fmt::format("the number of {} is another", name),
        std::move(lines));
  }

  void check_alert() {
    if (!expect_.alert || *expect_.alert == outcome_.fired) return;
    std::vector<std::string> lines = {*expect_.alert ? "- an alert" : "- no alert"};
    if (test_.simulate) {
      lines.push_back(fmt::format("+ {} alerts in {} runs", outcome_.alerts.size(), outcome_.runs));
    } else {
      lines.push_back(fmt::format("+ {} of the query; the rule fires for {} {}",
                                  counted_rows(rows_.rows), trigger_text(rule_.trigger),
                                  rule_.threshold));
      add_rows(lines);
    }
    add("alert", expect_.alert_place, *expect_.alert ? "no alert is raised" : "an alert is raised",
        std::move(lines));
  }

  void check_rows() {
    if (expect_.rows && !expect_.rows->holds(static_cast<int64_t>(rows_.rows))) {
      std::vector<std::string> lines = {fmt::format("- {}", expect_.rows->written.text),
                                        fmt::format("+ {}", rows_.rows)};
      add_rows(lines);
      add("rows", expect_.rows->written.place, "the number of rows is another", std::move(lines));
    }
    if (expect_.columns) check_columns();
    for (size_t i = 0; i < expect_.contains.size(); ++i) check_contains(i);
    for (size_t i = 0; i < expect_.lacks.size(); ++i) check_lacks(i);
  }

  void add_rows(std::vector<std::string>& lines) const {
    for (size_t row = 0; row < std::min(rows_.rows, most_rows_shown); ++row) {
      lines.push_back("+ " + row_text(rows_, row));
    }
    if (rows_.rows > most_rows_shown) {
      lines.push_back(fmt::format("+ ... and {} more", rows_.rows - most_rows_shown));
    }
  }

  void check_columns() {
    std::vector<std::string> expected, actual;
    for (const Written& name : *expect_.columns) expected.push_back(name.text);
    for (const auto& [name, type] : rows_.columns) actual.push_back(name);
    if (expected == actual) return;
    const Place place = expected.empty() ? expect_.place : expect_.columns->front().place;
    add("columns", place, "the columns of the result are others",
        {fmt::format("- {}", fmt::join(expected, ", ")),
         fmt::format("+ {}", fmt::join(actual, ", "))});
  }

  std::optional<size_t> column_of(std::string_view name) const {
    for (size_t i = 0; i < rows_.columns.size(); ++i) {
      if (rows_.columns[i].first == name) return i;
    }
    return std::nullopt;
  }

  bool cell_matches(const Written& name, const WrittenValue& value, size_t row) const {
    const auto column = column_of(name.text);
    return column && matches(value, cell(rows_, *column, row), test_.now);
  }

  size_t fitting_cells(const ExpectedFields& expected, size_t row) const {
    return static_cast<size_t>(std::ranges::count_if(expected.fields, [&](const auto& field) {
      return cell_matches(field.first, field.second, row);
    }));
  }

  /// Says so when a column is not there; nothing can be compared then.
  bool missing_columns(const ExpectedFields& expected, const std::string& name) {
    bool missing = false;
    for (const auto& [field, value] : expected.fields) {
      if (column_of(field.text)) continue;
      std::vector<std::string> names;
      for (const auto& [column, type] : rows_.columns) names.push_back(column);
      std::string message = fmt::format("the result has no column '{}'", field.text);
      const std::string hint = did_you_mean(most_similar(field.text, names));
      if (!hint.empty()) message += "; " + hint;
      add(name, field.place, std::move(message), {fmt::format("+ {}", fmt::join(names, ", "))});
      missing = true;
    }
    return missing;
  }

  void check_contains(size_t index) {
    const ExpectedFields& expected = expect_.contains[index];
    const std::string name = fmt::format("contains[{}]", index);
    if (missing_columns(expected, name)) return;
    size_t best = 0, best_row = 0;
    for (size_t row = 0; row < rows_.rows; ++row) {
      const size_t fitting = fitting_cells(expected, row);
      if (fitting == expected.fields.size()) return;
      if (fitting > best) {
        best = fitting;
        best_row = row;
      }
    }
    std::vector<std::string> lines;
    if (rows_.rows == 0) {
      for (const auto& [field, value] : expected.fields) {
        lines.push_back(fmt::format("- {}: {}", field.text, shown(value)));
      }
      lines.push_back("+ no rows");
      add(name, expected.place, "the result has no rows", std::move(lines));
      return;
    }
    for (const auto& [field, value] : expected.fields) {
      const std::string actual = shown(cell(rows_, *column_of(field.text), best_row));
      if (cell_matches(field, value, best_row)) {
        lines.push_back(fmt::format("  {}: {}", field.text, actual));
      } else {
        lines.push_back(fmt::format("- {}: {}", field.text, shown(value)));
        lines.push_back(fmt::format("+ {}: {}", field.text, actual));
      }
    }
    add(name, expected.place,
        fmt::format("no row of {} is like this; nearest is row {}", rows_.rows, best_row + 1),
        std::move(lines));
  }

  void check_lacks(size_t index) {
    const ExpectedFields& expected = expect_.lacks[index];
    const std::string name = fmt::format("lacks[{}]", index);
    if (missing_columns(expected, name)) return;
    for (size_t row = 0; row < rows_.rows; ++row) {
      if (fitting_cells(expected, row) != expected.fields.size()) continue;
      add(name, expected.place, fmt::format("row {} is like this", row + 1),
          {"+ " + row_text(rows_, row)});
      return;
    }
  }

  const RuleTest& test_;
  const Expectations& expect_;
  const AnalyticRule& rule_;
  const TestOutcome& outcome_;
  const ResultTable& rows_;
  std::vector<Mismatch> mismatches_;
};

}  // namespace

std::vector<Mismatch> check_expectations(const RuleTest& test, const AnalyticRule& rule,
                                         const TestOutcome& outcome) {
  return Checker(test, rule, outcome).check();
}

std::string_view trigger_text(Trigger trigger) {
  switch (trigger) {
    case Trigger::GreaterThan:
      return "more than";
    case Trigger::LessThan:
      return "fewer than";
    case Trigger::Equal:
      return "exactly";
    default:
      return "anything but";
  }
}

std::string row_text(const ResultTable& rows, size_t row) {
  std::string text = "{";
  size_t cells = 0;
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const Value value = cell(rows, i, row);
    if (value.is_null() || to_text(value).empty()) continue;
    if (cells == most_cells_shown) {
      text += ", ...";
      break;
    }
    if (cells++ > 0) text += ", ";
    text += rows.columns[i].first + ": " + shown(value);
  }
  return text + "}";
}

}  // namespace vedette::rules
