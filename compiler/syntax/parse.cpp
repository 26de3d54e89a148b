#include "compiler/syntax/parse.h"

#include <algorithm>
#include <cctype>

#include "antlr4-runtime.h"
#include "compiler/syntax/literal_text.h"
#include "compiler/syntax/syntax_error.h"
#include "compiler/syntax/tree_builder.h"

namespace vedette {

namespace {

using Lexer = grammar::KqlLexer;
using Grammar = grammar::KqlParser;

constexpr size_t max_query_bytes = size_t{16} << 20;

/// ANTLR descends once for each bracket; this keeps it within any thread's stack.
constexpr int max_bracket_depth = 200;

int bracket_change(size_t token) {
  switch (token) {
    case Lexer::LPAREN:
    case Lexer::LBRACKET:
    case Lexer::LBRACE:
      return 1;
    case Lexer::RPAREN:
    case Lexer::RBRACKET:
    case Lexer::RBRACE:
      return -1;
    default:
      return 0;
  }
}

/// Where the text begins after blanks and comments.
size_t skip_blanks(std::string_view text) {
  size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;  // a byte order mark
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n') {
      ++at;
    } else if (text.substr(at).starts_with("//")) {
      at = std::min(text.find('\n', at), text.size());
    } else {
      break;
    }
  }
  return at;
}

/// One text on its way from characters to statements.
class Parsing {
 public:
  Parsing(std::string_view text, Diagnostics& diagnostics)
      : text_(text),
        diagnostics_(diagnostics),
        input_(std::string(text)),
        lexer_(&input_),
        tokens_(&lexer_),
        parser_(&tokens_),
        builder_(text_, diagnostics) {
    lexer_.removeErrorListeners();
    parser_.removeErrorListeners();
    auto* usual = parser_.getInterpreter<antlr4::atn::ParserATNSimulator>();
    parser_.setInterpreter(new WatchfulSimulator(parser_, *usual));  // the parser owns it
    tokens_.fill();
    all_tokens_ = tokens_.getTokens();
  }

  void run(ast::Query& query) {
    if (report_lexical_errors(all_tokens_, text_, diagnostics_)) return;
    if (report_deep_brackets()) return;
    while (tokens_.LA(1) != antlr4::Token::EOF) {
      Grammar::QueryStatementContext* statement = parse_statement();
      if (statement == nullptr) continue;
      if (statement->statement() == nullptr && statement->SEMICOLON() != nullptr) {
        diagnostics_.syntax_error("KQL0001", text_.span(*statement->SEMICOLON()->getSymbol()),
                                  "a statement is missing before ';'");
      }
      build(statement, query);
    }
  }

 private:
  bool report_deep_brackets() {
    int depth = 0;
    for (const antlr4::Token* token : all_tokens_) {
      depth += bracket_change(token->getType());
      if (depth > max_bracket_depth) {
        diagnostics_.syntax_error(
            "KQL0009", text_.span(*token),
            "brackets are nested deeper than " + std::to_string(max_bracket_depth) + " levels");
        return true;
      }
    }
    return false;
  }

  /// Parses up to the next semicolon. On an error reports it, goes on behind the statement, and
  /// gives nothing.
  Grammar::QueryStatementContext* parse_statement() {
    using antlr4::atn::PredictionMode;
    const size_t start = tokens_.index();
    auto* simulator = parser_.getInterpreter<WatchfulSimulator>();
    // The quick way of predicting is right for every query met so far, but not in theory.
    for (const PredictionMode mode : {PredictionMode::SLL, PredictionMode::LL}) {
      const auto strategy = std::make_shared<StopAtFirstError>();
      simulator->setPredictionMode(mode);
      parser_.setErrorHandler(strategy);
      tokens_.seek(start);
      try {
        return parser_.queryStatement();
      } catch (const antlr4::ParseCancellationException&) {
        parser_.setContext(nullptr);
      }
      if (mode == PredictionMode::LL) {
        const ParserStop& farthest = simulator->farthest();
        const ParserStop& stop = strategy->stop();
        report_stop(farthest.token_index > stop.token_index ? farthest : stop, all_tokens_, text_,
                    lexer_.getVocabulary(), diagnostics_);
        skip_statement(start, stop.token_index);
      }
    }
    return nullptr;
  }

  /// Moves behind the semicolon that ends the statement from `start` with an error at `stop`.
  void skip_statement(size_t start, size_t stop) {
    int depth = 0;
    size_t at = start;
    for (; all_tokens_[at]->getType() != antlr4::Token::EOF; ++at) {
      depth = std::max(0, depth + bracket_change(all_tokens_[at]->getType()));
      if (at >= stop && depth == 0 && all_tokens_[at]->getType() == Lexer::SEMICOLON) break;
    }
    if (all_tokens_[at]->getType() == Lexer::SEMICOLON) ++at;
    tokens_.seek(at);
  }

  void build(Grammar::QueryStatementContext* context, ast::Query& query) {
    if (context->statement() == nullptr) return;
    try {
      query.statements.push_back(builder_.statement(context->statement()));
    } catch (const TooDeep& deep) {
      diagnostics_.syntax_error(
          "KQL0009", deep.span,
          "the expression is nested deeper than " + std::to_string(max_tree_depth) + " levels");
    }
  }

  TokenText text_;
  Diagnostics& diagnostics_;
  antlr4::ANTLRInputStream input_;
  Lexer lexer_;
  antlr4::CommonTokenStream tokens_;
  Grammar parser_;
  TreeBuilder builder_;
  std::vector<antlr4::Token*> all_tokens_;
};

}  // namespace

ast::Query parse(std::string_view text, Diagnostics& diagnostics) {
  ast::Query query;
  query.span = {0, static_cast<uint32_t>(std::min(text.size(), max_query_bytes))};
  if (text.size() > max_query_bytes) {
    diagnostics.syntax_error("KQL0009", {}, "the query is longer than 16 MB");
    return query;
  }
  if (const std::optional<size_t> wrong = first_invalid_utf8(text)) {
    diagnostics.syntax_error("KQL0002", {static_cast<uint32_t>(*wrong), 1},
                             "the text is not valid UTF-8");
    return query;
  }
  const size_t begin = skip_blanks(text);
  if (begin < text.size() && text[begin] == '.') {
    const std::string_view command =
        text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
    query.statements.push_back(
        {ast::Command{std::string(command)},
         {static_cast<uint32_t>(begin), static_cast<uint32_t>(command.size())}});
    return query;
  }
  Parsing(text, diagnostics).run(query);
  return query;
}

void warm_up_parser() {
  constexpr std::string_view typical = R"(
let since = ago(1d);
let words = dynamic(["a", "b"]);
let f = (T: (a: long), n: long = 1) { T | where a > n | project a };
T
| where TimeGenerated > since and Name has "x" or not(isempty(Path)) and Id in (1, 2)
| extend a = tostring(parse_json(Details).user[0]), b = iff(x == "y", 1.5, 2) + 1
| summarize n = count(), dcount(User) by bin(TimeGenerated, 1h), Name
| join kind=inner (U | where c !in (words) | distinct c, d) on $left.a == $right.c
| mv-expand e to typeof(string)
| project a, b = strcat(c, "-", d), e
| project-away a*
| union isfuzzy=true (V), W
| sort by n desc
| take 10
)";
  Diagnostics ignored;
  parse(typical, ignored);
}

std::vector<QueryToken> tokens_of(std::string_view text) {
  using Kind = QueryToken::Kind;
  const TokenText places(text);
  antlr4::ANTLRInputStream input{std::string(text)};
  Lexer lexer(&input);
  lexer.removeErrorListeners();
  std::vector<QueryToken> tokens;
  for (const auto& token : lexer.getAllTokens()) {
    if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL) continue;
    const Span span = places.span(*token);
    const std::string_view word = text.substr(span.start, span.length);
    if (word.empty()) continue;
    const auto first = static_cast<unsigned char>(word[0]);
    const bool letter = std::isalpha(first) != 0 || first == '_' || first == '$' || first >= 0x80;
    const bool literal =
        std::isdigit(first) != 0 || first == '"' || first == '\'' || first == '@' || first == '`';
    tokens.push_back({letter ? Kind::Word : (literal ? Kind::Literal : Kind::Symbol), word, span});
  }
  return tokens;
}

}  // namespace vedette
