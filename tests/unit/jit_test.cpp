#include "compiler/jit/jit.h"

#include <gtest/gtest.h>

#include <random>

#include "stdlib/stdlib.h"
#include "tests/harness/random_program.h"

namespace vedette {
namespace {

TEST(Jit, RandomProgramsAnswerAsInterpreted) {
  std::mt19937_64 random(42);
  int64_t compiled = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<uint8_t> bytes(20'000);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    testing::Choices choices(bytes);
    const Program program = testing::random_program(choices, standard_library());
    if (can_fuse(program)) ++compiled;
    ASSERT_EQ(testing::compare_with_fused(program, choices), "") << "round " << round;
  }
  EXPECT_GT(compiled, 50);
}

}  // namespace
}  // namespace vedette
