// Watchlists and indicators: what files say, and what rules find with it.
#include <gtest/gtest.h>

#include "rules/alert/result_rows.h"
#include "rules/alert/table_rows.h"
#include "rules/intel/indicator.h"
#include "rules/intel/watchlist.h"
#include "rules/run/run_query.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::rows_of;
using testing::simple_rule;

/// `path=value` of each, or "no pattern".
std::string text_of(std::string_view pattern) {
  const auto observables = observables_of(pattern);
  if (!observables) return "no pattern";
  std::string text;
  for (const Observable& each : *observables) {
    text += (text.empty() ? "" : " ") + each.path + "=" + each.value;
  }
  return text;
}

TEST(Pattern, EachAlternativeIsEnough) {
  EXPECT_EQ(text_of("[ipv4-addr:value = '203.0.113.9']"), "ipv4-addr:value=203.0.113.9");
  EXPECT_EQ(text_of("[ipv4-addr:value='203.0.113.9' OR url:value = 'https://a.example/x']"),
            "ipv4-addr:value=203.0.113.9 url:value=https://a.example/x");
  EXPECT_EQ(text_of("[domain-name:value IN ('a.example','b.example')] OR [domain-name:value = "
                    "'a.example']"),
            "domain-name:value=a.example domain-name:value=b.example");
  EXPECT_EQ(text_of("([ipv6-addr:value = '2001:db8::1']) REPEATS 5 TIMES WITHIN 600 SECONDS"),
            "ipv6-addr:value=2001:db8::1");
  EXPECT_EQ(text_of("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
            "ipv4-addr:value=198.51.100.0/24");
  EXPECT_EQ(text_of("[email-message:from_ref.value = 'it\\'s@a.example']"),
            "email-message:from_ref.value=it's@a.example");
}

TEST(Pattern, OfWhatMustHoldTogetherTheHash) {
  EXPECT_EQ(text_of("[file:name = 'a.exe' AND file:hashes.'SHA-256' = 'ff']"),
            "file:hashes.'SHA-256'=ff");
  EXPECT_EQ(text_of("[file:hashes.MD5 = 'aa' AND (file:size > 5 OR file:name = 'b')]"),
            "file:hashes.MD5=aa");
  EXPECT_EQ(text_of("[domain-name:value = 'a.example'] FOLLOWEDBY [file:name = 'x']"),
            "domain-name:value=a.example");
}

TEST(Pattern, WhatNoValueMeetsAlone) {
  EXPECT_EQ(text_of("[url:value LIKE 'http%']"), "");
  EXPECT_EQ(text_of("[file:size > 100]"), "");
  EXPECT_EQ(text_of("[ipv4-addr:value != '203.0.113.9']"), "");
  EXPECT_EQ(text_of("[ipv4-addr:value NOT = '203.0.113.9']"), "");
}

TEST(Pattern, WhatIsNone) {
  for (const std::string_view text :
       {"", "[]", "[ipv4-addr:value = ]", "[ipv4-addr:value = 'x'", "ipv4-addr:value = 'x'",
        "[value = 'x']", "[ipv4-addr:value = 'x'] AND", "[ipv4-addr:value = 'x'] more"}) {
    EXPECT_EQ(text_of(text), "no pattern") << text;
  }
  EXPECT_EQ(text_of(std::string(100'000, '(')), "no pattern");
}

TEST(Observable, IsKnownByItsLooks) {
  const auto path = [](std::string_view value, std::string_view type = {}) {
    const auto observable = observable_of(value, type);
    return observable ? observable->path + "=" + observable->value : "none";
  };
  EXPECT_EQ(path("203.0.113[.]9"), "ipv4-addr:value=203.0.113.9");
  EXPECT_EQ(path("2001:db8::/32"), "ipv6-addr:value=2001:db8::/32");
  EXPECT_EQ(path("hxxps://a[.]example/x"), "url:value=https://a.example/x");
  EXPECT_EQ(path("a.example"), "domain-name:value=a.example");
  EXPECT_EQ(path("ann@a.example"), "email-addr:value=ann@a.example");
  EXPECT_EQ(path("d41d8cd98f00b204e9800998ecf8427e"),
            "file:hashes.MD5=d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(path("srv1", "hostname"), "domain-name:value=srv1");
  EXPECT_EQ(path("not.an.ip", "ipv4-addr"), "none");
  EXPECT_EQ(path("nothing"), "none");
  EXPECT_EQ(path(""), "none");
}

constexpr std::string_view bundle = R"({"type":"bundle","id":"bundle--1","objects":[
  {"type":"indicator","id":"indicator--1","created":"2022-09-01T00:00:00Z","name":"C2",
   "pattern":"[ipv4-addr:value = '203.0.113.9' OR domain-name:value = 'a.example']",
   "valid_from":"2022-09-01T00:00:00Z","valid_until":"2023-01-01T00:00:00Z","confidence":180,
   "labels":["c2"],"object_marking_refs":["marking-definition--m"]},
  {"type":"indicator","id":"indicator--2","revoked":true,"pattern":"[url:value = 'http://x.example']"},
  {"type":"indicator","id":"indicator--3","pattern_type":"yara","pattern":"rule x {}"},
  {"type":"marking-definition","id":"marking-definition--m","definition":{"tlp":"amber"}},
  {"type":"malware","id":"malware--1","name":"Paper"}]})";

TEST(Stix, BundlesBecomeRows) {
  const IndicatorFile file = read_stix(bundle);
  ASSERT_EQ(file.indicators.size(), 2u);
  EXPECT_EQ(file.skipped, 1u);
  EXPECT_EQ(file.objects.size(), 1u);
  EXPECT_EQ(file.indicators[0].confidence, 100);
  EXPECT_EQ(file.indicators[0].traffic_light, "amber");
  const ResultTable table = indicator_rows(file, "Ours", at(600));
  const ResultRows rows(table);
  ASSERT_EQ(rows.size(), 3u);
  const auto text = [&](size_t row, std::string_view column) {
    return rows.text(row, *rows.find(column));
  };
  EXPECT_EQ(text(0, "IsActive"), "true");
  EXPECT_EQ(text(1, "ObservableKey"), "domain-name:value");
  EXPECT_EQ(text(1, "Id"), text(0, "Id"));
  EXPECT_EQ(text(2, "IsActive"), "false");
  EXPECT_EQ(text(2, "ValidUntil"), "9999-12-31T00:00:00.0000000Z");
  const ResultTable late = indicator_rows(file, "Ours", at(600 + 200 * 24 * 60));
  EXPECT_EQ(ResultRows(late).text(0, *rows.find("IsActive")), "false");
  EXPECT_THROW(read_stix("[1,"), QueryError);
  EXPECT_THROW(read_stix("{\"a\":1}"), QueryError);
}

TEST(Stix, RowsOfTextToo) {
  const IndicatorFile file = read_indicator_rows(
      rows_of("datatable(Indicator:string, ['Valid Until']:string, Confidence:string)"
              "['203.0.113[.]9', '2023-01-01', '70', '?', '', '']"),
      "Ours");
  ASSERT_EQ(file.indicators.size(), 1u);
  EXPECT_EQ(file.skipped, 1u);
  EXPECT_EQ(file.indicators[0].pattern, "[ipv4-addr:value = '203.0.113.9']");
  EXPECT_EQ(file.indicators[0].confidence, 70);
  EXPECT_TRUE(file.indicators[0].valid_until);
  EXPECT_THROW(read_indicator_rows(rows_of("print a = 'b'"), "Ours"), QueryError);
}

/// Runs a rule that matches connections with indicators of one of the tables.
int64_t matches(std::string_view query) {
  auto database = Database::in_memory();
  const IndicatorFile file = read_stix(bundle);
  append_rows_to(*database, indicator_rows(file, "Ours", at(0))).commit();
  append_rows_to(*database, old_indicator_rows(file, "Ours", at(0))).commit();
  // Imported again: rules take the newest row of each.
  append_rows_to(*database, old_indicator_rows(file, "Ours", at(10))).commit();
  append_rows_to(*database, indicator_rows(file, "Ours", at(10))).commit();
  ResultTable logs = rows_of(
      "datatable(TimeGenerated:datetime, RemoteIP:string, Host:string)"
      "[datetime(2022-09-27), '203.0.113.9', 'b.example', datetime(2022-09-27), '203.0.113.10', "
      "'a.example', datetime(2022-09-27), '203.0.113.11', 'x.example']"
      "| extend TimeGenerated = datetime(2022-09-27 00:00)");
  logs.name = "Connections";
  logs.data[0].clear();
  for (int i = 0; i < 3; ++i) logs.data[0].append_word(at(590).ticks);
  append_rows_to(*database, logs).commit();
  Session session(standard_library(), database.get());
  AnalyticRule rule = simple_rule();
  rule.period = {14 * ticks_per_day};
  rule.query.text = query;
  DirectRunner runner(session, {}, {}, Visibility::Everything);
  const QueryRun run = runner.run(rule, slot_at(rule, at(600)));
  EXPECT_EQ(run.failure, Failure::None) << run.problem;
  return static_cast<int64_t>(run.rows->rows);
}

TEST(Indicators, RulesFindThem) {
  EXPECT_EQ(matches("let lookback = 14d; "
                    "ThreatIntelligenceIndicator | where TimeGenerated >= ago(lookback) "
                    "| summarize arg_max(TimeGenerated, *) by IndicatorId "
                    "| where Active and ExpirationDateTime > now() "
                    "| extend Address = iff(isnotempty(NetworkIP), NetworkIP, NetworkSourceIP) "
                    "| where isnotempty(Address) "
                    "| join kind=innerunique (Connections | where TimeGenerated >= ago(1h)) on "
                    "$left.Address == $right.RemoteIP"),
            1);
  EXPECT_EQ(matches("ThreatIntelIndicators | summarize arg_max(TimeGenerated, *) by Id, "
                    "ObservableValue | where IsActive and ObservableKey == 'domain-name:value' "
                    "| join kind=inner Connections on $left.ObservableValue == $right.Host"),
            1);
  EXPECT_EQ(matches("ThreatIntelIndicators | where ObservableKey == 'url:value' and IsActive"), 0);
}

std::string changes_text(const std::vector<WatchlistChange>& changes) {
  std::string text;
  for (const WatchlistChange& change : changes) {
    text += "CUD"[static_cast<size_t>(change.change)];
    text += std::string(change.item[2].as_text()) + " ";
  }
  return text;
}

TEST(Watchlist, ReplacesOrUpdates) {
  const auto first = make_watchlist(
      "L", rows_of("datatable(Name:string, Owner:string)['a', 'ann', 'b', 'bob']"), "Name", at(0));
  const auto second = make_watchlist(
      "L",
      rows_of("datatable(Name:string, Owner:string, Room:string)['b', 'eve', '1', 'c', 'cy', "
              "'2']"),
      "Name", at(1));
  std::vector<WatchlistChange> changes;
  const Watchlist created = changed_watchlist({.alias = "L"}, first, false, changes);
  EXPECT_EQ(changes_text(changes), "Ca Cb ");
  changes.clear();
  const Watchlist updated = changed_watchlist(created, second, true, changes);
  EXPECT_EQ(changes_text(changes), "Ub Cc ");
  EXPECT_EQ(updated.items.size(), 3u);
  EXPECT_EQ(updated.columns.size(), 7u);
  changes.clear();
  const Watchlist replaced = changed_watchlist(updated, first, false, changes);
  EXPECT_EQ(changes_text(changes), "Ub Dc ");
  EXPECT_EQ(replaced.items.size(), 2u);
  changes.clear();
  changed_watchlist(replaced, first, false, changes);
  EXPECT_EQ(changes_text(changes), "");
  const ResultTable log = watchlist_log_rows(created, {{ItemChange::Delete, created.items[0]}},
                                             ItemChange::Update, at(2));
  const ResultRows rows(log);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.text(1, *rows.find("_DTItemStatus")), "Delete");
  EXPECT_EQ(rows.text(1, *rows.find("SearchKey")), "a");
  EXPECT_EQ(rows.text(0, *rows.find("_DTItemType")), "watchlist");
}

TEST(Watchlist, OneKeyManyItems) {
  const auto list =
      make_watchlist("L", rows_of("datatable(Net:string)['x', 'x', 'y']"), "Net", at(0));
  ASSERT_EQ(list.items.size(), 3u);
  EXPECT_NE(list.items[0][0], list.items[1][0]);
  std::vector<WatchlistChange> changes;
  EXPECT_EQ(changed_watchlist({.alias = "L"}, list, true, changes).items.size(), 3u);
}

}  // namespace
}  // namespace vedette::rules
