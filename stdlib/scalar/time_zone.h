// Time zones from the system's zone files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/scalar.h"

namespace vedette::stdlib {

/// A rule for the years after the last listed change: standard time and, perhaps, summer time.
struct YearlyRule {
  /// The `week`th (5: last) `day` (0: Sunday) of `month`, so many seconds after midnight.
  struct Change {
    int month = 1;
    int week = 1;
    int day = 0;
    int64_t seconds = 7200;
  };
  int64_t standard = 0;  // seconds east of Greenwich
  int64_t summer = 0;
  bool has_summer = false;
  Change start;  // of summer time, in standard time
  Change end;    // of summer time, in summer time
};

/// Reads a rule as zone files end with it: `CET-1CEST,M3.5.0,M10.5.0/3`. Nothing for what is
/// written in another way.
std::optional<YearlyRule> parse_yearly_rule(std::string_view text);

/// What the clocks of a place show.
class TimeZone {
 public:
  /// Reads the bytes of a zone file (TZif, version 2 and later). Nothing if they are none.
  static std::optional<TimeZone> parse(std::string_view bytes);

  /// Seconds to add to UTC at a moment.
  int64_t offset_at(Datetime utc) const;

  /// Nothing outside the years 1 to 9999.
  std::optional<Datetime> local_of(Datetime utc) const;
  /// A local time that the clocks skip or show twice counts as one after the change.
  std::optional<Datetime> utc_of(Datetime local) const;

 private:
  std::vector<int64_t> changes_;    // seconds since 1970, ascending
  std::vector<int64_t> offsets_;    // from each change on
  int64_t first_offset_ = 0;        // before the first change
  std::optional<YearlyRule> rule_;  // after the last one
};

/// The zone of an IANA name such as `Europe/Brussels`, read once in the life of the process; or
/// nullptr, when the system has no file of that name.
std::shared_ptr<const TimeZone> find_time_zone(const std::string& name);

/// The names of all zones that the system has, in order.
const std::vector<std::string>& time_zone_names();

}  // namespace vedette::stdlib
