// Files of logs as rows of tests.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "compiler/session/session.h"
#include "rules/finding.h"
#include "rules/test/fixture_table.h"

namespace vedette::rules {

/// Reads each file once, whatever number of tests use it. Safe to use from several threads.
class FixtureFiles {
 public:
  explicit FixtureFiles(const Library& library) : library_(library) {}

  /// The rows of a file as those of a table with these columns; further fields become columns.
  /// What cannot be read, or does not fit, becomes a finding at `place` of `test_file`.
  std::shared_ptr<const ResultTable> read(const std::string& path, const std::string& table,
                                          const plan::TableColumns& columns,
                                          const std::string& test_file, Place place,
                                          Findings& findings);

  /// All files that were asked for.
  std::set<std::string> paths() const;

 private:
  struct File {
    std::once_flag once;
    std::shared_ptr<const ResultTable> rows;
    std::string problem;
    Place place;  // in the file of logs
  };

  void read_once(File& file, const std::string& path, const std::string& table,
                 const plan::TableColumns& columns) const;

  const Library& library_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;  // by table and path
  std::set<std::string> paths_;
};

/// Appends the rows of a file, with what rows have by themselves.
void append_file(FixtureTable& table, const ResultTable& file, Timespan ingestion_delay,
                 const RowDefaults& defaults);

}  // namespace vedette::rules
