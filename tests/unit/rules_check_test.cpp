#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/session/catalogue_schemas.h"
#include "rules/check/check.h"
#include "rules/load/load.h"
#include "rules/report/report.h"
#include "runtime/base/format.h"
#include "runtime/table/database.h"
#include "stdlib/stdlib.h"

namespace vedette::rules {
namespace {

/// A good rule with some lines replaced or added.
std::string rule_with(std::string_view query, std::string_view more = {},
                      std::string_view frequency = "1h", std::string_view period = "1d") {
  std::string text = R"(id: 0a1b2c3d-0000-4000-8000-000000000001
name: A rule
description: Says something.
severity: Low
kind: Scheduled
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110]
)";
  text += "queryFrequency: " + std::string(frequency) + "\n";
  text += "queryPeriod: " + std::string(period) + "\n";
  text += "query: |\n  " + std::string(query) + "\n";
  return text + std::string(more);
}

std::vector<Finding> check_text(const std::string& text) {
  const CatalogueSchemas catalogue;
  Session session(standard_library(), nullptr, &catalogue);
  Findings findings;
  const auto rules = read_rules(text, "rule.yaml", findings);
  for (const AnalyticRule& rule : rules) {
    check_fields(rule, findings);
    check_query(rule, session, {}, findings);
    check_habits(rule, findings);
  }
  check_ids(rules, findings);
  return findings.all();
}

std::vector<std::string> codes_of(const std::string& text) {
  std::vector<std::string> codes;
  for (const Finding& finding : check_text(text)) codes.push_back(finding.code);
  return codes;
}

using Codes = std::vector<std::string>;

TEST(CheckRules, AGoodRuleHasNoFindings) {
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where TimeGenerated > ago(1d)")), Codes{});
}

TEST(CheckRules, QueryProblemsHaveTheirPlaceInTheFile) {
  const auto findings = check_text(rule_with("SigninLogs\n  | where Usr == 'x'"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "KQL0102");
  EXPECT_EQ(findings[0].place.line, 14);
  EXPECT_EQ(findings[0].place.column, 11);
}

TEST(CheckRules, ColumnsOfTheResultMustBeThere) {
  const std::string mapping = R"(entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAdress
customDetails:
  Who: UserPrincipalName
alertDetailsOverride:
  alertDisplayNameFormat: "{{Nobody}} did it"
)";
  const auto findings = check_text(rule_with("SigninLogs | project IPAddress", mapping));
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[0].code, "RUL0045");
  EXPECT_EQ(findings[0].place.line, 18);
  EXPECT_EQ(findings[0].hint, "did you mean 'IPAddress'?");
  EXPECT_EQ(findings[1].field, "customDetails.Who");
}

TEST(CheckRules, SchedulesHaveLimits) {
  EXPECT_EQ(codes_of(rule_with("SigninLogs", {}, "1d", "1h")), Codes{"RUL0021"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", {}, "1m", "1h")), Codes{"RUL0020"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where TimeGenerated > ago(7d)", {}, "5m", "7d")),
            Codes{"RUL0020"});
}

TEST(CheckRules, EntitiesNeedWhatTellsThemApart) {
  const auto mapped = [](std::string_view type, std::string_view identifier) {
    return rule_with("SigninLogs | project IPAddress",
                     "entityMappings:\n  - entityType: " + std::string(type) +
                         "\n    fieldMappings:\n      - identifier: " + std::string(identifier) +
                         "\n        columnName: IPAddress\n");
  };
  EXPECT_EQ(codes_of(mapped("IP", "Address")), Codes{});
  EXPECT_EQ(codes_of(mapped("Adress", "Address")), Codes{"RUL0040"});
  EXPECT_EQ(codes_of(mapped("IP", "Name")), (Codes{"RUL0041", "RUL0042"}));
  EXPECT_EQ(codes_of(mapped("FileHash", "Value")), Codes{"RUL0042"});
}

TEST(CheckRules, LengthsAreCountedInCharacters) {
  const auto text_of = [](size_t characters) {
    std::string text;
    for (size_t i = 0; i < characters; ++i) text += "あ";
    return text;
  };
  const auto codes = [&](std::string_view field, size_t characters) {
    std::string text = rule_with("SigninLogs", "version: 1.0.0\n");
    const std::string before = std::string(field) + ": ";
    const size_t at = text.find(before);
    text.insert(at + before.size(), text_of(characters - 20));
    return codes_of(text);
  };
  EXPECT_EQ(codes("name", 250), Codes{});
  EXPECT_EQ(codes("name", 280), Codes{"RUL0024"});
  EXPECT_EQ(codes("description", 4990), Codes{});
  EXPECT_EQ(codes("description", 5021), Codes{"RUL0024"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs // " + text_of(9900))), Codes{});
  EXPECT_EQ(codes_of(rule_with("SigninLogs // " + text_of(10'000))), Codes{"RUL0024"});
}

TEST(CheckRules, ASchedulePassesTime) {
  EXPECT_EQ(codes_of(rule_with("SigninLogs", {}, "0m", "0m")), (Codes{"RUL0020", "RUL0020"}));
  EXPECT_EQ(codes_of(rule_with("SigninLogs", {}, "00:00:00", "1d")), Codes{"RUL0020"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", {}, "''", "1d")), Codes{"RUL0010"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", "suppressionEnabled: true\n")), Codes{"RUL0010"});
  const auto suppressed = [](std::string_view duration) {
    return rule_with("SigninLogs", "suppressionEnabled: true\nsuppressionDuration: " +
                                       std::string(duration) + "\n");
  };
  EXPECT_EQ(codes_of(suppressed("PT0S")), Codes{"RUL0020"});
  EXPECT_EQ(codes_of(suppressed("24h")), Codes{});
  EXPECT_EQ(codes_of(suppressed("PT24H1M")), Codes{"RUL0020"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", "suppressionEnabled: false\n")), Codes{});
}

TEST(CheckRules, WhatAlertsTakeFromColumns) {
  const auto codes = [](std::string_view more) {
    return codes_of(
        rule_with("SigninLogs | project IPAddress, AppDisplayName, ['odd-name'] = 1", more));
  };
  const std::string mapping =
      "entityMappings:\n- entityType: IP\n  fieldMappings:\n  - identifier: Address\n"
      "    columnName: ";
  EXPECT_EQ(codes(mapping + "IPAddress\n"), Codes{});
  EXPECT_EQ(codes(mapping + "odd-name\n"), Codes{"RUL0047"});
  EXPECT_EQ(codes(mapping + std::string(501, 'A') + "\n"), (Codes{"RUL0047", "RUL0045"}));
  const std::string override = "alertDetailsOverride:\n  alertDisplayNameFormat: ";
  EXPECT_EQ(codes(override + "'{{ IPAddress }} and {{AppDisplayName}}'\n"), Codes{});
  EXPECT_EQ(codes(override + "'{{ IPAdress }}'\n"), Codes{"RUL0045"});
  EXPECT_EQ(codes(override + "'{{}}'\n"), Codes{"RUL0045"});
  const auto property = [](std::string_view name) {
    return fmt::format("  - alertProperty: {}\n    value: AppDisplayName\n", name);
  };
  const std::string properties = "alertDetailsOverride:\n  alertDynamicProperties:\n";
  EXPECT_EQ(codes(properties + property("AlertLink") + property("productName")), Codes{});
  EXPECT_EQ(codes(properties + property("Link")), Codes{"RUL0053"});
  EXPECT_EQ(codes(properties + property("AlertLink") + property("AlertLink")), Codes{"RUL0053"});
  EXPECT_EQ(codes("customDetails:\n  App: AppDisplayName\n  App: IPAddress\n"), Codes{"RUL0015"});
  EXPECT_EQ(codes("sentinelEntitiesMappings:\n- columnName: AppDisplayName\n  column: x\n"),
            Codes{"RUL0012"});
}

TEST(CheckRules, IncidentsAreGroupedByWhatAlertsHave) {
  const auto codes = [](std::string_view selected) {
    return codes_of(
        rule_with("SigninLogs | project IPAddress, AppDisplayName",
                  "entityMappings:\n- entityType: IP\n  fieldMappings:\n"
                  "  - {identifier: Address, columnName: IPAddress}\n"
                  "customDetails: {App: AppDisplayName}\n"
                  "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n"
                  "    enabled: true\n    matchingMethod: Selected\n    " +
                      std::string(selected) + "\n"));
  };
  EXPECT_EQ(codes("groupByEntities: [IP]"), Codes{});
  EXPECT_EQ(codes("groupByEntities: [Host]"), Codes{"RUL0054"});
  EXPECT_EQ(codes("groupByAlertDetails: [displayName, Severity]"), Codes{});
  EXPECT_EQ(codes("groupByAlertDetails: [Tactics]"), Codes{"RUL0013"});
  EXPECT_EQ(codes("groupByCustomDetails: [App]"), Codes{});
  EXPECT_EQ(codes("groupByCustomDetails: [Apps]"), Codes{"RUL0054"});
}

TEST(CheckRules, TechniquesBelongToTactics) {
  std::string text = rule_with("SigninLogs");
  text.replace(text.find("T1110"), 5, "T1566");
  EXPECT_EQ(codes_of(text), Codes{"RUL0032"});
  text.replace(text.find("CredentialAccess"), 16, "CredentialAcess");
  EXPECT_EQ(codes_of(text), (Codes{"RUL0030", "RUL0032"}));
}

TEST(CheckRules, HabitsThatCostMoneyOrMissEvents) {
  EXPECT_EQ(codes_of(rule_with("search * | take 1")), Codes{"RUL0061"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where TimeGenerated > ago(14d)")), Codes{"RUL0064"});
  EXPECT_EQ(codes_of(rule_with("let far = 14d;\n  SigninLogs | where TimeGenerated > ago(far)")),
            Codes{"RUL0064"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs | count", {}, "1d", "14d")), Codes{"RUL0062"});
  EXPECT_EQ(codes_of(rule_with("let unused = 1;\n  SigninLogs")), Codes{"RUL0063"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs; AuditLogs")), Codes{"RUL0060"});
}

TEST(CheckRules, VersionsAndDescriptions) {
  EXPECT_EQ(codes_of(rule_with("SigninLogs", "version: 1.0.12\n")), Codes{});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", "version: 1.0\n")), Codes{"RUL0014"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs", "version: 1.0.11111111111111111\n")),
            Codes{"RUL0014"});
  std::string text = rule_with("SigninLogs");
  text.erase(text.find("description: Says something.\n"), 29);
  EXPECT_EQ(codes_of(text), Codes{"RUL0010"});
}

TEST(CheckRules, ConnectorsSayWhatTheyBring) {
  const auto codes = [](std::string_view connector) {
    return codes_of(
        rule_with("SigninLogs", fmt::format("requiredDataConnectors: [{}]\n", connector)));
  };
  EXPECT_EQ(codes("{connectorId: A, dataTypes: [SigninLogs]}"), Codes{});
  EXPECT_EQ(codes("{connectorId: A}"), Codes{"RUL0010"});
  EXPECT_EQ(codes("{connectorId: '', dataTypes: [SigninLogs]}"), Codes{"RUL0010"});
  EXPECT_EQ(codes("SigninLogs"), Codes{"RUL0011"});
}

TEST(CheckRules, EverythingThatReadsAllTables) {
  for (const std::string_view query :
       {"search 'x'", "search kind=case_sensitive 'x' | take 1", "union * | take 1",
        "union withsource=T * | take 1", "find where Computer has 'x'"}) {
    const Codes codes = codes_of(rule_with(query));
    EXPECT_EQ(std::ranges::count(codes, "RUL0061"), 1) << query;
  }
  for (const std::string_view query :
       {"search in (SigninLogs) 'x'", "SigninLogs | search 'x'", "union Signin*",
        "SigninLogs | extend search = 1 * 2", "find in (SigninLogs) where UserId has 'x'",
        "SigninLogs | union (AuditLogs | extend x = 2 * 3)"}) {
    const Codes codes = codes_of(rule_with(query));
    EXPECT_EQ(std::ranges::count(codes, "RUL0061"), 0) << query;
  }
}

TEST(CheckRules, GapsOfTheQueryItself) {
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where TimeGenerated > ago(1h)", {}, "6h", "6h")),
            Codes{"RUL0065"});
  EXPECT_EQ(codes_of(rule_with("let back = 30m;\n  SigninLogs | where TimeGenerated >= ago(back)")),
            Codes{"RUL0065"});
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where TimeGenerated > ago(6h)", {}, "6h", "6h")),
            Codes{});
  // Of another column, or not known: nothing can be said.
  EXPECT_EQ(codes_of(rule_with("SigninLogs | where CreatedDateTime > ago(1h)", {}, "6h", "6h")),
            Codes{});
}

TEST(CheckRules, GapsOnlyWhereEveryRowIsBounded) {
  const auto codes = [](std::string_view query) {
    return codes_of(rule_with(query, {}, "6h", "6h"));
  };
  for (const std::string_view query :
       {"SigninLogs | where TimeGenerated between (ago(1h) .. now())",
        "SigninLogs | where ago(1h) <= TimeGenerated and UserId != ''",
        "SigninLogs | where (TimeGenerated > ago(1h) and (UserId == 'a' or UserId == 'b'))",
        "SigninLogs | where UserId != '' | where TimeGenerated > ago(2h) | summarize count()",
        "union SigninLogs, AADNonInteractiveUserSignInLogs | where TimeGenerated > ago(1h)",
        "SigninLogs | where TimeGenerated > ago(1h)\n"
        "  | join kind=inner (AuditLogs | where TimeGenerated > ago(2h)) on $left.Id == $right.Id",
        "let recent = SigninLogs | where TimeGenerated > ago(1h);\n  recent"}) {
    EXPECT_EQ(codes(query), Codes{"RUL0065"}) << query;
  }
  for (const std::string_view query :
       {"SigninLogs | summarize countif(TimeGenerated > ago(1h)) by UserId",
        "SigninLogs | extend Recent = TimeGenerated > ago(1h)",
        "SigninLogs | where TimeGenerated > ago(1h) or ResultType == '0'",
        "SigninLogs | where ResultType == '0' or (TimeGenerated > ago(1h))",
        "SigninLogs | where iff(TimeGenerated > ago(1h), true, false)",
        "SigninLogs | where not(TimeGenerated > ago(1h))",
        "SigninLogs | where TimeGenerated < ago(1h)",
        "union SigninLogs, (AuditLogs | where TimeGenerated > ago(1h)) | take 5",
        "SigninLogs | union (AuditLogs | where TimeGenerated > ago(1h))",
        "SigninLogs | where TimeGenerated > ago(1h) | join AuditLogs on Id",
        "SigninLogs | where UserId in ((AuditLogs | where TimeGenerated > ago(1h) | project Id))",
        "SigninLogs | where TimeGenerated > ago(1h) | where TimeGenerated > "
        "ago(totimespan('9h'))"}) {
    EXPECT_EQ(codes(query), Codes{}) << query;
  }
  // What is older than the rule looks, by the time of something else.
  EXPECT_EQ(codes("SigninLogs | where CreatedDateTime > ago(30d)"), Codes{});
  EXPECT_EQ(codes("SigninLogs | where TimeGenerated > ago(30d)"), Codes{"RUL0064"});
  EXPECT_EQ(codes("SigninLogs | extend When = TimeGenerated | where When > ago(30d)"),
            Codes{"RUL0064"});
  EXPECT_EQ(codes("let start = ago(30d);\n  SigninLogs | where TimeGenerated > start"),
            Codes{"RUL0064"});
}

TEST(CheckRules, AddressesThatNothingStandsInFor) {
  const auto codes = [](std::string_view query) {
    Findings findings;
    const auto rules = read_rules(rule_with(query), "rule.yaml", findings);
    check_externals(rules[0], {"https://feeds.example/known.csv"}, findings);
    std::string text;
    for (const Finding& finding : findings.all()) text += finding.code + " " + finding.message;
    return text;
  };
  EXPECT_EQ(codes("externaldata(a: string)['https://feeds.example/known.csv?sig=x']"), "");
  EXPECT_EQ(codes("externaldata(a: string)[@'https://feeds.example/other.csv?sig=x'] with "
                  "(format='csv')"),
            "RUL0068 nothing stands in for 'https://feeds.example/other.csv'");
  EXPECT_EQ(codes("externaldata(a: string)[h@'https://feeds.example/known.csv', "
                  "\"https://feeds.example/b.csv\"]"),
            "RUL0068 nothing stands in for 'https://feeds.example/b.csv'");
  EXPECT_EQ(codes("externaldata(a: string)['local.csv']"), "");
}

/// What `check_data` says of a query over a database with one small table.
std::string data_findings(std::string_view query) {
  const auto database = Database::in_memory();
  database->create_table({.name = "SigninLogs",
                          .columns = {{"TimeGenerated", Type::Datetime},
                                      {"UserId", Type::String},
                                      {"RiskState", Type::String},
                                      {"Mine", Type::Long}}});
  database->create_table({.name = "AuditLogs", .columns = {{"TimeGenerated", Type::Datetime}}});
  Appender appender = database->append("SigninLogs", {});
  appender.column(0).append_word(0);
  appender.column(1).append_text("ann");
  appender.column(2).append_text("");
  appender.column(3).append_null();
  appender.end_row();
  Appender* all[] = {&appender};
  database->commit(all);
  const StoredFunction function{.name = "Risky", .parameters = "()", .body = "{ SigninLogs }"};
  database->change_functions({&function, 1});
  const CatalogueSchemas catalogue;
  Findings findings;
  const auto rules = read_rules(rule_with(query), "rule.yaml", findings);
  check_data(rules[0], standard_library(), *database, catalogue, {}, findings);
  std::string text;
  for (const Finding& finding : findings.all()) {
    text += fmt::format("{}:{} {} {}\n", finding.place.line, finding.place.column, finding.code,
                        finding.message);
  }
  return text;
}

TEST(CheckRules, ColumnsAndTablesThatTheDataLack) {
  EXPECT_EQ(data_findings("SigninLogs | where UserId == 'ann'"), "");
  EXPECT_EQ(data_findings("SigninLogs | where AppDisplayName == 'x' and Mine > 1\n"
                          "  | summarize count() by RiskState, AppDisplayName"),
            "13:22 RUL0066 the table SigninLogs of the database has no column 'AppDisplayName'\n"
            "13:48 RUL0066 no row of SigninLogs in the database has a 'Mine'\n"
            "14:26 RUL0066 no row of SigninLogs in the database has a 'RiskState'\n");
  EXPECT_EQ(data_findings("Risky | project column_ifexists('RiskState', ''), UserId"), "");
  EXPECT_EQ(data_findings("Risky | project RiskState"),
            "13:19 RUL0066 no row of SigninLogs in the database has a 'RiskState'\n");
  EXPECT_EQ(data_findings("union isfuzzy=true SigninLogs, AuditLogs, DeviceEvents"),
            "13:45 RUL0067 the database has no table 'DeviceEvents'\n"
            "13:34 RUL0067 the database has no rows in 'AuditLogs'\n");
  EXPECT_EQ(data_findings("SecurityAlert | take 1"), "");
}

TEST(CheckRules, TwoRulesNeedTwoIds) {
  const std::string rule = rule_with("SigninLogs");
  EXPECT_EQ(codes_of(rule + "---\n" + rule), Codes{"RUL0070"});
  std::string shouted = rule;
  shouted.replace(shouted.find("0a1b2c3d"), 8, "0A1B2C3D");
  EXPECT_EQ(codes_of(rule + "---\n" + shouted), Codes{"RUL0070"});
}

TEST(CheckRules, EveryCodeIsListedOnce) {
  const auto& codes = finding_codes();
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end(),
                             [](const auto& a, const auto& b) { return a.code < b.code; }));
}

TEST(RuleReport, SarifNamesRuleAndRegion) {
  const auto findings = check_text(rule_with("SigninLogs | where Usr == \"x\""));
  const std::string sarif = to_sarif(findings, "1.0");
  EXPECT_NE(sarif.find(R"("ruleId":"KQL0102","level":"error")"), std::string::npos) << sarif;
  EXPECT_NE(sarif.find(R"("startLine":13,"startColumn":22)"), std::string::npos) << sarif;
  EXPECT_NE(to_json(findings).find(R"("line":13,"column":22)"), std::string::npos);
  const auto uri_of = [](const std::string& file) {
    const std::string text = to_sarif({{.code = "RUL0001", .message = "x", .file = file}}, "1.0");
    const size_t at = text.find(R"("uri":")") + 7;
    return text.substr(at, text.find('"', at) - at);
  };
  EXPECT_EQ(uri_of("./a b/50%.yaml"), "a%20b/50%25.yaml");
  EXPECT_EQ(uri_of("/rules/x.yaml"), "file:///rules/x.yaml");
  EXPECT_NE(to_human_text(findings[0]).find("rule.yaml:13:22: error KQL0102"), std::string::npos);
}

}  // namespace
}  // namespace vedette::rules
