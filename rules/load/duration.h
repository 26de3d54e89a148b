// Durations as rules write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/value/scalar.h"

namespace vedette::rules {

/// `5m`, `1h`, `14d`, `00:05:00`, `1.00:00:00`, `PT5M`, `P1DT2H`; none for anything else and for
/// negative ones.
std::optional<Timespan> parse_rule_duration(std::string_view text);

/// `5m`, `36h`, `14d`: the largest unit that fits without a rest.
std::string short_duration(Timespan span);

}  // namespace vedette::rules
