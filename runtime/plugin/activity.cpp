#include "runtime/plugin/activity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "runtime/base/error.h"

namespace vedette::plugin {
namespace {

using Ids = std::unordered_set<uint32_t>;
/// The rows of one combination of dimensions by period.
using Periods = std::map<int64_t, std::vector<uint32_t>>;

double ratio(size_t part, size_t whole) {
  if (whole == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// One run: the input in numbers.
class Run {
 public:
  Run(TableCall& call, const Activity& parameters)
      : call_(call),
        parameters_(parameters),
        input_(call.inputs[0]),
        dimensions_(input_.columns.size() - 2),
        ids_(number_values(input_.columns[0])),
        groups_(number_rows(input_, 2, dimensions_)),
        axis_(parameters.axis, Cells(input_.columns[1])) {}

  void run() {
    std::vector<std::vector<uint32_t>> rows_of(groups_.count());
    for (size_t row = 0; row < input_.rows; ++row) {
      if (!axis_.is_null(row)) {
        rows_of[groups_.of_row[row]].push_back(static_cast<uint32_t>(row));
      }
    }
    for (group_ = 0; group_ < groups_.count(); ++group_) {
      call_.check_running();
      one_group(rows_of[group_]);
    }
  }

 private:
  void one_group(const std::vector<uint32_t>& rows) {
    switch (parameters_.kind) {
      case Activity::Counts:
        return counts(inside(rows));
      case Activity::Metrics:
        return metrics(inside(rows));
      case Activity::Engagement:
        return windows(rows, true);
      case Activity::Sliding:
        return windows(rows, false);
      case Activity::ActiveUsers:
        return active_users(rows);
      case Activity::Sessions:
        return sessions(rows);
      case Activity::Cohorts:
        return cohorts(inside(rows));
    }
  }

  Periods inside(const std::vector<uint32_t>& rows) const {
    Periods periods;
    for (const uint32_t row : rows) {
      if (axis_.inside(row)) periods[axis_.period_of(row)].push_back(row);
    }
    return periods;
  }

  Ids ids_of(const std::vector<uint32_t>& rows) const {
    Ids ids;
    for (const uint32_t row : rows) ids.insert(ids_.of_row[row]);
    return ids;
  }

  /// Writes the period and the dimensions; answers the output column that comes next.
  size_t begin_row(int64_t period) {
    axis_.append_start(call_.out[0], period);
    return append_dimensions(1);
  }
  size_t append_dimensions(size_t at) {
    for (size_t i = 0; i < dimensions_; ++i) {
      Cells(input_.columns[2 + i]).append_to(call_.out[at++], groups_.first_row[group_]);
    }
    return at;
  }
  void append_count(size_t at, size_t count) {
    call_.out[at].append_word(static_cast<int64_t>(count));
  }

  void counts(const Periods& periods) {
    Ids seen;
    for (const auto& [period, rows] : periods) {
      const Ids ids = ids_of(rows);
      const size_t before = seen.size();
      seen.insert(ids.begin(), ids.end());
      const size_t at = begin_row(period);
      append_count(at, rows.size());
      append_count(at + 1, ids.size());
      append_count(at + 2, seen.size() - before);
      append_count(at + 3, seen.size());
    }
  }

  void metrics(const Periods& periods) {
    Ids last;
    int64_t last_period = -1;
    for (const auto& [period, rows] : periods) {
      if (period != last_period + 1) last.clear();
      Ids ids = ids_of(rows);
      const auto returned = static_cast<size_t>(
          std::count_if(ids.begin(), ids.end(), [&](uint32_t id) { return last.contains(id); }));
      const size_t at = begin_row(period);
      append_count(at, ids.size());
      append_count(at + 1, ids.size() - returned);
      call_.out[at + 2].append_double(ratio(returned, last.size()));
      call_.out[at + 3].append_double(ratio(last.size() - returned, last.size()));
      last = std::move(ids);
      last_period = period;
    }
  }

  /// Figures of windows that reach back from the end of each period: of rows and ids, or the ids of
  /// the period itself against those of the window.
  void windows(const std::vector<uint32_t>& rows, bool engagement) {
    const int64_t span = axis_.spanned(parameters_.window);
    Periods periods;
    for (const uint32_t row : rows) periods[axis_.period_of(row)].push_back(row);
    std::unordered_map<uint32_t, size_t> held;  // how often an id is in the window
    size_t held_rows = 0;
    auto enter = periods.begin(), leave = periods.begin();
    for (int64_t period = 0; period < axis_.periods(); ++period) {
      for (; enter != periods.end() && enter->first <= period; ++enter) {
        for (const uint32_t row : enter->second) {
          // A row after the end does not count, though its period may begin before.
          if (period >= 0 && enter->first >= 0 && !axis_.inside(row)) continue;
          ++held[ids_.of_row[row]], ++held_rows;
        }
      }
      for (; leave != enter && leave->first <= period - span; ++leave) {
        for (const uint32_t row : leave->second) {
          if (leave->first >= 0 && !axis_.inside(row)) continue;
          const auto id = held.find(ids_.of_row[row]);
          if (--id->second == 0) held.erase(id);
          --held_rows;
        }
      }
      if (held_rows == 0) continue;
      if (!engagement) {
        const size_t at = begin_row(period);
        append_count(at, held_rows);
        append_count(at + 1, held.size());
        continue;
      }
      const auto now = periods.find(period);
      if (now == periods.end()) continue;
      const size_t inner = ids_of(now->second).size();
      const size_t at = begin_row(period);
      append_count(at, inner);
      append_count(at + 1, held.size());
      call_.out[at + 2].append_double(ratio(inner, held.size()));
    }
  }

  /// The rows of each id in order of time.
  std::map<uint32_t, std::vector<uint32_t>> by_id(const std::vector<uint32_t>& rows) const {
    std::map<uint32_t, std::vector<uint32_t>> rows_of;
    for (const uint32_t row : rows) rows_of[ids_.of_row[row]].push_back(row);
    for (auto& [id, own] : rows_of) {
      std::sort(own.begin(), own.end(), [&](uint32_t a, uint32_t b) {
        return axis_.before(a, b) || (!axis_.before(b, a) && a < b);
      });
    }
    return rows_of;
  }

  void active_users(const std::vector<uint32_t>& rows) {
    std::map<int64_t, size_t> active;  // ids a period
    for (const auto& [id, own] : by_id(rows)) {
      std::unordered_set<int64_t> counted;
      std::map<int64_t, size_t> stretches;  // of time with a row in the window
      size_t first = 0;
      for (size_t at = 0; at < own.size(); ++at) {
        ++stretches[axis_.stretch_of(own[at], parameters_.period)];
        for (; !axis_.within(own[at], own[first], parameters_.window, false); ++first) {
          const auto old = stretches.find(axis_.stretch_of(own[first], parameters_.period));
          if (--old->second == 0) stretches.erase(old);
          if (first == at) break;
        }
        if (static_cast<int64_t>(stretches.size()) < parameters_.least) continue;
        if (!axis_.inside(own[at])) continue;
        const int64_t period = axis_.period_of(own[at]);
        if (counted.insert(period).second) ++active[period];
      }
    }
    for (const auto& [period, count] : active) append_count(begin_row(period), count);
  }

  void sessions(const std::vector<uint32_t>& rows) {
    std::map<int64_t, size_t> active;  // sessions a period
    for (const auto& [id, own] : by_id(rows)) {
      std::optional<int64_t> counted;  // the last period that counted the session
      for (size_t at = 0; at < own.size(); ++at) {
        const bool goes_on = at > 0 && axis_.within(own[at], own[at - 1], parameters_.window, true);
        if (!goes_on) counted.reset();
        if (!axis_.inside(own[at])) continue;
        const int64_t period = axis_.period_of(own[at]);
        if (counted != period) ++active[period];
        counted = period;
      }
    }
    for (const auto& [period, count] : active) append_count(begin_row(period), count);
  }

  /// Ids of the second input, by their numbers in the first.
  Ids known_before() const {
    Ids known;
    if (call_.inputs.size() < 2) return known;
    std::unordered_map<std::string_view, uint32_t> number_of;
    const Cells ours(input_.columns[0]), theirs(call_.inputs[1].columns[0]);
    for (uint32_t i = 0; i < ids_.count(); ++i) {
      const uint32_t row = ids_.first_row[i];
      if (!ours.is_null(row)) number_of.emplace(ours.key(row), i);
    }
    for (size_t row = 0; row < theirs.size(); ++row) {
      const auto found = theirs.is_null(row) ? number_of.end() : number_of.find(theirs.key(row));
      if (found != number_of.end()) known.insert(found->second);
    }
    return known;
  }

  void cohorts(const Periods& periods) {
    const int64_t count = axis_.periods();
    if (count > 10'000) {
      throw QueryError(ErrorKind::Runtime, "KQL0712",
                       "new_activity_metrics compares at most 10000 periods");
    }
    std::vector<Ids> ids(static_cast<size_t>(count));
    for (const auto& [period, rows] : periods) {
      if (period >= 0 && period < count) ids[static_cast<size_t>(period)] = ids_of(rows);
    }
    Ids seen = known_before();
    ColumnBuilder start(call_.out[0].type());
    for (size_t from = 0; from < ids.size(); ++from) {
      Ids cohort;
      for (const uint32_t id : ids[from]) {
        if (!seen.contains(id)) cohort.insert(id);
      }
      seen.insert(cohort.begin(), cohort.end());
      start.clear();
      axis_.append_start(start, static_cast<int64_t>(from));
      const bool wanted =
          parameters_.cohort.is_null() || Cells(start).value(0) == parameters_.cohort;
      if (!wanted) continue;
      for (size_t to = from; to < ids.size(); ++to) {
        call_.check_running();
        size_t fresh = to == from ? cohort.size() : 0, retained = 0;
        for (const uint32_t id : ids[to]) {
          retained += cohort.contains(id);
          fresh += to != from && !seen.contains(id);
        }
        axis_.append_start(call_.out[0], static_cast<int64_t>(from));
        axis_.append_start(call_.out[1], static_cast<int64_t>(to));
        const size_t at = append_dimensions(2);
        append_count(at, fresh);
        append_count(at + 1, retained);
        append_count(at + 2, cohort.size() - retained);
        call_.out[at + 3].append_double(ratio(retained, cohort.size()));
        call_.out[at + 4].append_double(ratio(cohort.size() - retained, cohort.size()));
      }
    }
  }

  TableCall& call_;
  const Activity& parameters_;
  const WholeTable& input_;
  const size_t dimensions_;
  const Codes ids_;
  const Codes groups_;
  const Axis axis_;
  size_t group_ = 0;
};

class ActivityFunction : public TableFunction {
 public:
  explicit ActivityFunction(Activity parameters) : parameters_(std::move(parameters)) {}
  std::string describe() const override {
    constexpr std::string_view names[] = {"activity_counts_metrics", "activity_metrics",
                                          "activity_engagement",     "sliding_window_counts",
                                          "active_users_count",      "session_count",
                                          "new_activity_metrics"};
    return std::string(names[parameters_.kind]);
  }
  void run(TableCall& call) const override { Run(call, parameters_).run(); }

 private:
  const Activity parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> activity(Activity parameters) {
  return std::make_shared<ActivityFunction>(std::move(parameters));
}

}  // namespace vedette::plugin
