// Why a text could not be parsed, in words. Inside this folder only: speaks ANTLR.
#pragma once

#include <vector>

#include "compiler/syntax/tree_builder.h"

namespace vedette {

/// Where the parser stopped: the token it could not use, and the token types it could have used.
struct ParserStop {
  size_t token_index = 0;
  std::vector<size_t> expected;

  void set(const antlr4::Token& token, const antlr4::misc::IntervalSet& types);
};

/// Predicts as ANTLR does, and remembers the farthest token at which a prediction died. ANTLR
/// itself steps back to the last place where a rule could have ended, and complains there.
class WatchfulSimulator final : public antlr4::atn::ParserATNSimulator {
 public:
  explicit WatchfulSimulator(antlr4::Parser& parser, antlr4::atn::ParserATNSimulator& like)
      : ParserATNSimulator(&parser, parser.getATN(), like.decisionToDFA,
                           like.getSharedContextCache()) {}

  const ParserStop& farthest() const { return farthest_; }

 protected:
  antlr4::NoViableAltException noViableAlt(antlr4::TokenStream* input,
                                           antlr4::ParserRuleContext* outer,
                                           antlr4::atn::ATNConfigSet* configs, size_t start,
                                           bool delete_configs) override;

 private:
  ParserStop farthest_;
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
