// Everything that is given to a test, in a database of its own.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "compiler/session/session.h"
#include "rules/finding.h"
#include "rules/test/fixture_file.h"
#include "rules/test/test_file.h"
#include "runtime/table/database.h"

namespace vedette::rules {

/// What externaldata reads in tests that do not mock it: files in place of addresses.
struct KnownExternals {
  std::set<std::string, std::less<>> addresses = {};
  ExternalReader reader = {};
};

/// What all tests share: the words of the language, the tables that are declared, files.
struct TestEnvironment {
  const Library& library;
  const plan::SchemaSource& schemas;
  FixtureFiles& files;
  const KnownExternals& externals;
};

/// The rows of one test as a database, and mocks of what else a query may read. Never changes once
/// it is made; safe to use from several threads.
class Fixtures {
 public:
  /// `query` is the rule's, which may call mocks. `by_ingestion`: the time of ingestion of each row
  /// matters. Mistakes become findings.
  Fixtures(const TestEnvironment& environment, const TestFile& file, const RuleTest& test,
           std::string_view query, bool by_ingestion, Findings& findings);

  Session& session() const { return *session_; }
  Database& database() const { return *database_; }
  /// What externaldata reads.
  const ExternalReader& external() const { return external_; }
  /// The tables that have rows of the test, mocks left out.
  const std::vector<std::string>& tables() const { return tables_; }
  /// How many rows those have.
  size_t rows() const;

 private:
  std::unique_ptr<Database> database_;
  ExternalReader external_;
  std::unique_ptr<Session> session_;
  std::vector<std::string> tables_;
};

/// Does it matter when rows were ingested?
bool has_ingestion_delay(const std::vector<GivenTable>& tables);

}  // namespace vedette::rules
