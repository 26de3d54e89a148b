// A process may end while a program is compiled in the background.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "compiler/session/session.h"
#include "runtime/ingest/ingest.h"
#include "runtime/table/database.h"
#include "stdlib/stdlib.h"

namespace vedette {
namespace {

constexpr int rows = 1'600'000;  // enough to be worth compiling

/// Asks for a program that was never compiled before, and ends.
[[noreturn]] void query_and_exit(Database& database, int round) {
  bool ok = false;
  {
    Session session(standard_library(), &database);
    const auto result =
        session.run("T | where n % " + std::to_string(1000 + round) + " == 3 and n < 10 | count");
    ok = result.ok;
  }
  std::exit(ok ? 0 : 1);
}

TEST(CompileAtExit, NothingIsCompiledWhenTheProcessTakesItselfDown) {
  const auto database = Database::in_memory();
  std::string text;
  for (int i = 0; i < rows; ++i) text += "{\"n\":5}\n";
  ingest_text(*database, {.table = "T", .rejects_path = "none", .threads = 1}, text, "rows");
  for (int round = 0; round < 8; ++round) {
    EXPECT_EXIT(query_and_exit(*database, round), testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace vedette
