#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "rules/check/check.h"
#include "rules/load/duration.h"
#include "rules/load/load.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

constexpr std::string_view whole_rule = R"(id: 0a1b2c3d-0000-4000-8000-000000000001
name: Many failures from one address 
description: |
  'Counts failures.'
severity: medium
status: Available
kind: Scheduled 
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: P1D
triggerOperator: gt
triggerThreshold: 0
tactics:
  - CredentialAccess
relevantTechniques:
  - T1110.003
query: |
  SigninLogs
  | where ResultType != "0"
  | summarize Failures = count() by IPAddress
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
customDetails:
   Failures: Failures
alertDetailsOverride:
  alertDisplayNameFormat: "{{Failures}} failures from {{IPAddress}}"
eventGroupingSettings:
  aggregationKind: AlertPerResult
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: 5h
    matchingMethod: Selected
    groupByEntities: [IP]
version: 1.0.2
)";

TEST(LoadRules, ReadsEveryFieldOfATemplate) {
  Findings findings;
  const auto rules = read_rules(whole_rule, "rule.yaml", findings);
  for (const Finding& finding : findings.all()) ADD_FAILURE() << finding.message;
  ASSERT_EQ(rules.size(), 1u);
  const AnalyticRule& rule = rules[0];
  EXPECT_EQ(rule.name.text, "Many failures from one address");
  EXPECT_EQ(rule.kind, RuleKind::Scheduled);
  EXPECT_EQ(rule.severity, AlertSeverity::Medium);
  EXPECT_EQ(rule.frequency.ticks, ticks_per_hour);
  EXPECT_EQ(rule.period.ticks, ticks_per_day);
  EXPECT_TRUE(fires(rule, 1));
  EXPECT_FALSE(fires(rule, 0));
  ASSERT_EQ(rule.entities.size(), 1u);
  EXPECT_EQ(rule.entities[0].fields[0].column.text, "IPAddress");
  EXPECT_EQ(rule.custom_details.at(0).name.text, "Failures");
  EXPECT_EQ(rule.grouping, EventGrouping::AlertPerResult);
  EXPECT_EQ(rule.incident.matching, IncidentMatching::Selected);
  EXPECT_EQ(rule.incident.entities.at(0).text, "IP");
  EXPECT_EQ(rule.techniques.at(0).text, "T1110.003");
  EXPECT_EQ(rule.version, "1.0.2");
  EXPECT_EQ(rule.query_start.line, 21);
  EXPECT_EQ(rule.query_start.column, 2);
}

TEST(LoadRules, TakesWhatEditorsAndExportersLeaveBehind) {
  std::string text = "\xEF\xBB\xBF" + std::string(whole_rule);
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.replace(at, 1, "\r\n");
  }
  Findings findings;
  const auto rules = read_rules(text, "rule.yaml", findings);
  EXPECT_EQ(findings.errors(), 0u);
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].kind, RuleKind::Scheduled);
}

TEST(LoadRules, AliasesOfAliasesEnd) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) text += (k == 0 ? "*a" : ", *a") + std::to_string(i - 1);
    text += "]\n";
  }
  Findings findings;
  EXPECT_TRUE(read_rules(text, "laughs.yaml", findings).empty());
  EXPECT_GT(findings.errors(), 0u);
}

TEST(LoadRules, OldColumnNamesMapEntities) {
  Findings findings;
  const auto rules = read_rules(
      "name: old\nquery: |\n  T | extend IPCustomEntity = Address, HostCustomEntity = Computer\n",
      "old.yaml", findings);
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].kind, RuleKind::Hunting);
  ASSERT_EQ(rules[0].entities.size(), 2u);
  EXPECT_TRUE(rules[0].entities[0].implied);
  EXPECT_EQ(rules[0].entities[1].type.text, "IP");
}

TEST(LoadRules, FindsRulesInAnArmExport) {
  constexpr std::string_view text = R"({
	"$schema": "https://example.org/deploymentTemplate.json#",
	"resources": [
		{ "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
		  "name": "[concat(parameters('workspace'), '/Microsoft.SecurityInsights/x')]",
		  "kind": "Scheduled",
		  "properties": { "displayName": "One", "enabled": false, "severity": "High",
		    "query": "SigninLogs\n| take 1", "queryFrequency": "PT5M", "queryPeriod": "PT1H30M",
		    "triggerOperator": "GreaterThan", "triggerThreshold": 3,
		    "startTimeUtc": "2024-05-01T06:30:00Z",
		    "techniques": ["T1110"], "tactics": ["CredentialAccess"] } },
		{ "kind": "Fusion", "properties": { "enabled": true } },
		{ "name": "w/0a1b2c3d-0000-4000-8000-000000000002", "kind": "NRT",
		  "properties": { "displayName": "Two", "severity": "Low", "query": "AuditLogs" } }
	]
})";
  Findings findings;
  const auto rules = read_rules(text, "export.json", findings);
  EXPECT_EQ(findings.errors(), 0u);
  ASSERT_EQ(findings.warnings(), 1u);
  EXPECT_EQ(findings.all()[0].code, "RUL0004");
  EXPECT_EQ(findings.all()[0].field, "resources[1].kind");
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_FALSE(rules[0].enabled);
  EXPECT_TRUE(rules[0].id.text.empty());
  EXPECT_EQ(rules[0].period.ticks, 90 * ticks_per_minute);
  EXPECT_EQ(rules[0].threshold, 3);
  EXPECT_EQ(rules[0].start, parse_datetime("2024-05-01T06:30:00Z"));
  EXPECT_EQ(rules[1].start, std::nullopt);
  EXPECT_EQ(rules[1].kind, RuleKind::NearRealTime);
  EXPECT_EQ(rules[1].id.text, "0a1b2c3d-0000-4000-8000-000000000002");
}

TEST(LoadRules, ReadsACustomDetection) {
  constexpr std::string_view text = R"({"displayName": "Odd child", "isEnabled": true,
    "queryCondition": {"queryText": "DeviceProcessEvents | take 1"},
    "schedule": {"period": "12H"},
    "detectionAction": {"alertTemplate": {"title": "Odd child process", "severity": "medium",
      "category": "Execution", "mitreTechniques": ["T1059"],
      "impactedAssets": [{"@odata.type": "#microsoft.graph.security.impactedDeviceAsset",
                          "identifier": "deviceId"}]}}})";
  Findings findings;
  const auto rules = read_rules(text, "detection.json", findings);
  for (const Finding& finding : findings.all()) ADD_FAILURE() << finding.message;
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].frequency.ticks, 12 * ticks_per_hour);
  EXPECT_EQ(rules[0].period.ticks, 48 * ticks_per_hour);
  EXPECT_EQ(rules[0].alert.name_format->text, "Odd child process");
  EXPECT_EQ(rules[0].entities.at(0).type.text, "Host");
}

TEST(LoadRules, ReadsACustomDetectionAsItIsWrittenToday) {
  constexpr std::string_view text = R"({"@odata.type": "#microsoft.graph.security.detectionRule",
    "id": "35079", "displayName": "Odd child", "isEnabled": false, "createdBy": "ann",
    "queryCondition": {"queryText": "DeviceProcessEvents | take 1"},
    "schedule": {"frequency": "PT3H", "lookback": "PT6H"},
    "detectionAction": {"automatedActions": {}, "alertTemplate": {
      "title": "Odd child of {{InitiatingProcessFileName}}",
      "description": "On {{DeviceName}}", "severity": "high", "recommendedActions": null,
      "eventGroupingKind": "singleAlert", "customDetails": {"Parent": "InitiatingProcessFileName"},
      "tactics": [{"tactic": "Execution",
                   "techniques": [{"technique": "T1059", "subTechniques": ["T1059.001"]}]}],
      "entityMappings": {
        "accounts": [{"upnColumn": "AccountUpn", "sidColumn": "AccountSid"}],
        "hosts": [{"deviceIdColumn": "DeviceId", "nameColumn": "DeviceName"}],
        "amazonResources": [{"amazonResourceIdColumn": "Arn"}],
        "registryValues": [{"keyColumn": "RegistryKey", "valueNameColumn": "RegistryValueName"}],
        "files": [{"nameColumn": "FileName", "sha1Column": "SHA1", "md5Column": "MD5"}],
        "processes": [{"sha256Column": "SHA256", "sha1Column": ""}]}}}})";
  Findings findings;
  const auto rules = read_rules(text, "detection.json", findings);
  ASSERT_EQ(rules.size(), 1u);
  ASSERT_EQ(findings.all().size(), 2u);
  EXPECT_EQ(findings.all()[0].field,
            "detectionAction.alertTemplate.entityMappings.files[0].md5Column");
  EXPECT_EQ(findings.all()[1].field,
            "detectionAction.alertTemplate.entityMappings.amazonResources");
  for (const Finding& finding : findings.all()) EXPECT_EQ(finding.code, "RUL0041");
  const AnalyticRule& rule = rules[0];
  EXPECT_FALSE(rule.enabled);
  EXPECT_EQ(rule.kind, RuleKind::Scheduled);
  EXPECT_EQ(rule.frequency.ticks, 3 * ticks_per_hour);
  EXPECT_EQ(rule.period.ticks, 6 * ticks_per_hour);
  EXPECT_EQ(rule.severity, AlertSeverity::High);
  EXPECT_EQ(rule.grouping, EventGrouping::SingleAlert);
  EXPECT_EQ(rule.alert.description_format->text, "On {{DeviceName}}");
  EXPECT_EQ(rule.custom_details.at(0).column.text, "InitiatingProcessFileName");
  EXPECT_EQ(rule.tactics.at(0).text, "Execution");
  ASSERT_EQ(rule.techniques.size(), 2u);
  EXPECT_EQ(rule.techniques[1].text, "T1059.001");
  std::string entities;
  for (const EntityMapping& entity : rule.entities) {
    entities += entity.type.text + ":";
    for (const auto& field : entity.fields) {
      entities += " " + field.identifier.text + "=" + field.column.text;
    }
    entities += "\n";
  }
  EXPECT_EQ(entities,
            "Account: FullName=AccountUpn Sid=AccountSid\nHost: FullName=DeviceName\n"
            "File: Name=FileName\nFileHash: Value=SHA1\nFileHash: Value=SHA256\n"
            "RegistryValue: Name=RegistryValueName\nRegistryKey: Key=RegistryKey\n");
  Findings checked;
  check_fields(rule, checked);
  for (const Finding& finding : checked.all()) EXPECT_NE(finding.code, "RUL0042");
}

TEST(LoadRules, CustomDetectionsThatAreOff) {
  const auto enabled = [](std::string_view state) {
    Findings findings;
    const auto rules =
        read_rules(fmt::format(R"({{"displayName": "x", {} "queryCondition": {{"queryText": "T"}},)"
                               R"("schedule": {{"frequency": "PT1H"}},)"
                               R"("detectionAction": {{"alertTemplate": {{"title": "x"}}}}}})",
                               state),
                   "detection.json", findings);
    EXPECT_EQ(findings.errors(), 0u);
    return rules.at(0).enabled;
  };
  EXPECT_TRUE(enabled(""));
  EXPECT_TRUE(enabled(R"("status": "enabled",)"));
  EXPECT_FALSE(enabled(R"("status": "disabled",)"));
  EXPECT_FALSE(enabled(R"("isEnabled": true, "status": "autoDisabled",)"));
}

TEST(LoadRules, ResourcesThatDoNotSayTheirKind) {
  const auto findings_of = [](std::string_view more, std::string_view severity) {
    Findings findings;
    const auto rules = read_rules(
        fmt::format(
            R"({{"resources": [{{"type": "workspaces/providers/alertRules", {} "properties": {{)"
            R"("displayName": "x", {} "query": "T", "queryFrequency": "PT1H", "queryPeriod": "PT1H",)"
            R"("triggerOperator": "GreaterThan", "triggerThreshold": 0}}}}]}})",
            more, severity),
        "arm.json", findings);
    std::string text = fmt::format("{}", rules.size());
    for (const Finding& finding : findings.all()) text += " " + finding.code + " " + finding.field;
    return text;
  };
  constexpr std::string_view low = R"("severity": "Low",)";
  EXPECT_EQ(findings_of(R"("kind": "Scheduled",)", low), "1");
  EXPECT_EQ(findings_of("", low), "1 RUL0010 resources[0].kind");
  EXPECT_EQ(findings_of(R"("kind": "Sometimes",)", low), "1 RUL0013 resources[0].kind");
  EXPECT_EQ(findings_of(R"("kind": "Fusion",)", low), "0 RUL0004 resources[0].kind");
  EXPECT_EQ(findings_of(R"("kind": "Scheduled",)", ""),
            "1 RUL0010 resources[0].properties.severity");
}

TEST(LoadRules, CustomDetectionsHaveTheirOwnSchedules) {
  const auto schedule = [](std::string_view text) {
    Findings findings;
    const auto rules = read_rules(
        fmt::format(
            R"({{"displayName": "x", "queryCondition": {{"queryText": "T"}}, "schedule": {},)"
            R"("detectionAction": {{"alertTemplate": {{"title": "x"}}}}}})",
            text),
        "detection.json", findings);
    std::string problems;
    for (const Finding& finding : findings.all()) problems += finding.field;
    return fmt::format("{} {} {}{}", rules[0].kind == RuleKind::NearRealTime ? "NRT" : "Scheduled",
                       rules[0].frequency.ticks / ticks_per_minute,
                       rules[0].period.ticks / ticks_per_minute, problems);
  };
  EXPECT_EQ(schedule(R"({"period": "24H"})"), "Scheduled 1440 43200");
  EXPECT_EQ(schedule(R"({"frequency": "P1D"})"), "Scheduled 1440 43200");
  EXPECT_EQ(schedule(R"({"frequency": "PT15M"})"), "Scheduled 15 60");
  EXPECT_EQ(schedule(R"({"frequency": "PT0S"})"), "NRT 0 60");
  EXPECT_EQ(schedule("{}"), "Scheduled 0 0schedule.frequency");
}

TEST(LoadRules, FillsInWhatAnArmTemplateKnows) {
  constexpr std::string_view text = R"({
  "parameters": { "workspace": { "type": "String" },
                  "severity": { "type": "String", "defaultValue": "High" } },
  "variables": { "query": "SigninLogs | take 1", "on": "false" },
  "resources": [ {
    "id": "[concat(resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspace')), '/alertRules/0a1b2c3d-0000-4000-8000-000000000007')]",
    "kind": "Scheduled",
    "properties": { "displayName": "One", "severity": "[parameters('severity')]",
      "enabled": "[variables('on')]", "query": "[variables('query')]", "queryFrequency": "PT1H",
      "queryPeriod": "PT1H", "triggerOperator": "GreaterThan", "triggerThreshold": 0 } } ]
})";
  Findings findings;
  const auto rules = read_rules(text, "template.json", findings);
  for (const Finding& finding : findings.all()) ADD_FAILURE() << finding.message;
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].severity, AlertSeverity::High);
  EXPECT_EQ(rules[0].query.text, "SigninLogs | take 1");
  EXPECT_FALSE(rules[0].enabled);
  EXPECT_EQ(rules[0].id.text, "0a1b2c3d-0000-4000-8000-000000000007");
}

TEST(LoadRules, SaysWhatOnlyADeploymentKnows) {
  constexpr std::string_view text = R"({ "resources": [ { "kind": "NRT", "properties": {
    "displayName": "[[One] more", "severity": "[parameters('severity')]",
    "enabled": "[equals(parameters('on'), 1)]", "query": "SigninLogs" } } ] })";
  Findings findings;
  const auto rules = read_rules(text, "template.json", findings);
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].name.text, "[One] more");
  EXPECT_TRUE(rules[0].enabled);
  EXPECT_EQ(findings.errors(), 0u);
  ASSERT_EQ(findings.all().size(), 2u);
  EXPECT_EQ(findings.all()[0].code, "RUL0016");
  EXPECT_EQ(findings.all()[0].field, "resources[0].properties.severity");
}

TEST(LoadRules, ReadsUtf16AndMergesAnchors) {
  constexpr std::string_view text =
      "x-base: &base\n  kind: Hunting\n  query: T\n<<: *base\nname: \xC3\xA4\xF0\x9F\x98\x80\n";
  Findings findings;
  const auto rules = read_rules(text, "anchors.yaml", findings);
  for (const Finding& finding : findings.all()) ADD_FAILURE() << finding.message;
  ASSERT_EQ(rules.size(), 1u);
  EXPECT_EQ(rules[0].query.text, "T");
  std::string wide("\xFF\xFE");
  for (const std::string_view unit :
       {"n", "a", "m", "e", ":", " ", "\xE4", "\n", "k", "i", "n", "d", ":", " ", "H",
        "u", "n", "t", "i", "n", "g", "\n",   "q",  "u", "e", "r", "y", ":", " ", "T"}) {
    wide += unit[0];
    wide += '\0';
  }
  const auto same = read_rules(wide, "wide.yaml", findings);
  ASSERT_EQ(same.size(), 1u);
  EXPECT_EQ(same[0].name.text, "\xC3\xA4");
}

TEST(LoadRules, AFieldThatIsWrittenTwiceIsAnError) {
  Findings findings;
  read_rules("name: x\nkind: Hunting\nquery: T\nquery: U\n", "twice.yaml", findings);
  ASSERT_EQ(findings.errors(), 1u);
  EXPECT_EQ(findings.all()[0].code, "RUL0015");
  EXPECT_EQ(findings.all()[0].place.line, 4);
}

TEST(LoadRules, HiddenFoldersHoldNoRules) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "vedette_hidden_folders_test";
  std::filesystem::create_directories(folder / ".github");
  for (const char* name : {".github/build.yml", "a.yaml", "a.test.yaml", "limits.yaml"}) {
    std::ofstream(folder / name) << "name: x\n";
  }
  EXPECT_EQ(rule_files(folder.string()), std::vector{(folder / "a.yaml").string()});
  std::filesystem::remove_all(folder);
}

TEST(LoadRules, LinkedFoldersAreReadOnceAndDeadLinksAreTold) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "vedette_linked_folders_test";
  fs::remove_all(folder);
  fs::create_directories(folder / "rules");
  fs::create_directories(folder / "shared");
  std::ofstream(folder / "shared" / "a.yaml") << "name: x\n";
  fs::create_directory_symlink(folder / "shared", folder / "rules" / "linked");
  fs::create_directory_symlink(folder / "rules", folder / "rules" / "loop");
  fs::create_symlink("nowhere.yaml", folder / "rules" / "dead.yaml");
  fs::create_symlink("nowhere.txt", folder / "rules" / "dead.txt");
  const auto files = rule_files((folder / "rules").string());
  EXPECT_EQ(files, (std::vector{(folder / "rules" / "dead.yaml").string(),
                                (folder / "rules" / "linked" / "a.yaml").string()}));
  Findings findings;
  EXPECT_TRUE(load_rules(files.at(0), findings).empty());
  ASSERT_EQ(findings.errors(), 1u);
  EXPECT_EQ(findings.all()[0].code, "RUL0001");
  fs::remove_all(folder);
}

TEST(LoadRules, SaysWhereAFieldIsWrong) {
  Findings findings;
  read_rules(
      "name: x\nkind: Sheduled\nseverity: Terrible\nqueryFrequency: often\nquery: T\ntactcs: []\n",
      "bad.yaml", findings);
  std::map<std::string, int> lines;
  for (const Finding& finding : findings.all()) lines[finding.field] = finding.place.line;
  EXPECT_EQ(lines["kind"], 2);
  EXPECT_EQ(lines["severity"], 3);
  EXPECT_EQ(lines["queryFrequency"], 4);
  EXPECT_EQ(lines["tactcs"], 6);
  EXPECT_TRUE(lines.contains("triggerOperator"));
}

TEST(LoadRules, BrokenFilesAreFindings) {
  for (const std::string_view text : {"a: [1\nb: 2", "{\"a\": ", "\xff\xfe", "", "just words"}) {
    Findings findings;
    EXPECT_TRUE(read_rules(text, "broken.yaml", findings).empty()) << text;
    EXPECT_EQ(findings.all().size(), 1u) << text;
  }
}

TEST(RuleDuration, ReadsAllForms) {
  const auto minutes = [](std::string_view text) {
    const auto span = parse_rule_duration(text);
    return span ? span->ticks / ticks_per_minute : -1;
  };
  EXPECT_EQ(minutes("5m"), 5);
  EXPECT_EQ(minutes("14d"), 14 * 24 * 60);
  EXPECT_EQ(minutes("01:30:00"), 90);
  EXPECT_EQ(minutes("1.00:00:00"), 24 * 60);
  EXPECT_EQ(minutes("PT5M"), 5);
  EXPECT_EQ(minutes("P1DT2H"), 26 * 60);
  EXPECT_EQ(minutes("P1W"), 7 * 24 * 60);
  for (const std::string_view text : {"", "5", "m", "P", "PT", "P1H", "5 minutes", "-1h", "1h2"}) {
    EXPECT_EQ(minutes(text), -1) << text;
  }
  EXPECT_EQ(short_duration({36 * ticks_per_hour}), "36h");
  EXPECT_EQ(short_duration({14 * ticks_per_day}), "14d");
}

}  // namespace
}  // namespace vedette::rules
