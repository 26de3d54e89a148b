// What the tree of a query looks like, and what limits it has.
#include <gtest/gtest.h>

#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"

namespace vedette {
namespace {

ast::Query parse_well(std::string_view text) {
  Diagnostics diagnostics;
  ast::Query query = parse(text, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    ADD_FAILURE() << diagnostic.code << ' ' << diagnostic.message << " in " << text;
  }
  return query;
}

const ast::Expression& expression_of(const ast::Query& query) {
  return *std::get<ast::ExpressionStatement>(query.statements.back().node).expression;
}

/// The text as understood: every operator in parentheses.
std::string understood(std::string_view text) {
  std::string out =
      format(expression_of(parse_well(text)), {.width = 500, .all_parentheses = true});
  return out;
}

std::string first_error(std::string_view text) {
  Diagnostics diagnostics;
  parse(text, diagnostics);
  return diagnostics.all().empty() ? "" : std::string(diagnostics.all().front().code);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(SyntaxParse, PrecedenceIsThatOfKql) {
  EXPECT_EQ(understood("a or b and c or d"), "(a or (b and c) or d)");
  EXPECT_EQ(understood("a + b * c - d"), "((a + (b * c)) - d)");
  EXPECT_EQ(understood("a == b + 1 and c < d"), "((a == (b + 1)) and (c < d))");
  EXPECT_EQ(understood("a < b == c < d"), "((a < b) == (c < d))");
  EXPECT_EQ(understood("a + b has c"), "(a + (b has c))");  // words bind tighter than arithmetic
  EXPECT_EQ(understood("a * b =~ c"), "(a * (b =~ c))");
  EXPECT_EQ(understood("-a.b[0] + 1"), "(-a.b[0] + 1)");
  EXPECT_EQ(understood("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(understood("a in (1, 2) and b between (1 .. 2 + 3)"),
            "((a in (1, 2)) and (b between (1 .. (2 + 3))))");
}

TEST(SyntaxParse, ChainsOfAndStayFlat) {
  const ast::Query query = parse_well("a == 1 and b == 2 and c == 3");
  EXPECT_EQ(std::get<ast::Logical>(expression_of(query).node).operands.size(), 3U);
}

TEST(SyntaxParse, StepsHaveSpans) {
  const std::string text = "T // the table\n| where a == 1\n| take 5";
  const ast::Query query = parse_well(text);
  const auto& pipe = std::get<ast::Pipe>(expression_of(query).node);
  ASSERT_EQ(pipe.steps.size(), 2U);
  const auto of = [&](Span span) { return text.substr(span.start, span.length); };
  EXPECT_EQ(of(pipe.source->span), "T");
  EXPECT_EQ(of(pipe.steps[0].span), "where a == 1");
  EXPECT_EQ(of(pipe.steps[1].keyword_span), "take");
  const auto& where = std::get<ast::Where>(pipe.steps[0].node);
  EXPECT_EQ(of(where.predicate->span), "a == 1");
  EXPECT_EQ(of(std::get<ast::Binary>(where.predicate->node).operator_span), "==");
}

TEST(SyntaxParse, SpansCountBytesBehindOtherAlphabets) {
  const std::string text = "print a = 'äöü😀', b = x";
  const ast::Query query = parse_well(text);
  const auto& pipe = std::get<ast::Pipe>(expression_of(query).node);
  const auto& print = std::get<ast::Print>(pipe.steps[0].node);
  const Span span = print.columns[1].value->span;
  EXPECT_EQ(text.substr(span.start, span.length), "x");
  EXPECT_EQ(span.start, text.size() - 1);
}

TEST(SyntaxParse, ByteOrderMarksAreSkippedAndCounted) {
  const std::string text = "\xEF\xBB\xBFprint a = 'x'";
  const ast::Query query = parse_well(text);
  const auto& print =
      std::get<ast::Print>(std::get<ast::Pipe>(expression_of(query).node).steps[0].node);
  const ast::Expression& value = *print.columns[0].value;
  EXPECT_EQ(text.substr(value.span.start, value.span.length), "'x'");
  EXPECT_EQ(std::get<ast::Literal>(value.node).text, "x");
  EXPECT_EQ(first_error("\xEF\xBB\xBF"), "");
  const ast::Query command = parse_well("\xEF\xBB\xBF.show tables");
  EXPECT_EQ(std::get<ast::Command>(command.statements[0].node).text, ".show tables");
}

TEST(SyntaxParse, LiteralsKeepTheirText) {
  using Kind = ast::LiteralKind;
  const auto literal = [](std::string_view text) {
    return std::get<ast::Literal>(expression_of(parse_well(text)).node);
  };
  const auto expect = [&](std::string_view text, Kind kind, std::string_view content) {
    const ast::Literal found = literal(text);
    EXPECT_EQ(found.kind, kind) << text;
    EXPECT_EQ(found.text, content) << text;
  };
  expect("5", Kind::Long, "5");
  expect("-9223372036854775808", Kind::Long, "-9223372036854775808");
  expect("0xfF", Kind::Long, "0xfF");
  expect("int(7)", Kind::Int, "7");
  expect("1.", Kind::Real, "1.0");
  expect("1.5e-3", Kind::Real, "1.5e-3");
  expect("real(+inf)", Kind::Real, "+inf");
  expect("decimal(1.10)", Kind::Decimal, "1.10");
  expect("2.5h", Kind::Timespan, "2.5h");
  expect("time( 1.02:03:04 )", Kind::Timespan, "1.02:03:04");
  expect("datetime(2024-05-01 10:00)", Kind::Datetime, "2024-05-01 10:00");
  expect("datetime('2024-05-01')", Kind::Datetime, "2024-05-01");
  expect("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", Kind::Guid,
         "74be27de-1e4e-49d9-b579-fe0b331d3642");
  expect("TRUE", Kind::Bool, "TRUE");
  expect(R"("a\tb" 'c' @"d\e""f")", Kind::String, "a\tbcd\\e\"f");
  expect("'\\u00e4\\x41\\101\\ud83d\\ude00'", Kind::String, "äAA😀");
  expect("```a\n\"b\" \\n```", Kind::String, "a\n\"b\" \\n");
  EXPECT_TRUE(literal("long(null)").is_null);
  EXPECT_TRUE(literal("h'x'").obfuscated);
}

TEST(SyntaxParse, DynamicLiteralsAreTrees) {
  using Kind = ast::DynamicValue::Kind;
  const ast::Query query =
      parse_well("dynamic({'a': [1, -2.5, null], \"b\": datetime(2024-05-01)})");
  const ast::DynamicValue& object = std::get<ast::DynamicLiteral>(expression_of(query).node).value;
  ASSERT_EQ(object.kind, Kind::Object);
  EXPECT_EQ(object.keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(object.items[0].items[1].text, "-2.5");
  EXPECT_EQ(object.items[0].items[2].kind, Kind::Null);
  EXPECT_EQ(object.items[1].typed.kind, ast::LiteralKind::Datetime);
}

TEST(SyntaxParse, CommandsAreKeptAsWritten) {
  const ast::Query query = parse_well("// first\n.show tables | count \n");
  EXPECT_EQ(std::get<ast::Command>(query.statements[0].node).text, ".show tables | count");
}

TEST(SyntaxParse, EmptyTextIsAnEmptyQuery) {
  EXPECT_TRUE(parse_well("").statements.empty());
  EXPECT_TRUE(parse_well("  // nothing\n").statements.empty());
}

TEST(SyntaxParse, WhereWithOneEqualSignIsWarnedAbout) {
  Diagnostics diagnostics;
  parse("T | where a = true", diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1U);
  EXPECT_FALSE(diagnostics.any_errors());
  EXPECT_EQ(diagnostics.all()[0].suggestion, "did you mean '=='?");
}

TEST(SyntaxParse, DepthIsLimitedAndLengthIsNot) {
  EXPECT_EQ(first_error("print " + repeated("(", 100'000)), "KQL0009");
  EXPECT_EQ(first_error("print " + repeated("[", 100'000)), "KQL0009");
  EXPECT_EQ(first_error("print " + repeated("(", 150) + "1" + repeated(")", 150)), "");
  EXPECT_EQ(first_error("print " + repeated("f(", 150) + "1" + repeated(")", 150)), "");
  EXPECT_EQ(first_error("print 1" + repeated(" + 1", 1'900)), "");
  EXPECT_EQ(first_error("print 1" + repeated(" + 1", 20'000)), "KQL0009");
  EXPECT_EQ(first_error("print a" + repeated(".b", 20'000)), "KQL0009");
  EXPECT_EQ(first_error("T | where " + repeated("a == 1 or ", 10'000) + "b"), "");
  EXPECT_EQ(first_error("T" + repeated(" | where a == 1", 5'000)), "");
  EXPECT_EQ(first_error("T | where a in (" + repeated("'a', ", 30'000) + "'b')"), "");
  EXPECT_EQ(first_error(std::string(17 << 20, 'x')), "KQL0009");
}

TEST(SyntaxParse, BytesThatAreNotUtf8AreAnError) {
  Diagnostics diagnostics;
  parse("print a = 'x\xff'", diagnostics);
  ASSERT_TRUE(diagnostics.any_errors());
  EXPECT_EQ(diagnostics.all()[0].span, (Span{12, 1}));
}

}  // namespace
}  // namespace vedette
