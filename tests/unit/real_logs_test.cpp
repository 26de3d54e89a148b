// Recorded logs, where they are at hand: they are not part of the project. VEDETTE_LOGS names their
// folder; its manifest says how many events each file has.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>

#include "runtime/ingest/ingest.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

fs::path logs_folder() {
  const char* folder = std::getenv("VEDETTE_LOGS");
  return folder == nullptr ? fs::path() : fs::path(folder);
}

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
  const fs::path folder = logs_folder();
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "no recorded logs here";
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
  const fs::path folder = logs_folder();
  if (!fs::exists(folder / "manifest.json")) GTEST_SKIP() << "no recorded logs here";
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

}  // namespace
}  // namespace vedette
