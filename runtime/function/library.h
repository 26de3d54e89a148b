// The functions and aggregates a binder knows.
#pragma once

#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/function/aggregate.h"
#include "runtime/function/definition.h"

namespace vedette {

/// A set of records, looked up by name. Records never move once added.
class Library {
 public:
  /// Adds a family. Throws InternalError on a duplicate name, or on a visible record without a
  /// summary or an example.
  Library& add(std::vector<ScalarFunction> family);
  Library& add(std::vector<AggregateFunction> family);

  /// nullptr when there is none. KQL names are case-sensitive. Aggregates are also found by the
  /// names of their conditional variants.
  const ScalarFunction* find_function(std::string_view name) const;
  const AggregateFunction* find_aggregate(std::string_view name) const;

  const std::deque<ScalarFunction>& functions() const { return functions_; }
  const std::deque<AggregateFunction>& aggregates() const { return aggregates_; }

 private:
  std::deque<ScalarFunction> functions_;
  std::deque<AggregateFunction> aggregates_;
  std::unordered_map<std::string_view, const ScalarFunction*> function_of_name_;
  std::unordered_map<std::string_view, const AggregateFunction*> aggregate_of_name_;
};

}  // namespace vedette
