// Incidents: which alerts belong together, for how long, and what happens to closed ones.
#include <gtest/gtest.h>

#include "rules/alert/identity.h"
#include "rules/alert/result_rows.h"
#include "rules/incident/incident.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::simple_rule;

AnalyticRule grouping_rule(IncidentMatching matching) {
  AnalyticRule rule = simple_rule();
  rule.incident.group = true;
  rule.incident.matching = matching;
  return rule;
}

Alert alert_at(int64_t minutes, std::vector<std::string> addresses = {}) {
  Alert alert{.id = guid_of("alert " + std::to_string(minutes)),
              .rule_id = "8f1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b01",
              .name = "Odd sign-in",
              .tactics = {"InitialAccess"},
              .time = at(minutes),
              .start = at(minutes - 60),
              .end = at(minutes - 5)};
  for (std::string& address : addresses) {
    alert.entities.push_back({"ip", {{"Address", std::move(address)}}});
  }
  return alert;
}

/// The numbers of the incidents that each alert, one run each, created or changed.
std::vector<int64_t> numbers(IncidentBook& book, const AnalyticRule& rule,
                             const std::vector<Alert>& alerts) {
  std::vector<int64_t> result;
  for (const Alert& alert : alerts) {
    for (const Incident& incident : book.add(rule, {alert})) result.push_back(incident.number);
  }
  return result;
}

using Numbers = std::vector<int64_t>;

TEST(IncidentBook, OneAnAlertUnlessGrouped) {
  IncidentBook book(7);
  EXPECT_EQ(numbers(book, simple_rule(), {alert_at(0, {"a"}), alert_at(1, {"a"})}),
            (Numbers{7, 8}));
  EXPECT_EQ(book.next_number(), 9);
}

TEST(IncidentBook, NoneWhenTheRuleWantsNone) {
  AnalyticRule rule = simple_rule();
  rule.incident.create = false;
  IncidentBook book;
  EXPECT_TRUE(book.add(rule, {alert_at(0)}).empty());
}

TEST(IncidentBook, AnAlertCountsOnce) {
  IncidentBook book;
  const AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  EXPECT_EQ(numbers(book, rule, {alert_at(0), alert_at(0)}), Numbers{1});
  EXPECT_EQ(book.find(1)->alert_ids.size(), 1u);
}

TEST(IncidentBook, AllEntitiesMustAgree) {
  IncidentBook book;
  const AnalyticRule rule = grouping_rule(IncidentMatching::AllEntities);
  EXPECT_EQ(numbers(book, rule,
                    {alert_at(0, {"a", "b"}), alert_at(1, {"b", "a"}), alert_at(2, {"a"}),
                     alert_at(3, {"a", "b"}), alert_at(4), alert_at(5)}),
            (Numbers{1, 1, 2, 1, 3, 4}));
}

TEST(IncidentBook, SelectedEntitiesAndDetails) {
  IncidentBook book;
  AnalyticRule rule = grouping_rule(IncidentMatching::Selected);
  rule.incident.entities = {{"Account"}};
  rule.incident.alert_details = {{"DisplayName"}, {"Severity"}};
  rule.incident.custom_details = {{"Tenant"}};
  const auto alert = [](int64_t minutes, std::string account, std::string address,
                        std::string tenant) {
    Alert result = alert_at(minutes, {std::move(address)});
    result.entities.push_back({"account", {{"Name", std::move(account)}}});
    result.custom_details = {{"Tenant", {std::move(tenant)}}};
    return result;
  };
  Alert high = alert(4, "ann", "a", "x");
  high.severity = AlertSeverity::High;
  Alert named = alert(5, "ann", "a", "x");
  named.name = "Another";
  EXPECT_EQ(
      numbers(book, rule,
              {alert(0, "ann", "a", "x"), alert(1, "ann", "b", "x"), alert(2, "bob", "a", "x"),
               alert(3, "ann", "a", "y"), high, named, alert(6, "ann", "c", "x")}),
      (Numbers{1, 1, 2, 3, 4, 5, 1}));
}

TEST(IncidentBook, RulesDoNotMix) {
  IncidentBook book;
  AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  book.add(rule, {alert_at(0)});
  rule.id.text = "1d1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b02";
  EXPECT_EQ(numbers(book, rule, {alert_at(1)}), Numbers{2});
}

TEST(IncidentBook, TheWindowCountsFromTheFirstAlert) {
  IncidentBook book;
  const AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  EXPECT_EQ(numbers(book, rule, {alert_at(0), alert_at(200), alert_at(300), alert_at(301)}),
            (Numbers{1, 1, 1, 2}));
  EXPECT_EQ(numbers(book, rule, {alert_at(601), alert_at(602)}), (Numbers{2, 3}));
}

TEST(IncidentBook, ClosedIncidentsAreReopenedOrLeft) {
  AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  for (const bool reopen : {false, true}) {
    IncidentBook book;
    rule.incident.reopen_closed = reopen;
    book.add(rule, {alert_at(0)});
    Incident* incident = book.find(1);
    incident->status = IncidentStatus::Closed;
    incident->closed = at(10);
    incident->classification = "BenignPositive";
    EXPECT_EQ(numbers(book, rule, {alert_at(20)}), Numbers{reopen ? 1 : 2});
    EXPECT_EQ(incident->status, reopen ? IncidentStatus::Active : IncidentStatus::Closed);
    EXPECT_EQ(incident->closed.has_value(), !reopen);
    EXPECT_EQ(incident->classification, reopen ? "" : "BenignPositive");
  }
}

TEST(IncidentBook, A151stAlertMakesASibling) {
  IncidentBook book;
  const AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  std::vector<Alert> alerts;
  for (int i = 0; i < 160; ++i) {
    alerts.push_back(alert_at(0));
    alerts.back().id = std::to_string(i);
    alerts.back().name = "Alert " + std::to_string(i);
  }
  const auto changed = book.add(rule, alerts);
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0].alert_ids.size(), 150u);
  EXPECT_EQ(changed[1].alert_ids.size(), 10u);
  EXPECT_EQ(changed[1].title, "Alert 0");
  EXPECT_NE(changed[0].id, changed[1].id);
  // The sibling goes on in the window of the first.
  EXPECT_EQ(numbers(book, rule, {alert_at(300), alert_at(301)}), (Numbers{2, 3}));
}

TEST(IncidentBook, GoesOnAfterARestart) {
  IncidentBook book;
  const AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  book.add(rule, {alert_at(0)});
  IncidentBook again;
  again.restore(*book.find(1));
  EXPECT_EQ(numbers(again, rule, {alert_at(0), alert_at(1), alert_at(400)}), (Numbers{1, 2}));
}

TEST(IncidentRows, ShowHowItStands) {
  IncidentBook book;
  AnalyticRule rule = grouping_rule(IncidentMatching::AnyAlert);
  Alert second = alert_at(30);
  second.severity = AlertSeverity::High;
  second.tactics = {"Impact"};
  auto changes = book.add(rule, {alert_at(0)});
  for (Incident& incident : book.add(rule, {second})) changes.push_back(incident);
  book.find(1)->labels = {"vip"};
  book.find(1)->owner = "ann@contoso.example";
  book.find(1)->comments = {R"({"message":"looked at it"})"};
  changes.push_back(*book.find(1));
  const ResultTable table = incident_rows(changes);
  const ResultRows rows(table);
  ASSERT_EQ(rows.size(), 3u);
  std::string columns;
  for (const auto& [name, type] : table.columns) columns += name + ' ';
  EXPECT_EQ(columns,
            "TenantId TimeGenerated IncidentName Title Description Severity Status Classification "
            "ClassificationComment ClassificationReason Owner ProviderName ProviderIncidentId "
            "FirstActivityTime LastActivityTime FirstModifiedTime LastModifiedTime CreatedTime "
            "ClosedTime IncidentNumber RelatedAnalyticRuleIds AlertIds BookmarkIds Comments Tasks "
            "Labels IncidentUrl AdditionalData ModifiedBy SourceSystem Type _IsBillable "
            "_BilledSize ");
  EXPECT_EQ(table.columns.size(), 33u);
  const auto text = [&](size_t row, std::string_view column) {
    return rows.text(row, *rows.find(column));
  };
  EXPECT_EQ(text(0, "Severity"), "Medium");
  EXPECT_EQ(text(1, "Severity"), "High");
  EXPECT_EQ(text(0, "Status"), "New");
  EXPECT_EQ(text(0, "FirstModifiedTime"), "");
  EXPECT_EQ(text(1, "FirstModifiedTime"), to_text(at(30)));
  EXPECT_EQ(text(1, "FirstActivityTime"), to_text(at(-60)));
  EXPECT_EQ(text(1, "LastActivityTime"), to_text(at(25)));
  EXPECT_EQ(text(1, "IncidentNumber"), "1");
  EXPECT_EQ(text(1, "AdditionalData"),
            R"({"alertsCount":2,"bookmarksCount":0,"commentsCount":0,"alertProductNames":)"
            R"(["Azure Sentinel"],"tactics":["InitialAccess","Impact"],"techniques":[]})");
  EXPECT_EQ(text(2, "Labels"), R"([{"labelName":"vip","labelType":"User"}])");
  EXPECT_EQ(text(2, "Comments"), R"([{"message":"looked at it"}])");
  EXPECT_EQ(text(2, "Owner"),
            R"({"objectId":null,"email":"ann@contoso.example","assignedTo":"ann@contoso.example",)"
            R"("userPrincipalName":"ann@contoso.example"})");
}

}  // namespace
}  // namespace vedette::rules
