// Queries that are wrong in one place: what tests of a rule should notice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/error.h"

namespace vedette::rules {

enum class MutantKind { Predicate, Operator, Threshold, JoinKind, LetterCase };

/// `drop predicate`, `flip operator`, `shift threshold`, `change join`, `mind letter case`.
std::string_view name_of(MutantKind kind);

/// One change of a query.
struct Mutant {
  MutantKind kind = MutantKind::Predicate;
  Span span;           // what is changed
  std::string before;  // its text
  std::string after;   // what stands there instead
  std::string query;   // the whole query, changed

  bool operator==(const Mutant&) const = default;
};

/// All mutants of a query, in the order of their places; none for a text that is not a query.
/// Predicates that only bound TimeGenerated from now are left alone: the rule's window does the
/// same.
std::vector<Mutant> mutants_of(std::string_view query);

}  // namespace vedette::rules
