#include "runtime/shell/progress_bar.h"

#include <gtest/gtest.h>

#include "runtime/shell/query_text.h"

namespace vedette::shell {
namespace {

TEST(ProgressBar, ShowsRowsSpeedAndTimeLeft) {
  const IngestProgress half = {
      .rows = 1'200'000, .bytes = 500'000'000, .total_bytes = 1'000'000'000};
  EXPECT_EQ(progress_line(half, 2.0, 60),
            "[##########-----------]  1,200,000 rows  250 MB/s  0:02 left");
  EXPECT_EQ(progress_line(half, 2.0, 20), "1,200,000 rows  250…");
}

TEST(ProgressBar, SaysLessAboutAPipe) {
  const IngestProgress pipe = {.rows = 999, .bytes = 1'000'000};
  EXPECT_EQ(progress_line(pipe, 1.0, 60), "999 rows  1 MB/s");
  EXPECT_EQ(progress_line({}, 0.0, 60), "0 rows  0 MB/s");
}

TEST(QueryText, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
}

}  // namespace
}  // namespace vedette::shell
