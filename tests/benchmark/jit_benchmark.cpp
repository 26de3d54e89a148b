// What the JIT is worth: one query of filters and arithmetic over 20 million rows, interpreted,
// compiled, and left to `auto`; then queries that the JIT cannot help, where `auto` must not cost.
//
//   jit_benchmark [rows]     prints medians in ms and ratios; exit status 1 when a promise is
//   broken
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/table/database.h"
#include "stdlib/stdlib.h"

namespace {

using namespace vedette;

constexpr int repetitions = 9;
constexpr double promised_gain = 3.0;
constexpr double allowed_loss = 1.05;

constexpr const char* arithmetic =
    "T | where (a * 3 + b) % 7 < 3 and (a + b) * 5 - b / 3 > 1000 and r * 2.5 + a > 100.0 "
    "and (a - b) % 11 != 4 and (b * 7 - a) % 13 < 9 and r * r - b < 2000000.0 "
    "| summarize n = count(), s = sum((a + b) * 2 - a % 5 + (b - a) * (b - a))";

constexpr const char* others[] = {
    "T | summarize n = count() by g",
    "T | where s has 'needle' | count",
    "T | where a == 17 | count",
    "T | where s == 'word 3' and a > 500 | summarize sum(b) by g",
};

void fill(Database& database, int64_t rows) {
  database.create_table({"T",
                         {{"a", Type::Long},
                          {"b", Type::Long},
                          {"r", Type::Real},
                          {"g", Type::String},
                          {"s", Type::String}}});
  std::mt19937_64 random(1);
  Appender appender = database.append("T");
  for (int64_t row = 0; row < rows; ++row) {
    appender.column(0).append_word(static_cast<int64_t>(random() % 1000));
    appender.column(1).append_word(static_cast<int64_t>(random() % 1000));
    appender.column(2).append_double(static_cast<double>(random() % 100000) / 64);
    appender.column(3).append_text("group " + std::to_string(random() % 100));
    appender.column(4).append_text("word " + std::to_string(random() % 5000));
    appender.end_row();
  }
  appender.commit();
}

double milliseconds(Session& session, const char* query, JitMode mode) {
  QueryOptions options{.threads = 1};
  options.jit = mode;
  const QueryResult result = session.run(query, options);
  if (!result.ok) {
    std::fprintf(stderr, "%s\n", result.diagnostics.front().message.c_str());
    std::exit(2);
  }
  return std::chrono::duration<double, std::milli>(result.statistics.elapsed).count();
}

struct Times {
  double off, on, automatic;
};

// The modes take turns, so that a busy machine slows all of them.
Times measure(Session& session, const char* query) {
  std::vector<double> times[3];
  for (int i = 0; i < repetitions; ++i) {
    times[0].push_back(milliseconds(session, query, JitMode::Off));
    times[1].push_back(milliseconds(session, query, JitMode::On));
    times[2].push_back(milliseconds(session, query, JitMode::Auto));
  }
  const auto best = [](const std::vector<double>& list) {
    return *std::min_element(list.begin(), list.end());
  };
  return {best(times[0]), best(times[1]), best(times[2])};
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t rows = argc > 1 ? std::atoll(argv[1]) : 20'000'000;
  const auto database = Database::in_memory();
  fill(*database, rows);
  Session session(standard_library(), database.get());
  bool kept = true;
  const auto report = [&](const char* query, bool gains) {
    const Times m = measure(session, query);
    std::printf("%-60.60s off %8.1f  on %8.1f  auto %8.1f ms  off/on %.2fx  auto/off %.2f\n", query,
                m.off, m.on, m.automatic, m.off / m.on, m.automatic / m.off);
    if (gains && m.off / m.on < promised_gain) kept = false;
    if (m.automatic > m.off * allowed_loss + 1.0) kept = false;
  };
  report(arithmetic, true);
  for (const char* query : others) report(query, false);
  std::printf(kept ? "promises kept\n" : "a promise is broken\n");
  return kept ? 0 : 1;
}
