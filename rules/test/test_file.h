// A file of tests of a rule: what is given, and what is expected.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/finding.h"
#include "rules/rule.h"
#include "rules/test/written_value.h"

namespace vedette::rules {

using WrittenCells = std::vector<std::pair<Written, WrittenValue>>;

/// What one item of a table's list says: one row, or many that are alike.
struct GivenRow {
  WrittenCells cells;
  std::optional<int64_t> repeat;
  Timespan every = {};  // from one row to the next; may be negative
  WrittenCells vary;    // lists that the rows go through, or texts with {i}
  std::optional<Timespan> ingestion_delay;
  Place place;
};

/// What queries find the rows by.
enum class GivenKind { Table, Watchlist, Function, External };

struct GivenTable {
  GivenKind kind = GivenKind::Table;
  Written name;            // of the table or function, alias, address
  std::string parameters;  // of a function, in parentheses
  std::vector<GivenRow> rows;
  std::vector<Written> files;
  Timespan ingestion_delay = {};
  std::vector<std::pair<Written, Type>> columns;  // declared beside those that are known
};

/// `3`, `>=1`, `<5`, `2..4`.
struct ExpectedNumber {
  int64_t least = INT64_MIN;
  int64_t most = INT64_MAX;
  bool negated = false;  // `!=3`
  Written written;

  bool holds(int64_t number) const { return (number >= least && number <= most) != negated; }
};

/// Fields of an alert or of an entity, or cells of a row: each must be as it says.
struct ExpectedFields {
  WrittenCells fields;
  Place place;
};

struct Expectations {
  std::optional<bool> alert;
  Place alert_place = {};
  std::vector<ExpectedFields> alert_fields;  // for each, some alert is so
  std::vector<ExpectedFields> entities;      // each is in some alert
  std::optional<ExpectedNumber> rows, alerts, incidents, runs, runs_failed, duplicates;
  std::vector<ExpectedFields> contains, lacks;
  std::optional<std::vector<Written>> columns;
  std::optional<Written> error;
  Place place = {};
};

/// The range of time that a scheduler runs over.
struct Simulation {
  Datetime from = {};
  Datetime to = {};
};

struct RuleTest {
  Written name;
  Datetime now = {};
  bool any_time = false;                  // rows of any time are seen
  std::optional<Timespan> scope;          // instead of the rule's period
  std::optional<Simulation> scope_range;  // instead of the rule's window
  bool file_tables = true;                // with the rows of the file
  std::vector<GivenTable> given;
  std::optional<Simulation> simulate;
  Expectations expect;
};

struct TestFile {
  std::string file;
  std::string directory;  // that paths in the file are relative to; empty or with a slash
  std::string rule_file;
  Place rule_place = {};
  std::string rule_name;  // of a file with several rules; empty: the first
  std::vector<GivenTable> tables;
  std::vector<RuleTest> tests;
};

/// `now` of tests that do not say theirs.
Datetime default_test_time();

/// All files below `path` (or the file it is) that hold tests: `*.test.yaml`, `*.test.yml`, in the
/// order of their names. Throws QueryError when there is no such path.
std::vector<std::string> test_files(const std::string& path);

/// Reads a file of tests. What is wrong goes to `findings`, everything at once; with errors the
/// result is not to be run.
TestFile load_test_file(const std::string& file, Findings& findings);
TestFile read_test_file(std::string_view text, const std::string& file, Findings& findings);

}  // namespace vedette::rules
