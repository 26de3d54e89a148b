// What a test expects of alerts and their entities.
#pragma once

#include <vector>

#include "rules/alert/alert.h"
#include "rules/test/run_test.h"

namespace vedette::rules {

/// The expectations on fields of alerts, and on entities, that do not hold.
std::vector<Mismatch> check_alerts(const Expectations& expect, const std::vector<Alert>& alerts,
                                   Datetime now);

}  // namespace vedette::rules
