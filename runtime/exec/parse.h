// parse and parse-where: cuts a text by a pattern into columns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/exec/stage.h"

namespace vedette::exec {

struct ParseParameters {
  enum class Mode : uint8_t {
    Simple,   // literals are found in order; one value of a wrong type and the row does not match
    Relaxed,  // literals are found in order; a value of a wrong type is null
    Regex,    // literals are regular expressions
  };
  struct Part {
    bool star = false;                // skips anything
    std::string text = {};            // a literal, when not empty
    std::optional<Type> result = {};  // fills the next result column
  };
  uint32_t source = 0;  // a column of the input, of type string
  std::vector<Part> parts;
  Mode mode = Mode::Simple;
  std::string regex_flags = {};
  bool drop_failures = false;  // parse-where: rows that do not match are dropped
};

class ParsePattern;

/// Output: the input's columns, then the results; rows that do not match have null there (strings:
/// empty).
class ParseStage : public Stage {
 public:
  /// Throws QueryError for a pattern that is not a valid regular expression.
  explicit ParseStage(ParseParameters parameters);
  ~ParseStage() override;

  std::string describe() const override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;

 private:
  const ParseParameters parameters_;
  std::unique_ptr<const ParsePattern> pattern_;
};

}  // namespace vedette::exec
