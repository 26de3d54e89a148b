// The tables that the scheduler itself fills, and who reads them.
#pragma once

#include <string_view>

#include "runtime/table/stored_function.h"

namespace vedette::rules {

/// Whether a query may read SecurityAlert, SecurityIncident or RuleRuns: then what is waiting in
/// the outbox has to be in the tables before it runs. Says yes when in doubt.
bool may_read_rule_tables(std::string_view query, const StoredFunctions& functions);

}  // namespace vedette::rules
