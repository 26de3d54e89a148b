#include "tests/harness/document.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

constexpr std::string_view page = R"(# A page

```kql
print x = 1
```

```result
x:long
1
```

```kql
T | not shown with a result
```

Some text in between.

```result
x:long
2
```

````text
```sh
exit 1
```
````

```sh
vedette --version
```

```output
vedette 0.1.0
```

```sh
true
```
)";

TEST(Document, FindsQueriesThatAreFollowedByResults) {
  const auto examples = examples_of(page);
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_EQ(examples[0].query, "print x = 1");
  EXPECT_EQ(examples[0].expected, "x:long\n1\n");
  EXPECT_EQ(examples[0].line, 3);
}

TEST(Document, FindsCommandsAndTheirOutput) {
  const auto commands = commands_of(page);
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].script, "vedette --version\n");
  EXPECT_TRUE(commands[0].has_expected);
  EXPECT_EQ(commands[0].expected, "vedette 0.1.0\n");
  EXPECT_EQ(commands[1].script, "true\n");
  EXPECT_FALSE(commands[1].has_expected);
}

TEST(Document, ReplacesOutputsAndNothingElse) {
  const auto commands = commands_of(page);
  EXPECT_EQ(with_outputs(page, commands, {commands[0].expected, ""}), page);
  const std::string changed = with_outputs(page, commands, {"one\ntwo\n", "ignored"});
  EXPECT_EQ(commands_of(changed)[0].expected, "one\ntwo\n");
  EXPECT_EQ(with_outputs(changed, commands_of(changed), {commands[0].expected, ""}), page);
}

TEST(Document, TakesAnOpenFenceToTheEnd) {
  const auto blocks = fenced_blocks("```kql\nprint 1\n");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].text, "print 1\n");
}

}  // namespace
}  // namespace vedette
