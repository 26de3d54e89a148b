// Alerts of different rules that are about the same end up in one incident.
#include <gtest/gtest.h>

#include "rules/alert/entities.h"
#include "rules/alert/identity.h"
#include "rules/incident/correlation.h"
#include "rules/incident/incident.h"
#include "rules/state/state.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;

Entity entity(std::string_view type, Identifiers identifiers) {
  const auto made = make_entity(type, std::move(identifiers));
  EXPECT_TRUE(made);
  return made.value_or(Entity{});
}

Alert alert_of(std::string rule, int64_t minute, std::string tactic, std::vector<Entity> entities) {
  return {.id = guid_of(rule + std::to_string(minute)),
          .rule_id = std::move(rule),
          .name = "An alert",
          .tactics = {std::move(tactic)},
          .time = at(minute),
          .start = at(minute - 10),
          .end = at(minute - 5),
          .entities = std::move(entities)};
}

AnalyticRule rule_of(const std::string& id) {
  AnalyticRule rule = testing::simple_rule();
  rule.id.text = id;
  return rule;
}

/// The incident of each alert, added in order, one run each.
std::vector<int64_t> incidents_of(IncidentBook& book, const std::vector<Alert>& alerts) {
  std::vector<int64_t> numbers;
  for (const Alert& alert : alerts) {
    for (const Incident& incident : book.add(rule_of(alert.rule_id), {alert})) {
      numbers.push_back(incident.number);
    }
  }
  return numbers;
}

const Entity ann = entity("Account", {{"FullName", "Ann@Contoso.example"}});
const Entity ann_elsewhere = entity("Account", {{"FullName", "ann@fabrikam.example"}});
const Entity bare_ann = entity("Account", {{"Name", "ANN"}});
const Entity address = entity("IP", {{"Address", "203.0.113.9"}});

using Numbers = std::vector<int64_t>;

TEST(Correlation, IsOffUnlessAskedFor) {
  IncidentBook book;
  EXPECT_EQ(incidents_of(book, {alert_of("a", 0, "InitialAccess", {ann}),
                                alert_of("b", 1, "Persistence", {ann})}),
            (Numbers{1, 2}));
}

TEST(Correlation, FollowsOneNameToTheNext) {
  IncidentBook book(1, {.enabled = true});
  EXPECT_EQ(incidents_of(book, {alert_of("a", 0, "CredentialAccess", {address}),
                                alert_of("b", 1, "InitialAccess", {ann, address}),
                                alert_of("c", 2, "Exfiltration", {ann}),
                                alert_of("d", 3, "Impact", {ann_elsewhere})}),
            (Numbers{1, 1, 1, 2}));
  const Incident& incident = *book.find(1);
  EXPECT_EQ(incident.alert_ids.size(), 3u);
  EXPECT_EQ(incident.rule_ids, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(incident.title,
            "Multi-stage incident: initial access, credential access and exfiltration");
}

TEST(Correlation, AnAccountWithoutDomainIsAnyOfThatName) {
  IncidentBook book(1, {.enabled = true});
  EXPECT_EQ(incidents_of(book, {alert_of("a", 0, "Execution", {bare_ann}),
                                alert_of("b", 1, "Persistence", {ann})}),
            (Numbers{1, 1}));
  IncidentBook other(1, {.enabled = true});
  EXPECT_EQ(incidents_of(other, {alert_of("a", 0, "Execution", {ann}),
                                 alert_of("b", 1, "Persistence", {bare_ann})}),
            (Numbers{1, 1}));
  IncidentBook apart(1, {.enabled = true});
  EXPECT_EQ(incidents_of(apart, {alert_of("a", 0, "Execution", {ann}),
                                 alert_of("b", 1, "Persistence", {ann_elsewhere})}),
            (Numbers{1, 2}));
}

TEST(Correlation, HostsGoByTheirFirstLabel) {
  const Entity full = entity("Host", {{"FullName", "web01.contoso.example"}});
  const Entity label = entity("Host", {{"HostName", "WEB01"}});
  IncidentBook book(1, {.enabled = true});
  EXPECT_EQ(incidents_of(
                book, {alert_of("a", 0, "Execution", {full}), alert_of("b", 1, "Impact", {label})}),
            (Numbers{1, 1}));
}

TEST(Correlation, EndsWithTheWindowAndWithTheIncident) {
  IncidentBook book(1, {.enabled = true, .window = {ticks_per_hour}});
  EXPECT_EQ(
      incidents_of(book, {alert_of("a", 0, "Execution", {ann}), alert_of("b", 60, "Impact", {ann}),
                          alert_of("c", 121, "Impact", {ann})}),
      (Numbers{1, 1, 2}));
  book.find(2)->status = IncidentStatus::Closed;
  EXPECT_EQ(incidents_of(book, {alert_of("d", 130, "Impact", {ann})}), (Numbers{3}));
}

TEST(Correlation, NeverMergesIncidentsThatExist) {
  IncidentBook book(1, {.enabled = true});
  EXPECT_EQ(incidents_of(book, {alert_of("a", 0, "CredentialAccess", {address}),
                                alert_of("b", 1, "Persistence", {ann}),
                                alert_of("c", 2, "Exfiltration", {ann, address}),
                                alert_of("d", 3, "Impact", {address})}),
            (Numbers{1, 2, 2, 2}))
      << "the newest that has something in common";
  EXPECT_EQ(book.incidents().size(), 2u);
  EXPECT_EQ(book.find(1)->alert_ids.size(), 1u);
  EXPECT_EQ(book.find(1)->status, IncidentStatus::New);
}

TEST(Correlation, AnIncidentTakesAHundredAlerts) {
  IncidentBook book(1, {.enabled = true});
  std::vector<Alert> alerts;
  for (int64_t i = 0; i < 101; ++i) {
    alerts.push_back(alert_of("rule " + std::to_string(i), i, "Impact", {ann}));
  }
  Numbers expected(100, 1);
  expected.push_back(2);
  EXPECT_EQ(incidents_of(book, alerts), expected);
}

TEST(Correlation, SurvivesARestart) {
  IncidentBook before(1, {.enabled = true});
  const auto state = State::in_memory();
  Alert alert = alert_of("a", 0, "Execution", {ann});
  state->record(before.add(rule_of("a"), {alert}), alert.time);
  IncidentBook after(state->next_incident(), {.enabled = true});
  for (Incident& incident : state->incidents()) after.restore(std::move(incident));
  EXPECT_EQ(incidents_of(after, {alert_of("b", 30, "Impact", {ann})}), (Numbers{1}));
}

}  // namespace
}  // namespace vedette::rules
