#include "runtime/plugin/pattern_data.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace vedette::plugin {
namespace {

constexpr uint32_t no_profile = UINT32_MAX;

/// A closed pattern with the profiles that fit it, still to be extended.
struct Extensible {
  Pattern pattern;
  std::vector<uint32_t> profiles;
};

/// Sets the values that all profiles have in common, and the weight.
void close(const Profiles& profiles, Extensible& one) {
  one.pattern.values.assign(profiles.columns, any_value);
  one.pattern.weight = {};
  bool first = true;
  for (const uint32_t profile : one.profiles) {
    const uint32_t* values = profiles.of(profile);
    for (size_t i = 0; i < profiles.columns; ++i) {
      uint32_t& common = one.pattern.values[i];
      if (first) {
        common = values[i];
      } else if (common != values[i]) {
        common = any_value;
      }
    }
    first = false;
    for (size_t set = 0; set < 2; ++set) one.pattern.weight[set] += profiles.weights[profile][set];
  }
}

}  // namespace

Profiles profiles_of(TableCall& call, const PatternParameters& parameters,
                     const std::function<std::optional<size_t>(size_t row)>& set_of) {
  const WholeTable& input = call.inputs[0];
  Profiles profiles;
  for (size_t i = 0; i < parameters.columns; ++i) {
    if (parameters.ignored[i]) continue;
    profiles.column_of.push_back(i);
    profiles.codes.push_back(number_values(input.columns[i]));
    call.check_running();
  }
  profiles.columns = profiles.column_of.size();
  // The combination of all columns, one column after the other.
  std::vector<uint32_t> profile_of(input.rows, 0);
  {
    std::vector<uint64_t> pairs(input.rows);
    for (const Codes& codes : profiles.codes) {
      for (size_t row = 0; row < input.rows; ++row) {
        pairs[row] = uint64_t{profile_of[row]} << 32 | codes.of_row[row];
      }
      std::vector<uint64_t> sorted = pairs;
      std::sort(sorted.begin(), sorted.end());
      sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
      for (size_t row = 0; row < input.rows; ++row) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), pairs[row]);
        profile_of[row] = static_cast<uint32_t>(at - sorted.begin());
      }
      call.check_running();
    }
  }
  std::vector<uint32_t> place(input.rows, no_profile);  // of a profile, by first appearance
  for (size_t row = 0; row < input.rows; ++row) {
    const std::optional<size_t> set = set_of(row);
    if (!set) continue;
    double weight = 1;
    if (parameters.weighted) weight = Cells(input.columns[parameters.columns]).number(row);
    if (!(weight > 0)) continue;
    uint32_t& at = place[profile_of[row]];
    if (at == no_profile) {
      at = static_cast<uint32_t>(profiles.count());
      profiles.weights.push_back({});
      for (const Codes& codes : profiles.codes) profiles.values.push_back(codes.of_row[row]);
    }
    profiles.weights[at][*set] += weight;
    profiles.total[*set] += weight;
  }
  return profiles;
}

size_t Pattern::dimensions() const {
  return values.size() - static_cast<size_t>(std::count(values.begin(), values.end(), any_value));
}

bool Pattern::fits(const uint32_t* profile) const {
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != any_value && values[i] != profile[i]) return false;
  }
  return true;
}

std::vector<Pattern> closed_patterns(
    TableCall& call, const Profiles& profiles, int64_t dimensions, size_t limit,
    const std::function<bool(const std::array<double, 2>& weight)>& frequent) {
  std::vector<Pattern> found;
  std::set<std::vector<uint32_t>> seen;
  std::vector<Extensible> level(1);
  for (uint32_t i = 0; i < profiles.count(); ++i) level[0].profiles.push_back(i);
  close(profiles, level[0]);
  if (profiles.count() == 0 || !frequent(level[0].pattern.weight)) return found;
  if (level[0].pattern.dimensions() > 0) found.push_back(level[0].pattern);
  seen.insert(level[0].pattern.values);
  std::vector<std::array<double, 2>> weights;
  for (int64_t depth = 0; depth < dimensions && !level.empty(); ++depth) {
    std::vector<Extensible> next;
    for (const Extensible& one : level) {
      for (size_t column = 0; column < profiles.columns; ++column) {
        if (one.pattern.values[column] != any_value) continue;
        call.check_running();
        weights.assign(profiles.codes[column].count(), {});
        for (const uint32_t profile : one.profiles) {
          auto& sum = weights[profiles.of(profile)[column]];
          for (size_t set = 0; set < 2; ++set) sum[set] += profiles.weights[profile][set];
        }
        for (uint32_t value = 0; value < weights.size(); ++value) {
          if (!frequent(weights[value])) continue;
          Extensible more;
          for (const uint32_t profile : one.profiles) {
            if (profiles.of(profile)[column] == value) more.profiles.push_back(profile);
          }
          close(profiles, more);
          if (!seen.insert(more.pattern.values).second) continue;
          found.push_back(more.pattern);
          if (found.size() >= limit) return found;
          next.push_back(std::move(more));
        }
      }
    }
    level = std::move(next);
  }
  return found;
}

void append_pattern(TableCall& call, const PatternParameters& parameters, const Profiles& profiles,
                    const Pattern& pattern, size_t first) {
  size_t at = 0;
  for (size_t i = 0; i < parameters.columns; ++i) {
    ColumnBuilder& out = call.out[first + i];
    const uint32_t value = parameters.ignored[i] ? any_value : pattern.values[at];
    if (value == any_value) {
      out.append(parameters.wildcards[i]);
    } else {
      Cells(call.inputs[0].columns[i]).append_to(out, profiles.codes[at].first_row[value]);
    }
    if (!parameters.ignored[i]) ++at;
  }
}

double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

}  // namespace vedette::plugin
