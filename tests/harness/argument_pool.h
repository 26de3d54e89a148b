// Values that arguments of calls may have, each with the KQL that gives it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/value/value.h"

namespace vedette {

struct Argument {
  std::string text;  // KQL
  Value value;
};

class ArgumentPool {
 public:
  explicit ArgumentPool(const Library& library);

  /// Nulls, empty texts, extremes, and ordinary values of a type.
  const std::vector<Argument>& usual(Type type) const { return usual_[static_cast<size_t>(type)]; }
  /// States of hll() and tdigest(), and what is none.
  const std::vector<Argument>& states() const { return states_; }
  /// What a constant expression gives; nothing when it is not one value.
  std::optional<Argument> evaluate(const std::string& text);

 private:
  Session session_;
  std::array<std::vector<Argument>, type_count> usual_;
  std::vector<Argument> states_;
};

}  // namespace vedette
