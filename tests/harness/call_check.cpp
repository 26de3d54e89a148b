#include "tests/harness/call_check.h"

#include <algorithm>
#include <set>

#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "stdlib/stdlib.h"
#include "tests/harness/call_maker.h"
#include "tests/harness/grid.h"
#include "tests/harness/result_difference.h"

namespace vedette {
namespace {

/// Functions whose answers are long: fewer calls over fewer rows.
bool is_costly(std::string_view name) {
  constexpr std::string_view names[] = {"range", "repeat", "geo_polygon_to_h3cells",
                                        "geo_h3cell_rings"};
  return std::ranges::find(names, name) != std::end(names);
}

constexpr size_t calls_a_query = 10;

struct Way {
  EncodingChoice encoding;
  JitMode jit;
  int batch_rows;
  int threads = 1;
};
/// The first one is what the others must be like.
constexpr Way ways[] = {
    {EncodingChoice::Plain, JitMode::Off, batch_rows},
    {EncodingChoice::Plain, JitMode::On, batch_rows},
    {EncodingChoice::Plain, JitMode::On, 7},
    {EncodingChoice::Plain, JitMode::Off, 1},
    {EncodingChoice::Dictionary, JitMode::Off, 7},
    {EncodingChoice::Dictionary, JitMode::On, batch_rows},
    {EncodingChoice::Dictionary, JitMode::On, 1},
    {EncodingChoice::Dictionary, JitMode::On, 7, 4},
};

std::string name_of(const Way& way) {
  return fmt::format("{}, batches of {}, {} threads, {}",
                     way.jit == JitMode::On ? "compiled" : "interpreted", way.batch_rows,
                     way.threads, way.encoding == EncodingChoice::Plain ? "plain" : "dictionary");
}

/// Aggregates whose answer depends on which row comes first, or, in its last digits or more, on the
/// order of additions.
bool depends_on_order(const Callable& callable) {
  constexpr std::string_view starts[] = {
      "make_list", "take_any", "arg_m",   "make_bag",   "any",       "sum",  "avg",      "variance",
      "stdev",     "covaria",  "tdigest", "percentile", "make_dict", "argm", "hll_merge"};
  return std::ranges::any_of(
      starts, [&](std::string_view start) { return callable.name.starts_with(start); });
}

class Check {
 public:
  Check(const Callable& callable, ArgumentPool& pool)
      : callable_(callable), maker_(callable, pool, hash_bytes(callable.name)) {}

  CallReport run(size_t most_calls) {
    const bool costly = is_costly(callable_.name);
    if (costly) most_calls = std::min<size_t>(most_calls, 6);
    const std::vector<std::string> calls = maker_.calls();
    for (const EncodingChoice encoding : {EncodingChoice::Plain, EncodingChoice::Dictionary}) {
      databases_.push_back(maker_.table(encoding, costly ? 10 : 48));
      sessions_.push_back(std::make_unique<Session>(standard_library(), databases_.back().get()));
    }
    std::vector<std::string> good, conditions;
    std::set<std::string> seen;
    for (const std::string& call : calls) {
      if (good.size() == most_calls) break;
      if (!seen.insert(call).second) continue;
      const QueryResult bound = sessions_[0]->check(query_of({call}), options());
      if (!bound.ok) continue;
      good.push_back(call);
      if (bound.tables[0].columns.back().second == Type::Bool && conditions.size() < 12) {
        conditions.push_back(call);
      }
    }
    report_.calls = good.size();
    for (size_t at = 0; at < good.size(); at += calls_a_query) {
      const auto last = good.begin() + static_cast<long>(std::min(at + calls_a_query, good.size()));
      check_together({good.begin() + static_cast<long>(at), last});
    }
    if (callable_.kind == Callable::Kind::Aggregate || callable_.needs_order) return report_;
    for (const std::string& call : conditions) {
      compare_ways(fmt::format("T | where {} | project id", call), true);
    }
    return report_;
  }

 private:
  static QueryOptions options() {
    QueryOptions options{.threads = 1,
                         .memory_bytes = 64 << 20,
                         .timeout = std::chrono::milliseconds(10'000),
                         .jit = JitMode::Off};
    options.now = default_clock();
    return options;
  }

  std::string query_of(const std::vector<std::string>& calls) const {
    std::string list;
    if (callable_.kind == Callable::Kind::Aggregate) {
      for (const std::string& call : calls) list += (list.empty() ? "" : ", ") + call;
      return fmt::format("T | summarize {} by g = id % 3 | order by g asc", list);
    }
    for (const std::string& call : calls) list += fmt::format(", {}", call);
    if (callable_.name == "bin_auto") {
      return fmt::format("set query_bin_auto_size = 5; T | project id{}", list);
    }
    return fmt::format("T{} | project id{}", callable_.needs_order ? " | serialize" : "", list);
  }

  void check_together(const std::vector<std::string>& calls) {
    // One call that ends the query would hide the others.
    if (calls.size() > 1 && !sessions_[0]->run(query_of(calls), options()).ok) {
      for (const std::string& call : calls) check_together({call});
      return;
    }
    compare_ways(query_of(calls), true);
    if (callable_.kind != Callable::Kind::Aggregate) return;
    std::string all;
    for (const std::string& call : calls) all += (all.empty() ? "" : ", ") + call;
    compare_ways(fmt::format("T | summarize {}", all), true);
    compare_ways(fmt::format("T | where id < 0 | summarize {}", all), false);
  }

  void compare_ways(const std::string& query, bool count_values) {
    QueryResult first;
    bool begun = false;
    for (const Way& way : ways) {
      const bool threads = way.threads > 1;
      const bool aggregate = callable_.kind == Callable::Kind::Aggregate;
      if (threads && (!aggregate || depends_on_order(callable_))) continue;
      QueryOptions run = options();
      run.jit = way.jit;
      run.batch_rows = way.batch_rows;
      run.threads = way.threads;
      Session& session = *sessions_[way.encoding == EncodingChoice::Plain ? 0 : 1];
      QueryResult result = session.run(query, run);
      if (!begun) {
        first = std::move(result);
        begun = true;
        if (is_defect(first)) return fail(query, name_of(way), first.diagnostics.front().message);
        if (count_values && first.ok) count(first.tables[0]);
        continue;
      }
      if (const std::string reason = reason_of(first, result, threads); !reason.empty()) {
        return fail(query, name_of(way), reason);
      }
    }
  }

  static bool is_defect(const QueryResult& result) {
    return std::ranges::any_of(result.diagnostics, [](const Diagnostic& diagnostic) {
      return diagnostic.code == "KQL0799";
    });
  }

  static bool hit_limit(const QueryResult& result) {
    return std::ranges::any_of(result.diagnostics, [](const Diagnostic& diagnostic) {
      return diagnostic.kind == ErrorKind::Limit;
    });
  }

  void count(const ResultTable& table) {
    const bool keyed = table.columns[0].first == "id" || table.columns[0].first == "g";
    for (size_t column = keyed ? 1 : 0; column < table.data.size(); ++column) {
      const Vector values = table.data[column].vector();
      for (uint32_t row = 0; row < table.rows; ++row) {
        if (value_at(values, row).is_null()) continue;
        ++report_.values;
        break;
      }
    }
  }

  std::string reason_of(const QueryResult& first, const QueryResult& other, bool any_order) const {
    // How much memory a query takes, and when, is no part of its answer.
    if (hit_limit(first) || hit_limit(other)) return {};
    if (first.ok != other.ok) {
      const QueryResult& failed = first.ok ? other : first;
      return fmt::format("{} way ends with {}", first.ok ? "this" : "only the first",
                         failed.diagnostics.empty() ? "?" : failed.diagnostics.front().message);
    }
    if (!first.ok) {
      if (first.diagnostics.front().code == other.diagnostics.front().code) return {};
      return fmt::format("{} and {}", first.diagnostics.front().message,
                         other.diagnostics.front().message);
    }
    const ResultTable& a = first.tables[0];
    const ResultTable& b = other.tables[0];
    if (any_order) return difference(a, b, true);
    if (std::string reason = columns_differ(a.columns, b.columns); !reason.empty()) return reason;
    if (a.rows != b.rows) return fmt::format("{} rows and {}", a.rows, b.rows);
    // Answers that differ each time have only their shape in common.
    if (callable_.function != nullptr && callable_.function->purity == Purity::PerRow &&
        !callable_.needs_order) {
      return {};
    }
    const auto found = first_difference(a, b, callable_.kind != Callable::Kind::Aggregate);
    if (!found) return {};
    return fmt::format("{} of row {}: {} and {}", a.columns[found->column].first, found->row,
                       found->first.substr(0, 200), found->second.substr(0, 200));
  }

  void fail(const std::string& query, const std::string& way, const std::string& reason) {
    if (report_.failures.size() < 5) {
      report_.failures.push_back(fmt::format("{}\n  {}\n  {}", query, way, reason));
    }
  }

  const Callable& callable_;
  CallMaker maker_;
  std::vector<std::unique_ptr<Database>> databases_;
  std::vector<std::unique_ptr<Session>> sessions_;
  CallReport report_;
};

}  // namespace

CallReport check_calls(const Callable& callable, ArgumentPool& pool, size_t most_calls) {
  return Check(callable, pool).run(most_calls);
}

}  // namespace vedette
