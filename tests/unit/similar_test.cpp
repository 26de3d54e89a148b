#include "runtime/base/similar.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

TEST(Similar, CountsEdits) {
  EXPECT_EQ(edit_distance("summarize", "summarize"), 0);
  EXPECT_EQ(edit_distance("summarise", "summarize"), 1);
  EXPECT_EQ(edit_distance("extned", "extend"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("user", "User"), 1);
}

TEST(Similar, FindsTheNameThatWasMeant) {
  const std::vector<std::string_view> columns = {"Time", "User", "UserAgent", "IP"};
  EXPECT_EQ(most_similar("Usr", columns), "User");
  EXPECT_EQ(most_similar("useragent", columns), "UserAgent");
  EXPECT_EQ(most_similar("Device", columns), "");
  EXPECT_EQ(most_similar("X", columns), "");
  EXPECT_EQ(most_similar("", columns), "");
}

TEST(Similar, SuggestsOnlySomething) {
  EXPECT_EQ(did_you_mean("User"), "did you mean 'User'?");
  EXPECT_EQ(did_you_mean(""), "");
}

}  // namespace
}  // namespace vedette
