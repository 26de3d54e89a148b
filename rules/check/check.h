// Checks of a rule before it ever runs.
#pragma once

#include <vector>

#include "compiler/session/session.h"
#include "rules/finding.h"
#include "rules/rule.h"

namespace vedette::rules {

/// What one field says on its own: lengths, limits, durations, ids, tactics, entity types.
void check_fields(const AnalyticRule& rule, Findings& findings);

/// The query, bound against the tables that `session` knows, and everything that names a column of
/// its result.
void check_query(const AnalyticRule& rule, Session& session, const QueryOptions& options,
                 Findings& findings);

/// What authors want to be told about a query that binds: it has no bound on time, looks further
/// back than the rule does, declares names it does not use.
void check_habits(const AnalyticRule& rule, Findings& findings);

/// Two rules with one id.
void check_ids(const std::vector<AnalyticRule>& rules, Findings& findings);

/// Where byte `offset` of the rule's query is in its file.
Place place_in_query(const AnalyticRule& rule, size_t offset);

}  // namespace vedette::rules
