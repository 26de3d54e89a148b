#include "runtime/shell/diagnostic_view.h"

#include <gtest/gtest.h>

#include "runtime/shell/text_place.h"

namespace vedette::shell {
namespace {

TEST(TextPlace, CountsUtf16Units) {
  // e with an accent is one unit of two bytes; the emoji is two units of four bytes.
  const std::string text = "caf\xC3\xA9\n\xF0\x9F\x98\x80 x";
  EXPECT_EQ(place_of(text, {0, 5}), (TextPlace{0, 4, 1, 1}));
  EXPECT_EQ(place_of(text, {6, 4}), (TextPlace{5, 2, 2, 1}));
  EXPECT_EQ(place_of(text, {11, 1}), (TextPlace{8, 1, 2, 4}));
  EXPECT_EQ(place_of(text, {500, 7}), (TextPlace{9, 0, 2, 5}));
}

Diagnostic unknown_column(Span span) {
  return {.kind = ErrorKind::Semantic,
          .code = "KQL0102",
          .message = "'Usr' is not a column of Logins",
          .span = span,
          .suggestion = "did you mean 'User'?"};
}

TEST(DiagnosticView, PutsACaretUnderThePlace) {
  EXPECT_EQ(to_human_text("Logins\n| where Usr == 'ann'", unknown_column({15, 3})),
            "error KQL0102: 'Usr' is not a column of Logins\n"
            "  | where Usr == 'ann'\n"
            "          ^^^ did you mean 'User'?\n");
}

TEST(DiagnosticView, KeepsTheCaretUnderWideAndOddText) {
  EXPECT_EQ(to_human_text("\t'\xE4\xB8\xAD' == Usr", unknown_column({10, 3})),
            "error KQL0102: 'Usr' is not a column of Logins\n"
            "   '\xE4\xB8\xAD' == Usr\n"
            "           ^^^ did you mean 'User'?\n");
}

TEST(DiagnosticView, PointsBehindTheEnd) {
  const Diagnostic diagnostic = {
      .kind = ErrorKind::Syntax, .code = "KQL0001", .message = "more was expected", .span = {5, 0}};
  EXPECT_EQ(to_human_text("print", diagnostic),
            "error KQL0001: more was expected\n  print\n       ^\n");
}

TEST(DiagnosticView, MarksOnlyTheFirstLineOfALongPlace) {
  const Diagnostic diagnostic = {
      .kind = ErrorKind::Syntax, .code = "KQL0001", .message = "no", .span = {6, 20}};
  EXPECT_EQ(to_human_text("print abc\n| take 1", diagnostic),
            "error KQL0001: no\n  print abc\n        ^^^\n");
}

/// The line and the carets under it, without their indentation.
std::pair<std::string, std::string> shown(std::string_view query, Span span) {
  const std::string text = to_human_text(
      query, {.kind = ErrorKind::Syntax, .code = "KQL0001", .message = "no", .span = span});
  const size_t line = text.find("\n  ") + 3, carets = text.find("\n  ", line) + 3;
  return {text.substr(line, carets - 3 - line), text.substr(carets, text.size() - 1 - carets)};
}

TEST(DiagnosticView, ShowsAWindowOfALongLine) {
  const std::string many(1'000'000, 'a');
  const auto [middle, middle_carets] = shown(many + " Usr " + many, {1'000'001, 3});
  EXPECT_EQ(middle, "\u2026" + std::string(38, 'a') + " Usr " + std::string(55, 'a') + "\u2026");
  EXPECT_EQ(middle_carets, std::string(40, ' ') + "^^^");

  const auto [start, start_carets] = shown("Usr " + many, {0, 3});
  EXPECT_EQ(start, "Usr " + std::string(55, 'a') + "\u2026");
  EXPECT_EQ(start_carets, "^^^");

  const auto [end, end_carets] = shown(many + " Usr", {1'000'001, 3});
  EXPECT_EQ(end, "\u2026" + std::string(95, 'a') + " Usr");
  EXPECT_EQ(end_carets, std::string(97, ' ') + "^^^");

  const auto [behind, behind_carets] = shown(many, {1'000'000, 0});
  EXPECT_EQ(behind, "\u2026" + std::string(99, 'a'));
  EXPECT_EQ(behind_carets, std::string(100, ' ') + "^");
}

TEST(DiagnosticView, CutsAPlaceThatIsTooLong) {
  const auto [line, carets] = shown("T | " + std::string(500, 'x') + " | take 1", {4, 500});
  EXPECT_EQ(line, "T | " + std::string(59, 'x') + "\u2026");
  EXPECT_EQ(carets, "    " + std::string(60, '^'));
}

TEST(DiagnosticView, CutsWholeCharacters) {
  std::string wide;
  for (int i = 0; i < 400; ++i) wide += "\xE4\xB8\xAD";  // three bytes, two columns
  const auto [line, carets] = shown(wide + "Usr" + wide, {1200, 3});
  const size_t at = line.find("Usr");
  EXPECT_EQ((at - 3) % 3, 0u);
  EXPECT_TRUE(line.starts_with("\u2026\xE4\xB8\xAD"));
  EXPECT_TRUE(line.ends_with("\xE4\xB8\xAD\u2026"));
  EXPECT_EQ(carets, std::string(1 + (at - 3) / 3 * 2, ' ') + "^^^");
}

TEST(DiagnosticView, ALineThatJustFitsIsWhole) {
  const std::string line = std::string(96, 'a') + " Usr";
  EXPECT_EQ(shown(line, {97, 3}).first, line);
  EXPECT_NE(shown('a' + line, {98, 3}).first, 'a' + line);
}

TEST(DiagnosticView, WritesJson) {
  EXPECT_EQ(to_json("T\n| where Usr", unknown_column({10, 3})),
            R"({"kind":"semantic","code":"KQL0102","message":"'Usr' is not a column of Logins",)"
            R"("start":10,"length":3,"line":2,"column":9,"hint":"did you mean 'User'?"})");
}

}  // namespace
}  // namespace vedette::shell
