// What must survive of analytic rules: their grid, their runs, incidents, and rows that have yet to
// reach their tables. One SQLite file beside the tables.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/alert/alert.h"
#include "rules/incident/incident.h"
#include "rules/state/records.h"
#include "rules/state/sqlite.h"

namespace vedette::rules {

/// Rows on their way into a table.
struct OutboxEntry {
  int64_t sequence = 0;
  Datetime at = {};  // when they came to be
  std::string table;
  std::string rows;  // as pack_rows makes them
};

/// A change of an incident that somebody made.
struct IncidentEdit {
  int64_t incident = 0;
  Datetime at = {};
  std::string by;
  std::string change;
};

/// The file `rules.sqlite` of a database. For one thread; several processes may have it open. What
/// changes belongs into a transaction. Errors are QueryErrors: RUL0601 cannot be opened, or is too
/// new; RUL0602 cannot be read or written.
class State {
 public:
  /// Of the database in `directory`; made when there is none.
  static std::unique_ptr<State> open(const std::string& directory);
  /// For reading; nullptr when no rule has run there.
  static std::unique_ptr<State> open_to_read(const std::string& directory);
  /// Gone with the object.
  static std::unique_ptr<State> in_memory();
  ~State();

  Transaction begin() { return Transaction(sqlite_); }
  /// Whether another process has changed anything since the last call.
  bool changed_by_others();
  Sqlite& sqlite() { return sqlite_; }

  /// Sorted by id.
  std::vector<RuleState> rules();
  std::optional<RuleState> find_rule(std::string_view id);
  void save(const RuleState& rule);

  /// Numbers the run, keeps it, and puts its row into the outbox.
  void record(RunRecord& run);
  /// How often the slot was tried.
  int64_t attempts(std::string_view rule_id, Datetime slot_time);
  /// The latest runs of a rule (empty: of all), newest first. Without kind, resources and engine.
  std::vector<RunRecord> last_runs(std::string_view rule_id, int64_t most);
  /// Forgets runs that started before; RuleRuns keeps them.
  void forget_runs(Datetime before);

  std::vector<Retry> retries();
  void save(const Retry& retry);
  void remove_retry(std::string_view rule_id, Datetime slot_time);
  void remove_retries(std::string_view rule_id);

  bool knows_alert(std::string_view id);
  /// Puts their rows into the outbox and remembers that they were raised.
  void record(const std::vector<Alert>& alerts, Datetime at);

  /// In the order of their numbers.
  std::vector<Incident> incidents();
  /// Those that an alert after `time` opened or that changed since.
  std::vector<Incident> incidents_since(Datetime time);
  std::optional<Incident> find_incident(int64_t number);
  int64_t next_incident();
  /// Keeps them as they are now, and puts a row for each into the outbox.
  void record(const std::vector<Incident>& incidents, Datetime at);
  /// A change that somebody made: keeps it and the incident, and puts its row into the outbox.
  void record(const IncidentEdit& edit, const Incident& changed);
  std::vector<IncidentEdit> edits(int64_t incident);

  void put_into_outbox(std::string_view table, std::string_view rows, Datetime at);
  /// Entries behind `after`, in order.
  std::vector<OutboxEntry> outbox(int64_t after, int64_t most);
  int64_t outbox_size();
  void remove_from_outbox(int64_t up_to);
  /// Entries from now on have numbers beyond `sequence`.
  void continue_outbox_after(int64_t sequence);

 private:
  State(const std::string& path, bool writable);
  void migrate();
  void save(const Incident& incident);

  Sqlite sqlite_;
  int64_t data_version_ = 0;
};

/// The file's name in a database's directory.
constexpr std::string_view state_file_name = "rules.sqlite";

}  // namespace vedette::rules
