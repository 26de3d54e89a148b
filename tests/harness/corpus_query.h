// One query of a corpus: run over generated rows in every way, and the answers compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/plan/schema_source.h"

namespace vedette {

struct CorpusQuery {
  std::string id;
  std::string query;
  std::string dialect;   // which schema file; may be empty
  bool of_rule = false;  // may call functions that are not there: then it need not bind
};

/// How a query did.
enum class CorpusOutcome {
  Same,      // ran in all ways, with the same answer
  Differs,   // two ways answer differently, or other columns than were announced
  Unbound,   // of a rule, and does not bind
  Rejected,  // an error, the same in all ways
  Slow,      // over the time or memory that it had
  Internal,  // a promise of ours was broken
  Crash,     // the process ended
};

std::string_view name_of(CorpusOutcome outcome);

struct CorpusVerdict {
  CorpusOutcome outcome = CorpusOutcome::Same;
  std::string code;    // of the error
  std::string reason;  // empty when the outcome is Same
  uint64_t rows = 0;   // of the first answer
  std::chrono::milliseconds elapsed{0};
};

struct CorpusOptions {
  uint64_t seed = 1;
  uint32_t rows = 200;  // of each table a query names; fewer when it names very many
  std::chrono::milliseconds timeout{5000};
};

/// Finds the tables that `query` names in `schemas`, fills each with generated rows, and runs the
/// query interpreted and compiled, on one thread and on four, in large and small batches.
///
/// On one thread the answers must be equal to the last row and in the same order. Threads may
/// change the order of rows, and all of the answer of queries that leave a choice (`take`,
/// `take_any`, an inner join that keeps the first row of a key); then only columns are compared.
CorpusVerdict run_corpus_query(const CorpusQuery& query, const plan::SchemaSource& schemas,
                               const CorpusOptions& options);

/// Reads `.jsonl` (objects with `id`, `query`, and maybe `dialect`), `.kql` (queries apart by blank
/// lines), or a folder of rules, whose queries are for the schemas of `sentinel`. Throws QueryError
/// when the file is something else.
std::vector<CorpusQuery> read_corpus(const std::string& path);

}  // namespace vedette
