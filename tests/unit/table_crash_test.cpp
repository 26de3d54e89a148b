// A process that ingests is killed at random moments: nothing acknowledged is lost, nothing
// half-written is seen.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

constexpr int rows_per_commit = 150;

/// Row n of both tables can be told from n.
void append_row(Appender& appender, int64_t row) {
  appender.column(0).append_word(row);
  appender.column(1).append_text("row " + std::to_string(row * 7));
  appender.end_row();
}

/// Ingests until killed. Says on `acknowledge` how many rows there are after each commit.
[[noreturn]] void ingest_for_ever(const std::string& path, int acknowledge) {
  const auto database = Database::open(path, OpenMode::Create);
  if (database->snapshot()->tables().empty()) {
    for (const char* name : {"A", "B"}) {
      database->create_table({name, {{"n", Type::Long}, {"text", Type::String}}});
    }
    database->commit();
  }
  int64_t rows = static_cast<int64_t>(database->snapshot()->find("A")->rows());
  Appender a = database->append("A", {.extent_rows = 100}), b = database->append("B");
  for (;;) {
    for (int row = 0; row < rows_per_commit; ++row, ++rows) {
      append_row(a, rows);
      append_row(b, rows);
    }
    Appender* const both[] = {&a, &b};
    database->commit(both);
    if (::write(acknowledge, &rows, sizeof(rows)) != sizeof(rows)) ::_exit(1);
  }
}

/// Starts an ingesting process, kills it after some time; the rows it acknowledged last, or
/// `before`.
int64_t ingest_and_kill(const std::string& path, std::chrono::microseconds after, int64_t before) {
  int ends[2];
  check(::pipe(ends) == 0, "there is a pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ingest_for_ever(path, ends[1]);
  }
  ::close(ends[1]);
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  int64_t rows = before;
  int64_t next = 0;
  while (::read(ends[0], &next, sizeof(next)) == sizeof(next)) rows = next;
  ::close(ends[0]);
  return rows;
}

/// Checks the rows of a table from `from` on.
void check_rows(const Table& table, uint64_t from) {
  uint64_t row = 0;
  for (const auto& extent : table.extents) {
    row += extent->rows();
    if (row <= from) continue;
    const Table one{.id = table.id, .schema = table.schema, .extents = {extent}};
    const auto numbers = read_column(one, 0), texts = read_column(one, 1);
    const uint64_t first = row - extent->rows();
    for (uint32_t at = 0; at < extent->rows(); ++at) {
      const int64_t number = static_cast<int64_t>(first + at);
      ASSERT_EQ(numbers[at], Value::int64(number));
      ASSERT_EQ(texts[at], Value::string("row " + std::to_string(number * 7)));
    }
  }
}

/// Kills an ingesting process `kills` times; the commits that were acknowledged.
int kill_again_and_again(const std::string& path, int kills, int most_microseconds,
                         Random& random) {
  int64_t acknowledged = 0;
  int64_t checked = 0;
  int commits = 0;
  for (int round = 0; round < kills; ++round) {
    if (round % 25 == 24) {  // keep the manifest short
      std::filesystem::remove_all(path);
      acknowledged = checked = 0;
    }
    const auto after = std::chrono::microseconds(random() % most_microseconds);
    const int64_t before = acknowledged;
    acknowledged = ingest_and_kill(path, after, acknowledged);
    commits += static_cast<int>((acknowledged - before) / rows_per_commit);
    const bool exists = std::filesystem::exists(path + "/manifest");
    const auto database = exists ? Database::open(path, OpenMode::ReadWrite) : nullptr;
    if (!exists || database->snapshot()->tables().empty()) {
      EXPECT_EQ(acknowledged, 0);
      continue;
    }
    const auto snapshot = database->snapshot();
    const Table &a = *snapshot->find("A"), &b = *snapshot->find("B");
    const int64_t rows = static_cast<int64_t>(a.rows());
    EXPECT_EQ(b.rows(), a.rows()) << "both tables or none";
    EXPECT_TRUE(rows == acknowledged || rows == acknowledged + rows_per_commit)
        << rows << " rows, acknowledged " << acknowledged << ", round " << round;
    check_rows(a, static_cast<uint64_t>(checked));
    check_rows(b, static_cast<uint64_t>(checked));
    if (::testing::Test::HasFailure()) break;
    checked = acknowledged = rows;
    const auto files = std::filesystem::directory_iterator(path + "/extents");
    EXPECT_EQ(static_cast<size_t>(std::distance(files, {})), a.extents.size() + b.extents.size())
        << "leftovers are removed";
  }
  return commits;
}

// In memory, where a commit takes a fraction of a millisecond, so that kills fall everywhere ...
TEST(Crash, NothingAcknowledgedIsLostAndNothingHalfWrittenIsSeen) {
  const TemporaryDirectory directory(std::filesystem::exists("/dev/shm") ? "/dev/shm" : "");
  Random random(31);
  EXPECT_GT(kill_again_and_again(directory / "db", 150, 12'000, random), 50);
}

// ... and on a disk, where most of the time goes by in fsync.
TEST(Crash, TheSameOnDisk) {
  const TemporaryDirectory directory;
  Random random(32);
  kill_again_and_again(directory / "db", 50, 70'000, random);
}

}  // namespace
}  // namespace vedette
