// Damaged queries end in diagnostics, never in a crash, and places stay inside the text.
#include <gtest/gtest.h>

#include <chrono>

#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "tests/harness/mutate.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

TEST(SyntaxMutation, DamagedQueriesAreReportedCalmly) {
  std::vector<std::string> texts;
  for (NamedText& query : shipped_queries()) texts.push_back(std::move(query.text));
  QueryMutator mutator(std::move(texts), 20240501);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  int parsed = 0;
  int wrong = 0;
  while (parsed < 4'000 && std::chrono::steady_clock::now() < end) {
    const std::string text = mutator.next();
    Diagnostics diagnostics;
    const ast::Query query = parse(text, diagnostics);
    ++parsed;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      ASSERT_LE(diagnostic.span.end(), text.size()) << text;
    }
    if (diagnostics.any_errors()) {
      ++wrong;
      continue;
    }
    const std::string formatted = format(query);
    Diagnostics again;
    ASSERT_EQ(format(parse(formatted, again)), formatted) << text;
    ASSERT_FALSE(again.any_errors()) << text << "\nformatted as\n" << formatted;
  }
  EXPECT_GT(parsed, 100);
  EXPECT_GT(wrong, parsed / 3);
}

}  // namespace
}  // namespace vedette
