// Rows as combinations of numbered values, and the patterns among them.
#pragma once

#include <array>
#include <functional>

#include "runtime/plugin/cells.h"
#include "runtime/plugin/patterns.h"

namespace vedette::plugin {

constexpr uint32_t any_value = UINT32_MAX;

/// Rows of equal values are one profile. A profile has a weight in each of two sets.
struct Profiles {
  size_t columns = 0;                          // that patterns are about
  std::vector<uint32_t> values;                // `columns` a profile
  std::vector<std::array<double, 2>> weights;  // one a profile
  std::vector<size_t> column_of;               // in the input
  std::vector<Codes> codes;                    // one a column
  std::array<double, 2> total = {};

  size_t count() const { return weights.size(); }
  const uint32_t* of(size_t profile) const { return values.data() + profile * columns; }
};

/// `set_of` answers 0 or 1 for a row, or nothing for one that does not count.
Profiles profiles_of(TableCall& call, const PatternParameters& parameters,
                     const std::function<std::optional<size_t>(size_t row)>& set_of);

/// Values that rows have in common: a number or `any_value` a column.
struct Pattern {
  std::vector<uint32_t> values;
  std::array<double, 2> weight = {};

  size_t dimensions() const;
  bool fits(const uint32_t* profile) const;
};

/// All closed patterns (no further value is common to their rows) that pass `frequent`, which must
/// not turn true when weights fall; at most `limit` of them.
std::vector<Pattern> closed_patterns(
    TableCall& call, const Profiles& profiles, int64_t dimensions, size_t limit,
    const std::function<bool(const std::array<double, 2>& weight)>& frequent);

/// Appends the columns of a pattern to the output, from column `first` on.
void append_pattern(TableCall& call, const PatternParameters& parameters, const Profiles& profiles,
                    const Pattern& pattern, size_t first);

double rounded(double value, int digits);

}  // namespace vedette::plugin
