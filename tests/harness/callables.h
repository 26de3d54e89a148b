// Everything that random expressions are made of: each function, aggregate and operator of the
// language, with the types of arguments that are worth a try.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/function/library.h"

namespace vedette {

struct Callable {
  enum class Kind { Function, Aggregate, Operator };

  Kind kind = Kind::Function;
  std::string name;
  /// Operators: the text around their operands, `{0}` and `{1}`.
  std::string form = {};
  /// Types of arguments that may bind; the binder has the last word.
  std::vector<std::vector<Type>> signatures = {};
  /// The arguments of the record's examples, as KQL.
  std::vector<std::vector<std::string>> examples = {};
  /// The record's parameters; empty for operators.
  const std::vector<Parameter>* parameters = nullptr;
  const ScalarFunction* function = nullptr;  // kind Function only
  bool conditional = false;                  // the last argument is a predicate
  bool needs_order = false;                  // a function of the order of rows

  /// The parameter of argument `index` of `count`; nullptr when there is none.
  const Parameter* parameter_of(size_t index, size_t count) const;
  std::string call(const std::vector<std::string>& arguments) const;
};

/// All functions and aggregates of the library, conditional variants too, and the operators.
std::vector<Callable> callables_of(const Library& library);

}  // namespace vedette
