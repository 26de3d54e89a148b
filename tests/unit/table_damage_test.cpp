// Damaged files, full disks, directories that cannot be written: errors, and nothing lost.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

const std::vector<ColumnSchema> columns = {{"flag", Type::Bool},     {"number", Type::Long},
                                           {"real", Type::Real},     {"decimal", Type::Decimal},
                                           {"name", Type::String},   {"line", Type::String},
                                           {"time", Type::Datetime}, {"guid", Type::Guid},
                                           {"bag", Type::Dynamic},   {"same", Type::String}};

void append_rows(Appender& appender, int rows) {
  Random random(21);
  for (int row = 0; row < rows; ++row) {
    for (uint32_t at = 0; at < columns.size(); ++at) {
      const Flavor flavor = columns[at].name == "name"   ? Flavor::Few
                            : columns[at].name == "time" ? Flavor::Sorted
                            : columns[at].name == "same" ? Flavor::Same
                                                         : Flavor::Extreme;
      const int nulls = columns[at].type == Type::Long ? 10 : 0;
      appender.column(at).append(random_value(random, columns[at].type, flavor, row, nulls));
    }
    appender.end_row();
  }
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::vector<std::vector<Value>> read_all(const std::string& directory) {
  const auto database = Database::open(directory, OpenMode::ReadOnly);
  const auto snapshot = database->snapshot();
  std::vector<std::vector<Value>> values;
  for (uint32_t column = 0; column < columns.size(); ++column) {
    values.push_back(read_column(*snapshot->find("T"), column));
  }
  values.push_back(read_column(*snapshot->find("T"), ingestion_time_column));
  return values;
}

class Damage : public ::testing::Test {
 protected:
  Damage() {
    auto database = Database::open(path_, OpenMode::Create);
    database->create_table({"T", columns});
    Appender appender = database->append("T");
    append_rows(appender, 2500);
    appender.commit();
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_ / "db";
  const std::string extent_ = path_ + "/extents/0000000000000001.extent";
  const std::string manifest_ = path_ + "/manifest";
};

TEST_F(Damage, OneWrongByteInAnExtentIsFoundAndNamed) {
  const auto expected = read_all(path_);
  const std::string good = read(extent_);
  Random random(22);
  int found = 0, in_segments = 0;
  for (int round = 0; round < 150; ++round) {
    std::string bad = good;
    bad[random() % bad.size()] ^= static_cast<char>(1 + random() % 255);
    write(extent_, bad);
    std::vector<std::vector<Value>> values;
    const QueryError error = error_of([&] { values = read_all(path_); });
    if (error.code.empty()) {
      ASSERT_EQ(values, expected) << "the byte was padding";
      continue;
    }
    ++found;
    EXPECT_EQ(error.code, "KQL0605");
    EXPECT_NE(error.message.find(extent_), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("'T'"), std::string::npos) << error.message;
    if (error.message.find("column '") != std::string::npos) ++in_segments;
  }
  EXPECT_GT(found, 130);
  EXPECT_GT(in_segments, 100);
}

TEST_F(Damage, ATruncatedExtentIsFound) {
  const std::string good = read(extent_);
  for (size_t size : {size_t{0}, size_t{1}, size_t{47}, good.size() / 2, good.size() - 1}) {
    write(extent_, good.substr(0, size));
    EXPECT_EQ(error_of([&] { read_all(path_); }).code, "KQL0605");
  }
  std::filesystem::remove(extent_);
  const auto database = Database::open(path_, OpenMode::ReadOnly);
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 2500u) << "known without the file";
  EXPECT_EQ(error_of([&] { read_all(path_); }).code, "KQL0605");
}

TEST_F(Damage, OneWrongByteInTheManifestIsFound) {
  const std::string good = read(manifest_);
  Random random(23);
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= static_cast<char>(1 + random() % 255);
    write(manifest_, bad);
    const QueryError error = error_of([&] { Database::open(path_, OpenMode::ReadOnly); });
    // A byte after the checksum does no harm, nor does the case of its digits.
    if (at + 18 < good.size()) ASSERT_EQ(error.code, "KQL0603") << at;
  }
  for (size_t size = 0; size + 2 < good.size(); size += 7) {
    write(manifest_, good.substr(0, size));
    ASSERT_EQ(error_of([&] { Database::open(path_, OpenMode::ReadWrite); }).code, "KQL0603");
  }
}

TEST_F(Damage, OtherColumnsOfADamagedExtentCanBeRead) {
  const auto expected = read_all(path_);
  std::string bad = read(extent_);
  bad[200] ^= 1;  // the first segment begins at 64
  write(extent_, bad);
  const auto database = Database::open(path_, OpenMode::ReadOnly);
  const auto snapshot = database->snapshot();
  const QueryError error = error_of([&] { read_column(*snapshot->find("T"), 0); });
  EXPECT_NE(error.message.find("column 'flag'): block 0 has the wrong checksum"), std::string::npos)
      << error.message;
  EXPECT_EQ(read_column(*snapshot->find("T"), 1), expected[1]);
}

/// Files of this process may not grow beyond some size, which looks like a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_;
  sighandler_t old_handler_;
};

TEST_F(Damage, AFullDiskLeavesTheDatabaseAsItWas) {
  const auto expected = read_all(path_);
  const std::string manifest = read(manifest_);
  const auto database = Database::open(path_, OpenMode::ReadWrite);
  for (const rlim_t bytes : {0, 1, 100, 300, 5000, 100'000}) {
    Appender appender = database->append("T", {.extent_rows = 1000});
    const QueryError error = error_of([&] {
      const FileSizeLimit limit(bytes);
      append_rows(appender, 1500);
      appender.commit();
    });
    EXPECT_EQ(error.code, "KQL0604") << bytes;
    EXPECT_NE(error.message.find(path_), std::string::npos) << error.message;
    EXPECT_EQ(appender.uncommitted_rows(), 0u);
    EXPECT_EQ(database->snapshot()->find("T")->rows(), 2500u);
    EXPECT_EQ(read(manifest_), manifest);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path_ + "/extents"), {}), 1);
  }
  EXPECT_EQ(read_all(path_), expected);
  Appender appender = database->append("T");
  append_rows(appender, 10);
  appender.commit();
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 2510u) << "and it goes on when there is room";
}

TEST_F(Damage, AFullFileSystemLeavesTheDatabaseAsItWas) {
  const std::string small = directory_ / "small";
  std::filesystem::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=400k") != 0) {
    GTEST_SKIP() << "file systems cannot be mounted here";
  }
  int commits = 0;
  {
    const auto database = Database::open(small + "/db", OpenMode::Create);
    database->create_table({"T", columns});
    Appender appender = database->append("T", {.encoding = EncodingChoice::Plain});
    const QueryError error = error_of([&] {
      for (; commits < 1000; ++commits) {
        append_rows(appender, 100);
        appender.commit();
      }
    });
    EXPECT_EQ(error.code, "KQL0604");
    EXPECT_NE(error.message.find("No space left on device"), std::string::npos) << error.message;
    EXPECT_GT(commits, 2);
    EXPECT_EQ(database->snapshot()->find("T")->rows(), 100u * commits);
  }
  EXPECT_EQ(read_all(small + "/db")[0].size(), 100u * commits);
  ::umount(small.c_str());
}

TEST_F(Damage, AManifestThatCannotBeWrittenLeavesTheDatabaseAsItWas) {
  const auto database = Database::open(path_, OpenMode::ReadWrite);
  database->create_table({"Small", {{"n", Type::Bool}}});
  database->commit();
  // The extent is smaller than the manifest with these names.
  database->create_table({std::string(100'000, 'x'), {}});
  Appender appender = database->append("Small");
  appender.column(0).append_bool(true);
  appender.end_row();
  const QueryError error = error_of([&] {
    const FileSizeLimit limit(50'000);
    appender.commit();
  });
  EXPECT_EQ(error.code, "KQL0604");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path_ + "/extents"), {}), 1);
  EXPECT_EQ(Database::open(path_, OpenMode::ReadOnly)->snapshot()->tables().size(), 2u);
}

/// Runs in a process that has no rights beyond those of files; its exit status.
template <typename Action> int run_without_rights(Action&& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(100);
    ::_exit(action());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

TEST_F(Damage, AReadOnlyDirectoryCanBeReadAndNotWritten) {
  ::chmod(directory_.path().c_str(), 0755);
  for (const std::string& path : {path_, path_ + "/extents"}) ::chmod(path.c_str(), 0555);
  for (const char* name : {"/lock", "/manifest"}) ::chmod((path_ + name).c_str(), 0444);
  const int status = run_without_rights([&] {
    if (read_all(path_)[0].size() != 2500) return 1;
    const QueryError error = error_of([&] { Database::open(path_, OpenMode::ReadWrite); });
    if (error.code != "KQL0601") return 2;
    if (error.message.find("Permission denied") == std::string::npos) return 3;
    const QueryError fresh = error_of([&] { Database::open(path_ + "/new", OpenMode::Create); });
    return fresh.code == "KQL0604" ? 0 : 4;
  });
  EXPECT_EQ(status, 0);
  for (const std::string& path : {path_, path_ + "/extents"}) ::chmod(path.c_str(), 0755);
}

TEST_F(Damage, ADirectoryThatTurnsReadOnlyLeavesTheDatabaseAsItWas) {
  ::chmod(directory_.path().c_str(), 0755);
  ::chmod(path_.c_str(), 0777);
  ::chmod((path_ + "/extents").c_str(), 0555);
  ::chmod((path_ + "/lock").c_str(), 0666);
  const int status = run_without_rights([&] {
    const auto database = Database::open(path_, OpenMode::ReadWrite);
    Appender appender = database->append("T");
    append_rows(appender, 10);
    const QueryError error = error_of([&] { appender.commit(); });
    if (error.code != "KQL0604") return 1;
    return database->snapshot()->find("T")->rows() == 2500 ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
  ::chmod((path_ + "/extents").c_str(), 0755);
}

}  // namespace
}  // namespace vedette
