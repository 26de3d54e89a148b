// Well-typed calls of one function, aggregate or operator, and a table to make them over.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/table/appender.h"
#include "runtime/table/database.h"
#include "tests/harness/argument_pool.h"
#include "tests/harness/callables.h"
#include "tests/harness/dice.h"

namespace vedette {

/// Arguments are columns, constants, or some of each. A column is named after its type and the
/// place of the argument: `long0`, `string1`. It holds what the record's examples have in that
/// place, and the usual values of its type.
class CallMaker {
 public:
  CallMaker(const Callable& callable, ArgumentPool& pool, uint64_t seed);

  /// Texts of calls, the likelier ones first; many may not bind.
  std::vector<std::string> calls();
  /// A table T with `id` and all columns that the calls so far read.
  std::unique_ptr<Database> table(EncodingChoice encoding, uint32_t rows) const;

 private:
  using Example = std::vector<Argument>;

  void add_calls_of(const std::vector<Type>& signature, std::vector<std::string>& calls);
  std::string constant(const std::vector<Type>& signature, size_t at, size_t example);
  const std::vector<Argument>& usual(Type type) const;
  std::string column(Type type, size_t at);
  /// What the examples have at a place, as values of a type.
  std::vector<Value> example_values(Type type, size_t at) const;

  const Callable& callable_;
  ArgumentPool& pool_;
  uint64_t seed_;
  Dice dice_;
  std::vector<Example> examples_;
  std::set<std::pair<Type, size_t>> columns_;
};

}  // namespace vedette
