#include "compiler/jit/jit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <thread>

#include "compiler/jit/loop_cache.h"
#include "runtime/kernel/compiled_loop.h"
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

class NoLoop : public CompiledLoop {
 public:
  explicit NoLoop(int& alive) : alive_(alive) { ++alive_; }
  ~NoLoop() override { --alive_; }
  Entry entry() const override { return nullptr; }

 private:
  int& alive_;
};

TEST(LoopCache, TheLoopUsedLongestAgoLeavesFirst) {
  int alive = 0;
  jit::LoopCache cache({.loops = 3, .bytes = 1000});
  for (const char* key : {"a", "b", "c"}) cache.add(key, std::make_shared<NoLoop>(alive), 100);
  EXPECT_NE(cache.find("a"), std::nullopt);  // now "b" is the oldest
  cache.add("d", std::make_shared<NoLoop>(alive), 100);
  EXPECT_EQ(cache.find("b"), std::nullopt);
  EXPECT_NE(cache.find("a"), std::nullopt);
  EXPECT_EQ(alive, 3);
  EXPECT_EQ(cache.bytes(), 300u);
}

TEST(LoopCache, BytesAreBoundedToo) {
  int alive = 0;
  jit::LoopCache cache({.loops = 100, .bytes = 1000});
  for (const char* key : {"a", "b", "c"}) cache.add(key, std::make_shared<NoLoop>(alive), 400);
  EXPECT_EQ(cache.find("a"), std::nullopt);
  EXPECT_EQ(cache.bytes(), 800u);
  cache.add("b", std::make_shared<NoLoop>(alive), 100);  // in place of another
  EXPECT_EQ(cache.bytes(), 500u);
  EXPECT_EQ(cache.loops(), 2u);
  cache.add("huge", std::make_shared<NoLoop>(alive), 1001);
  EXPECT_EQ(cache.loops(), 0u) << "what does not fit is not kept";
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(alive, 0);
}

TEST(LoopCache, ALoopThatCannotBeCompiledIsRememberedAsWell) {
  jit::LoopCache cache({.loops = 1, .bytes = 1000});
  EXPECT_EQ(cache.find("a"), std::nullopt);
  cache.add("a", nullptr, 0);
  EXPECT_EQ(cache.find("a"), std::make_optional<jit::LoopCache::LoopPointer>(nullptr));
  cache.add("b", nullptr, 0);
  EXPECT_EQ(cache.find("a"), std::nullopt);
}

TEST(LoopCache, WhoeverUsesALoopKeepsIt) {
  int alive = 0;
  jit::LoopCache cache({.loops = 1, .bytes = 1000});
  cache.add("a", std::make_shared<NoLoop>(alive), 100);
  auto used = cache.find("a").value();
  cache.add("b", std::make_shared<NoLoop>(alive), 100);
  EXPECT_EQ(alive, 2);
  used.reset();
  EXPECT_EQ(alive, 1);
  cache.set_limits({.loops = 0, .bytes = 0});
  EXPECT_EQ(alive, 0);
}

/// Gives the process its limits back.
class LimitedCode {
 public:
  explicit LimitedCode(CodeLimits limits) { limit_code(limits); }
  ~LimitedCode() { limit_code({}); }
};

/// A random program that has something to compile.
Program fusible_program(uint64_t seed, std::vector<uint8_t>& bytes) {
  std::mt19937_64 random(seed);
  while (true) {
    bytes.resize(20'000);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    testing::Choices choices(bytes);
    Program program = testing::random_program(choices, standard_library());
    if (can_fuse(program)) return program;
  }
}

size_t mappings() {
  std::ifstream maps("/proc/self/maps");
  return static_cast<size_t>(
      std::count(std::istreambuf_iterator<char>(maps), std::istreambuf_iterator<char>(), '\n'));
}

TEST(Jit, CodeThatNobodyUsesIsUnloaded) {
  const LimitedCode limited({.loops = 16, .bytes = 1 << 20});
  std::vector<uint8_t> bytes;
  size_t mappings_before = 0;
  for (uint64_t seed = 1000; seed < 1300; ++seed) {
    const Program program = fusible_program(seed, bytes);
    testing::Choices choices(bytes);
    ASSERT_EQ(testing::compare_with_fused(program, choices), "") << "seed " << seed;
    const CodeUse use = code_use();
    ASSERT_LE(use.loops_kept, 16u);
    ASSERT_EQ(use.loops_loaded, use.loops_kept) << "nobody else uses one";
    ASSERT_EQ(use.bytes_loaded, use.bytes_kept);
    if (seed == 1050) mappings_before = mappings();
  }
  EXPECT_GT(code_use().bytes_kept, 0u);
  EXPECT_LT(mappings(), mappings_before + 100);
}

TEST(Jit, CodeInUseStaysLoaded) {
  const LimitedCode limited({.loops = 0, .bytes = 1 << 20});
  std::vector<uint8_t> bytes;
  const Program program = fusible_program(7, bytes);
  FuseCounters counters;
  auto fused = std::make_optional(fuse(program, counters));
  EXPECT_GT(counters.compiled, 0);
  EXPECT_EQ(code_use().loops_kept, 0u);
  EXPECT_EQ(code_use().loops_loaded, static_cast<size_t>(counters.compiled));
  std::vector<uint8_t> others;
  for (uint64_t seed = 2000; seed < 2020; ++seed) {
    FuseCounters of_others;
    fuse(fusible_program(seed, others), of_others);
  }
  testing::Choices choices(bytes);
  EXPECT_EQ(testing::compare_programs(program, *fused, choices), "");
  fused.reset();
  EXPECT_EQ(code_use().loops_loaded, 0u);
}

TEST(Jit, WithoutRoomForCodeProgramsAreInterpreted) {
  const LimitedCode limited({.loops = 16, .bytes = 0});
  ::testing::internal::CaptureStderr();
  std::vector<uint8_t> bytes;
  for (uint64_t seed = 3000; seed < 3020; ++seed) {
    const Program program = fusible_program(seed, bytes);
    FuseCounters counters;
    fuse(program, counters);
    EXPECT_EQ(counters.compiled, 0);
    testing::Choices choices(bytes);
    EXPECT_EQ(testing::compare_with_fused(program, choices), "") << "seed " << seed;
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Jit, ThreadsShareAndUnloadLoops) {
  const LimitedCode limited({.loops = 3, .bytes = 1 << 20});
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      std::vector<uint8_t> bytes;
      for (uint64_t round = 0; round < 40; ++round) {
        const Program program = fusible_program(4000 + round % 8, bytes);
        testing::Choices choices(bytes);
        if (!testing::compare_with_fused(program, choices).empty()) ++different;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
  EXPECT_LE(code_use().loops_loaded, 3u);
}

}  // namespace
}  // namespace vedette
