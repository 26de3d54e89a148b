// Recorded logs, where they are at hand: they are not part of the project. Their folder is
// `../shared/logs` beside the source tree, or what VEDETTE_LOGS names; its manifest says how many
// events each file has.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>

#include "compiler/session/session.h"
#include "runtime/ingest/ingest.h"
#include "stdlib/stdlib.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

struct LogFile {
  std::string name;
  uint64_t events = 0;
};

/// The JSON and delimited files of the manifest.
std::vector<LogFile> listed_files(const fs::path& folder) {
  simdjson::dom::parser parser;
  std::vector<LogFile> files;
  for (const simdjson::dom::element entry : parser.load(folder / "manifest.json")["entries"]) {
    const std::string name(entry["file"].get_string().value());
    for (std::string_view ending : {"json.gz", "jsonl.gz", ".csv.gz"}) {
      if (name.ends_with(ending)) files.push_back({name, entry["events"].get_uint64().value()});
    }
  }
  return files;
}

TEST(RealLogs, EveryFileIsTakenWhole) {
  const fs::path folder = recorded_logs();
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "no recorded logs at " << folder;
  const std::vector<LogFile> files = listed_files(folder);
  EXPECT_GT(files.size(), 40u);
  for (const LogFile& file : files) {
    const auto database = Database::in_memory();
    IngestOptions options;
    options.table = "Log";
    options.rejects_path = "none";
    const IngestReport report = ingest(*database, options, folder / file.name);
    // Counted by line ends, although its last record has none.
    const uint64_t missed = file.name.ends_with("plaso_lookup_events.jsonl.gz") ? 1 : 0;
    EXPECT_EQ(report.rows, file.events + missed) << file.name;
    EXPECT_EQ(database->snapshot()->find("Log")->rows(), report.rows) << file.name;
    EXPECT_EQ(report.refused, 0u) << file.name;
    EXPECT_TRUE(report.misfits.empty()) << file.name << ": " << report.misfits[0].column;
    EXPECT_EQ(report.stopped, "") << file.name;
  }
}

/// All files of one sort into one table: types that one file suggests do not fit the next.
TEST(RealLogs, FilesThatDisagreeShareATable) {
  const fs::path folder = recorded_logs();
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "no recorded logs at " << folder;
  const auto database = Database::in_memory();
  uint64_t events = 0;
  for (const LogFile& file : listed_files(folder)) {
    if (!file.name.starts_with("WindowsNDJSON/")) continue;
    IngestOptions options;
    options.table = "SecurityEvent";
    options.rejects_path = "none";
    const IngestReport report = ingest(*database, options, folder / file.name);
    EXPECT_EQ(report.refused, 0u) << file.name;
    for (const MisfitReport& misfit : report.misfits) {
      EXPECT_EQ(misfit.kept_in, misfit.column + "_s") << file.name;
    }
    events += file.events;
  }
  EXPECT_EQ(database->snapshot()->find("SecurityEvent")->rows(), events);
}

/// What is known to be in a file, as a query that counts it.
struct Fact {
  std::string_view file;
  std::string_view query;
  int64_t expected;
};

constexpr Fact facts[] = {
    {"WindowsNDJSON/T1003.001_comsvcs_lsass_dump.ndjson.gz",
     R"(Log | where EventID == 4688 and CommandLine has "comsvcs.dll" and CommandLine has "MiniDump"
            | count)",
     1},
    {"WindowsNDJSON/T1003.001_comsvcs_lsass_dump.ndjson.gz",
     R"(Log | where EventID == 10 and TargetImage endswith @"\lsass.exe"
                 and SourceImage endswith @"\rundll32.exe" | count)",
     2},
    {"WindowsNDJSON/T1053.005_remote_schtask_create.ndjson.gz",
     R"(Log | where EventID == 4698 and TaskName has "EventCacheManager" | count)", 1},
    {"WindowsNDJSON/T1021.002_empire_psexec.ndjson.gz",
     R"(Log | where Channel == "System" and EventID == 7045 | count)", 1},
    {"WindowsNDJSON/T1562.002_auditpol.ndjson.gz", "Log | where EventID == 4719 | count", 63},
    {"WindowsNDJSON/T1047_wmic_add_user_backdoor.ndjson.gz",
     R"(Log | where EventID == 4720 and TargetUserName == "backdoor" | count)", 1},
    {"WindowsNDJSON/T1047_wmic_add_user_backdoor.ndjson.gz",
     R"(Log | where Channel =~ "security" | count)", 6138},
    {"WindowsNDJSON/T1546.003_wmi_event_subscription.ndjson.gz",
     R"(Log | where SourceName == "Microsoft-Windows-Sysmon" and EventID in (19, 20, 21) | count)",
     6},
    {"WindowsNDJSON/T1003.001_mimikatz_logonpasswords.ndjson.gz",
     R"(Log | where Channel == "Windows PowerShell" and EventID == 800 | count)", 2940},
    {"WindowsNDJSON/T1003.006_empire_dcsync.ndjson.gz",
     R"(Log | where EventID == 4662 and not(SubjectUserName endswith "$")
            | where Properties has_any ("1131f6aa-9c07-11d1-f79f-00c04fc2dcd2",
                                        "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2") | count)",
     3},
    {"WindowsNDJSON/T1110.003_T1558.003_purplesharp_ad.ndjson.gz",
     "Log | where EventID == 4625 | distinct TargetUserName | count", 7},
    {"WindowsNDJSON/T1110.003_T1558.003_purplesharp_ad.ndjson.gz",
     R"(Log | where EventID == 4769 and TicketEncryptionType == "0x17" | count)", 5},
    {"WindowsNDJSON/splunk_T1053.005_atomic.ndjson.gz",
     R"(Log | where SourceName == "Microsoft-Windows-Sysmon" and EventID == 1
                 and Image endswith @"\schtasks.exe" | count)",
     8},
    {"AWSCloudTrail/invictus_stratus_2023-07-10_merged.json.gz",
     R"(Log | where eventName == "GetPasswordData" and errorCode == "Client.UnauthorizedOperation"
            | count)",
     29},
    {"AWSCloudTrail/invictus_stratus_2023-07-10_merged.json.gz",
     R"(Log | where eventName == "ConsoleLogin" and additionalEventData.MFAUsed == "No"
            | where tostring(userIdentity.userName) startswith "stratus-red-team" | count)",
     1},
    {"DnsEvents/nxlog_windows_dns_analytical.json.gz", "Log | where EventID == 256 | count", 212},
    {"DiagEnvelope/aad_diag_eventhub.json.gz",
     R"(Log | where operationName == "Invite external user" | count)", 3},
    {"DiagEnvelope/azure_activity_diag_eventhub.json.gz",
     R"(Log | where tostring(operationName) =~ "Microsoft.Storage/storageAccounts/write" | count)",
     8},
    {"CommonSecurityLog/fortigate_table.json.gz", "Log | where DestinationPort == 3389 | count", 2},
};

TEST(RealLogs, HoldWhatIsKnownOfThem) {
  const fs::path folder = recorded_logs();
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "no recorded logs at " << folder;
  std::unique_ptr<Database> database;
  std::string_view loaded;
  for (const Fact& fact : facts) {
    if (fact.file != loaded) {
      database = Database::in_memory();
      ingest(*database, {.table = "Log", .rejects_path = "none"}, folder / fact.file);
      loaded = fact.file;
    }
    Session session(standard_library(), database.get());
    const QueryResult result = session.run(fact.query);
    ASSERT_TRUE(result.ok) << fact.query << ": " << result.diagnostics[0].message;
    ASSERT_EQ(result.tables[0].rows, 1u) << fact.query;
    EXPECT_EQ(value_at(result.tables[0].data[0].vector(), 0).as_word(), fact.expected)
        << fact.file << ": " << fact.query;
  }
}

}  // namespace
}  // namespace vedette
