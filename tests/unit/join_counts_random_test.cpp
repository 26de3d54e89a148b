// Counting over inner joins, where equal rows are paired once, against adding up pair by pair.
#include <gtest/gtest.h>

#include "compiler/session/session.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"
#include "stdlib/stdlib.h"
#include "tests/harness/dice.h"

namespace vedette {
namespace {

/// A column of each type, with some values again and again, nulls, and numbers that are equal and
/// not the same.
constexpr std::string_view columns[] = {
    "strcat('v', i % {0})",
    "i % {0}",
    "toint(i % {0})",
    "i % 2 == 0",
    "datetime(2024-01-01) + (i % {0}) * 1d",
    "(i % {0}) * 1h",
    "iff(i % {0} == 0, guid(null), guid(74be27de-1e4e-49d9-b579-fe0b331d3642))",
    "iff(i % 3 == 0, dynamic(null), iff(i % 3 == 1, todynamic(tostring(i % {0})), pack('a', i % "
    "{0})))",
    "iff(i % 2 == 0, dynamic(1), dynamic(1.0))",
    "todouble(i % {0}) * iff(i % 2 == 0, -0.0, 0.5)",
    "todecimal(i % {0})",
};

class RandomJoin {
 public:
  explicit RandomJoin(uint64_t seed) : dice_(seed) {
    const std::string left = side("a"), right = side("b");
    join_ = fmt::format("{} | join kind=inner ({}) on k", left, right);
    if (dice_.below(2) == 0) join_ += " | where k != 'k1'";
  }

  const std::string& join() const { return join_; }

  /// ` by` some columns, and a sort by them.
  std::string groups() {
    if (names_.empty() || dice_.below(8) == 0) return "";
    std::string by, order;
    for (size_t i = 0; i < 1 + dice_.below(3); ++i) {
      const std::string name = dice_.one_of(names_);
      if (order.find(name) != std::string::npos) continue;
      by += fmt::format("{}{} = tostring({})", by.empty() ? "" : ", ", name, name);
      order += fmt::format("{}{} asc", order.empty() ? "" : ", ", name);
    }
    return fmt::format(" by {} | order by {}", by, order);
  }

 private:
  std::string side(std::string_view prefix) {
    constexpr int rows[] = {0, 5, 300, 6000}, different[] = {2, 3, 7, 50};
    std::string text = fmt::format(
        "range i from 1 to {} step 1 | extend k = iff(i % 11 == 0, '', strcat('k', i % {}))",
        dice_.one_of(rows), 1 + dice_.below(40));
    for (size_t i = 0; i < dice_.below(4); ++i) {
      names_.push_back(fmt::format("{}{}", prefix, i));
      text +=
          fmt::format(", {} = {}", names_.back(),
                      fmt::format(fmt::runtime(dice_.one_of(columns)), dice_.one_of(different)));
    }
    return text + " | project-away i";
  }

  Dice dice_;
  std::vector<std::string> names_;
  std::string join_;
};

std::string answer(Session& session, const std::string& query, int threads) {
  const QueryResult result = session.run(query, {.threads = threads});
  if (!result.ok) return result.diagnostics[0].message;
  std::string text;
  for (uint32_t row = 0; row < result.tables[0].rows; ++row) {
    for (const ColumnBuilder& column : result.tables[0].data) {
      append_json_cell(text, value_at(column.vector(row / 64 * 64), row % 64));
      text += ' ';
    }
    text += '\n';
  }
  return text;
}

TEST(RandomJoinCounts, AreThoseOfTheSinglePairs) {
  Session session(standard_library(), nullptr);
  size_t rows = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomJoin random(seed);
    const std::string groups = random.groups();
    const std::string counted =
        random.join() + " | summarize n = count(), m = countif(strlen(k) > 1), u = dcount(k)" +
        groups;
    const std::string added =
        random.join() +
        " | extend one = 1 | summarize n = sum(one), m = sumif(one, strlen(k) "
        "> 1), u = dcount(k)" +
        groups;
    const std::string want = answer(session, added, 1);
    ASSERT_EQ(answer(session, counted, seed % 2 == 0 ? 1 : 4), want) << counted;
    rows += static_cast<size_t>(std::ranges::count(want, '\n'));
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace vedette
