// Recorded Windows event logs, where they are at hand: they are not part of the project. See
// real_logs_test.cpp for their folder. What is in each log was counted with other readers.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "compiler/session/session.h"
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/ingest/positional.h"
#include "runtime/value/render.h"
#include "stdlib/stdlib.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

/// The files of a tar archive by their names.
std::map<std::string, std::string> files_of_archive(const std::string& archive) {
  std::map<std::string, std::string> files;
  std::string long_name;
  size_t at = 0;
  while (at + 512 <= archive.size() && archive[at] != '\0') {
    const std::string header = archive.substr(at, 512);
    const size_t size = std::strtoull(header.substr(124, 12).c_str(), nullptr, 8);
    const std::string prefix = header.substr(345, 155).c_str();
    std::string name = header.substr(0, 100).c_str();
    if (header[257] != '\0' && !prefix.empty() && header[156] != 'L') name = prefix + "/" + name;
    if (!long_name.empty()) name = std::exchange(long_name, {});
    const std::string content = archive.substr(at + 512, size);
    const size_t path = content.find(" path=");
    if (header[156] == 'L') {
      long_name = content.c_str();
    } else if (header[156] == 'x') {
      if (path != content.npos)
        long_name = content.substr(path + 6, content.find('\n', path) - path - 6);
    } else {
      files[name] = content;
    }
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

/// Pairs of the two columns of a query.
std::map<std::string, std::string> pairs(Database& database, const std::string& query) {
  Session session(standard_library(), &database);
  const QueryResult result = session.run(query);
  std::map<std::string, std::string> found;
  if (!result.ok) return {{"error", result.diagnostics[0].message}};
  for (uint32_t row = 0; row < result.tables[0].rows; ++row) {
    std::string key;
    std::string value;
    append_json_cell(key, value_at(result.tables[0].data[0].vector(), row));
    append_json_cell(value, value_at(result.tables[0].data[1].vector(), row));
    found[key] = value;
  }
  return found;
}

TEST(RealEventLogs, EveryEventOfEveryLogIsTaken) {
  const fs::path path = recorded_logs() / "EVTX" / "evtx_to_mitre_cc0.tar.gz";
  if (!fs::exists(path)) GTEST_SKIP() << "no recorded event logs at " << path;
  const auto files = files_of_archive(read_whole(path));
  ASSERT_TRUE(files.contains("index.json"));
  simdjson::dom::parser parser;
  const auto database = Database::in_memory();
  uint64_t all = 0;
  for (const simdjson::dom::element entry : parser.parse(files.at("index.json"))) {
    const std::string name(entry["path"].get_string().value());
    ASSERT_TRUE(files.contains(name)) << name;
    const std::string& log = files.at(name);
    const uint64_t records = entry["record_headers"].get_uint64().value();
    const auto one = Database::in_memory();
    const IngestReport report =
        ingest_text(*one, {.table = "WindowsEvent", .rejects_path = "none"}, log, name);
    EXPECT_EQ(report.rows, records) << name;
    EXPECT_EQ(report.refused, 0u) << name << ": " << report.first_refused[0].reason;
    EXPECT_EQ(report.doubtful, 0u) << name << ": " << report.first_doubts[0].reason;
    EXPECT_EQ(report.stopped, "") << name;
    all += report.rows;
    simdjson::dom::object counts;
    if (entry["by_event_id"].get_object().get(counts) == simdjson::SUCCESS) {
      const auto found = pairs(*one, "WindowsEvent | summarize count() by EventID");
      EXPECT_EQ(found.size(), counts.size()) << name;
      for (const auto& [id, count] : counts) {
        const auto row = found.find(std::string(id));
        ASSERT_NE(row, found.end()) << name << ": " << id;
        EXPECT_EQ(row->second, fmt::format("{}", count.get_uint64().value())) << name << ": " << id;
      }
    }
    uint64_t security = 0;
    const IngestReport taken =
        ingest_text(*database, {.table = "SecurityEvent", .rejects_path = "none"}, log, name);
    uint64_t left_out = 0;
    for (const LeftOutReport& other : taken.left_out) left_out += other.count;
    EXPECT_EQ(taken.rows + left_out, records) << name;
    EXPECT_TRUE(taken.misfits.empty()) << name << ": " << taken.misfits[0].column;
    EXPECT_TRUE(taken.new_columns.empty()) << name << ": " << taken.new_columns[0].name;
    if (entry["by_table"]["SecurityEvent"].get_uint64().get(security) == simdjson::SUCCESS) {
      EXPECT_EQ(taken.rows, security) << name;
    }
  }
  EXPECT_EQ(all, 1336u);
}

std::vector<std::string> sorted_names(std::string_view names) {
  std::vector<std::string> sorted;
  while (!names.empty()) {
    const size_t end = std::min(names.find('|'), names.size());
    sorted.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

/// The order of the data of each sort of event, as another reader found it in logs like these. Some
/// of its logs come from releases of Windows with other names.
TEST(RealEventLogs, DataKeepTheirOrder) {
  const fs::path path = recorded_logs() / "EVTX" / "evtx_to_mitre_cc0.tar.gz";
  const fs::path orders = recorded_logs() / "eventdata_order.json";
  if (!fs::exists(path) || !fs::exists(orders)) {
    GTEST_SKIP() << "no recorded event logs at " << path;
  }
  const auto database = Database::in_memory();
  for (const auto& [name, log] : files_of_archive(read_whole(path))) {
    if (!name.ends_with(".evtx")) continue;
    ingest_text(*database, {.table = "WindowsEvent", .rejects_path = "none"}, log, name);
  }
  const auto found =
      pairs(*database,
            "WindowsEvent | extend Key = strcat(Provider, ' ', EventID, ' ', Version) "
            "| extend Names = bag_keys(bag_remove_keys(EventData, "
            "dynamic(['Binary']))) "
            "| summarize take_any(strcat_array(Names, '|')) by Key");
  simdjson::dom::parser parser;
  int compared = 0;
  for (const simdjson::dom::element entry : parser.load(orders)) {
    if (entry["variants"].get_int64().value() != 1) continue;
    const std::string key =
        fmt::format("\"{} {} {}\"", entry["provider"].get_string().value(),
                    entry["event_id"].get_int64().value(), simdjson::minify(entry["version"]));
    std::string order;
    for (const simdjson::dom::element name : entry["order"].get_array()) {
      order += order.empty() ? "" : "|";
      order += name.get_string().value();
    }
    const auto known = found.find(key);
    if (known == found.end() || order.empty()) continue;
    const std::string names = known->second.substr(1, known->second.size() - 2);
    if (sorted_names(names) != sorted_names(order)) continue;
    ++compared;
    EXPECT_EQ(names, order) << key;
  }
  EXPECT_GT(compared, 45);
}

}  // namespace
}  // namespace vedette
