// Small extents become one; times of ingestion follow the order of commits.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/table/retention.h"
#include "runtime/table/rewrite.h"
#include "runtime/table/system_time.h"
#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

constexpr int64_t minute = 600'000'000;
constexpr int64_t day = 864'000'000'000;
const Datetime start = *parse_datetime("2300-03-01");

const std::vector<ColumnSchema> columns = {
    {"n", Type::Long},          {"flag", Type::Bool},   {"real", Type::Real},
    {"decimal", Type::Decimal}, {"name", Type::String}, {"line", Type::String},
    {"time", Type::Datetime},   {"guid", Type::Guid},   {"bag", Type::Dynamic}};

void append_rows(Appender& appender, int64_t first, int64_t rows, Random& random) {
  for (int64_t n = first; n < first + rows; ++n) {
    appender.column(0).append_word(n);
    for (uint32_t at = 1; at < columns.size(); ++at) {
      const Flavor flavor = columns[at].name == "name" ? Flavor::Few : Flavor::Extreme;
      appender.column(at).append(
          random_value(random, columns[at].type, flavor, static_cast<size_t>(n), 10));
    }
    appender.end_row();
  }
}

/// A commit of some rows, ingested `minutes` after the start.
void commit_rows(Database& database, int64_t first, int64_t rows, int64_t minutes,
                 const std::string& table = "T") {
  Random random(static_cast<uint64_t>(first) + 1);
  Appender appender =
      database.append(table, {.ingestion_time = Datetime{start.ticks + minutes * minute}});
  append_rows(appender, first, rows, random);
  appender.commit();
}

std::vector<std::vector<Value>> contents(const Table& table) {
  std::vector<std::vector<Value>> values;
  for (uint32_t column = 0; column < table.schema->columns.size(); ++column) {
    values.push_back(read_column(table, column));
  }
  values.push_back(read_column(table, ingestion_time_column));
  return values;
}

const Table& table_of(const std::shared_ptr<const Snapshot>& snapshot) {
  return *snapshot->find("T");
}

size_t files_of(const Database& database) {
  const auto files = std::filesystem::directory_iterator(database.directory() + "/extents");
  return static_cast<size_t>(std::distance(files, {}));
}

TEST(Merge, KeepsRowsOrderAndTimesOfIngestion) {
  const TemporaryDirectory directory;
  for (const bool in_memory : {true, false}) {
    const auto database =
        in_memory ? Database::in_memory() : Database::open(directory / "db", OpenMode::Create);
    database->create_table({"T", {columns.begin(), columns.end() - 1}});
    for (int64_t commit = 0; commit < 12; ++commit) {
      // A column that the first extents do not have.
      if (commit == 5) database->add_columns("T", columns);
      Random random(static_cast<uint64_t>(commit));
      Appender appender = database->append("T", {.ingestion_time = Datetime{commit * minute}});
      for (int64_t row = 0; row < 7 + commit * 900; ++row) {
        for (uint32_t at = 0; at < appender.schema().columns.size(); ++at) {
          const Type type = appender.schema().columns[at].type;
          appender.column(at).append(
              random_value(random, type, Flavor::Extreme, static_cast<size_t>(row), 10));
        }
        appender.end_row();
      }
      appender.commit();
    }
    const auto before = database->snapshot();
    const auto expected = contents(table_of(before));
    EXPECT_EQ(database->merge_extents("T", {.together = 2}), 11u);
    const auto after = database->snapshot();
    EXPECT_EQ(table_of(after).extents.size(), 1u);
    EXPECT_EQ(contents(table_of(after)), expected);
    EXPECT_EQ(contents(table_of(before)), expected) << "queries that run go on";
    EXPECT_EQ(after->newest_rows(), before->newest_rows());
    if (in_memory) continue;
    EXPECT_EQ(files_of(*database), 1u);
    EXPECT_EQ(contents(table_of(Database::open(directory / "db", OpenMode::ReadOnly)->snapshot())),
              expected);
  }
}

TEST(Merge, AReaderThatKnowsTheOldExtentsReadsOn) {
  const TemporaryDirectory directory;
  const auto database = Database::open(directory / "db", OpenMode::Create);
  database->create_table({"T", columns});
  for (int64_t commit = 0; commit < 10; ++commit) commit_rows(*database, commit * 9, 9, commit);
  const auto reader = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto held = reader->snapshot();
  database->merge_extents("T");
  EXPECT_EQ(files_of(*database), 1u);
  const auto expected = contents(table_of(database->snapshot()));
  EXPECT_EQ(contents(table_of(held)), expected);
  reader->refresh();
  EXPECT_EQ(table_of(reader->snapshot()).extents.size(), 1u);
  EXPECT_EQ(contents(table_of(reader->snapshot())), expected);
}

TEST(Merge, ManyCommitsLeaveFewExtentsAndRowsAreCopiedSeldom) {
  const auto database = Database::in_memory();
  database->create_table({"T", {{"n", Type::Long}}});
  uint64_t copied = 0;
  constexpr int64_t commits = 2000;
  for (int64_t commit = 0; commit < commits; ++commit) {
    Appender appender = database->append("T", {.ingestion_time = start});
    appender.column(0).append_word(commit);
    appender.end_row();
    appender.commit();
    const auto before = database->snapshot();
    if (database->merge_extents("T") == 0) continue;
    std::set<uint64_t> known;
    for (const auto& extent : table_of(before).extents) known.insert(extent->id());
    for (const auto& extent : table_of(database->snapshot()).extents) {
      if (!known.contains(extent->id())) copied += extent->rows();
    }
  }
  const auto snapshot = database->snapshot();
  EXPECT_LE(table_of(snapshot).extents.size(), 4u * 8u);
  EXPECT_LE(copied, 5u * commits);
  const auto numbers = read_column(table_of(snapshot), 0);
  ASSERT_EQ(numbers.size(), static_cast<size_t>(commits));
  for (int64_t n = 0; n < commits; ++n) EXPECT_EQ(numbers[static_cast<size_t>(n)], Value::int64(n));
}

TEST(Merge, LargeExtentsAndOldOnesStayApart) {
  const auto database = Database::in_memory();
  database->create_table({"T", columns});
  int64_t row = 0;
  for (int commit = 0; commit < 3; ++commit) {
    for (const int64_t rows : {3000, 1, 1, 1, 1}) {
      commit_rows(*database, row, rows, 0);
      row += rows;
    }
  }
  EXPECT_EQ(database->merge_extents("T", {.together = 4, .most_rows = 3'500}), 9u);
  std::vector<uint32_t> sizes;
  for (const auto& extent : table_of(database->snapshot()).extents) sizes.push_back(extent->rows());
  EXPECT_EQ(sizes, (std::vector<uint32_t>{3000, 4, 3000, 4, 3000, 4}));
}

TEST(Merge, RetentionIsHeldUpByATenthOfItsPeriodAtMost) {
  const auto database = Database::in_memory();
  database->create_table({"T", columns});
  for (int64_t hour = 0; hour < 240; ++hour) commit_rows(*database, hour, 1, hour * 60);
  const auto longest = [&] {
    int64_t most = 0;
    for (const auto& extent : table_of(database->snapshot()).extents) {
      const ZoneMap zone = extent->zone(ingestion_time_column);
      most = std::max(most, word_of_zone_key(zone.max) - word_of_zone_key(zone.min));
    }
    return most;
  };
  database->set_property("T", retention_property, R"({"SoftDeletePeriod":"4.04:00:00"})");
  database->merge_extents("T");
  EXPECT_LE(longest(), 10 * 60 * minute);
  EXPECT_LT(table_of(database->snapshot()).extents.size(), 60u);
  database->set_property("T", retention_property, "");
  database->merge_extents("T", {.together = 2});
  EXPECT_GT(longest(), 10 * 60 * minute);
  EXPECT_LE(longest(), day);
  EXPECT_EQ(read_column(table_of(database->snapshot()), 0).size(), 240u);
}

TEST(Merge, OthersMayCommitMeanwhile) {
  const auto database = Database::in_memory();
  database->create_table({"T", {{"n", Type::Long}}});
  std::atomic<bool> done = false;
  std::thread merging([&] {
    while (!done) database->merge_extents("T", {.together = 2});
  });
  Appender appender = database->append("T", {.ingestion_time = start});
  for (int64_t n = 0; n < 3000; ++n) {
    appender.column(0).append_word(n);
    appender.end_row();
    appender.commit();
  }
  done = true;
  merging.join();
  const auto numbers = read_column(table_of(database->snapshot()), 0);
  ASSERT_EQ(numbers.size(), 3000u);
  for (int64_t n = 0; n < 3000; ++n) ASSERT_EQ(numbers[static_cast<size_t>(n)], Value::int64(n));
}

TEST(Merge, ADamagedExtentStaysAsItIs) {
  const TemporaryDirectory directory;
  std::string damaged;
  {
    const auto database = Database::open(directory / "db", OpenMode::Create);
    database->create_table({"T", columns});
    for (int64_t commit = 0; commit < 9; ++commit) commit_rows(*database, commit * 50, 50, commit);
    damaged = fmt::format("{}/extents/{:016x}.extent", directory / "db",
                          table_of(database->snapshot()).extents[4]->id());
  }
  {
    std::fstream file(damaged, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(64);
    file.put('\x55').put('\x55').put('\x55');
  }
  const auto database = Database::open(directory / "db", OpenMode::ReadWrite);
  EXPECT_EQ(error_of([&] { database->merge_extents("T"); }).code, "KQL0605");
  EXPECT_EQ(table_of(database->snapshot()).extents.size(), 9u);
  EXPECT_EQ(files_of(*database), 9u);
}

TEST(Merge, OtherColumnsForMergedRowsKeepTheirTimes) {
  const auto database = Database::in_memory();
  database->create_table({"T", columns});
  for (int64_t commit = 0; commit < 9; ++commit) commit_rows(*database, commit * 5, 5, commit);
  database->merge_extents("T");
  const auto before = database->snapshot();
  rewrite_columns(*database, table_of(before), {"T", {{"line", Type::String}, {"n", Type::Long}}},
                  {5, 0});
  const auto after = database->snapshot();
  EXPECT_EQ(read_column(table_of(after), 1), read_column(table_of(before), 0));
  EXPECT_EQ(read_column(table_of(after), ingestion_time_column),
            read_column(table_of(before), ingestion_time_column));
  EXPECT_EQ(table_of(after).extents.size(), 1u);
}

/// Runs `work` in a process of its own that ends before its step `last`; the number of steps.
int steps_before_end(int last,
                     const std::function<void(std::function<void(std::string_view)>)>& work) {
  int ends[2];
  check(::pipe(ends) == 0, "there is a pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    int steps = 0;
    work([&](std::string_view) {
      if (++steps == last) ::kill(::getpid(), SIGKILL);
    });
    ::_exit(::write(ends[1], &steps, sizeof(steps)) == sizeof(steps) ? 0 : 1);
  }
  ::close(ends[1]);
  int status = 0, steps = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
              (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  if (::read(ends[0], &steps, sizeof(steps)) != sizeof(steps)) steps = 0;
  ::close(ends[0]);
  return steps;
}

TEST(Merge, KilledAtAnyStepLeavesTheOldExtentsOrTheNewOnes) {
  const TemporaryDirectory directory(std::filesystem::exists("/dev/shm") ? "/dev/shm" : "");
  const std::string fresh = directory / "fresh", work = directory / "work";
  {
    const auto database = Database::open(fresh, OpenMode::Create);
    database->create_table({"T", columns});
    for (int64_t commit = 0; commit < 20; ++commit) {
      commit_rows(*database, commit * 40, commit < 10 ? 40 : 3, commit);
    }
  }
  const auto expected = contents(table_of(Database::open(fresh, OpenMode::ReadOnly)->snapshot()));
  const auto merge = [&](std::function<void(std::string_view)> step) {
    const auto database = Database::open(work, OpenMode::ReadWrite);
    database->set_before_step(std::move(step));
    database->merge_extents("T");
    commit_rows(*database, 9'000, 1, 99);  // and the next commit
  };
  const auto begin = [&] {
    std::filesystem::remove_all(work);
    std::filesystem::copy(fresh, work, std::filesystem::copy_options::recursive);
  };
  begin();
  const int steps = steps_before_end(0, merge);
  ASSERT_GE(steps, 4 * 2 + 3) << "two merges and a commit";
  std::set<size_t> extents_seen;
  for (int last = 1; last <= steps; ++last) {
    begin();
    ASSERT_EQ(steps_before_end(last, merge), 0) << "killed before step " << last;
    const auto database = Database::open(work, OpenMode::ReadWrite);
    const auto snapshot = database->snapshot();
    auto found = contents(table_of(snapshot));
    if (found[0].size() > expected[0].size()) {
      for (auto& column : found) column.pop_back();  // the commit behind the merges was durable
    }
    EXPECT_EQ(found, expected) << "killed before step " << last;
    EXPECT_EQ(files_of(*database), table_of(snapshot).extents.size()) << "leftovers are removed";
    extents_seen.insert(table_of(snapshot).extents.size());
  }
  EXPECT_TRUE(extents_seen.contains(20)) << "the old ones";
  EXPECT_GE(extents_seen.size(), 3u) << "and new ones";
}

// Times of ingestion.

TEST(IngestionTime, IsThatOfTheCommit) {
  const TemporaryDirectory directory;
  for (const bool in_memory : {true, false}) {
    const auto database =
        in_memory ? Database::in_memory() : Database::open(directory / "db", OpenMode::Create);
    database->create_table({"T", {{"n", Type::Long}}});
    const auto add = [](Appender& appender, int64_t n) {
      appender.column(0).append_word(n);
      appender.end_row();
    };
    // Its extents are written long before it commits.
    Appender slow = database->append("T", {.extent_rows = 1});
    for (int64_t n = 0; n < 5; ++n) add(slow, n);
    Appender quick = database->append("T");
    add(quick, 5);
    quick.commit();
    const Datetime first = *database->snapshot()->newest_rows();
    EXPECT_LE(std::abs(first.ticks - system_time().ticks), minute);
    add(slow, 6);
    slow.commit();
    const auto snapshot = database->snapshot();
    EXPECT_GT(*snapshot->newest_rows(), first);
    const auto times = read_column(table_of(snapshot), ingestion_time_column);
    ASSERT_EQ(times.size(), 7u);
    EXPECT_EQ(times[0], Value::datetime(first));
    for (size_t row = 1; row < 7; ++row) {
      EXPECT_EQ(times[row], Value::datetime(*snapshot->newest_rows()))
          << "all rows of a commit have one time";
    }
    for (const auto& extent : table_of(snapshot).extents) {
      EXPECT_EQ(extent->block_zone(ingestion_time_column, 0), extent->zone(ingestion_time_column));
    }
  }
  const auto again = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto times = read_column(table_of(again->snapshot()), ingestion_time_column);
  EXPECT_EQ(times.back(), Value::datetime(*again->snapshot()->newest_rows()));
  EXPECT_LT(times.front().as_word(), times.back().as_word());
}

TEST(IngestionTime, GrowsWithEachCommitWhateverTheClockSays) {
  const auto database = Database::in_memory();
  database->create_table({"T", {{"n", Type::Long}}});
  const auto commit = [&](std::optional<Datetime> time) {
    Appender appender = database->append("T", {.ingestion_time = time});
    appender.column(0).append_word(1);
    appender.end_row();
    appender.commit();
    return read_column(table_of(database->snapshot()), ingestion_time_column).back().as_word();
  };
  int64_t last = 0;
  for (int i = 0; i < 100; ++i) {
    const int64_t time = commit({});
    EXPECT_GT(time, last);
    last = time;
  }
  // The clock was set back by five minutes ...
  const Datetime ahead = {system_time().ticks + 5 * minute};
  EXPECT_EQ(commit(ahead), ahead.ticks);
  EXPECT_EQ(commit({}), ahead.ticks + 1);
  EXPECT_EQ(commit({}), ahead.ticks + 2);
  // ... or by years: then nobody waits for it.
  EXPECT_EQ(commit(start), start.ticks);
  EXPECT_LT(commit({}), ahead.ticks);
  EXPECT_EQ(*database->snapshot()->newest_rows(), start);
}

TEST(IngestionTime, DatabasesOfVersionThreeAreRead) {
  const TemporaryDirectory directory;
  const std::string path = directory / "db";
  {
    const auto database = Database::open(path, OpenMode::Create);
    database->create_table({"T", columns});
    commit_rows(*database, 0, 3, 7);
    commit_rows(*database, 3, 3, 8);
  }
  std::ifstream file(path + "/manifest");
  std::string text, line;
  while (std::getline(file, line)) {
    if (line.starts_with("newest ") || line.starts_with("checksum ")) continue;
    if (line.starts_with("vedette manifest")) line = "vedette manifest 3";
    text += line + '\n';
  }
  file.close();
  text += fmt::format("checksum {:016x}\n", hash_bytes(text));
  std::ofstream(path + "/manifest") << text;
  const auto database = Database::open(path, OpenMode::ReadWrite);
  EXPECT_EQ(database->snapshot()->newest_rows(), std::nullopt);
  const auto times = read_column(table_of(database->snapshot()), ingestion_time_column);
  EXPECT_EQ(times.front(), Value::datetime({start.ticks + 7 * minute}));
  commit_rows(*database, 6, 3, 9);
  EXPECT_EQ(database->snapshot()->newest_rows(), Datetime{start.ticks + 9 * minute});
}

}  // namespace
}  // namespace vedette
