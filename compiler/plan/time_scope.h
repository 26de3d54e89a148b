// Which rows of every table a query may see, by time.
#pragma once

#include <optional>
#include <string>

#include "runtime/value/datetime.h"

namespace vedette::plan {

/// Bounds that hold for each stored table that is read, wherever the query names it. An absent
/// bound bounds nothing. The first two are what `set query_datetimescope_...` says.
struct TimeScope {
  std::string column = {};  // tables without a datetime column of this name show all rows
  std::optional<Datetime> from = {};
  std::optional<Datetime> to = {};  // not included
  std::optional<Datetime> ingested_from = {};
  std::optional<Datetime> ingested_before = {};

  bool operator==(const TimeScope&) const = default;
};

}  // namespace vedette::plan
