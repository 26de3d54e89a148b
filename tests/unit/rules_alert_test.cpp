// Alerts: how many, who they are about, what they say, and that their evidence is enough.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "rules/alert/details.h"
#include "rules/alert/entities.h"
#include "rules/alert/evidence.h"
#include "rules/run/run_query.h"
#include "runtime/base/format.h"
#include "runtime/table/database.h"
#include "runtime/value/convert.h"
#include "runtime/value/guid.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;
using testing::mapping;
using testing::rows_of;
using testing::simple_rule;
using testing::some_rows;

const Slot slot = slot_at(simple_rule(), at(600));

std::vector<Alert> alerts_of(const AnalyticRule& rule, std::string_view query) {
  return make_alerts(rule, slot, rows_of(query), at(605));
}

std::string extended(const Alert& alert, std::string_view key) {
  for (const auto& [name, value] : alert.extended) {
    if (name == key) return value;
  }
  return "(none)";
}

std::string entities_text(const Alert& alert) {
  return entities_json(alert.entities);
}

/// All rows as JSON, byte for byte.
std::string bytes_of(const ResultTable& table) {
  return evidence_json(ResultRows(table), 0, table.rows);
}

TEST(MakeAlerts, NothingUnlessTheRuleFires) {
  AnalyticRule rule = simple_rule();
  EXPECT_TRUE(make_alerts(rule, slot, some_rows(0), at(605)).empty());
  rule.threshold = 3;
  EXPECT_TRUE(make_alerts(rule, slot, some_rows(3), at(605)).empty());
  EXPECT_EQ(make_alerts(rule, slot, some_rows(4), at(605)).size(), 1u);
}

TEST(MakeAlerts, NoRowsCanBeAnAlert) {
  AnalyticRule rule = simple_rule();
  rule.trigger = Trigger::Equal;
  for (const EventGrouping grouping : {EventGrouping::SingleAlert, EventGrouping::AlertPerResult}) {
    rule.grouping = grouping;
    const auto alerts = make_alerts(rule, slot, some_rows(0), at(605));
    ASSERT_EQ(alerts.size(), 1u);
    EXPECT_EQ(alerts[0].rows, 0);
    EXPECT_EQ(alerts[0].start, slot.from);
    EXPECT_EQ(alerts[0].end, slot.to);
    EXPECT_EQ(alerts[0].name, "Odd sign-in");
  }
}

TEST(MakeAlerts, PerResultIsCapped) {
  AnalyticRule rule = simple_rule();
  rule.grouping = EventGrouping::AlertPerResult;
  EXPECT_EQ(make_alerts(rule, slot, some_rows(150), at(605)).size(), 150u);
  const auto alerts = make_alerts(rule, slot, some_rows(400), at(605));
  ASSERT_EQ(alerts.size(), 150u);
  EXPECT_EQ(alerts[148].rows, 1);
  EXPECT_EQ(alerts[149].rows, 251);
  EXPECT_EQ(extended(alerts[149], "Search Query Results Overall Count"), "400");
  rule.kind = RuleKind::NearRealTime;
  const auto near = make_alerts(rule, slot, some_rows(31), at(605));
  ASSERT_EQ(near.size(), 30u);
  EXPECT_EQ(near[29].rows, 2);
}

TEST(MakeAlerts, SameArgumentsSameAlerts) {
  AnalyticRule rule = simple_rule();
  rule.grouping = EventGrouping::AlertPerResult;
  const auto first = make_alerts(rule, slot, some_rows(3), at(605));
  const auto again = make_alerts(rule, slot, some_rows(3), at(605));
  ASSERT_EQ(first.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(first[i].id, again[i].id);
  EXPECT_NE(first[0].id, first[1].id);
  EXPECT_EQ(first[0].rule_id, "8f1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b01");
  const Slot next = slot_at(rule, at(660));
  EXPECT_NE(make_alerts(rule, next, some_rows(1), at(665))[0].id, first[0].id);
  EXPECT_EQ(bytes_of(alert_rows(first)), bytes_of(alert_rows(again)));
}

TEST(MakeAlerts, TheOrderOfRowsDoesNotMatter) {
  AnalyticRule rule = simple_rule();
  rule.grouping = EventGrouping::AlertPerResult;
  const auto ids = [&](std::string_view query) {
    std::vector<std::string> found;
    for (const Alert& alert : alerts_of(rule, query)) found.push_back(alert.id);
    std::sort(found.begin(), found.end());
    return found;
  };
  const auto forth = ids("datatable(a:long)[1, 2, 2, 3]");
  EXPECT_EQ(forth, ids("datatable(a:long)[2, 3, 1, 2]"));
  EXPECT_EQ(std::set<std::string>(forth.begin(), forth.end()).size(), 4u);
}

TEST(MakeAlerts, TimesAreThoseOfTheRows) {
  const auto alert = alerts_of(simple_rule(),
                               "datatable(TimeGenerated:datetime)[datetime(2022-09-27 10:00), "
                               "datetime(null), datetime(2022-09-27 09:00)]")[0];
  EXPECT_EQ(to_text(alert.start), "2022-09-27T09:00:00.0000000Z");
  EXPECT_EQ(to_text(alert.end), "2022-09-27T10:00:00.0000000Z");
}

TEST(Entities, FullNamesAreTakenApart) {
  const auto text = [](std::string_view type, std::string value) {
    const auto entity = make_entity(type, {{"FullName", std::move(value)}});
    return entity ? entities_json({*entity}) : "none";
  };
  EXPECT_EQ(text("Account", R"(CONTOSO\ann)"),
            R"([{"$id":"1","Name":"ann","NTDomain":"CONTOSO","Type":"account"}])");
  EXPECT_EQ(text("Account", "ann@contoso.example"),
            R"([{"$id":"1","Name":"ann","UPNSuffix":"contoso.example","Type":"account"}])");
  EXPECT_EQ(text("Account", "ann"), R"([{"$id":"1","Name":"ann","Type":"account"}])");
  EXPECT_EQ(text("Host", "web01.contoso.example"),
            R"([{"$id":"1","HostName":"web01","DnsDomain":"contoso.example","Type":"host"}])");
  for (const std::string name : {"CONTOSO\\ann", "ann@contoso.example", "ann"}) {
    EXPECT_EQ(full_name(*make_entity("Account", {{"FullName", name}})), name);
  }
  EXPECT_EQ(full_name(*make_entity("Host", {{"FullName", "web01.a.example"}})), "web01.a.example");
  EXPECT_EQ(full_name(*make_entity("IP", {{"Address", "10.0.0.4"}})), "");
  EXPECT_EQ(text("Host", "10.0.0.4"), R"([{"$id":"1","HostName":"10.0.0.4","Type":"host"}])");
}

TEST(Entities, NamesOfEverybodyAreDropped) {
  EXPECT_FALSE(make_entity("Account", {{"Name", "system"}}));
  EXPECT_FALSE(make_entity("Account", {{"FullName", R"(NT AUTHORITY\Network Service)"}}));
  EXPECT_FALSE(make_entity("Account", {{"Name", "Root"}, {"Sid", "S-1-5-18"}}));
  EXPECT_TRUE(make_entity("Account", {{"Name", "sysadmin"}}));
}

TEST(Entities, AllNamesOfEverybodyInAnyLetterCase) {
  for (const std::string_view name :
       {"ADMIN", "administrator", "System", "ROOT", "anonymous", "Authenticated User", "NETWORK",
        "null", "LOCAL SYSTEM", "LocalSystem", "network service"}) {
    EXPECT_FALSE(make_entity("Account", {{"Name", std::string(name)}})) << name;
    EXPECT_FALSE(make_entity("Account", {{"FullName", fmt::format("CONTOSO\\{}", name)}})) << name;
    EXPECT_TRUE(make_entity("Account", {{"Name", fmt::format("{}1", name)}})) << name;
    EXPECT_TRUE(make_entity("Host", {{"HostName", std::string(name)}}))
        << "a host may be: " << name;
  }
}

// Each type with the identifiers of which one combination is enough, and others that are not.
TEST(Entities, EachTypeNeedsItsIdentifiers) {
  struct Case {
    std::string_view type, kind;
    std::vector<std::string_view> enough;
    std::vector<std::string_view> not_enough;
  };
  const Case cases[] = {
      {"Account",
       "account",
       {"FullName", "Sid", "Name", "AadUserId", "PUID", "ObjectGuid"},
       {"NTDomain", "UPNSuffix", "AadTenantId", "DisplayName", "DnsDomain"}},
      {"Host",
       "host",
       {"FullName", "HostName", "NetBiosName", "AzureID", "OMSAgentID"},
       {"DnsDomain", "NTDomain", "OSFamily", "OSVersion"}},
      {"IP", "ip", {"Address"}, {"AddressScope"}},
      {"URL", "url", {"Url"}, {}},
      {"AzureResource", "azure-resource", {"ResourceId"}, {}},
      {"CloudApplication", "cloud-application", {"AppId", "Name"}, {"InstanceName"}},
      {"DNS", "dns", {"DomainName"}, {}},
      {"File", "file", {"Name"}, {"Directory"}},
      {"Malware", "malware", {"Name"}, {"Category"}},
      {"Process", "process", {"CommandLine", "ProcessId"}, {"ElevationToken", "CreationTimeUtc"}},
      {"RegistryKey", "registry-key", {"Hive", "Key"}, {}},
      {"RegistryValue", "registry-value", {"Name"}, {"Value", "ValueType"}},
      {"SecurityGroup", "security-group", {"DistinguishedName", "SID", "ObjectGuid"}, {}},
      {"IoTDevice", "iotdevice", {"DeviceId"}, {"DeviceName", "MacAddress"}},
      {"Mailbox", "mailbox", {"MailboxPrimaryAddress"}, {"Upn", "DisplayName"}},
      {"MailCluster", "mail-cluster", {"Query", "Source"}, {"Threats", "MailCount"}},
      {"MailMessage", "mail-message", {"NetworkMessageId", "Recipient"}, {"Subject", "SenderIP"}},
      {"SubmissionMail",
       "SubmissionMail",
       {"SubmissionId", "NetworkMessageId", "Recipient", "Submitter"},
       {"Sender", "Subject"}},
  };
  for (const Case& each : cases) {
    for (const std::string_view name : each.enough) {
      const auto entity = make_entity(each.type, {{std::string(name), "value1"}});
      ASSERT_TRUE(entity) << each.type << ' ' << name;
      EXPECT_EQ(entity->kind, each.kind);
    }
    for (const std::string_view name : each.not_enough) {
      EXPECT_FALSE(make_entity(each.type, {{std::string(name), "value1"}})) << each.type << name;
    }
  }
}

TEST(Entities, NeedTheirIdentifiers) {
  EXPECT_FALSE(make_entity("IP", {{"Address", "  "}}));
  EXPECT_FALSE(make_entity("IP", {{"AddressScope", "vnet"}}));
  EXPECT_FALSE(make_entity("FileHash", {{"Algorithm", ""}, {"Value", "abc"}}));
  EXPECT_FALSE(make_entity("Spaceship", {{"Name", "x"}}));
  const auto hash = make_entity("FileHash", {{"Algorithm", "sha-256"}, {"Value", "abc"}});
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->identifiers[0].second, "SHA256");
  // The old column FileHashCustomEntity says nothing of the algorithm.
  const auto old = make_entity("FileHash", {{"Value", std::string(32, 'a')}});
  ASSERT_TRUE(old);
  EXPECT_EQ(old->identifiers[0], (std::pair<std::string, std::string>("Algorithm", "MD5")));
}

TEST(Entities, OfRowsOnceEachInOrder) {
  AnalyticRule rule = simple_rule();
  rule.entities = {mapping("IP", {{"Address", "Ip"}}), mapping("Account", {{"FullName", "User"}}),
                   mapping("URL", {{"Url", "Missing"}})};
  const auto alert = alerts_of(rule,
                               "datatable(User:string, Ip:dynamic)['ann', '203.0.113.9', "
                               "'SYSTEM', '203.0.113.9', '', dynamic(['203.0.113.10'])]")[0];
  EXPECT_EQ(entities_text(alert), R"([{"$id":"1","Address":"203.0.113.9","Type":"ip"},)"
                                  R"({"$id":"2","Name":"ann","Type":"account"}])");
}

TEST(Entities, LimitsAreCounted) {
  AnalyticRule rule = simple_rule();
  rule.entities = {mapping("Host", {{"HostName", "i"}})};
  const auto many = make_alerts(rule, slot, some_rows(700), at(605))[0];
  EXPECT_EQ(many.entities.size(), most_entities_of_alert);
  EXPECT_EQ(many.entities_dropped, 200u);
  EXPECT_EQ(extended(many, "Entities Dropped"), "200");
  const auto large =
      alerts_of(rule, "range n from 1 to 100 step 1 | project i = strcat(strrep('h', 1000), n)")[0];
  EXPECT_LT(large.entities.size(), 66u);
  EXPECT_LE(entities_text(large).size(), most_entity_bytes);
  EXPECT_EQ(large.entities.size() + large.entities_dropped, 100u);
}

TEST(Entities, OfColumnsThatHoldThem) {
  AnalyticRule rule = simple_rule();
  rule.entity_columns = {{"Found"}};
  const auto alert = alerts_of(
      rule,
      R"(print Found = '[{"$id":"1","HostName":"pc1","Type":"host"},{"$id":"2","ProcessId":"4",)"
      R"("Host":{"$ref":"1"},"ImageFile":{"Name":"a.exe","Type":"file"},"Type":"process"},7]')")[0];
  EXPECT_EQ(entities_text(alert), R"([{"$id":"1","HostName":"pc1","Type":"host"},)"
                                  R"({"$id":"2","Name":"a.exe","Type":"file"},)"
                                  R"({"$id":"3","ProcessId":"4","Host":{"$ref":"1"},)"
                                  R"("ImageFile":{"$ref":"2"},"Type":"process"}])");
}

TEST(Entities, LinksKeepTheirMeaning) {
  AnalyticRule rule = simple_rule();
  rule.entity_columns = {{"Found"}};
  const auto found = [&](std::string_view rows) {
    return entities_text(alerts_of(rule, fmt::format("datatable(Found: string)[{}]", rows))[0]);
  };
  // Lists, what stands further down, and references to nothing.
  EXPECT_EQ(found(R"('[{"$id":"7","Name":"a.exe","Type":"file","FileHashes":[{"$ref":"8"},)"
                  R"({"Algorithm":"MD5","Value":"ab","Type":"filehash"},{"$ref":"9"}]},)"
                  R"({"$id":"8","Algorithm":"SHA1","Value":"cd","Type":"filehash"}]')"),
            R"([{"$id":"1","Algorithm":"MD5","Value":"ab","Type":"filehash"},)"
            R"({"$id":"2","Name":"a.exe","FileHashes":[{"$ref":"1"},{"$ref":"3"}],"Type":"file"},)"
            R"({"$id":"3","Algorithm":"SHA1","Value":"cd","Type":"filehash"}])");
  // Rows number their entities alike; one process on two hosts is two, on one host it is one.
  const auto process = [](std::string_view host) {
    return fmt::format(R"('[{{"$id":"1","HostName":"{}","Type":"host"}},)"
                       R"({{"$id":"2","ProcessId":"4","Host":{{"$ref":"1"}},"Type":"process"}}]')",
                       host);
  };
  EXPECT_EQ(found(process("pc1") + "," + process("pc2") + "," + process("pc1")),
            R"([{"$id":"1","HostName":"pc1","Type":"host"},)"
            R"({"$id":"2","ProcessId":"4","Host":{"$ref":"1"},"Type":"process"},)"
            R"({"$id":"3","HostName":"pc2","Type":"host"},)"
            R"({"$id":"4","ProcessId":"4","Host":{"$ref":"3"},"Type":"process"}])");
  // Whoever everybody is, is nobody to link to.
  EXPECT_EQ(
      found(R"('[{"HostName":"pc1","Account":{"Name":"SYSTEM","Type":"account"},"Type":"host"}]')"),
      R"([{"$id":"1","HostName":"pc1","Type":"host"}])");
}

TEST(Details, FormatsAreFilledOrFallBack) {
  AnalyticRule rule = simple_rule();
  rule.alert.name_format = Written{"{{User}} from {{ Country }}"};
  rule.alert.description_format = Written{"Seen {{Times}} times"};
  const auto alert = alerts_of(rule, "print User = 'ann', Country = 'JP', Times = 3")[0];
  EXPECT_EQ(alert.name, "ann from JP");
  EXPECT_EQ(alert.description, "Seen 3 times");
  EXPECT_EQ(alerts_of(rule, "print User = 'ann', Country = ''")[0].name, "Odd sign-in");
  EXPECT_EQ(alerts_of(rule, "print User = 'ann'")[0].description, "Somebody signed in oddly.");
  const auto long_name =
      alerts_of(rule, "print User = strrep('\u00e9', 200), Country = 'JP'")[0].name;
  EXPECT_LE(long_name.size(), longest_alert_name);
  EXPECT_TRUE(long_name.ends_with("\u00e9"));
}

TEST(Details, SeverityAndTacticsOfColumns) {
  AnalyticRule rule = simple_rule();
  rule.alert.severity_column = Written{"Sev"};
  rule.alert.tactics_column = Written{"Tac"};
  const auto good =
      alerts_of(rule, "print Sev = 'high', Tac = 'Credential Access, Impact, Fun'")[0];
  EXPECT_EQ(good.severity, AlertSeverity::High);
  EXPECT_EQ(good.tactics, (std::vector<std::string>{"CredentialAccess", "Impact"}));
  const auto json = alerts_of(rule, "print Tac = dynamic(['Discovery'])")[0];
  EXPECT_EQ(json.tactics, std::vector<std::string>{"Discovery"});
  const auto bad = alerts_of(rule, "print Sev = 'terrible', Tac = 'Fun'")[0];
  EXPECT_EQ(bad.severity, AlertSeverity::Medium);
  EXPECT_EQ(bad.tactics, std::vector<std::string>{"InitialAccess"});
}

TEST(Details, DynamicPropertiesReachTheirColumns) {
  AnalyticRule rule = simple_rule();
  rule.alert.properties = {{{"AlertLink"}, {"Link"}},
                           {{"ConfidenceScore"}, {"Score"}},
                           {{"ProductName"}, {"Product"}},
                           {{"Techniques"}, {"Tech"}},
                           {{"Status"}, {"Product"}}};
  const auto alerts = alerts_of(rule,
                                "print Link = 'https://wiki.example/1', Score = 0.7, Product = "
                                "'Gate', Tech = dynamic(['T1110.003'])");
  const ResultTable table = alert_rows(alerts);
  const ResultRows rows(table);
  const auto text = [&](std::string_view column) { return rows.text(0, *rows.find(column)); };
  EXPECT_EQ(text("AlertLink"), "https://wiki.example/1");
  EXPECT_EQ(text("ConfidenceScore"), "0.7");
  EXPECT_EQ(text("ProductName"), "Gate");
  EXPECT_EQ(text("Techniques"), R"(["T1110"])");
  EXPECT_EQ(text("SubTechniques"), R"(["T1110.003"])");
  EXPECT_EQ(text("Status"), "New");  // not a property that rows decide
  EXPECT_TRUE(
      alerts_of(rule, "print Link = 'notes', Score = 7.0, Product = ''")[0].properties.empty());
}

TEST(Details, CustomDetailsAreDistinctAndBounded) {
  AnalyticRule rule = simple_rule();
  rule.custom_details = {{{"Users"}, {"User"}}, {{"Ids"}, {"n"}}, {{"Gone"}, {"Missing"}}};
  const auto few = alerts_of(rule, "datatable(User:string)['ann', 'bob', 'ann', '']")[0];
  EXPECT_EQ(extended(few, "Custom Details"), R"({"Users":["ann","bob"]})");
  const auto many = alerts_of(rule, "range n from 1 to 80 step 1")[0];
  EXPECT_EQ(many.custom_details[0].second.size(), most_detail_values);
  const auto large = alerts_of(
      rule, "range n from 1 to 40 step 1 | project User = strcat(n, strrep('u', 100)), n")[0];
  EXPECT_LE(extended(large, "Custom Details").size(), most_detail_bytes);
  EXPECT_GT(large.custom_details[0].second.size(), 10u);
}

TEST(AlertRows, HaveTheColumnsOfSentinel) {
  AnalyticRule rule = simple_rule();
  rule.data_types = {{"SigninLogs"}};
  rule.custom_details = {{{"Who"}, {"User"}}};
  const auto alerts = alerts_of(rule, "print User = 'ann'");
  const ResultTable table = alert_rows(alerts);
  std::string columns;
  for (const auto& [name, type] : table.columns) columns += name + ' ';
  EXPECT_EQ(
      columns,
      "TenantId TimeGenerated DisplayName AlertName AlertSeverity Description ProviderName "
      "VendorName VendorOriginalId SystemAlertId ResourceId SourceComputerId AlertType "
      "ConfidenceLevel ConfidenceScore IsIncident StartTime EndTime ProcessingEndTime "
      "RemediationSteps ExtendedProperties Entities SourceSystem WorkspaceSubscriptionId "
      "WorkspaceResourceGroup ExtendedLinks ProductName ProductComponentName AlertLink Status "
      "CompromisedEntity Tactics Techniques SubTechniques Type _IsBillable _BilledSize ");
  const ResultRows rows(table);
  const auto text = [&](std::string_view column) { return rows.text(0, *rows.find(column)); };
  EXPECT_EQ(text("ProviderName"), "ASI Scheduled Alerts");
  EXPECT_EQ(text("VendorName"), "Microsoft");
  EXPECT_EQ(text("ProductName"), "Azure Sentinel");
  EXPECT_EQ(text("ProductComponentName"), "Scheduled Alerts");
  EXPECT_EQ(text("SourceSystem"), "Detection");
  EXPECT_EQ(text("Status"), "New");
  EXPECT_EQ(text("IsIncident"), "false");
  EXPECT_EQ(text("Type"), "SecurityAlert");
  EXPECT_EQ(text("AlertSeverity"), "Medium");
  EXPECT_EQ(text("Tactics"), "InitialAccess");
  EXPECT_EQ(text("Techniques"), R"(["T1078"])");
  EXPECT_EQ(text("SubTechniques"), R"(["T1078.004"])");
  EXPECT_EQ(text("TimeGenerated"), to_text(at(605)));
  EXPECT_EQ(text("ProcessingEndTime"), text("TimeGenerated"));
  EXPECT_TRUE(parse_guid(text("VendorOriginalId")));
  EXPECT_NE(text("VendorOriginalId"), text("SystemAlertId"));
  EXPECT_TRUE(parse_guid(text("SystemAlertId")));
  EXPECT_EQ(text("AlertType"), text("TenantId") + "_8f1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b01");
  for (const std::string_view column : {"Entities", "ExtendedProperties", "ExtendedLinks"}) {
    EXPECT_EQ(table.columns[*rows.find(column)].second, Type::String) << column;
  }
  DynamicBuilder builder;
  ASSERT_TRUE(parse_json_text(text("ExtendedProperties"), builder));
  const DynamicView properties = builder.view();
  std::string keys;
  for (const auto& [key, value] : properties.entries()) {
    keys += std::string(key) + '|';
    EXPECT_EQ(value.kind(), DynamicKind::String) << key;
  }
  EXPECT_EQ(keys,
            "Query Period|Trigger Operator|Trigger Threshold|Correlation Id|"
            "Search Query Results Overall Count|Data Sources|Query|Query Start Time UTC|"
            "Query End Time UTC|Analytic Rule Ids|Event Grouping|Analytic Rule Name|"
            "ProcessedBySentinel|Alert generation status|Custom Details|Query Now|Engine Version|"
            "Evidence|");
  EXPECT_EQ(properties.find("Query Period").as_text(), "02:00:00");
  EXPECT_EQ(properties.find("Trigger Operator").as_text(), "GreaterThan");
  EXPECT_EQ(properties.find("Trigger Threshold").as_text(), "0");
  EXPECT_EQ(properties.find("Search Query Results Overall Count").as_text(), "1");
  EXPECT_EQ(properties.find("Data Sources").as_text(), R"(["SigninLogs"])");
  EXPECT_EQ(properties.find("Event Grouping").as_text(), "SingleAlert");
  EXPECT_EQ(properties.find("Custom Details").as_text(), R"({"Who":["ann"]})");
  EXPECT_EQ(properties.find("Analytic Rule Ids").as_text(),
            R"(["8f1d7a0e-0c57-4f4b-9a55-3f8f6a2d5b01"])");

  rule.grouping = EventGrouping::AlertPerResult;
  const auto each = alerts_of(rule, "print User = 'ann'");
  EXPECT_EQ(extended(each[0], "Event Grouping"), "AlertPerEvent");
  EXPECT_NE(extended(each[0], "OriginalQuery"), "");
  EXPECT_TRUE(extended(each[0], "Query").starts_with("let alertedEvent = datatable("));
}

// The recorded alert of 2023-07-24: a five-hour window that ends at 20:23:59.107.
TEST(AlertRows, WindowsAreWrittenInWholeSeconds) {
  AnalyticRule rule = simple_rule();
  rule.period = {5 * ticks_per_hour};
  const Slot ends = slot_at(rule, *parse_datetime("2023-07-24T20:23:59.107Z"));
  const auto alerts = make_alerts(rule, ends, testing::rows_of("print User = 'ann'"), ends.due);
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(extended(alerts[0], "Query Start Time UTC"), "2023-07-24 15:23:59Z");
  EXPECT_EQ(extended(alerts[0], "Query End Time UTC"), "2023-07-24 20:24:00Z");
  EXPECT_EQ(extended(alerts[0], "Query Period"), "05:00:00");
  EXPECT_TRUE(extended(alerts[0], "Query")
                  .starts_with("set query_now = datetime(2023-07-24T20:23:59.1070000Z);"));
  EXPECT_EQ(alerts[0].start, ends.from) << "no TimeGenerated: the window";
  EXPECT_EQ(alerts[0].end, ends.to);
}

/// A database with rows for `Logins`, one a minute; the rows of odd minutes came ten hours late.
std::unique_ptr<Database> logins() {
  auto database = Database::in_memory();
  database->create_table({.name = "Logins",
                          .columns = {{"TimeGenerated", Type::Datetime},
                                      {"User", Type::String},
                                      {"Times", Type::Long},
                                      {"More", Type::Dynamic}}});
  Appender appender = database->append("Logins");
  for (int64_t minute = 0; minute < 700; ++minute) {
    appender.set_ingestion_time(at(minute + (minute % 2 == 0 ? 1 : 600)));
    appender.column(0).append_word(at(minute).ticks);
    appender.column(1).append_text(minute % 3 == 0 ? "" : "it's \"ann\" \\ \u65e5\u672c");
    if (minute % 5 == 0) {
      appender.column(2).append_null();
    } else {
      appender.column(2).append_word(INT64_MAX - minute);
    }
    DynamicBuilder builder;
    EXPECT_TRUE(parse_json_text(R"({"a":[1,2.50,null],"b":"7"})", builder));
    appender.column(3).append_text(builder.take());
    appender.end_row();
  }
  appender.commit();
  return database;
}

/// Runs the rule, stores its alerts, takes the queries out of SecurityAlert and runs those.
void expect_replay(const AnalyticRule& rule, Visibility visibility, size_t alerts_expected) {
  const auto database = logins();
  Session session(standard_library(), database.get());
  DirectRunner runner(session, {.threads = 1}, {.threads = 1}, visibility);
  const QueryRun run = runner.run(rule, slot);
  ASSERT_EQ(run.failure, Failure::None) << run.problem;
  const auto alerts = make_alerts(rule, slot, *run.rows, at(605), visibility);
  ASSERT_EQ(alerts.size(), alerts_expected);
  const ResultTable stored = alert_rows(alerts);
  TableSchema schema{.name = "SecurityAlert", .columns = {}};
  for (const auto& [name, type] : stored.columns) schema.columns.push_back({name, type});
  database->create_table(schema);
  Appender appender = database->append("SecurityAlert");
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : stored.data) vectors.push_back(column.vector());
  appender.append_rows(vectors, {nullptr, static_cast<uint32_t>(stored.rows)});
  appender.commit();
  const QueryResult queries = session.run(
      "SecurityAlert | project Query = tostring(parse_json(ExtendedProperties).Query), "
      "Evidence = tostring(parse_json(ExtendedProperties).Evidence)");
  ASSERT_TRUE(queries.ok);
  const ResultRows texts(queries.tables[0]);
  ASSERT_EQ(texts.size(), alerts_expected);
  const bool single = rule.grouping == EventGrouping::SingleAlert;
  for (size_t i = 0; i < texts.size(); ++i) {
    const QueryResult again = session.run(texts.text(i, 0), {.threads = 1});
    ASSERT_TRUE(again.ok) << again.diagnostics[0].message << texts.text(i, 0);
    ASSERT_EQ(again.tables.size(), 1u);
    EXPECT_TRUE(again.diagnostics.empty());
    const size_t last = single ? run.rows->rows : i + 1;
    EXPECT_EQ(bytes_of(again.tables[0]),
              evidence_json(ResultRows(*run.rows), single ? 0 : i, last));
    EXPECT_EQ(bytes_of(again.tables[0]), texts.text(i, 1));
  }
}

TEST(Replay, TheQueryOfAnAlertFindsItsRowsAgain) {
  AnalyticRule rule = simple_rule();
  rule.query.text =
      "Logins | where Times > 0 or isnull(Times) | extend Age = now() - TimeGenerated, Day = "
      "ago(1h), Real = 1.0 / 3, Nothing = real(nan), Id = guid(74be27de-1e4e-49d9-b579-"
      "fe0b331d3642), Price = decimal(1.50), Yes = Times > 5, N = int(7), ['odd \\'name'] = 'x'\n"
      "| where TimeGenerated < ago(50m) // and not later";
  expect_replay(rule, Visibility::Everything, 1);
  expect_replay(rule, Visibility::AsIngested, 1);
  rule.grouping = EventGrouping::AlertPerResult;
  expect_replay(rule, Visibility::Everything, 70);
  expect_replay(rule, Visibility::AsIngested, 35);
}

TEST(Replay, NearRealTimeToo) {
  AnalyticRule rule = simple_rule();
  rule.kind = RuleKind::NearRealTime;
  expect_replay(rule, Visibility::AsIngested, 1);
}

// What compresses to more than 10 KB is not carried; the query then finds the row among those of
// the run, and only it.
TEST(Replay, RowsThatAreTooLargeAreFoundAgain) {
  AnalyticRule rule = simple_rule();
  rule.grouping = EventGrouping::AlertPerResult;
  rule.query.text =
      "let Large = toscalar(range i from 1 to 400 step 1 | extend h = hash_sha256(tostring(i)) "
      "| summarize strcat_array(make_list(h), ''));\n"
      "Logins | where Times % 2 == 0 or isnull(Times) | extend Text = strcat(Large, Times), "
      "Age = now() - TimeGenerated, Nothing = real(nan), Endless = 1.0 / 0, Third = 1.0 / 3, "
      "Id = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), Price = decimal(1.50), Yes = Times > 5, "
      "N = int(7), None = int(null), ['odd \\'name'] = 'x' | where TimeGenerated < ago(90m)\n"
      "| union (print Text = Large | extend Yes = true), (print Text = Large | extend Yes = true); "
      "// the end";
  const auto database = logins();
  Session session(standard_library(), database.get());
  for (const Visibility visibility : {Visibility::Everything, Visibility::AsIngested}) {
    DirectRunner runner(session, {.threads = 1}, {.threads = 1}, visibility);
    const QueryRun run = runner.run(rule, slot);
    ASSERT_EQ(run.failure, Failure::None) << run.problem;
    const ResultRows rows(*run.rows);
    const auto alerts = make_alerts(rule, slot, *run.rows, at(605), visibility);
    ASSERT_GE(alerts.size(), 5u);
    ASSERT_EQ(alerts.size(), run.rows->rows);
    for (size_t i = 0; i < alerts.size(); ++i) {
      const std::string query = extended(alerts[i], "Query");
      EXPECT_LT(query.size(), 3'000u);
      const QueryResult again = session.run(query, {.threads = 1});
      ASSERT_TRUE(again.ok) << again.diagnostics[0].message << query;
      ASSERT_EQ(again.tables.at(0).rows, 1u) << query;
      EXPECT_EQ(again.tables[0].columns, run.rows->columns);
      std::string expected, found;
      rows.append_object(expected, i);
      ResultRows(again.tables[0]).append_object(found, 0);
      EXPECT_EQ(found, expected);
    }
  }
}

TEST(Evidence, LargeRowsAreLeftOut) {
  const auto alert = alerts_of(
      simple_rule(), "range n from 1 to 100 step 1 | project Text = strrep('x', 1000)")[0];
  const std::string evidence = extended(alert, "Evidence");
  EXPECT_LT(evidence.size(), most_evidence_bytes + 200);
  EXPECT_TRUE(evidence.ends_with(R"("left_out":90})")) << evidence.substr(evidence.size() - 30);
}

}  // namespace
}  // namespace vedette::rules
