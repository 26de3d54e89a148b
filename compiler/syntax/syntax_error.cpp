#include "compiler/syntax/syntax_error.h"

#include <algorithm>
#include <array>
#include <set>

#include "runtime/base/similar.h"

namespace vedette {

using Lexer = grammar::KqlLexer;

namespace {

using TokenTypes = std::set<size_t>;

constexpr auto operator_names = std::to_array<std::string_view>({"as",
                                                                 "consume",
                                                                 "count",
                                                                 "distinct",
                                                                 "evaluate",
                                                                 "extend",
                                                                 "facet",
                                                                 "filter",
                                                                 "find",
                                                                 "fork",
                                                                 "getschema",
                                                                 "graph-match",
                                                                 "graph-to-table",
                                                                 "invoke",
                                                                 "join",
                                                                 "limit",
                                                                 "lookup",
                                                                 "make-graph",
                                                                 "make-series",
                                                                 "mv-apply",
                                                                 "mv-expand",
                                                                 "order",
                                                                 "parse",
                                                                 "parse-kv",
                                                                 "parse-where",
                                                                 "partition",
                                                                 "print",
                                                                 "project",
                                                                 "project-away",
                                                                 "project-keep",
                                                                 "project-rename",
                                                                 "project-reorder",
                                                                 "range",
                                                                 "reduce",
                                                                 "render",
                                                                 "sample",
                                                                 "sample-distinct",
                                                                 "scan",
                                                                 "search",
                                                                 "serialize",
                                                                 "sort",
                                                                 "summarize",
                                                                 "take",
                                                                 "top",
                                                                 "top-hitters",
                                                                 "top-nested",
                                                                 "union",
                                                                 "where"});

/// The operator that `word` most likely means, or nothing.
std::string_view nearest_operator(std::string_view word) {
  struct Habit {
    std::string_view word, means;
  };
  constexpr std::array<Habit, 10> habits = {{{"select", "project"},
                                             {"group", "summarize"},
                                             {"head", "take"},
                                             {"stats", "summarize"},
                                             {"eval", "extend"},
                                             {"dedup", "distinct"},
                                             {"table", "project"},
                                             {"fields", "project"},
                                             {"rename", "project-rename"},
                                             {"append", "union"}}};
  for (const Habit& habit : habits) {
    if (habit.word == word) return habit.means;
  }
  return most_similar(word, std::span<const std::string_view>(operator_names));
}

bool has(const TokenTypes& types, size_t type) {
  return types.contains(type);
}

bool is_infix(size_t type) {
  switch (type) {
    case Lexer::PLUS:
    case Lexer::MINUS:
    case Lexer::STAR:
    case Lexer::SLASH:
    case Lexer::PERCENT:
    case Lexer::LESS:
    case Lexer::LESS_EQUAL:
    case Lexer::GREATER:
    case Lexer::GREATER_EQUAL:
    case Lexer::EQUAL:
    case Lexer::NOT_EQUAL:
    case Lexer::EQUAL_CASELESS:
    case Lexer::NOT_EQUAL_CASELESS:
    case Lexer::DOT:
    case Lexer::LBRACKET:
    case Lexer::LPAREN:
    case Lexer::COLON:
    case Lexer::DATASCOPE:
      return true;
    default:
      return type >= Lexer::AND && type <= Lexer::STARTSWITH_CS;
  }
}

/// The spelling of a token type in a message.
std::string spelling_of(size_t type, const antlr4::dfa::Vocabulary& vocabulary) {
  switch (type) {
    case Lexer::EXECUTE_AND_CACHE:
      return "'__executeAndCache'";
    case Lexer::MV_APPLY:
      return "'mv-apply'";
    case Lexer::MV_EXPAND:
      return "'mv-expand'";
    case Lexer::STRING_LITERAL:
      return "a string";
    case Lexer::IDENTIFIER:
      return "a name";
    case Lexer::EXTERNALDATA:
      return "'externaldata'";
    default:
      return vocabulary.getLiteralName(type);
  }
}

/// What could have stood at the place of the error, in a few words: groups first, then tokens.
std::vector<std::string> expectations(const TokenTypes& types,
                                      const antlr4::dfa::Vocabulary& vocabulary) {
  std::vector<std::string> words;
  const bool expression = has(types, Lexer::IDENTIFIER) && has(types, Lexer::LONG_LITERAL) &&
                          has(types, Lexer::STRING_LITERAL);
  const bool name = has(types, Lexer::IDENTIFIER);
  const bool step =
      has(types, Lexer::WHERE) && has(types, Lexer::SUMMARIZE) && has(types, Lexer::PROJECT_AWAY);
  if (step) words.push_back("an operator");
  if (expression) {
    words.push_back("an expression");
  } else if (name) {
    words.push_back("a name");
  }
  // Behind an expression any operator may follow; saying so helps nobody.
  const bool behind_expression = has(types, Lexer::AND) && has(types, Lexer::OR);
  for (const size_t type : types) {
    if (expression || name || step) {
      // Every keyword can be a name or starts an operator: only punctuation is news.
      if (type < Lexer::LPAREN || type == Lexer::LPAREN || type == Lexer::LBRACKET) continue;
      if (type == Lexer::PLUS || type == Lexer::MINUS || type == Lexer::STAR) continue;
    }
    if ((is_infix(type) && behind_expression) || type == Lexer::DIRECTIVE) continue;
    if ((type == Lexer::ASSIGN || type == Lexer::RANGE) && has(types, Lexer::LPAREN)) continue;
    if (type == antlr4::Token::EOF || type == Lexer::PIPE || type == Lexer::SEMICOLON) continue;
    const std::string spelled = spelling_of(type, vocabulary);
    if (!spelled.empty()) words.push_back(spelled);
  }
  return words;
}

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

/// The tokens that may follow `state`, looking out of its rule along `context`.
void collect_expected(const antlr4::atn::ATN& atn, antlr4::atn::ATNState* state,
                      const Ref<antlr4::atn::PredictionContext>& context,
                      antlr4::ParserRuleContext* outer, int budget,
                      antlr4::misc::IntervalSet& expected) {
  const antlr4::misc::IntervalSet& next = atn.nextTokens(state);
  expected.addAll(next);
  if (!next.contains(antlr4::Token::EPSILON) || budget == 0 || context == nullptr) return;
  for (size_t i = 0; i < context->size(); ++i) {
    const size_t back = context->getReturnState(i);
    if (back == antlr4::atn::PredictionContext::EMPTY_RETURN_STATE) {
      if (outer != nullptr && outer->invokingState != antlr4::atn::ATNState::INVALID_STATE_NUMBER) {
        expected.addAll(atn.getExpectedTokens(state->stateNumber, outer));
      }
    } else {
      collect_expected(atn, atn.states[back], context->getParent(i), outer, budget - 1, expected);
    }
  }
}

bool begins_line(const antlr4::Token& previous, const antlr4::Token& token) {
  return previous.getLine() != token.getLine();
}

}  // namespace

// ---- Where the parser stops ----

void ParserStop::set(const antlr4::Token& token, const antlr4::misc::IntervalSet& types) {
  token_index = token.getTokenIndex();
  expected.clear();
  for (const ssize_t type : types.toList()) {
    if (type != static_cast<ssize_t>(antlr4::Token::EPSILON)) {
      expected.push_back(static_cast<size_t>(type));
    }
  }
}

antlr4::NoViableAltException WatchfulSimulator::noViableAlt(antlr4::TokenStream* input,
                                                            antlr4::ParserRuleContext* outer,
                                                            antlr4::atn::ATNConfigSet* configs,
                                                            size_t start, bool delete_configs) {
  const antlr4::Token* token = input->LT(1);
  if (token->getTokenIndex() >= farthest_.token_index) {
    antlr4::misc::IntervalSet expected;
    for (const auto& config : configs->configs) {
      collect_expected(atn, config->state, config->context, outer, 64, expected);
    }
    farthest_.set(*token, expected);
  }
  return ParserATNSimulator::noViableAlt(input, outer, configs, start, delete_configs);
}

void StopAtFirstError::reportError(antlr4::Parser*, const antlr4::RecognitionException& error) {
  stop_.set(*error.getOffendingToken(), error.getExpectedTokens());
}

void StopAtFirstError::recover(antlr4::Parser*, std::exception_ptr) {
  throw antlr4::ParseCancellationException();
}

antlr4::Token* StopAtFirstError::recoverInline(antlr4::Parser* parser) {
  stop_.set(*parser->getCurrentToken(), parser->getExpectedTokens());
  throw antlr4::ParseCancellationException();
}

// ---- Words for it ----

bool report_lexical_errors(const std::vector<antlr4::Token*>& tokens, const TokenText& text,
                           Diagnostics& diagnostics) {
  bool found = false;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const antlr4::Token& token = *tokens[i];
    const Span where = text.span(token);
    if (token.getType() == Lexer::UNTERMINATED_STRING) {
      const std::string_view string = text.text(token);
      const char quote = string[string.find_first_of("'\"`~")];
      const bool lines = quote == '`' || quote == '~';
      diagnostics.syntax_error("KQL0003", {where.end(), 0}, "the string is not closed",
                               "add " + std::string(lines ? 3 : 1, quote) + " where it ends");
      found = true;
    } else if (token.getType() == Lexer::UNKNOWN) {
      const std::string_view character = text.text(token);
      std::string suggestion;
      if (character == "&") suggestion = "did you mean 'and'?";
      if (character == "!") suggestion = "did you mean 'not(...)'?";
      if (character == "^") suggestion = "did you mean 'pow(x, y)' or 'binary_xor(x, y)'?";
      diagnostics.syntax_error("KQL0002", where,
                               "the character '" + std::string(character) + "' means nothing here",
                               std::move(suggestion));
      found = true;
      // `&&` is one mistake.
      if (i + 1 < tokens.size() && tokens[i + 1]->getType() == Lexer::UNKNOWN) ++i;
    }
  }
  return found;
}

namespace {

/// Words that begin a step or a literal, where a name would need brackets.
bool is_reserved(std::string_view word) {
  static const std::set<std::string_view> words = {
      "where",    "print",    "extend",  "project",  "summarize", "datatable", "dynamic",
      "timespan", "datetime", "time",    "guid",     "long",      "int",       "real",
      "double",   "bool",     "decimal", "distinct", "take",      "top",       "sort",
      "order",    "join",     "union",   "parse",    "evaluate",  "render",    "range",
      "search",   "find",     "let",     "sample",   "by"};
  return words.contains(word);
}

/// `where where x`: the second word was read as a name, but the mistake is the word.
bool report_misplaced_word(const ParserStop& stop, const std::vector<antlr4::Token*>& tokens,
                           const TokenText& text, Diagnostics& diagnostics) {
  if (stop.token_index < 2) return false;
  const antlr4::Token& word = *tokens[stop.token_index - 1];
  const antlr4::Token& before = *tokens[stop.token_index - 2];
  if (!is_reserved(text.text(word)) || before.getType() == Lexer::PIPE ||
      before.getType() == Lexer::SEMICOLON) {
    return false;
  }
  const std::string name(text.text(word));
  const uint32_t start = text.span(before).end();
  diagnostics.syntax_error("KQL0008", {start, text.span(word).end() - start},
                           "an expression is missing before '" + name + "'",
                           "if it is a name, write ['" + name + "']");
  return true;
}

/// `datatable Name: type)`: the word behind was read as an option, but a bracket is missing.
bool report_missing_columns(const ParserStop& stop, const std::vector<antlr4::Token*>& tokens,
                            const TokenText& text, Diagnostics& diagnostics) {
  if (stop.token_index < 2) return false;
  const antlr4::Token& word = *tokens[stop.token_index - 2];
  if (word.getType() != Lexer::DATATABLE && word.getType() != Lexer::EXTERNALDATA) return false;
  diagnostics.syntax_error(
      "KQL0001", {text.span(word).end(), 0},
      "the columns are missing: " + std::string(text.text(word)) + " (Name: type, ...)");
  return true;
}

}  // namespace

void report_stop(const ParserStop& stop, const std::vector<antlr4::Token*>& tokens,
                 const TokenText& text, const antlr4::dfa::Vocabulary& vocabulary,
                 Diagnostics& diagnostics) {
  const antlr4::Token& token = *tokens[stop.token_index];
  const bool at_end = token.getType() == antlr4::Token::EOF;
  const antlr4::Token* previous = stop.token_index > 0 ? tokens[stop.token_index - 1] : nullptr;
  const Span here = text.span(token);
  const Span behind = previous ? Span{text.span(*previous).end(), 0} : Span{0, 0};
  const std::string found =
      at_end ? "the end of the query" : "'" + std::string(text.text(token)) + "'";
  const TokenTypes expected(stop.expected.begin(), stop.expected.end());
  const bool new_line = previous != nullptr && (at_end || begins_line(*previous, token));

  if (previous != nullptr && previous->getType() == Lexer::PIPE &&
      has(expected, Lexer::SUMMARIZE)) {
    if (token.getType() == Lexer::IDENTIFIER) {
      diagnostics.syntax_error("KQL0004", here, found + " is not an operator",
                               did_you_mean(nearest_operator(text.text(token))));
      return;
    }
    diagnostics.syntax_error("KQL0004", behind, "an operator is missing after '|'",
                             token.getType() == Lexer::PIPE ? "for a logical or, write 'or'" : "");
    return;
  }
  if (report_misplaced_word(stop, tokens, text, diagnostics)) return;
  if (report_missing_columns(stop, tokens, text, diagnostics)) return;
  if (token.getType() == Lexer::ASSIGN && !has(expected, Lexer::ASSIGN)) {
    diagnostics.syntax_error("KQL0007", here, "'=' does not compare and names nothing here",
                             "did you mean '=='?");
    return;
  }
  const std::vector<std::string> words = expectations(expected, vocabulary);
  const bool expression =
      !words.empty() && std::find(words.begin(), words.end(), "an expression") != words.end();
  if (expression && words.size() <= 3) {
    diagnostics.syntax_error("KQL0008", behind, "an expression is missing before " + found);
    return;
  }
  if (words.empty() && has(expected, Lexer::SEMICOLON) && new_line && !at_end) {
    diagnostics.syntax_error("KQL0001", behind, "';' is missing before " + found,
                             "statements end with a semicolon");
    return;
  }
  const Span place = new_line ? behind : here;
  if (words.empty() || words.size() > 5) {
    diagnostics.syntax_error("KQL0001", place, found + " is unexpected here");
    return;
  }
  diagnostics.syntax_error("KQL0001", place, "expected " + one_of(words) + ", not " + found);
}

}  // namespace vedette
