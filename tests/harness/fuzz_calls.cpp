// Fuzz target: random calls of every function, aggregate and operator, nested, answer the same
// interpreted and compiled, over plain and over dictionary segments.
#include <cstdio>
#include <cstdlib>

#include "stdlib/stdlib.h"
#include "tests/harness/random_query.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const testing::QueryMaker maker(standard_library());
  static const auto plain = maker.table(EncodingChoice::Plain);
  static const auto coded = maker.table(EncodingChoice::Dictionary);
  static Session plain_session(standard_library(), plain.get());
  static Session coded_session(standard_library(), coded.get());

  testing::Choices choices({data, size});
  const std::string query = maker.query(choices);
  const std::string difference =
      testing::compare_ways(query, plain_session, coded_session, choices);
  if (!difference.empty()) {
    std::fprintf(stderr, "%s\n%s\n", query.c_str(), difference.c_str());
    std::abort();
  }
  return 0;
}
