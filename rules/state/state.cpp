#include "rules/state/state.h"

#include <filesystem>
#include <iterator>
#include <utility>

#include "rules/state/packed_rows.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// Each entry takes a file one version further.
constexpr const char* migrations[] = {
    R"(
CREATE TABLE rules(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, start INTEGER NOT NULL, frequency INTEGER NOT NULL,
  next_slot INTEGER NOT NULL, enabled INTEGER NOT NULL, disabled_reason TEXT NOT NULL,
  failures INTEGER NOT NULL, failure_code TEXT NOT NULL, last_alert INTEGER,
  definition INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE runs(
  number INTEGER PRIMARY KEY AUTOINCREMENT, rule_id TEXT NOT NULL, rule_name TEXT NOT NULL,
  slot INTEGER NOT NULL, slot_time INTEGER NOT NULL, window_start INTEGER NOT NULL,
  started INTEGER NOT NULL, duration INTEGER NOT NULL, rows INTEGER NOT NULL,
  outcome INTEGER NOT NULL, alerts INTEGER NOT NULL, attempt INTEGER NOT NULL,
  trigger INTEGER NOT NULL, message TEXT NOT NULL, UNIQUE(rule_id, slot_time, attempt));
CREATE TABLE retries(
  rule_id TEXT NOT NULL, slot INTEGER NOT NULL, slot_time INTEGER NOT NULL,
  attempt INTEGER NOT NULL, due INTEGER NOT NULL,
  PRIMARY KEY(rule_id, slot_time)) WITHOUT ROWID;
CREATE TABLE alerts(id TEXT PRIMARY KEY, raised INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE incidents(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
  severity INTEGER NOT NULL, status INTEGER NOT NULL, classification TEXT NOT NULL,
  classification_reason TEXT NOT NULL, classification_comment TEXT NOT NULL, owner TEXT NOT NULL,
  modified_by TEXT NOT NULL, labels TEXT NOT NULL, comments TEXT NOT NULL, alert_ids TEXT NOT NULL,
  rule_ids TEXT NOT NULL, tactics TEXT NOT NULL, techniques TEXT NOT NULL,
  created INTEGER NOT NULL, modified INTEGER NOT NULL, first_activity INTEGER NOT NULL,
  last_activity INTEGER NOT NULL, first_modified INTEGER, closed INTEGER, rule_id TEXT NOT NULL, group_key TEXT NOT NULL,
  opened_by INTEGER NOT NULL, last_alert INTEGER NOT NULL, names TEXT NOT NULL);
CREATE INDEX incidents_by_change ON incidents(modified);
CREATE TABLE incident_edits(
  number INTEGER PRIMARY KEY AUTOINCREMENT, incident INTEGER NOT NULL, at INTEGER NOT NULL,
  by TEXT NOT NULL, change TEXT NOT NULL);
CREATE TABLE outbox(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, target TEXT NOT NULL,
  rows BLOB NOT NULL);
)",
    R"(
ALTER TABLE rules ADD COLUMN seen INTEGER;
ALTER TABLE retries ADD COLUMN seen_from INTEGER;
ALTER TABLE retries ADD COLUMN seen_before INTEGER;
)"};

constexpr int64_t newest_version = std::size(migrations);

std::optional<Datetime> optional_time(std::optional<int64_t> ticks) {
  if (!ticks) return {};
  return Datetime{*ticks};
}

std::optional<int64_t> optional_ticks(std::optional<Datetime> time) {
  if (!time) return {};
  return time->ticks;
}

RuleState read_rule(const Statement& row) {
  return {.id = row.text(0),
          .name = row.text(1),
          .start = {row.integer(2)},
          .frequency = {row.integer(3)},
          .next_slot = row.integer(4),
          .enabled = row.integer(5) != 0,
          .disabled_reason = row.text(6),
          .failures = row.integer(7),
          .failure_code = row.text(8),
          .last_alert = optional_time(row.optional_integer(9)),
          .definition = static_cast<uint64_t>(row.integer(10)),
          .seen = optional_time(row.optional_integer(11))};
}

}  // namespace

State::State(const std::string& path, bool writable) : sqlite_(path, writable) {
  if (writable) {
    sqlite_.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    migrate();
  }
  changed_by_others();
}

State::~State() = default;

std::unique_ptr<State> State::open(const std::string& directory) {
  return std::unique_ptr<State>(new State(fmt::format("{}/{}", directory, state_file_name), true));
}

std::unique_ptr<State> State::open_to_read(const std::string& directory) {
  const std::string path = fmt::format("{}/{}", directory, state_file_name);
  if (!std::filesystem::exists(path)) return nullptr;
  return std::unique_ptr<State>(new State(path, false));
}

std::unique_ptr<State> State::in_memory() {
  return std::unique_ptr<State>(new State(":memory:", true));
}

void State::migrate() {
  const auto version = [&] {
    Statement query = sqlite_.statement("PRAGMA user_version");
    query.step();
    return query.integer(0);
  };
  if (version() == newest_version) return;
  Transaction transaction(sqlite_);
  const int64_t found = version();
  if (found > newest_version) {
    throw QueryError(ErrorKind::Runtime, "RUL0601",
                     "the state of the rules was written by a newer version of Vedette");
  }
  for (int64_t at = found; at < newest_version; ++at) sqlite_.execute(migrations[at]);
  sqlite_.execute(fmt::format("PRAGMA user_version = {}", newest_version));
  transaction.commit();
}

bool State::changed_by_others() {
  Statement query = sqlite_.statement("PRAGMA data_version");
  query.step();
  return std::exchange(data_version_, query.integer(0)) != data_version_;
}

// Rules.

std::vector<RuleState> State::rules() {
  Statement query = sqlite_.statement("SELECT * FROM rules ORDER BY id");
  std::vector<RuleState> rules;
  while (query.step()) rules.push_back(read_rule(query));
  return rules;
}

std::optional<RuleState> State::find_rule(std::string_view id) {
  Statement query = sqlite_.statement("SELECT * FROM rules WHERE id = ?");
  query.bind(id);
  if (!query.step()) return {};
  return read_rule(query);
}

void State::save(const RuleState& rule) {
  Statement change =
      sqlite_.statement("INSERT OR REPLACE INTO rules VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  change.bind(rule.id).bind(rule.name).bind(rule.start.ticks).bind(rule.frequency.ticks);
  change.bind(rule.next_slot).bind(int64_t{rule.enabled}).bind(rule.disabled_reason);
  change.bind(rule.failures).bind(rule.failure_code);
  change.bind(optional_ticks(rule.last_alert)).bind(static_cast<int64_t>(rule.definition));
  change.bind(optional_ticks(rule.seen)).run();
}

// Runs.

void State::record(RunRecord& run) {
  Statement change =
      sqlite_.statement("INSERT INTO runs VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  change.bind(run.rule_id).bind(run.rule_name).bind(run.slot.number).bind(run.slot.at.ticks);
  change.bind(run.slot.from.ticks).bind(run.started.ticks).bind(int64_t{run.duration.count()});
  change.bind(run.rows_returned).bind(static_cast<int64_t>(run.outcome)).bind(run.alerts);
  change.bind(run.attempt).bind(static_cast<int64_t>(run.trigger)).bind(run.message).run();
  run.number = sqlite_.last_row();
  put_into_outbox("RuleRuns", pack_row(run_columns(), run_row(run)), run.started);
}

int64_t State::attempts(std::string_view rule_id, Datetime slot_time) {
  Statement query = sqlite_.statement(
      "SELECT coalesce(max(attempt), 0) FROM runs WHERE rule_id = ? AND slot_time = ?");
  query.bind(rule_id).bind(slot_time.ticks).step();
  return query.integer(0);
}

std::vector<RunRecord> State::last_runs(std::string_view rule_id, int64_t most) {
  Statement query = sqlite_.statement(
      "SELECT * FROM runs WHERE rule_id = ?1 OR ?1 = '' ORDER BY number DESC LIMIT ?2");
  query.bind(rule_id).bind(most);
  std::vector<RunRecord> runs;
  while (query.step()) {
    RunRecord& run = runs.emplace_back();
    run.number = query.integer(0);
    run.rule_id = query.text(1);
    run.rule_name = query.text(2);
    run.slot = {.number = query.integer(3),
                .at = {query.integer(4)},
                .from = {query.integer(5)},
                .to = {query.integer(4)}};
    run.started = {query.integer(6)};
    run.duration = std::chrono::nanoseconds(query.integer(7));
    run.rows_returned = query.integer(8);
    run.outcome = static_cast<Outcome>(query.integer(9));
    run.alerts = query.integer(10);
    run.attempt = query.integer(11);
    run.trigger = static_cast<RunTrigger>(query.integer(12));
    run.message = query.text(13);
  }
  return runs;
}

void State::forget_runs(Datetime before) {
  sqlite_.statement("DELETE FROM runs WHERE started < ?").bind(before.ticks).run();
}

std::vector<Retry> State::retries() {
  Statement query = sqlite_.statement("SELECT * FROM retries ORDER BY due, rule_id, slot_time");
  std::vector<Retry> retries;
  while (query.step()) {
    retries.push_back({.rule_id = query.text(0),
                       .slot = query.integer(1),
                       .at = {query.integer(2)},
                       .attempt = query.integer(3),
                       .due = {query.integer(4)},
                       .seen_from = optional_time(query.optional_integer(5)),
                       .seen_before = optional_time(query.optional_integer(6))});
  }
  return retries;
}

void State::save(const Retry& retry) {
  Statement change =
      sqlite_.statement("INSERT OR REPLACE INTO retries VALUES(?, ?, ?, ?, ?, ?, ?)");
  change.bind(retry.rule_id).bind(retry.slot).bind(retry.at.ticks).bind(retry.attempt);
  change.bind(retry.due.ticks).bind(optional_ticks(retry.seen_from));
  change.bind(optional_ticks(retry.seen_before)).run();
}

void State::remove_retry(std::string_view rule_id, Datetime slot_time) {
  Statement change = sqlite_.statement("DELETE FROM retries WHERE rule_id = ? AND slot_time = ?");
  change.bind(rule_id).bind(slot_time.ticks).run();
}

void State::remove_retries(std::string_view rule_id) {
  sqlite_.statement("DELETE FROM retries WHERE rule_id = ?").bind(rule_id).run();
}

// Alerts, and what waits to be published.

bool State::knows_alert(std::string_view id) {
  Statement query = sqlite_.statement("SELECT 1 FROM alerts WHERE id = ?");
  return query.bind(id).step();
}

void State::record(const std::vector<Alert>& alerts, Datetime at) {
  if (alerts.empty()) return;
  for (const Alert& alert : alerts) {
    Statement change = sqlite_.statement("INSERT INTO alerts VALUES(?, ?)");
    change.bind(alert.id).bind(at.ticks).run();
  }
  put_into_outbox("SecurityAlert", pack_rows(alert_rows(alerts)), at);
}

void State::put_into_outbox(std::string_view table, std::string_view rows, Datetime at) {
  Statement change = sqlite_.statement("INSERT INTO outbox VALUES(NULL, ?, ?, ?)");
  change.bind(at.ticks).bind(table).bind_bytes(rows).run();
}

std::vector<OutboxEntry> State::outbox(int64_t after, int64_t most) {
  Statement query =
      sqlite_.statement("SELECT * FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?");
  query.bind(after).bind(most);
  std::vector<OutboxEntry> entries;
  while (query.step()) {
    entries.push_back({.sequence = query.integer(0),
                       .at = {query.integer(1)},
                       .table = query.text(2),
                       .rows = query.text(3)});
  }
  return entries;
}

int64_t State::outbox_size() {
  Statement query = sqlite_.statement("SELECT count(*) FROM outbox");
  query.step();
  return query.integer(0);
}

void State::remove_from_outbox(int64_t up_to) {
  sqlite_.statement("DELETE FROM outbox WHERE sequence <= ?").bind(up_to).run();
}

void State::continue_outbox_after(int64_t sequence) {
  Transaction transaction(sqlite_);
  Statement query =
      sqlite_.statement("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'");
  query.step();
  if (query.integer(0) < sequence) {
    sqlite_.statement("DELETE FROM sqlite_sequence WHERE name = 'outbox'").run();
    sqlite_.statement("INSERT INTO sqlite_sequence VALUES('outbox', ?)").bind(sequence).run();
  }
  transaction.commit();
}

}  // namespace vedette::rules
