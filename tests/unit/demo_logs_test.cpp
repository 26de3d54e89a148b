#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/shell/demo/logs.h"
#include "runtime/value/json.h"

namespace vedette::shell::demo {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path scratch(const char* name) {
  return std::filesystem::path(testing::TempDir()) / name;
}

TEST(DemoLogs, AreTheSameForTheSameSeed) {
  const auto first = write_day(scratch("demo_a"), 5000, 7);
  const auto second = write_day(scratch("demo_b"), 5000, 7);
  const auto other = write_day(scratch("demo_c"), 5000, 8);
  ASSERT_EQ(first.size(), 5u);
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(text_of(first[i].path), text_of(second[i].path));
    EXPECT_NE(text_of(first[i].path), text_of(other[i].path));
  }
}

TEST(DemoLogs, AreJsonInTheOrderOfTime) {
  for (const Log& log : write_day(scratch("demo_d"), 5000, 1)) {
    std::istringstream lines(text_of(log.path));
    DynamicBuilder builder;
    std::string before;
    int64_t rows = 0;
    for (std::string line; std::getline(lines, line); ++rows) {
      builder.clear();
      ASSERT_TRUE(parse_json_text(line, builder)) << log.table << ": " << line;
      const std::string time(builder.view().find("TimeGenerated").as_text());
      EXPECT_LE(before, time) << log.table << " line " << rows + 1;
      EXPECT_TRUE(time.starts_with("2024-05-14")) << time;
      before = time;
    }
    EXPECT_EQ(rows, log.rows) << log.table;
  }
}

}  // namespace
}  // namespace vedette::shell::demo
