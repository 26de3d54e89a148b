// How long the rows of a table are kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/table/schema.h"
#include "runtime/value/value.h"

namespace vedette {

/// A retention policy. Rows are kept for the period at least, from the time they were ingested on.
struct RetentionPolicy {
  Timespan soft_delete_period = {365'000ll * 864'000'000'000};
  /// Kept for those who ask; what is dropped is gone here in either case.
  bool recoverable = true;

  /// Was what was ingested at `time` kept long enough?
  bool expired(Datetime time, Datetime now) const {
    return now.ticks - soft_delete_period.ticks >= time.ticks;
  }
  /// As JSON.
  std::string to_text() const;
};

/// The property of a table, and of a database, that holds its policy.
constexpr std::string_view retention_property = "retention";

/// Reads a policy from JSON; what it leaves out is as in `otherwise`. Nothing when it is not a
/// policy.
std::optional<RetentionPolicy> parse_retention(std::string_view json,
                                               RetentionPolicy otherwise = {});

}  // namespace vedette
