// What syntax errors say, and where.
#include <gtest/gtest.h>

#include "compiler/syntax/parse.h"

namespace vedette {
namespace {

/// "code start+length message (suggestion)" of each diagnostic, one a line.
std::string complaints(std::string_view text) {
  Diagnostics diagnostics;
  parse(text, diagnostics);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    EXPECT_EQ(diagnostic.kind, ErrorKind::Syntax);
    if (!out.empty()) out += '\n';
    out += std::string(diagnostic.code) + ' ' + std::to_string(diagnostic.span.start) + '+' +
           std::to_string(diagnostic.span.length) + ' ' + diagnostic.message;
    if (!diagnostic.suggestion.empty()) out += " (" + diagnostic.suggestion + ')';
  }
  return out;
}

TEST(SyntaxError, MisspeltOperators) {
  EXPECT_EQ(complaints("T | summarise count()"),
            "KQL0004 4+9 'summarise' is not an operator (did you mean 'summarize'?)");
  EXPECT_EQ(complaints("T | wher a == 1"),
            "KQL0004 4+4 'wher' is not an operator (did you mean 'where'?)");
  EXPECT_EQ(complaints("T | select a"),
            "KQL0004 4+6 'select' is not an operator (did you mean 'project'?)");
  EXPECT_EQ(complaints("T | frobnicate a"), "KQL0004 4+10 'frobnicate' is not an operator");
}

TEST(SyntaxError, MissingOperators) {
  EXPECT_EQ(complaints("T |"), "KQL0004 3+0 an operator is missing after '|'");
  EXPECT_EQ(complaints("T | | count"),
            "KQL0004 3+0 an operator is missing after '|' (for a logical or, write 'or')");
}

TEST(SyntaxError, ComparisonWithOneEqualSign) {
  EXPECT_EQ(complaints("T | where 1 = 1"),
            "KQL0007 12+1 '=' does not compare and names nothing here (did you mean '=='?)");
  EXPECT_EQ(complaints("T | where a == 1 and b = 2"),
            "KQL0007 23+1 '=' does not compare and names nothing here (did you mean '=='?)");
}

TEST(SyntaxError, ComparisonsDoNotChain) {
  EXPECT_EQ(complaints("print 1 < a < 3"),
            "KQL0010 12+1 '<' cannot follow '<' directly (use parentheses, or join two comparisons "
            "with `and`)");
}

TEST(SyntaxError, MissingExpressions) {
  EXPECT_EQ(complaints("T | where "),
            "KQL0008 9+0 an expression is missing before the end of the query");
  EXPECT_EQ(complaints("print 1 + "),
            "KQL0008 9+0 an expression is missing before the end of the query");
  EXPECT_EQ(complaints("T | extend a = | count"),
            "KQL0008 14+0 an expression is missing before '|'");
  EXPECT_EQ(complaints("let x = ; T"), "KQL0008 7+0 an expression is missing before ';'");
}

TEST(SyntaxError, MissingWordsAndBrackets) {
  EXPECT_EQ(complaints("T | top 5"), "KQL0001 9+0 expected 'by', not the end of the query");
  EXPECT_EQ(complaints("T | where a between (1)"), "KQL0001 22+1 expected '..', not ')'");
  EXPECT_EQ(complaints("print f(1"), "KQL0001 9+0 expected ')' or ',', not the end of the query");
  EXPECT_EQ(complaints("T | where a in 1"), "KQL0001 15+1 expected '(', not '1'");
  EXPECT_EQ(complaints("print [1, 2"), "KQL0008 7+0 an expression is missing before '1'");
}

TEST(SyntaxError, MissingSemicolons) {
  EXPECT_EQ(complaints("let a = 1\nprint a"),
            "KQL0001 9+0 ';' is missing before 'print' (statements end with a semicolon)");
}

TEST(SyntaxError, WrongCharactersAndStrings) {
  EXPECT_EQ(complaints("T | where a && b"),
            "KQL0002 12+1 the character '&' means nothing here (did you mean 'and'?)");
  EXPECT_EQ(complaints("print 'abc"),
            "KQL0003 10+0 the string is not closed (add ' where it ends)");
  EXPECT_EQ(complaints("print 'a' + \"bc\nT"),
            "KQL0003 15+0 the string is not closed (add \" where it ends)");
  EXPECT_EQ(
      complaints("print '\\d+'"),
      "KQL0005 7+2 '\\d' is not an escape KQL knows (write a backslash as \\\\, or put @ before "
      "the opening quote to take backslashes as they are)");
}

TEST(SyntaxError, EachStatementIsReadOnItsOwn) {
  EXPECT_EQ(complaints("let a = ;\nlet b = 2;\nT | wher c;\nT | take 5"),
            "KQL0008 7+0 an expression is missing before ';'\n"
            "KQL0004 25+4 'wher' is not an operator (did you mean 'where'?)");
}

TEST(SyntaxError, JoinsAndCharts) {
  EXPECT_EQ(complaints("A | join B").substr(0, 12), "KQL0018 4+6 ");
  EXPECT_EQ(complaints("T | render squiggle"), "KQL0017 11+8 'squiggle' is not a chart");
  EXPECT_EQ(complaints("T | evaluate f"),
            "KQL0016 13+1 'evaluate' needs a plugin call (add parentheses)");
  EXPECT_EQ(complaints("datatable(a: long)[1 + 2]"),
            "KQL0013 19+5 a datatable holds literals only");
  EXPECT_EQ(complaints("T | project-away a *"),
            "KQL0014 18+1 the parts of a wildcard name must touch (write it as one word, or put a "
            "comma between)");
}

}  // namespace
}  // namespace vedette
