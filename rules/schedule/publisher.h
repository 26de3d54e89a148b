// From the outbox into the tables that everybody can query.
#pragma once

#include <functional>
#include <string_view>

#include "rules/state/state.h"
#include "runtime/table/database.h"

namespace vedette::rules {

/// When rows that are published were ingested.
enum class PublishedAs {
  Committed,    // when the tables get them
  NewestEntry,  // when the newest entry of a commit came to be: by the clock of a replay
  EachEntry,    // when each entry came to be
};

/// Appends what waits in the outbox to SecurityAlert, SecurityIncident and RuleRuns. The commit
/// that adds rows also says how far the outbox has come, as a property of RuleRuns, so that an
/// entry is in the tables exactly once wherever a process ends.
class Publisher {
 public:
  /// Both outlive it. A database that is open for reading is opened for writing for the time of
  /// each commit, and refreshed afterwards: others may write in between.
  Publisher(State& state, Database& database);

  /// Publishes everything, and merges the small extents that many commits leave behind. False when
  /// another process owns the tables: then the rows wait.
  bool publish(PublishedAs as = PublishedAs::NewestEntry);

  /// Called with the name of each step before it is taken: tests end the process there.
  std::function<void(std::string_view)> before_step = {};
  /// Small extents that are merged: so many, or more.
  size_t merged_together = MergeOptions().together;

 private:
  void publish_into(Database& database, PublishedAs as);
  void merge_extents(Database& database) const;
  void step(std::string_view name) const;

  State& state_;
  Database& database_;
};

}  // namespace vedette::rules
