// The state of rules: what was written is read again, also by other processes; rows reach their
// tables once.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "rules/state/packed_rows.h"
#include "rules/state/state.h"
#include "tests/unit/rules_scheduler_testing.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;
using testing::at;
using testing::Engine;
using testing::numbered_rule;
using testing::rows_of;
using testing::ScriptedRunner;
using testing::simple_rule;

/// A directory with a database in it; gone at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("vedette_state_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    Database::open(path_, OpenMode::Create)->commit();
  }
  ~Folder() { fs::remove_all(path_); }
  std::string path() const { return path_; }

 private:
  fs::path path_;
};

int64_t count_rows(const Database& database, std::string_view table) {
  const auto snapshot = database.snapshot();
  const Table* found = snapshot->find(table);
  return found == nullptr ? -1 : static_cast<int64_t>(found->rows());
}

TEST(PackedRows, KeepEveryTypeAndNull) {
  const ResultTable rows = rows_of(
      "print b = true, i = int(7), l = long(-8), r = 2.5, d = decimal(1.25), s = 'a\xC3\xA9', "
      "t = datetime(2024-05-01), p = 3h, g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), "
      "o = dynamic({'a': [1, null]}) | union (print i = int(null), s = '')");
  const PackedRows unpacked = unpack_rows(pack_rows(rows));
  EXPECT_EQ(unpacked.columns, rows.columns);
  ASSERT_EQ(unpacked.rows.size(), 2u);
  for (uint32_t row = 0; row < 2; ++row) {
    for (size_t column = 0; column < rows.columns.size(); ++column) {
      EXPECT_EQ(unpacked.rows[row][column], value_at(rows.data[column].vector(), row))
          << rows.columns[column].first;
    }
  }
  EXPECT_THROW(unpack_rows(std::string_view(pack_rows(rows)).substr(0, 100)), QueryError);
}

TEST(State, RulesRetriesAndIncidentsComeBack) {
  const auto state = State::in_memory();
  RuleState rule = {.id = "a",
                    .name = "A rule",
                    .start = at(1),
                    .frequency = {5},
                    .next_slot = 7,
                    .enabled = false,
                    .disabled_reason = "why",
                    .failures = 6,
                    .failure_code = "KQL0102",
                    .last_alert = at(3),
                    .definition = ~uint64_t{0}};
  state->save(rule);
  EXPECT_EQ(state->rules(), std::vector{rule});
  rule.last_alert.reset();
  state->save(rule);
  EXPECT_EQ(state->find_rule("a"), rule);
  const Retry retry = {.rule_id = "a", .slot = 3, .at = at(3), .attempt = 2, .due = at(9)};
  state->save(retry);
  EXPECT_EQ(state->retries(), std::vector{retry});

  Incident incident;
  incident.number = 4;
  incident.title = "It's \"odd\"\n";
  incident.labels = {"a,b", "[]", ""};
  incident.comments = {R"({"message":"\u00e9"})"};
  incident.alert_ids = {"1", "2"};
  incident.status = IncidentStatus::Closed;
  incident.closed = at(5);
  incident.modified = at(5);
  state->record(std::vector{incident}, at(5));
  const auto found = state->find_incident(4);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->title, incident.title);
  EXPECT_EQ(found->labels, incident.labels);
  EXPECT_EQ(found->comments, incident.comments);
  EXPECT_EQ(found->alert_ids, incident.alert_ids);
  EXPECT_EQ(found->closed, incident.closed);
  EXPECT_EQ(found->first_modified, std::nullopt);
  EXPECT_EQ(state->next_incident(), 5);
  EXPECT_EQ(state->incidents_since(at(6)).size(), 0u);
  EXPECT_EQ(state->incidents_since(at(5)).size(), 1u);
  EXPECT_EQ(state->outbox(0, 10).size(), 1u);
}

TEST(State, ANewerFileIsRefused) {
  const Folder folder;
  State::open(folder.path())->sqlite().execute("PRAGMA user_version = 99");
  EXPECT_THROW(State::open(folder.path()), QueryError);
}

TEST(State, WhatOthersChangeIsTakenUp) {
  const Folder folder;
  Engine engine;
  engine.scheduler.reset();
  engine.database = Database::open(folder.path(), OpenMode::ReadOnly);
  engine.state = State::open(folder.path());
  engine.runner.answer = [](const auto&, const auto&) { return ScriptedRunner::rows(1); };
  AnalyticRule grouping = numbered_rule(1);
  grouping.incident.group = true;
  grouping.incident.matching = IncidentMatching::AnyAlert;
  engine.rules = {grouping, numbered_rule(2)};
  engine.restart();
  engine.run_until(at(10));

  const auto others = State::open(folder.path());
  {
    Transaction transaction = others->begin();
    RuleState off = others->rules()[1];
    off.enabled = false;
    others->save(off);
    Incident closed = *others->find_incident(1);
    closed.status = IncidentStatus::Closed;
    others->record({.incident = 1, .at = at(11), .by = "ann", .change = "closed"}, closed);
    transaction.commit();
  }
  engine.run_until(at(70));
  EXPECT_EQ(engine.runs.back().rule_name, "rule 1");
  EXPECT_EQ(engine.runs.size(), 3u) << "the other rule is off";
  EXPECT_EQ(engine.state->find_incident(1)->status, IncidentStatus::Closed);
  EXPECT_EQ(engine.state->find_incident(1)->alert_ids.size(), 1u);
  EXPECT_EQ(engine.state->next_incident(), 4) << "the next alert opened another incident";
  EXPECT_EQ(others->edits(1).size(), 1u);
  engine.scheduler.reset();
}

TEST(Publisher, WaitsForTheOwnerOfTheTables) {
  const Folder folder;
  const auto state = State::open(folder.path());
  const auto reading = Database::open(folder.path(), OpenMode::ReadOnly);
  RunRecord run = {.rule_id = "a", .rule_name = "A rule", .started = at(5)};
  state->record(run);
  Publisher publisher(*state, *reading);
  {
    const auto owner = Database::open(folder.path(), OpenMode::ReadWrite);
    EXPECT_FALSE(publisher.publish());
    EXPECT_EQ(state->outbox_size(), 1);
  }
  EXPECT_TRUE(publisher.publish());
  EXPECT_EQ(state->outbox_size(), 0);
  EXPECT_EQ(count_rows(*reading, "RuleRuns"), 1) << "the reader sees it";
  EXPECT_TRUE(publisher.publish());
  EXPECT_EQ(count_rows(*reading, "RuleRuns"), 1);
}

TEST(Publisher, AStateThatWasMadeAnewGoesOnWithNewNumbers) {
  const auto database = Database::in_memory();
  for (int64_t rows = 1; rows <= 3; ++rows) {
    const auto state = State::in_memory();
    Publisher publisher(*state, *database);
    RunRecord run = {.rule_id = "a", .rule_name = "A rule", .started = at(5)};
    state->record(run);
    publisher.publish();
    EXPECT_EQ(count_rows(*database, "RuleRuns"), rows);
  }
}

TEST(Publisher, RowsCanKeepTheTimesTheyCameToBe) {
  for (const PublishedAs as : {PublishedAs::NewestEntry, PublishedAs::EachEntry}) {
    Engine engine;
    for (const int64_t minute : {5, 9}) {
      RunRecord run = {.rule_id = "a", .slot = {.at = at(minute)}, .started = at(minute)};
      engine.state->record(run);
    }
    Publisher(*engine.state, *engine.database).publish(as);
    const std::string early =
        engine.query("RuleRuns | where ingestion_time() == TimeGenerated | count");
    EXPECT_EQ(early, as == PublishedAs::EachEntry ? "{\"Count\":2}\n" : "{\"Count\":1}\n");
  }
}

TEST(Database, PropertiesAreCommittedWithRows) {
  const Folder folder;
  {
    const auto database = Database::open(folder.path(), OpenMode::ReadWrite);
    database->create_table({"T", {{"n", Type::Long}}});
    Appender rows = database->append("T");
    rows.column(0).append_word(1);
    rows.end_row();
    Appender* const appenders[] = {&rows};
    const TableProperty properties[] = {{"T", "seen", "17"}};
    database->commit(appenders, properties);
    const TableProperty wrong[] = {{"U", "seen", "18"}};
    EXPECT_THROW(database->commit({}, wrong), QueryError);
  }
  const auto database = Database::open(folder.path(), OpenMode::ReadOnly);
  EXPECT_EQ(database->snapshot()->find("T")->schema->property("seen"), "17");
  EXPECT_EQ(count_rows(*database, "T"), 1);
}

TEST(Database, AReaderTakesUpWhatWasCommittedSince) {
  const Folder folder;
  const auto reader = Database::open(folder.path(), OpenMode::ReadOnly);
  const auto owner = Database::open(folder.path(), OpenMode::ReadWrite);
  owner->create_table({"T", {{"n", Type::Long}}});
  Appender rows = owner->append("T");
  for (int64_t n = 1; n <= 3; ++n) {
    rows.column(0).append_word(n);
    rows.end_row();
    rows.commit();
    const auto before = reader->snapshot();
    reader->refresh();
    EXPECT_EQ(count_rows(*reader, "T"), n);
    if (n == 1) continue;
    EXPECT_EQ(before->find("T")->rows(), static_cast<uint64_t>(n - 1)) << "snapshots stay";
    EXPECT_EQ(before->find("T")->extents[0], reader->snapshot()->find("T")->extents[0])
        << "extents stay open";
  }
  const auto same = reader->snapshot();
  reader->refresh();
  EXPECT_EQ(reader->snapshot(), same) << "nothing new";
}

}  // namespace
}  // namespace vedette::rules
