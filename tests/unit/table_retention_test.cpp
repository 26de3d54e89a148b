// Rows that have been kept long enough, and what a database remembers of failed input.
#include <gtest/gtest.h>

#include "runtime/table/retention.h"
#include "runtime/table/system_time.h"
#include "runtime/value/datetime.h"
#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

constexpr int64_t day = 864'000'000'000;
// Far ahead, so that the system's clock has no say in what the tests' clock decides.
const Datetime march = *parse_datetime("2300-03-01");
const Datetime long_ago = *parse_datetime("2024-03-01");

Datetime after_march(int days) {
  return {march.ticks + days * day};
}

void add_extent(Database& database, const std::string& table, int rows, Datetime ingested) {
  Appender appender = database.append(table, {.ingestion_time = ingested});
  for (int row = 0; row < rows; ++row) {
    appender.column(0).append_word(row);
    appender.end_row();
  }
  appender.commit();
}

uint64_t rows_of(const Database& database, const std::string& table) {
  return database.snapshot()->find(table)->rows();
}

size_t files_of(const Database& database) {
  size_t files = 0;
  for ([[maybe_unused]] const auto& file :
       std::filesystem::directory_iterator(database.directory() + "/extents"))
    ++files;
  return files;
}

/// 1 row of the first day, 2 of ten days later, 4 of twenty days later in each of two tables.
void fill(Database& database, Datetime first = march) {
  for (const char* name : {"Kept", "Other"}) {
    database.create_table({name, {{"n", Type::Long}}});
    database.commit();
    add_extent(database, name, 1, first);
    add_extent(database, name, 2, {first.ticks + 10 * day});
    add_extent(database, name, 4, {first.ticks + 20 * day});
  }
}

TEST(Retention, WholeExtentsGoByTheTimeTheyWereIngested) {
  const TemporaryDirectory directory;
  const auto database = Database::open(directory / "db", OpenMode::Create);
  fill(*database);
  EXPECT_EQ(database->enforce_retention(after_march(10'000)), 0u) << "nothing goes by itself";
  const auto set_policy = [&](const char* text) {
    database->set_property("Kept", retention_property, text);
  };
  set_policy(R"({"SoftDeletePeriod":"30.00:00:00"})");
  const auto before = database->snapshot();
  EXPECT_EQ(database->enforce_retention({after_march(30).ticks - 1}), 0u);
  EXPECT_EQ(database->enforce_retention(after_march(30)), 1u);
  EXPECT_EQ(rows_of(*database, "Kept"), 6u);
  EXPECT_EQ(files_of(*database), 5u);
  EXPECT_EQ(read_column(*before->find("Kept"), 0).size(), 7u) << "old snapshots read on";
  set_policy(R"({"SoftDeletePeriod":"365000.00:00:00"})");
  EXPECT_EQ(database->enforce_retention(after_march(100'000)), 0u);
  set_policy(R"({"SoftDeletePeriod":"1.00:00:00"})");
  EXPECT_EQ(database->enforce_retention(after_march(40)), 2u);
  EXPECT_EQ(rows_of(*database, "Kept"), 0u);
  EXPECT_EQ(rows_of(*database, "Other"), 7u);
}

TEST(Retention, ATablesPolicyComesBeforeThatOfTheDatabase) {
  const auto database = Database::in_memory();
  fill(*database);
  database->set_property("Kept", retention_property, RetentionPolicy().to_text());
  database->set_database_property(retention_property, R"({"SoftDeletePeriod":"7.00:00:00"})");
  EXPECT_EQ(database->enforce_retention(after_march(20)), 2u);
  EXPECT_EQ(rows_of(*database, "Kept"), 7u);
  EXPECT_EQ(rows_of(*database, "Other"), 4u);
}

TEST(Retention, OwnersEnforceItWhenTheyOpenAndCommit) {
  const TemporaryDirectory directory;
  {
    const auto database = Database::open(directory / "db", OpenMode::Create);
    fill(*database, long_ago);
    database->set_database_property(retention_property, R"({"SoftDeletePeriod":"7.00:00:00"})");
  }
  EXPECT_EQ(rows_of(*Database::open(directory / "db", OpenMode::ReadOnly), "Other"), 7u)
      << "readers change nothing";
  const auto database = Database::open(directory / "db", OpenMode::ReadWrite);
  EXPECT_EQ(rows_of(*database, "Other"), 0u);
  EXPECT_EQ(files_of(*database), 0u);
  add_extent(*database, "Other", 3, long_ago);
  EXPECT_EQ(rows_of(*database, "Other"), 0u);
  add_extent(*database, "Other", 3, system_time());
  EXPECT_EQ(rows_of(*database, "Other"), 3u);
}

TEST(Retention, PoliciesAreJson) {
  EXPECT_EQ(parse_retention("{}")->to_text(),
            R"({"SoftDeletePeriod":"365000.00:00:00","Recoverability":"Enabled"})");
  EXPECT_EQ(
      parse_retention(R"({"SoftDeletePeriod":"12:30:00","recoverability":"disabled"})")->to_text(),
      R"({"SoftDeletePeriod":"0.12:30:00","Recoverability":"Disabled"})");
  EXPECT_EQ(
      parse_retention(R"({"Recoverability":"Disabled"})", {.soft_delete_period = {day}})->to_text(),
      R"({"SoftDeletePeriod":"1.00:00:00","Recoverability":"Disabled"})");
  for (const char* wrong :
       {"", "[]", "7d", R"({"SoftDeletePeriod":"soon"})", R"({"SoftDeletePeriod":"-1.00:00:00"})",
        R"({"SoftDeletePeriod":7})", R"({"Recoverability":"maybe"})", R"({"Period":"7d"})"}) {
    EXPECT_FALSE(parse_retention(wrong)) << wrong;
  }
}

TEST(IngestionFailures, TheNewestAreKept) {
  const TemporaryDirectory directory;
  const IngestionFailure odd = {march, "T\tx", "a\nb \\", "3 lines\twere refused", "KQL0610"};
  {
    const auto database = Database::open(directory / "db", OpenMode::Create);
    EXPECT_TRUE(database->ingestion_failures().empty());
    for (size_t i = 0; i < kept_ingestion_failures + 5; ++i) {
      database->record_failure({.at = after_march(static_cast<int>(i)), .source = "many"});
    }
    database->record_failure(odd);
  }
  const auto reader = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto failures = reader->ingestion_failures();
  ASSERT_EQ(failures.size(), kept_ingestion_failures);
  EXPECT_EQ(failures.front().at, after_march(6));
  EXPECT_EQ(failures.back().table, "T x") << "tabulators part the fields";
  EXPECT_EQ(failures.back().source, odd.source);
  EXPECT_EQ(failures.back().details, "3 lines were refused");
  EXPECT_THROW(reader->record_failure(odd), QueryError);
  EXPECT_EQ(storage::failures_from_text("nonsense\n1\t2\n" + storage::to_text({odd})).size(), 1u);
}

}  // namespace
}  // namespace vedette
