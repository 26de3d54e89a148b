// Incidents read back from the tables, as text and JSON.
#include <gtest/gtest.h>

#include "rules/alert/alert.h"
#include "rules/incident/incident.h"
#include "rules/incident/incident_text.h"
#include "runtime/table/database.h"
#include "runtime/value/json.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::mapping;
using testing::rows_of;
using testing::simple_rule;

void store(Database& database, const ResultTable& rows) {
  if (database.snapshot()->find(rows.name) == nullptr) {
    TableSchema schema{.name = rows.name, .columns = {}};
    for (const auto& [name, type] : rows.columns) schema.columns.push_back({name, type});
    database.create_table(schema);
  }
  Appender appender = database.append(rows.name);
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : rows.data) vectors.push_back(column.vector());
  appender.append_rows(vectors, {nullptr, static_cast<uint32_t>(rows.rows)});
  appender.commit();
}

/// Two alerts of one rule in one incident, which somebody then closes.
std::unique_ptr<Database> database_with_incident() {
  auto database = Database::in_memory();
  AnalyticRule rule = simple_rule();
  rule.entities = {mapping("Account", {{"FullName", "User"}}), mapping("IP", {{"Address", "Ip"}})};
  rule.custom_details = {{{"Country"}, {"Country"}}};
  rule.incident.group = true;
  rule.incident.matching = IncidentMatching::AnyAlert;
  IncidentBook book;
  for (const int64_t hour : {10, 11}) {
    const Slot slot = slot_at(rule, at(hour * 60));
    const auto alerts = make_alerts(
        rule, slot,
        rows_of("range i from 1 to 7 step 1 | project TimeGenerated = datetime(2022-09-27 08:00) + "
                "i * 1m, User = 'ann@contoso.example', Ip = '203.0.113.9', Country = 'JP', "
                "TenantId = 'x', Note = iff(i == 1, strrep('long ', 40), '')"),
        at(hour * 60 + 5));
    store(*database, alert_rows(alerts));
    store(*database, incident_rows(book.add(rule, alerts)));
  }
  Incident* incident = book.find(1);
  incident->status = IncidentStatus::Closed;
  incident->closed = incident->modified = at(700);
  incident->classification = "TruePositive";
  incident->owner = "bea@soc.example";
  incident->modified_by = "bea@soc.example";
  incident->labels = {"vip"};
  incident->comments = {
      R"({"message":"password reset","createdTimeUtc":"2022-09-27T12:00:00Z","author":{"name":"bea"}})"};
  store(*database, incident_rows({*incident}));
  return database;
}

TEST(StoredIncidents, AreShownAsTheyStand) {
  const auto database = database_with_incident();
  Session session(standard_library(), database.get());
  const auto incidents = stored_incidents(session);
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents[0].status, "Closed");
  EXPECT_EQ(incidents[0].alert_ids.size(), 2u);
  EXPECT_EQ(
      incident_list_text(incidents),
      "Number  Severity       Status  Alerts  Last activity        Owner                 Title"
      "\n     1  Medium         Closed       2  2022-09-27 08:07:00  bea@soc.example       Odd "
      "sign-in\n");
  EXPECT_FALSE(incident_story(session, 2));
}

TEST(StoredIncidents, TellTheirStory) {
  const auto database = database_with_incident();
  Session session(standard_library(), database.get());
  const auto story = incident_story(session, 1);
  ASSERT_TRUE(story);
  const std::string text = incident_story_text(*story);
  const auto expect = [&](std::string_view part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  };
  expect("Incident 1: Odd sign-in\n  Medium severity, Closed, owned by bea@soc.example\n");
  expect("as TruePositive\n");
  expect("Activity from 2022-09-27 08:01:00 to 2022-09-27 08:07:00, 6m\n");
  expect("Tactics: InitialAccess   Techniques: T1078\n");
  expect("  account           ann@contoso.example  (2 alerts)\n");
  expect("  ip                203.0.113.9  (2 alerts)\n");
  expect("  2022-09-27 08:01:00  [Medium] Odd sign-in\n");
  expect("Country: JP\n");
  expect("08:01:00  User=ann@contoso.example  Ip=203.0.113.9  Country=JP  Note=long long");
  expect("and 2 rows more\n");
  expect("bea: password reset\n");
  EXPECT_EQ(text.find("TenantId"), std::string::npos);
  EXPECT_EQ(story->changes.size(), 3u);

  DynamicBuilder json;
  ASSERT_TRUE(parse_json_text(incident_story_json(*story), json));
  const DynamicView timeline = json.view().find("timeline");
  ASSERT_EQ(timeline.size(), 2u);
  EXPECT_EQ(timeline.at(0).find("evidence").size(), 7u);
  EXPECT_EQ(timeline.at(0).find("entities").at(1).find("Address").as_text(), "203.0.113.9");
  EXPECT_EQ(json.view().find("history").at(2).find("by").as_text(), "bea@soc.example");
}

TEST(StoredIncidents, NoTablesNoIncidents) {
  const auto database = Database::in_memory();
  AnalyticRule rule = simple_rule();
  store(*database, incident_rows({}));
  Session session(standard_library(), database.get());
  EXPECT_TRUE(stored_incidents(session).empty());
  EXPECT_EQ(incident_list_json({}), "[]\n");
}

}  // namespace
}  // namespace vedette::rules
