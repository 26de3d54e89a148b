// Changes of a database beside appending: other names, other columns, rows replaced, functions.
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
namespace fs = std::filesystem;

const TableSchema pairs = {"Pairs", {{"a", Type::Long}, {"b", Type::String}}};

void add_pairs(Database& database, std::string_view table, int from, int count) {
  Appender appender = database.append(table);
  for (int row = from; row < from + count; ++row) {
    appender.column(0).append_word(row);
    appender.column(1).append_text(std::to_string(row));
    appender.end_row();
  }
  appender.commit();
}

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const QueryError& error) {
    return std::string(error.code);
  }
  return "none";
}

size_t extents_of(const Database& database) {
  size_t files = 0;
  for ([[maybe_unused]] const auto& file :
       fs::directory_iterator(database.directory() + "/extents"))
    ++files;
  return files;
}

TEST(Changes, NamesChangePlacesAllOrNone) {
  const TemporaryDirectory directory;
  {
    const auto database = Database::open(directory / "db", OpenMode::Create);
    database->create_table(pairs);
    database->create_table({"Other", {{"x", Type::Real}}});
    database->commit();
    add_pairs(*database, "Pairs", 0, 10);
    const std::pair<std::string, std::string> swap[] = {{"Pairs", "Other"}, {"Other", "Pairs"}};
    database->rename_tables(swap);
    const std::pair<std::string, std::string> clash[] = {{"Pairs", "New"}, {"Other", "New"}};
    EXPECT_EQ(code_of([&] { database->rename_tables(clash); }), "KQL0606");
    const std::pair<std::string, std::string> columns[] = {{"a", "b"}, {"b", "a"}};
    database->rename_columns("Other", columns);
    const std::pair<std::string, std::string> twice[] = {{"a", "b"}};
    EXPECT_EQ(code_of([&] { database->rename_columns("Other", twice); }), "KQL0607");
    database->set_property("Other", "docstring", "two\nlines");
  }
  const auto database = Database::open(directory / "db", OpenMode::ReadOnly);
  const auto snapshot = database->snapshot();
  const Table* other = snapshot->find("Other");
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(other->rows(), 10u);
  EXPECT_EQ(other->schema->columns[0].name, "b");
  EXPECT_EQ(other->schema->columns[1].name, "a");
  EXPECT_EQ(other->schema->property("docstring"), "two\nlines");
  EXPECT_EQ(snapshot->find("Pairs")->rows(), 0u);
  EXPECT_EQ(snapshot->find("New"), nullptr);
}

TEST(Changes, RewritingReplacesRowsAndColumns) {
  const TemporaryDirectory directory;
  const auto database = Database::open(directory / "db", OpenMode::Create);
  database->create_table(pairs);
  database->commit();
  add_pairs(*database, "Pairs", 0, 100);
  add_pairs(*database, "Pairs", 100, 100);
  EXPECT_EQ(extents_of(*database), 2u);
  const auto before = database->snapshot();

  Appender rewriting = database->rewrite("Pairs", {"Pairs", {{"c", Type::Real}}});
  rewriting.column(0).append_double(0.5);
  rewriting.end_row();
  EXPECT_EQ(database->snapshot()->find("Pairs")->rows(), 200u) << "nothing before the commit";
  rewriting.commit();
  const auto after = database->snapshot();
  EXPECT_EQ(after->find("Pairs")->rows(), 1u);
  EXPECT_EQ(after->find("Pairs")->schema->columns.size(), 1u);
  EXPECT_EQ(extents_of(*database), 1u);
  EXPECT_EQ(read_column(*before->find("Pairs"), 0).size(), 200u) << "old snapshots read on";

  Appender late = database->rewrite("Pairs", {"Pairs", {{"c", Type::Real}}});
  Appender early = database->append("Pairs");
  early.column(0).append_double(1.5);
  early.end_row();
  early.commit();
  EXPECT_EQ(code_of([&] { late.commit(); }), "KQL0608");
  EXPECT_EQ(database->snapshot()->find("Pairs")->rows(), 2u);
}

TEST(Changes, FunctionsAreKeptInAFileOfTheirOwn) {
  const TemporaryDirectory directory;
  const StoredFunction odd = {
      "it's \\odd", "(a: string = '\\n')", "{\n  strcat(a, 'x')\n}", "f", "d\n", true};
  {
    const auto database = Database::open(directory / "db", OpenMode::Create);
    const StoredFunction both[] = {odd, {"F", "()", "{ 1 }"}};
    database->change_functions(both);
    const std::string gone[] = {"F"};
    database->change_functions({}, gone);
  }
  {
    const auto database = Database::open(directory / "db", OpenMode::ReadWrite);
    const auto functions = database->snapshot()->functions();
    ASSERT_EQ(functions->size(), 1u);
    EXPECT_EQ(functions->begin()->second, odd);
  }
  int files = 0;
  for (const auto& file : fs::directory_iterator(directory / "db")) {
    if (file.path().filename().string().starts_with("functions.")) {
      ++files;
      fs::resize_file(file.path(), 10);
    }
  }
  EXPECT_EQ(files, 1) << "older lists are removed";
  for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::ReadWrite}) {
    EXPECT_EQ(code_of([&] { Database::open(directory / "db", mode); }), "KQL0603");
  }
}

/// Replaces rows and functions until killed: n rows that all say n, and n functions.
[[noreturn]] void change_for_ever(const std::string& path) {
  const auto database = Database::open(path, OpenMode::ReadWrite);
  for (int64_t count = 1;; count = count % 40 + 1) {
    Appender appender = database->rewrite("Pairs", pairs);
    for (int64_t row = 0; row < count; ++row) {
      appender.column(0).append_word(count);
      appender.end_row();
    }
    appender.commit();
    std::vector<StoredFunction> functions;
    for (int64_t at = 0; at < count; ++at)
      functions.push_back({"f" + std::to_string(at), "()", "{1}"});
    std::vector<std::string> others;
    for (const auto& [name, function] : *database->snapshot()->functions()) others.push_back(name);
    database->change_functions(functions, others);
  }
}

TEST(Changes, AKillLeavesOneStateOrTheOther) {
  const TemporaryDirectory directory(fs::exists("/dev/shm") ? "/dev/shm" : "");
  const std::string path = directory / "db";
  {
    const auto database = Database::open(path, OpenMode::Create);
    database->create_table(pairs);
    database->commit();
  }
  Random random(33);
  for (int round = 0; round < 60; ++round) {
    const pid_t child = ::fork();
    if (child == 0) change_for_ever(path);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    const auto database = Database::open(path, OpenMode::ReadWrite);
    const auto snapshot = database->snapshot();
    const Table& table = *snapshot->find("Pairs");
    for (const Value& value : read_column(table, 0)) {
      EXPECT_EQ(value.as_word(), static_cast<int64_t>(table.rows()));
    }
    EXPECT_EQ(extents_of(*database), table.extents.size());
    const int64_t difference =
        static_cast<int64_t>(table.rows()) - static_cast<int64_t>(snapshot->functions()->size());
    EXPECT_TRUE(difference == 0 || difference == 1 || difference == -39 || table.rows() == 1)
        << table.rows() << " rows, " << snapshot->functions()->size() << " functions";
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace vedette
