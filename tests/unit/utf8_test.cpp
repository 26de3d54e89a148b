#include "runtime/base/utf8.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

using std::string_view_literals::operator""sv;

TEST(Utf8, TellsValidFromInvalid) {
  for (auto text : {""sv, "ascii"sv, "é"sv, "中文"sv, "\xf0\x9f\x98\x80"sv, "\xf4\x8f\xbf\xbf"sv,
                    "\0"sv, "eight by eight é"sv}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
    EXPECT_EQ(sanitized_utf8(text), text);
  }
  for (auto text : {"\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv,
                    "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xc3"sv,
                    "\xe4\xb8"sv, "\xf0\x9f\x98"sv, "\xff"sv, "abcdefgh\xc3("sv}) {
    EXPECT_FALSE(is_valid_utf8(text));
    EXPECT_TRUE(is_valid_utf8(sanitized_utf8(text)));
  }
  EXPECT_EQ(sanitized_utf8("a\xff"
                           "b\xc3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(sanitized_utf8("a\xe4\xb8z"), "a\uFFFDz");
}

TEST(Utf8, EveryCodePointComesBack) {
  std::string text;
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    text.clear();
    append_code_point(text, c);
    std::string_view rest = text;
    const bool surrogate = c >= 0xd800 && c < 0xe000;
    ASSERT_EQ(take_code_point(rest), surrogate ? replacement_character : c);
    ASSERT_TRUE(rest.empty());
    ASSERT_TRUE(is_valid_utf8(text));
  }
}

TEST(Utf8, CountsAndFindsCodePoints) {
  const std::string_view text = "aé中\xf0\x9f\x98\x80z";
  EXPECT_EQ(count_code_points(text), 5u);
  EXPECT_EQ(count_code_points("Çedilla"), 7u);
  const size_t starts[] = {0, 1, 3, 6, 10, 11, 11};
  for (size_t at = 0; at < 7; ++at) EXPECT_EQ(byte_of_code_point(text, at), starts[at]);
  EXPECT_EQ(byte_of_code_point("abc", 2), 2u);
  EXPECT_EQ(byte_of_code_point("abc", 9), 3u);
  EXPECT_EQ(byte_of_code_point("", 0), 0u);
}

TEST(LetterCase, MapsLetters) {
  Arena arena;
  EXPECT_EQ(lower_case("HELLO World 1", arena), "hello world 1");
  EXPECT_EQ(upper_case("hello World 1", arena), "HELLO WORLD 1");
  EXPECT_EQ(lower_case("ÄÖÜ ΣΑΣ ПРИВЕТ", arena), "äöü σασ привет");
  EXPECT_EQ(upper_case("äöü ß привет", arena), "ÄÖÜ ß ПРИВЕТ");
  EXPECT_EQ(lower_case("", arena), "");
  const std::string_view same = "nothing to do";
  EXPECT_EQ(lower_case(same, arena).data(), same.data());
}

TEST(LetterCase, ComparesIgnoringCase) {
  EXPECT_TRUE(equal_ignoring_case("aBc", "AbC"));
  EXPECT_TRUE(equal_ignoring_case("ÄÖß", "äÖß"));
  EXPECT_TRUE(equal_ignoring_case("ΣΑΣ", "σας"));
  EXPECT_FALSE(equal_ignoring_case("abc", "abcd"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("K", "\u212A"));  // the Kelvin sign stays itself
  EXPECT_TRUE(equal_ignoring_case("", ""));
}

TEST(LetterCase, FoldingIsStable) {
  for (uint32_t c = 0; c <= 0x10ffff; ++c) {
    ASSERT_EQ(folded(folded(c)), folded(c)) << c;
    if (c >= 0x80) ASSERT_GE(folded(c), 0x80u) << c;
  }
}

TEST(LetterCase, KnowsLettersAndDigits) {
  for (uint32_t c : {0x61, 0x5a, 0x30, 0xe9, 0x4e2d, 0x661}) EXPECT_TRUE(is_letter_or_digit(c));
  for (uint32_t c : {0x20, 0x5f, 0x2d, 0x2014, 0x1f600, 0x301}) EXPECT_FALSE(is_letter_or_digit(c));
}

}  // namespace
}  // namespace vedette
