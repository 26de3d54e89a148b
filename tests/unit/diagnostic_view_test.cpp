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

TEST(DiagnosticView, WritesJson) {
  EXPECT_EQ(to_json("T\n| where Usr", unknown_column({10, 3})),
            R"({"kind":"semantic","code":"KQL0102","message":"'Usr' is not a column of Logins",)"
            R"("start":10,"length":3,"line":2,"column":9,"hint":"did you mean 'User'?"})");
}

}  // namespace
}  // namespace vedette::shell
