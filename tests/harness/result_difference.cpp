#include "tests/harness/result_difference.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "runtime/base/format.h"
#include "runtime/value/value.h"
#include "tests/harness/test_tables.h"

namespace vedette {
namespace {

/// The rows of an answer, ready to compare: what must be equal, and reals, which may be close.
struct Answer {
  struct Row {
    std::string exact;
    std::vector<double> reals;
  };
  plan::TableColumns columns;
  std::vector<Row> rows;
};

bool close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

bool same(const Answer::Row& a, const Answer::Row& b) {
  return a.exact == b.exact && std::ranges::equal(a.reals, b.reals, close);
}

/// `any_order`: letters of texts and JSON are put in order, for sets whose members came from
/// several threads.
Answer answer_of(const ResultTable& table, bool any_order) {
  Answer answer{table.columns, {}};
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : table.data) vectors.push_back(column.vector());
  for (size_t i = 0; i < table.rows; ++i) {
    Answer::Row& row = answer.rows.emplace_back();
    for (const Vector& vector : vectors) {
      const Value value = value_at(vector, static_cast<uint32_t>(i));
      if (value.type() == Type::Real && !value.is_null()) {
        row.reals.push_back(value.as_real());
        continue;
      }
      std::string cell = cell_of_value(value);
      if (any_order) std::sort(cell.begin(), cell.end());
      row.exact += cell;
      row.exact += '\x1f';
    }
  }
  if (any_order) {
    std::sort(answer.rows.begin(), answer.rows.end(), [](const auto& a, const auto& b) {
      return std::tie(a.exact, a.reals) < std::tie(b.exact, b.reals);
    });
  }
  return answer;
}

}  // namespace

std::string columns_differ(const plan::TableColumns& a, const plan::TableColumns& b) {
  if (a.size() != b.size()) return fmt::format("{} columns and {}", a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    return fmt::format("column {}: {}:{} and {}:{}", i, a[i].first, name_of(a[i].second),
                       b[i].first, name_of(b[i].second));
  }
  return {};
}

std::string difference(const ResultTable& first, const ResultTable& second, bool any_order) {
  if (std::string reason = columns_differ(first.columns, second.columns); !reason.empty()) {
    return reason;
  }
  if (first.rows != second.rows) return fmt::format("{} rows and {}", first.rows, second.rows);
  const Answer a = answer_of(first, any_order);
  const Answer b = answer_of(second, any_order);
  for (size_t i = 0; i < a.rows.size(); ++i) {
    if (same(a.rows[i], b.rows[i])) continue;
    std::string left = a.rows[i].exact, right = b.rows[i].exact;
    size_t at = 0;
    while (at < std::min(left.size(), right.size()) && left[at] == right[at]) ++at;
    at -= std::min<size_t>(at, 30);
    return fmt::format("row {}: {} and {}", i + 1, left.substr(at, 120), right.substr(at, 120));
  }
  return {};
}

std::optional<CellDifference> first_difference(const ResultTable& first, const ResultTable& second,
                                               bool exact) {
  for (size_t column = 0; column < first.data.size(); ++column) {
    const Vector a = first.data[column].vector();
    const Vector b = second.data[column].vector();
    for (size_t row = 0; row < first.rows; ++row) {
      const Value left = value_at(a, static_cast<uint32_t>(row));
      const Value right = value_at(b, static_cast<uint32_t>(row));
      if (left == right) continue;
      if (left.type() == Type::Real && !left.is_null() && !right.is_null()) {
        const double x = left.as_real(), y = right.as_real();
        if (exact ? std::isnan(x) && std::isnan(y) : close(x, y)) continue;
      }
      return CellDifference{column, row, cell_of_value(left), cell_of_value(right)};
    }
  }
  return std::nullopt;
}

}  // namespace vedette
