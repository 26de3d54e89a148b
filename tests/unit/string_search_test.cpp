#include "runtime/base/string_search.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <random>

#include "runtime/base/utf8.h"

namespace vedette {
namespace {

bool found(std::string_view text, std::string_view needle, Where where, bool ignore_case = true) {
  return Needle(needle, where, ignore_case).in(text);
}

bool has(std::string_view text, std::string_view needle) {
  return found(text, needle, Where::WholeTerm);
}

TEST(Needle, FollowsTheRulesOfTerms) {
  EXPECT_TRUE(has("North America", "america"));
  EXPECT_FALSE(has("North America", "amer"));
  EXPECT_FALSE(has("KustoExplorerQueryRun", "Explorer"));
  EXPECT_TRUE(has("Kusto: ad67d136-c1db-4f9f", "c1db"));
  EXPECT_TRUE(has("Kusto: ad67d136-c1db-4f9f", "AD67D136-c1db"));
  EXPECT_TRUE(has("a_b", "b"));
  EXPECT_TRUE(has("C:\\Windows\\cmd.exe /c", "\\cmd.exe"));
  EXPECT_TRUE(has("10.0.0.1:443", "10.0.0.1"));
  EXPECT_FALSE(has("10.0.0.12", "10.0.0.1"));
  EXPECT_TRUE(has("xabc abc", "abc"));
  EXPECT_TRUE(has("abc", "abc"));
  EXPECT_TRUE(has("abc", ""));
  EXPECT_FALSE(has("", "a"));
  EXPECT_TRUE(has("", ""));
  EXPECT_TRUE(found("North America", "ame", Where::TermPrefix));
  EXPECT_FALSE(found("North America", "mer", Where::TermPrefix));
  EXPECT_TRUE(found("North America", "ica", Where::TermSuffix));
  EXPECT_FALSE(found("North America", "americ", Where::TermSuffix));
  EXPECT_FALSE(found("North America", "ICA", Where::TermSuffix, false));
}

TEST(Needle, KnowsTermsBeyondAscii) {
  EXPECT_TRUE(has("Grüße aus München", "münchen"));
  EXPECT_FALSE(has("Grüße", "gr"));
  EXPECT_FALSE(has("üabc", "abc"));
  EXPECT_FALSE(has("abcü", "abc"));
  EXPECT_TRUE(has("—abc—", "abc"));
  EXPECT_TRUE(has("ΣΑΣ x", "σας"));
  EXPECT_TRUE(found("ÄÖÜ", "öü", Where::Anywhere));
  EXPECT_FALSE(found("ÄÖÜ", "öü", Where::Anywhere, false));
  EXPECT_TRUE(found("ÄÖÜ", "ÖÜ", Where::Anywhere, false));
  EXPECT_TRUE(found("ÄÖÜ", "äö", Where::Start));
  EXPECT_FALSE(found("ÄÖÜ", "öü", Where::Start));
  EXPECT_TRUE(found("ÄÖÜ", "öü", Where::End));
  EXPECT_FALSE(found("ÄÖÜ", "äö", Where::End));
  EXPECT_TRUE(found("ÄÖÜ", "äöü", Where::Whole));
  EXPECT_FALSE(found("ÄÖÜ", "äö", Where::Whole));
  EXPECT_TRUE(
      found("\xff\xfe"
            "abc",
            "abc", Where::Anywhere));
}

TEST(Needle, LooksAtStartAndEnd) {
  EXPECT_TRUE(found("Fabrikam", "fab", Where::Start));
  EXPECT_FALSE(found("Fabrikam", "fab", Where::Start, false));
  EXPECT_FALSE(found("Fabrikam", "kam", Where::Start));
  EXPECT_TRUE(found("Fabrikam", "KAM", Where::End));
  EXPECT_FALSE(found("Fabrikam", "xFabrikam", Where::End));
  EXPECT_TRUE(found("Fabrikam", "FABRIKAM", Where::Whole));
  EXPECT_FALSE(found("Fabrikam", "FABRIKA", Where::Whole));
  EXPECT_TRUE(found("Fabrikam", "", Where::Start));
  EXPECT_TRUE(found("", "", Where::Whole));
  EXPECT_FALSE(found("a", "", Where::Whole));
  EXPECT_FALSE(found("{abc}", "[ABC]", Where::Whole));  // apart by the bit that case is
}

/// The rules told again, slowly.
bool found_slowly(std::string_view text, std::string_view needle, Where where, bool ignore_case) {
  const auto lower = [&](char c) {
    return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  const auto is_term = [](char c) { return is_letter_or_digit(static_cast<uint8_t>(c)); };
  for (size_t at = 0; at + needle.size() <= text.size(); ++at) {
    bool same = true;
    for (size_t k = 0; k < needle.size(); ++k) same &= lower(text[at + k]) == lower(needle[k]);
    if (!same) continue;
    const size_t end = at + needle.size();
    if (where == Where::WholeTerm && !needle.empty()) {
      if (at > 0 && is_term(text[at - 1]) && is_term(needle.front())) continue;
      if (end < text.size() && is_term(text[end]) && is_term(needle.back())) continue;
    }
    return true;
  }
  return false;
}

TEST(Needle, AgreesWithTheSlowSearchAtThePagesEnd) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* memory =
      mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const end = static_cast<char*>(memory) + page;
  ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
  std::mt19937 random(11);
  int hits = 0;
  for (int round = 0; round < 60'000; ++round) {
    const size_t size = random() % 200;
    char* const text = end - size;
    for (size_t at = 0; at < size; ++at) text[at] = "abAB -1"[random() % 7];
    std::string needle;
    for (size_t at = 0, length = random() % 6; at < length; ++at) {
      needle.push_back("abAB -1"[random() % 7]);
    }
    const std::string_view view(text, size);
    const bool ignore_case = random() % 2 == 0;
    for (Where where : {Where::Anywhere, Where::WholeTerm}) {
      const bool expected = found_slowly(view, needle, where, ignore_case);
      hits += expected;
      ASSERT_EQ(found(view, needle, where, ignore_case), expected) << view << "|" << needle;
    }
    for (Where where : {Where::Start, Where::End, Where::Whole}) {
      found(view, needle, where, ignore_case);
    }
  }
  EXPECT_GT(hits, 10'000);
  munmap(memory, 2 * page);
}

TEST(NeedleSet, AgreesWithItsNeedles) {
  std::mt19937 random(5);
  int hits = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t at = 0, size = random() % 180; at < size; ++at) {
      text +=
          round % 4 == 0 && random() % 40 == 0 ? "ü" : std::string(1, "abcABC  -"[random() % 9]);
    }
    std::vector<std::string> terms;
    for (size_t at = 0, count = random() % 8; at < count; ++at) {
      std::string term;
      for (size_t k = 0, size = random() % 12; k < size; ++k) term += "abcA-"[random() % 5];
      terms.push_back(term);
    }
    if (random() % 3 == 0 && text.size() > 30) terms.push_back(text.substr(10, random() % 20));
    const std::vector<std::string_view> views(terms.begin(), terms.end());
    const NeedleSet set(views, Where::WholeTerm, true);
    bool any = false;
    bool all = true;
    for (std::string_view term : views) {
      const bool in = Needle(term, Where::WholeTerm, true).in(text);
      any |= in;
      all &= in;
    }
    hits += any;
    ASSERT_EQ(set.any_in(text), any) << text;
    ASSERT_EQ(set.all_in(text), all) << text;
  }
  EXPECT_GT(hits, 1'000);
}

TEST(NeedleSet, FindsLongTerms) {
  const std::vector<std::string> terms = {std::string(100, 'a'), std::string(70, 'b'),
                                          "sixteenletters16", "seventeenletter17"};
  const std::vector<std::string_view> views(terms.begin(), terms.end());
  const NeedleSet set(views, Where::WholeTerm, true);
  EXPECT_TRUE(set.any_in("x " + std::string(100, 'A') + " y"));
  EXPECT_FALSE(set.any_in("x " + std::string(101, 'A') + " y"));
  EXPECT_TRUE(set.any_in(std::string(70, 'b')));
  EXPECT_TRUE(set.any_in("--SixteenLetters16"));
  EXPECT_TRUE(set.any_in("SeventeenLetter17."));
  EXPECT_FALSE(set.any_in("SeventeenXetter17."));
  EXPECT_FALSE(set.any_in(""));
  EXPECT_FALSE(NeedleSet({}, Where::WholeTerm, true).any_in("a"));
  EXPECT_TRUE(NeedleSet({}, Where::WholeTerm, true).all_in("a"));
}

}  // namespace
}  // namespace vedette
