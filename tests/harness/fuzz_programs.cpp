// libFuzzer target: a random program answers the same interpreted and compiled.
#include <cstdio>
#include <cstdlib>

#include "stdlib/stdlib.h"
#include "tests/harness/random_program.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  testing::Choices choices({data, size});
  const Program program = testing::random_program(choices, standard_library());
  const std::string difference = testing::compare_with_fused(program, choices);
  if (!difference.empty()) {
    std::fprintf(stderr, "%s\n", difference.c_str());
    std::abort();
  }
  return 0;
}
