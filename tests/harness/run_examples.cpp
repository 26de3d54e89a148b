// Runs the examples of every record of the standard library, interpreted and compiled.
#include "runtime/base/format.h"
#include "stdlib/stdlib.h"
#include "tests/harness/record_examples.h"

int main() {
  using namespace vedette;
  const std::vector<CaseFailure> failures = run_record_examples(standard_library());
  for (const CaseFailure& failure : failures) fmt::print("{}\n", to_text(failure));
  fmt::print("{} examples, {} failed\n", count_record_examples(standard_library()),
             failures.size());
  return failures.empty() ? 0 : 1;
}
