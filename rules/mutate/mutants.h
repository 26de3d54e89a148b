// Rules that are wrong in one place: what tests of a rule should notice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "runtime/base/error.h"

namespace vedette::rules {

enum class MutantKind { Predicate, Operator, Threshold, JoinKind, LetterCase, Window };

/// `drop predicate`, `flip operator`, `shift threshold`, `change join`, `mind letter case`,
/// `halve window`.
std::string_view name_of(MutantKind kind);

/// One change of a rule.
struct Mutant {
  MutantKind kind = MutantKind::Predicate;
  Span span;           // what is changed in the query; empty when it is another field
  std::string before;  // its text
  std::string after;   // what stands there instead
  std::string query;   // the whole query, changed
  std::string field = "query";

  bool operator==(const Mutant&) const = default;
};

/// All mutants of a query, in the order of their places; none for a text that is not a query.
/// Predicates that only bound TimeGenerated from now are left alone: the rule's window does the
/// same.
std::vector<Mutant> mutants_of(std::string_view query);

/// Those of the rule's query, then those of its trigger and of its window, where it has some.
std::vector<Mutant> mutants_of(const AnalyticRule& rule);

/// The rule with one of its mutants.
AnalyticRule mutated(const AnalyticRule& rule, const Mutant& mutant);

}  // namespace vedette::rules
