// Checks of a rule before it ever runs.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "compiler/session/session.h"
#include "rules/finding.h"
#include "rules/rule.h"
#include "runtime/table/database.h"

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

/// The query against what is stored: columns and tables that are declared, so that it binds, and
/// that no row has come for.
void check_data(const AnalyticRule& rule, const Library& library, Database& database,
                const plan::SchemaSource& declared, const QueryOptions& options,
                Findings& findings);

/// Addresses that the query reads with externaldata and that nothing stands in for.
void check_externals(const AnalyticRule& rule, const std::set<std::string, std::less<>>& addresses,
                     Findings& findings);

/// Two rules with one id.
void check_ids(const std::vector<AnalyticRule>& rules, Findings& findings);

/// Where byte `offset` of the rule's query is in its file.
Place place_in_query(const AnalyticRule& rule, size_t offset);

}  // namespace vedette::rules
