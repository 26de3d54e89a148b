// Which alerts of a rule tell again what an earlier one has told.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rules/run/run_query.h"

namespace vedette::rules {

/// Of the alerts of one run.
struct Repeats {
  int64_t some = 0;  // alerts about something that an earlier alert was about already
  int64_t all = 0;   // those of them that are about nothing else
};

/// Follows the alerts of one rule. A row of a result repeats an earlier one about the same (texts,
/// ids and flags are alike) when it is there because of the same events: without what the earlier
/// run's window holds, the later run would not have found it, or would have found something else.
class RepeatFinder {
 public:
  /// Both outlive the finder; `runner` answers in windows that begin later.
  RepeatFinder(const AnalyticRule& rule, QueryRunner& runner) : rule_(rule), runner_(runner) {}

  /// A run that raised so many alerts for these rows. Runs come in the order of their slots.
  Repeats take(const Slot& slot, const ResultTable& rows, size_t alerts);

 private:
  /// Hashes, as long histories have many rows.
  struct Evidence {
    uint64_t whole = 0;    // all of the row
    uint64_t subject = 0;  // what stays the same when one more event is counted
  };

  static std::vector<Evidence> evidence_of(const ResultTable& rows);
  std::vector<bool> repeated(const Slot& slot, const std::vector<Evidence>& rows) const;

  const AnalyticRule& rule_;
  QueryRunner& runner_;
  std::unordered_map<uint64_t, Datetime> told_;  // the end of the last window, by subject
};

}  // namespace vedette::rules
