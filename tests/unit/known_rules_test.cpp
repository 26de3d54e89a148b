// Lists of rules whose errors are accepted, and the one that goes with the public rules.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "compiler/session/catalogue_schemas.h"
#include "rules/check/check.h"
#include "rules/load/load.h"
#include "rules/report/known.h"
#include "runtime/base/error.h"
#include "stdlib/stdlib.h"
#include "tests/harness/source_tree.h"

namespace vedette::rules {
namespace {

constexpr std::string_view two_rules =
    "# comment\n[no table yet]\nDetections/Badge.yaml\n\r\nDoor.yaml  \r\n";

Findings errors_in(const std::vector<std::string>& files) {
  Findings findings;
  for (const std::string& file : files) findings.error("RUL0010", file, {}, "", "missing");
  return findings;
}

TEST(KnownRules, GoesByTheEndOfThePath) {
  const KnownRules known(two_rules, "known");
  EXPECT_EQ(known.size(), 2u);
  ASSERT_NE(known.reason("rules/Detections/Badge.yaml"), nullptr);
  EXPECT_EQ(*known.reason("Detections/Badge.yaml"), "no table yet");
  EXPECT_NE(known.reason("a/b/Door.yaml"), nullptr);
  EXPECT_EQ(known.reason("a/BackDoor.yaml"), nullptr);
  EXPECT_EQ(known.reason("Badge.yaml"), nullptr);
}

TEST(KnownRules, TellsWhatMayGo) {
  const KnownRules known(two_rules, "known");
  EXPECT_EQ(known.stale(errors_in({"x/Door.yaml"}).all()),
            std::vector<std::string>{"Detections/Badge.yaml"});
}

TEST(KnownRules, NeedsReasons) {
  try {
    KnownRules("\nDoor.yaml\n", "known.txt");
    FAIL() << "accepted";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.code, "RUL0005");
    EXPECT_NE(error.message.find("known.txt:2"), std::string::npos) << error.message;
  }
}

TEST(PublicRules, OnlyTheListedOnesAreRejected) {
  const auto root = source_root();
  const auto rules = root / "../shared/rules/azure-sentinel";
  if (!std::filesystem::exists(rules)) GTEST_SKIP() << "there are no public rules at " << rules;
  const auto list = root / "tests/rules/public_rules.known";
  std::ifstream in(list);
  const KnownRules known(std::string(std::istreambuf_iterator<char>(in), {}), list);
  const CatalogueSchemas catalogue;
  Session session(standard_library(), nullptr, &catalogue);
  Findings findings;
  size_t count = 0;
  for (const std::string& file : rule_files(rules)) {
    for (const AnalyticRule& rule : load_rules(file, findings)) {
      ++count;
      check_fields(rule, findings);
      check_query(rule, session, {}, findings);
      check_habits(rule, findings);
    }
  }
  EXPECT_GE(count, 710u);
  for (const Finding& finding : findings.all()) {
    if (finding.level == FindingLevel::Warning) continue;
    EXPECT_NE(known.reason(finding.file), nullptr) << finding.file << ": " << finding.message;
  }
  EXPECT_EQ(known.stale(findings.all()), std::vector<std::string>());
}

}  // namespace
}  // namespace vedette::rules
