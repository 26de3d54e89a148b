// Mutation testing: which wrong queries the tests of a rule let pass.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "rules/finding.h"
#include "rules/mutate/mutants.h"
#include "rules/rule.h"
#include "rules/test/fixtures.h"
#include "runtime/function/library.h"

namespace vedette::rules {

/// A mutant that all tests passed with: logic that none of them tests.
struct Survivor {
  Mutant mutant;
  Place place;       // in the rule's file
  std::string line;  // of the query, without the blanks around it
};

/// What the tests of one rule came to.
struct MutationResult {
  std::vector<std::string> files;  // of tests
  std::string rule;                // its name
  std::string source;              // the rule's file
  size_t tests = 0;
  size_t mutants = 0;  // that are queries; others are not counted
  size_t killed = 0;
  std::vector<Survivor> survivors;
  std::string problem;  // why nothing was tried: tests that are broken, or fail as they are
  double seconds = 0;
};

struct MutationOptions {
  int jobs = 0;  // rules at a time; 0: as many as there are cores
  const std::atomic<bool>* cancelled = nullptr;
  KnownExternals externals = {};
};

/// Runs the tests of all files below `paths` against all mutants of their rules. Fixtures are
/// loaded once a test; a mutant is done with at the first test that fails. Throws QueryError when a
/// path is not there.
std::vector<MutationResult> run_mutation(const std::vector<std::string>& paths,
                                         const MutationOptions& options, const Library& library,
                                         const plan::SchemaSource& schemas);

/// Per rule its numbers, and a line for each survivor.
std::string mutation_text(const std::vector<MutationResult>& results);
std::string mutation_json(const std::vector<MutationResult>& results);

}  // namespace vedette::rules
