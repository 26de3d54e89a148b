// Databases: tables, commits, growth of schemas, ownership, refusals.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;
namespace fs = std::filesystem;

const TableSchema logins = {"Logins", {{"User", Type::String}, {"Count", Type::Long}}};

void append_logins(Appender& appender, int from, int count) {
  for (int row = from; row < from + count; ++row) {
    appender.column(0).append_text("user" + std::to_string(row));
    appender.column(1).append_word(row);
    appender.end_row();
  }
}

uint64_t rows_of(const Database& database, std::string_view table) {
  const auto snapshot = database.snapshot();
  const Table* found = snapshot->find(table);
  return found == nullptr ? 0 : found->rows();
}

size_t files_in(const std::string& directory) {
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory)) ++files;
  return files;
}

TEST(Database, WhatIsCommittedIsThereAfterReopening) {
  TemporaryDirectory directory;
  {
    auto database = Database::open(directory / "a/b/db", OpenMode::Create);
    database->create_table(logins);
    Appender appender = database->append("Logins");
    append_logins(appender, 0, 3000);
    EXPECT_EQ(rows_of(*database, "Logins"), 0u);
    EXPECT_EQ(appender.uncommitted_rows(), 3000u);
    appender.commit();
    EXPECT_EQ(rows_of(*database, "Logins"), 3000u);
    append_logins(appender, 3000, 10);
    appender.commit();
    append_logins(appender, 9999, 5);  // never committed
  }
  const auto database = Database::open(directory / "a/b/db", OpenMode::ReadWrite);
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("Logins");
  EXPECT_EQ(*table.schema, logins);
  EXPECT_EQ(table.extents.size(), 2u);
  const auto counts = read_column(table, 1);
  ASSERT_EQ(counts.size(), 3010u);
  for (int row = 0; row < 3010; ++row) ASSERT_EQ(counts[row], Value::int64(row));
  EXPECT_EQ(table.stored_bytes(),
            fs::file_size(directory / "a/b/db/extents/0000000000000001.extent") +
                fs::file_size(directory / "a/b/db/extents/0000000000000002.extent"));
}

TEST(Database, ExtentsAreCutAtTheirLimit) {
  auto database = Database::in_memory();
  database->create_table(logins);
  Appender appender = database->append("Logins", {.extent_rows = 1000});
  append_logins(appender, 0, 2500);
  appender.commit();
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("Logins");
  ASSERT_EQ(table.extents.size(), 3u);
  EXPECT_EQ(table.extents[2]->rows(), 500u);
  EXPECT_EQ(read_column(table, 1)[1999], Value::int64(1999));
}

TEST(Database, RowsComeInBatchesToo) {
  auto database = Database::in_memory();
  database->create_table(logins);
  Appender appender = database->append("Logins", {.extent_rows = 1500});
  ColumnBuilder users(Type::String);
  for (int row = 0; row < 2000; ++row) users.append_text("u" + std::to_string(row));
  const uint16_t odd[] = {1, 3, 5, 7};
  const Vector columns[] = {users.vector()};
  appender.append_rows(columns, {nullptr, 2000});
  appender.append_rows(columns, {odd, 4});
  appender.commit();
  const auto snapshot = database->snapshot();
  const auto found = read_column(*snapshot->find("Logins"), 0);
  ASSERT_EQ(found.size(), 2004u);
  EXPECT_EQ(found[1999], Value::string("u1999"));
  EXPECT_EQ(found[2003], Value::string("u7"));
  EXPECT_TRUE(read_column(*snapshot->find("Logins"), 1)[0].is_null()) << "no vector: null";
}

TEST(Database, ColumnsMayComeLater) {
  TemporaryDirectory directory;
  {
    auto database = Database::open(directory / "db", OpenMode::Create);
    database->create_table(logins);
    Appender appender = database->append("Logins");
    append_logins(appender, 0, 2);
    appender.commit();
    append_logins(appender, 2, 1);
    const std::vector<ColumnSchema> more = {
        {"Count", Type::Long}, {"City", Type::String}, {"Ok", Type::Bool}};
    database->add_columns("Logins", more);
    appender.refresh();
    ASSERT_EQ(appender.schema().columns.size(), 4u);
    appender.column(2).append_text("Oslo");
    appender.column(3).append_bool(true);
    appender.end_row();
    appender.commit();
    const std::vector<ColumnSchema> wrong = {{"City", Type::Long}};
    EXPECT_EQ(error_of([&] { database->add_columns("Logins", wrong); }).code, "KQL0607");
  }
  const auto database = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("Logins");
  const auto no = Value::null(Type::Bool);
  EXPECT_EQ(read_column(table, 2), (std::vector<Value>{Value::string(""), Value::string(""),
                                                       Value::string(""), Value::string("Oslo")}));
  EXPECT_EQ(read_column(table, 3), (std::vector<Value>{no, no, no, Value::boolean(true)}));
  EXPECT_EQ(read_column(table, 1)[3], Value::null(Type::Long));
}

TEST(Database, ColumnsMayComeInTheMiddleOfAnExtent) {
  auto database = Database::in_memory();
  database->create_table(logins);
  Appender appender = database->append("Logins");
  append_logins(appender, 0, static_cast<int>(block_rows) + 5);
  const std::vector<ColumnSchema> more = {{"Note", Type::Dynamic}};
  database->add_columns("Logins", more);
  appender.refresh();
  appender.column(2).append_text("x");
  appender.end_row();
  appender.commit();
  const auto snapshot = database->snapshot();
  const auto notes = read_column(*snapshot->find("Logins"), 2);
  ASSERT_EQ(notes.size(), block_rows + 6u);
  EXPECT_TRUE(notes[0].is_null());
  EXPECT_TRUE(notes[block_rows + 4].is_null());
  EXPECT_EQ(notes.back(), Value::dynamic("x"));
}

TEST(Database, EveryRowKeepsItsIngestionTime) {
  auto database = Database::in_memory();
  database->create_table(logins);
  for (const int64_t ticks : {1000, 2000}) {
    Appender appender = database->append("Logins", {.ingestion_time = Datetime{ticks}});
    append_logins(appender, 0, 2);
    appender.commit();
  }
  const auto snapshot = database->snapshot();
  const auto times = read_column(*snapshot->find("Logins"), ingestion_time_column);
  EXPECT_EQ(times, (std::vector<Value>{Value::datetime({1000}), Value::datetime({1000}),
                                       Value::datetime({2000}), Value::datetime({2000})}));
}

TEST(Database, SeveralAppendersCommitAsOne) {
  TemporaryDirectory directory;
  auto database = Database::open(directory / "db", OpenMode::Create);
  database->create_table(logins);
  database->create_table({"Other", {{"n", Type::Int}}});
  Appender first = database->append("Logins"), second = database->append("Other");
  append_logins(first, 0, 5);
  second.column(0).append_word(1);
  second.end_row();
  Appender* const both[] = {&first, &second};
  database->commit(both);
  EXPECT_EQ(rows_of(*database, "Logins"), 5u);
  EXPECT_EQ(rows_of(*database, "Other"), 1u);
  append_logins(first, 5, 5);
  second.column(0).append_word(2);
  second.end_row();
  database->drop_table("Other");
  EXPECT_EQ(error_of([&] { database->commit(both); }).code, "KQL0606");
  EXPECT_EQ(rows_of(*database, "Logins"), 5u) << "all or nothing";
  EXPECT_EQ(files_in(directory / "db/extents"), 1u);
}

TEST(Database, ASnapshotDoesNotChange) {
  auto database = Database::in_memory();
  database->create_table(logins);
  Appender appender = database->append("Logins");
  append_logins(appender, 0, 5);
  appender.commit();
  const auto before = database->snapshot();
  append_logins(appender, 5, 5);
  appender.commit();
  database->drop_table("Logins");
  EXPECT_EQ(before->find("Logins")->rows(), 5u);
  EXPECT_EQ(read_column(*before->find("Logins"), 1)[4], Value::int64(4));
  EXPECT_EQ(database->snapshot()->find("Logins"), nullptr);
}

TEST(Database, ThreadsMayReadWhileOthersCommit) {
  TemporaryDirectory directory;
  auto database = Database::open(directory / "db", OpenMode::Create);
  database->create_table(logins);
  const auto append = [&] {
    Appender appender = database->append("Logins", {.encoding = EncodingChoice::Dictionary});
    for (int commit = 0; commit < 10; ++commit) {
      append_logins(appender, commit * 100, 100);
      appender.commit();
    }
  };
  const auto read = [&] {
    for (uint64_t rows = 0; rows < 2000;) {
      const auto snapshot = database->snapshot();
      const Table& table = *snapshot->find("Logins");
      rows = table.rows();
      ASSERT_EQ(rows % 100, 0u);
      const auto users = read_column(table, 0), counts = read_column(table, 1);
      for (uint64_t row = 0; row < rows; ++row) {
        ASSERT_EQ(users[row].as_text(), "user" + std::to_string(counts[row].as_word()));
      }
    }
  };
  std::vector<std::thread> threads;
  for (int at = 0; at < 2; ++at) threads.emplace_back(append);
  for (int at = 0; at < 2; ++at) threads.emplace_back(read);
  for (std::thread& thread : threads) thread.join();
}

TEST(Database, TablesAreFoundByNameAndPattern) {
  auto database = Database::in_memory();
  for (const char* name : {"DeviceEvents", "DeviceNetworkEvents", "SigninLogs", "device"}) {
    database->create_table({name, {}});
  }
  const auto snapshot = database->snapshot();
  const auto names = [&](std::string_view pattern) {
    std::string names;
    for (const Table* table : snapshot->matching(pattern)) names += table->schema->name + " ";
    return names;
  };
  EXPECT_EQ(names("*"), "DeviceEvents DeviceNetworkEvents SigninLogs device ");
  EXPECT_EQ(names("Device*"), "DeviceEvents DeviceNetworkEvents ");
  EXPECT_EQ(names("*e*Events"), "DeviceEvents DeviceNetworkEvents ");
  EXPECT_EQ(names("SigninLogs"), "SigninLogs ");
  EXPECT_EQ(names("*x"), "");
  EXPECT_EQ(snapshot->find("deviceevents"), nullptr) << "names are case-sensitive";
  EXPECT_EQ(error_of([&] { database->create_table({"device", {}}); }).code, "KQL0606");
  EXPECT_EQ(error_of([&] { database->append("none"); }).code, "KQL0606");
}

TEST(Database, NamesMayHoldAnything) {
  TemporaryDirectory directory;
  const TableSchema odd = {"a b\nc\\n",
                           {{"", Type::Int}, {" x ", Type::Real}, {"\\\n", Type::Guid}}};
  {
    auto database = Database::open(directory / "db", OpenMode::Create);
    database->create_table(odd);
    database->commit();
  }
  const auto database = Database::open(directory / "db", OpenMode::ReadOnly);
  ASSERT_EQ(database->snapshot()->tables().size(), 1u);
  EXPECT_EQ(*database->snapshot()->tables()[0].schema, odd);
}

TEST(Database, ThereIsOneOwner) {
  TemporaryDirectory directory;
  auto owner = Database::open(directory / "db", OpenMode::Create);
  const QueryError error = error_of([&] { Database::open(directory / "db", OpenMode::ReadWrite); });
  EXPECT_EQ(error.code, "KQL0602");
  EXPECT_NE(error.message.find("in use by process " + std::to_string(::getpid())),
            std::string::npos)
      << error.message;
  EXPECT_NO_THROW(Database::open(directory / "db", OpenMode::ReadOnly));
  owner.reset();
  EXPECT_NO_THROW(Database::open(directory / "db", OpenMode::ReadWrite));
}

TEST(Database, ReadersKeepWhatTheyOpened) {
  TemporaryDirectory directory;
  auto owner = Database::open(directory / "db", OpenMode::Create);
  owner->create_table(logins);
  Appender appender = owner->append("Logins");
  append_logins(appender, 0, 100);
  appender.commit();
  const auto reader = Database::open(directory / "db", OpenMode::ReadOnly);
  owner->drop_table("Logins");
  EXPECT_EQ(files_in(directory / "db/extents"), 0u);
  EXPECT_EQ(read_column(*reader->snapshot()->find("Logins"), 1).size(), 100u);
  EXPECT_EQ(error_of([&] { reader->append("Logins"); }).code, "KQL0604");
}

TEST(Database, WhatIsNoDatabaseIsRefused) {
  TemporaryDirectory directory;
  const auto code = [&](const std::string& path, OpenMode mode) {
    return std::string(error_of([&] { Database::open(path, mode); }).code);
  };
  EXPECT_EQ(code(directory / "none", OpenMode::ReadOnly), "KQL0601");
  EXPECT_EQ(code(directory / "none", OpenMode::ReadWrite), "KQL0601");
  EXPECT_EQ(code(directory.path(), OpenMode::ReadWrite), "KQL0601");
  fs::create_directory(directory / "home");
  std::fclose(std::fopen((directory / "home/letter.txt").c_str(), "w"));
  EXPECT_EQ(code(directory / "home", OpenMode::Create), "KQL0601");
  EXPECT_EQ(files_in(directory / "home"), 1u);
}

TEST(Database, LeftoversAreRemovedByTheOwner) {
  TemporaryDirectory directory;
  {
    Database::open(directory / "db", OpenMode::Create);
  }
  for (const char* name :
       {"db/extents/00000000000000aa.extent", "db/extents/x.extent.tmp", "db/manifest.tmp"}) {
    std::fclose(std::fopen((directory / name).c_str(), "w"));
  }
  {
    Database::open(directory / "db", OpenMode::ReadOnly);
  }
  EXPECT_EQ(files_in(directory / "db/extents"), 2u);
  {
    Database::open(directory / "db", OpenMode::ReadWrite);
  }
  EXPECT_EQ(files_in(directory / "db/extents"), 0u);
  EXPECT_FALSE(fs::exists(directory / "db/manifest.tmp"));
}

}  // namespace
}  // namespace vedette
