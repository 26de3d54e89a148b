// Why a text could not be parsed, in words. Inside this folder only: speaks ANTLR.
#pragma once

#include <vector>

#include "compiler/syntax/tree_builder.h"

namespace vedette {

/// Where the parser stopped: the token it could not use, and the token types it could have used.
struct ParserStop {
  size_t token_index = 0;
  std::vector<size_t> expected;
};

/// Stops at the first error and remembers why, instead of guessing what was meant.
class StopAtFirstError final : public antlr4::DefaultErrorStrategy {
 public:
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser*) override {}

  const ParserStop& stop() const { return stop_; }

 private:
  void remember(antlr4::Token* token, const antlr4::misc::IntervalSet& expected);

  ParserStop stop_;
};

/// Reports characters and strings that are no tokens. False when there were none.
bool report_lexical_errors(const std::vector<antlr4::Token*>& tokens, const TokenText& text,
                           Diagnostics& diagnostics);

/// Turns a stop into one diagnostic.
void report_stop(const ParserStop& stop, const std::vector<antlr4::Token*>& tokens,
                 const TokenText& text, const antlr4::dfa::Vocabulary& vocabulary,
                 Diagnostics& diagnostics);

}  // namespace vedette
