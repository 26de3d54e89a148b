// Every query we ship, and every query of the reference material when it is there, must parse; and
// formatting must keep its meaning.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <sstream>

#include "compiler/syntax/format.h"
#include "compiler/syntax/literal_text.h"
#include "compiler/syntax/parse.h"
#include "tests/harness/source_tree.h"

namespace vedette {
namespace {

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

/// The length of the string token that starts at `at`, or 0.
size_t string_length(std::string_view text, size_t at) {
  size_t i = at;
  if (text[i] == 'h' || text[i] == 'H') ++i;
  const std::string_view rest = text.substr(i);
  if (rest.starts_with("```") || rest.starts_with("~~~")) {
    return text.find(rest.substr(0, 3), i + 3) + 3 - at;
  }
  const bool verbatim = i < text.size() && text[i] == '@';
  if (verbatim) ++i;
  if (i >= text.size() || (text[i] != '"' && text[i] != '\'')) return 0;
  const char quote = text[i++];
  while (text[i] != quote || (verbatim && i + 1 < text.size() && text[i + 1] == quote)) {
    i += (verbatim && text[i] == quote) || (!verbatim && text[i] == '\\') ? 2 : 1;
  }
  return i + 1 - at;
}

/// The words, numbers, strings and arithmetic of a query in alphabetical order, synonyms made one.
/// What a formatter loses shows here, whatever else it changes.
std::vector<std::string> substance(std::string_view text) {
  static const std::map<std::string, std::string, std::less<>> synonyms = {
      {"filter", "where"},
      {"limit", "take"},
      {"order", "sort"},
      {"mvexpand", "mv - expand"},
      {"mvapply", "mv - apply"},
      {"notcontains", "! contains"},
      {"containscs", "contains_cs"},
      {"notcontainscs", "! contains_cs"},
      {"external_data", "externaldata"},
      {"__projectAway", "project - away"}};
  static const std::vector<std::string_view> types = {
      "long",     "int64", "real", "double",  "time", "timespan", "date",
      "datetime", "bool",  "guid", "decimal", "int",  "int32"};
  std::vector<std::string> parts;
  bool after_string = false;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    const bool starts_word = i == 0 || !is_word(text[i - 1]);
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++i;
      continue;
    }
    if (text.substr(i).starts_with("//")) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    const size_t quoted = starts_word || !is_word(c) ? string_length(text, i) : 0;
    if (quoted > 0) {
      std::string content = decode_string(text.substr(i, quoted)).text;
      if (after_string) {
        parts.back() += content;
      } else {
        parts.push_back(content);
      }
      after_string = true;
      i += quoted;
      continue;
    }
    after_string = false;
    if (is_word(c)) {
      size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      const std::string word(text.substr(i, end - i));
      i = end;
      if (end < text.size() && text[end] == '(' &&
          std::find(types.begin(), types.end(), word) != types.end()) {
        const size_t close = text.find(')', end);
        parts.push_back(literal_content(text.substr(end, close + 1 - end)));
        i = close + 1;
      } else if (const auto synonym = synonyms.find(word); synonym != synonyms.end()) {
        std::istringstream meaning(synonym->second);
        for (std::string part; meaning >> part;) parts.push_back(part);
      } else {
        parts.push_back(word);
      }
    } else {
      if (text.substr(i).starts_with("<>")) {
        parts.push_back("!");
        parts.push_back("=");
        i += 2;
        continue;
      }
      if (std::string_view("+-*/%<>=!~").find(c) != std::string_view::npos)
        parts.emplace_back(1, c);
      ++i;
    }
  }
  // A sign that became part of a number: `long(-7)` and `-7` are the same.
  std::vector<std::string> apart;
  for (const std::string& part : parts) {
    const bool number = part.size() > 1 && (part[0] == '-' || part[0] == '+') &&
                        std::isdigit(static_cast<unsigned char>(part[1]));
    std::string_view rest = part;
    if (number) {
      if (part[0] == '-') apart.emplace_back("-");
      rest.remove_prefix(1);
    }
    // Fractions are two words to `is_word`; so they are here.
    while (!rest.empty()) {
      const size_t dot =
          std::isdigit(static_cast<unsigned char>(rest[0])) ? rest.find('.') : rest.npos;
      apart.emplace_back(rest.substr(0, dot));
      rest = dot == rest.npos ? std::string_view{} : rest.substr(dot + 1);
    }
    if (part.empty()) apart.emplace_back();
  }
  std::sort(apart.begin(), apart.end());
  return apart;
}

ast::Query parse_well(std::string_view text, const std::string& name) {
  Diagnostics diagnostics;
  ast::Query query = parse(text, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::Error) {
      ADD_FAILURE() << name << ": " << diagnostic.code << ' ' << diagnostic.message << " at "
                    << diagnostic.span.start << " of\n"
                    << text;
    }
  }
  return query;
}

/// Formats, parses again, and compares the trees by a text that shows every parenthesis.
std::string check_round_trip(const std::string& name, std::string_view text) {
  const FormatOptions all{.all_parentheses = true};
  const ast::Query query = parse_well(text, name);
  const std::string once = format(query);
  const ast::Query again = parse_well(once, name + ", formatted");
  EXPECT_EQ(format(again), once) << name;
  EXPECT_EQ(format(again, all), format(query, all)) << name;
  const ast::Query explicit_query = parse_well(format(query, all), name + ", with parentheses");
  EXPECT_EQ(format(explicit_query, all), format(query, all)) << name;
  return once;
}

TEST(SyntaxRoundTrip, ShippedQueriesKeepTheirMeaning) {
  const std::vector<NamedText> queries = shipped_queries();
  EXPECT_GE(queries.size(), 60U);
  for (const NamedText& query : queries) {
    const std::string formatted = check_round_trip(query.name, query.text);
    EXPECT_EQ(substance(formatted), substance(query.text)) << query.name << '\n' << formatted;
  }
}

/// The folder with reference queries: not part of the project, and so not always there.
std::filesystem::path reference_material() {
  if (const char* folder = std::getenv("VEDETTE_SHARED")) return folder;
  return source_root().parent_path() / "shared";
}

TEST(SyntaxRoundTrip, ReferenceQueriesParse) {
  const std::filesystem::path shared = reference_material();
  if (!std::filesystem::exists(shared / "corpus")) {
    GTEST_SKIP() << "no reference queries at " << shared;
  }
  simdjson::dom::parser json;
  size_t count = 0;
  for (const char* folder : {"corpus", "conformance"}) {
    for (const auto& file : std::filesystem::directory_iterator(shared / folder)) {
      if (file.path().extension() != ".jsonl" || file.path().stem() == "negative") continue;
      const simdjson::padded_string lines = simdjson::padded_string::load(file.path().string());
      for (simdjson::dom::element line : json.parse_many(lines)) {
        const std::string_view query = line["query"].get_string();
        check_round_trip(file.path().filename().string(), query);
        ++count;
      }
    }
  }
  EXPECT_GT(count, 3000U);
}

TEST(SyntaxRoundTrip, DeepNestingCostsNoMoreThanItsLength) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "T | where a in ((U | join (";
  text += 'V';
  for (int i = 0; i < 60; ++i) text += ") on k))";
  check_round_trip("nested", text);  // 2^60 steps would be noticed
}

// Where the grammar takes no more than a name with suffixes, anything else keeps its parentheses.
TEST(SyntaxRoundTrip, ParenthesesStayWhereThereMustBeSome) {
  for (const char* text : {
           "T | project-reorder (c < d)",
           "T | project-reorder (a + b) asc, (-c) desc",
           "T | project-away (a or b), c",
           "T | project-keep (a), (b == c)",
           "union (a + b), (-1), T",
           "union (T | where a), (U)",
           "restrict access to ((a + b), (T | where c)); T",
           "find in ((T | where a == 1), (U | as x), (a < b)) where c == 2",
           "find in (T | as x, (U | take 1 | as y)) where c == 2",
           "find in ((a < b) | as x) where c == 2",
           "search in ((T | where a == 1), V*) 'word'",
           "print (T datascope=hot).a, (T datascope=hot)[0]",
           "print 2 * + (2), -(2), -(-2), +(2h), -(1.5), -int(5), -(2).a, -(2)[0], + (long(7))",
           "print hint .b, a.hint.b.c, a.hint .b, a.hint[0].b, ['hint'].b",
           "T | facet by (a < b), (-c)",
       }) {
    const std::string formatted = check_round_trip(text, text);
    EXPECT_EQ(substance(formatted), substance(text)) << text << '\n' << formatted;
  }
}

TEST(SyntaxRoundTrip, FormattingReadsWell) {
  const auto formatted = [](std::string_view text) { return format(parse_well(text, "text")); };
  EXPECT_EQ(formatted("T|where a==1 and(b or c)|project a,b"),
            "T\n| where a == 1 and (b or c)\n| project a, b\n");
  EXPECT_EQ(formatted("let x=5;T|filter a>x|limit 3"), "let x = 5;\nT\n| where a > x\n| take 3\n");
  EXPECT_EQ(formatted("T|join(U|where c)on k"), "T\n| join (U | where c) on k\n");
  EXPECT_EQ(
      formatted("T | join kind=inner (Somewhere | where Column == 'a long value' and Other == "
                "'another' | project Column, Other) on Column"),
      "T\n"
      "| join kind=inner (\n"
      "    Somewhere\n"
      "    | where Column == \"a long value\" and Other == \"another\"\n"
      "    | project Column, Other\n"
      ") on Column\n");
}

}  // namespace
}  // namespace vedette
