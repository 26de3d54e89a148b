#include "rules/test/why_simulated.h"

#include <algorithm>

#include "rules/test/expectations.h"
#include "rules/test/why.h"
#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette::rules {
namespace {

/// Slots whose queries are taken apart; others are only counted.
constexpr size_t most_looked_at = 48;
constexpr size_t most_shown = 5;

bool expects_more(const PreparedTest& test, const TestOutcome& outcome) {
  const Expectations& expect = test.test().expect;
  const auto too_few = [](const std::optional<ExpectedNumber>& wanted, int64_t actual) {
    return wanted && !wanted->negated && actual < wanted->least;
  };
  const auto alerts = static_cast<int64_t>(outcome.alerts.size());
  if (expect.alert && *expect.alert && alerts == 0) return true;
  if (too_few(expect.alerts, alerts) || too_few(expect.incidents, outcome.incidents)) return true;
  // Alerts came, and one that was described is not among them.
  const bool described = !expect.alert_fields.empty() || !expect.entities.empty();
  return described && !test.mismatches(outcome).empty();
}

/// Slots one after the other that found nothing for the same reason.
struct Group {
  std::vector<std::string> reason;
  std::vector<Slot> slots;
  int weight = 0;  // how near they came to an alert
};

class SlotReasons {
 public:
  SlotReasons(const PreparedTest& test, const TestOutcome& outcome)
      : test_(test), outcome_(outcome) {}

  std::vector<std::string> explain() {
    for (const SimulatedRun& run : outcome_.simulated) {
      if (run.alerts == 0) consider(run);
    }
    std::ranges::stable_sort(groups_, std::greater(), &Group::weight);
    std::vector<std::string> lines;
    for (size_t i = 0; i < std::min(groups_.size(), most_shown); ++i) {
      lines.push_back(title_of(groups_[i].slots));
      for (const std::string& line : groups_[i].reason) lines.push_back("  " + line);
    }
    if (groups_.size() > most_shown) {
      size_t others = 0;
      for (size_t i = most_shown; i < groups_.size(); ++i) others += groups_[i].slots.size();
      lines.push_back(fmt::format("and {} more without an alert", counted(others)));
    }
    if (not_looked_at_ > 0) {
      lines.push_back(fmt::format("{} more with rows in their windows were not looked at",
                                  counted(not_looked_at_)));
    }
    return lines;
  }

 private:
  static std::string counted(size_t slots) {
    return fmt::format("{} slot{}", slots, slots == 1 ? "" : "s");
  }

  static std::string title_of(const std::vector<Slot>& slots) {
    const Slot& first = slots.front();
    if (slots.size() == 1) {
      return fmt::format("no alert at {}, which sees {} .. {}:", to_text(first.at),
                         to_text(first.from), to_text(first.to));
    }
    return fmt::format("no alert at {} from {} to {}:", counted(slots.size()), to_text(first.at),
                       to_text(slots.back().at));
  }

  void add(const Slot& slot, int weight, std::vector<std::string> reason) {
    if (groups_.empty() || groups_.back().reason != reason) {
      groups_.push_back({std::move(reason), {}, weight});
    }
    groups_.back().slots.push_back(slot);
  }

  void consider(const SimulatedRun& run) {
    const AnalyticRule& rule = test_.rule();
    switch (run.outcome) {
      case Outcome::Transient:
      case Outcome::Permanent:
        return add(run.slot, 4, {fmt::format("the run failed: {}", run.message)});
      case Outcome::Suppressed:
        return add(run.slot, 3, {fmt::format("suppressed: {}", run.message)});
      case Outcome::Skipped:
        return add(run.slot, 0, {fmt::format("skipped: {}", run.message)});
      case Outcome::Alerted:
        return add(run.slot, 2, {run.message});
      case Outcome::NoAlert:
        break;
    }
    if (run.rows > 0) {
      return add(
          run.slot, 3,
          {fmt::format("the query has {} row{}; the rule fires for {} {}", run.rows,
                       run.rows == 1 ? "" : "s", trigger_text(rule.trigger), rule.threshold)});
    }
    if (!any_rows_in(run.slot)) {
      return add(run.slot, 0, {"no row of the test lies in the window, as far as it was ingested"});
    }
    if (looked_at_ == most_looked_at) {
      ++not_looked_at_;
      return;
    }
    ++looked_at_;
    std::vector<std::string> reason = explain_no_rows(test_, run.slot);
    if (reason.empty()) reason.emplace_back("the query has no rows");
    add(run.slot, 2, std::move(reason));
  }

  bool any_rows_in(const Slot& slot) const {
    return std::ranges::any_of(test_.fixtures().tables(), [&](const std::string& table) {
      const QueryRun run = test_.run(fmt::format("['{}'] | take 1", table), slot);
      return run.rows->rows > 0;
    });
  }

  const PreparedTest& test_;
  const TestOutcome& outcome_;
  std::vector<Group> groups_;
  size_t looked_at_ = 0, not_looked_at_ = 0;
};

}  // namespace

std::vector<std::string> explain_missing_alerts(const PreparedTest& test,
                                                const TestOutcome& outcome) {
  if (!expects_more(test, outcome)) return {};
  return SlotReasons(test, outcome).explain();
}

}  // namespace vedette::rules
