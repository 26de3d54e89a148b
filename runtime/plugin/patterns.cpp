#include "runtime/plugin/patterns.h"

#include <algorithm>
#include <cmath>

#include "runtime/plugin/pattern_data.h"

namespace vedette::plugin {
namespace {

constexpr size_t most_patterns = 20'000;

int64_t count_of(double weight) {
  return static_cast<int64_t>(std::llround(weight));
}

/// Orders patterns as Kusto shows them: rows times fixed columns, the most first.
void sort_by_size(std::vector<Pattern>& patterns) {
  const auto size = [](const Pattern& pattern) {
    return pattern.weight[0] * static_cast<double>(pattern.dimensions());
  };
  std::sort(patterns.begin(), patterns.end(), [&](const Pattern& a, const Pattern& b) {
    return size(a) != size(b) ? size(a) > size(b) : a.values < b.values;
  });
}

void append_segments(TableCall& call, const PatternParameters& parameters, const Profiles& profiles,
                     const std::vector<Pattern>& patterns) {
  int64_t id = 0;
  for (const Pattern& pattern : patterns) {
    call.out[0].append_word(id++);
    call.out[1].append_word(count_of(pattern.weight[0]));
    call.out[2].append_double(rounded(100 * pattern.weight[0] / profiles.total[0], 1));
    append_pattern(call, parameters, profiles, pattern, 3);
  }
}

std::optional<size_t> one_set(size_t) {
  return 0;
}

class Basket : public TableFunction {
 public:
  Basket(PatternParameters parameters, double threshold, int64_t dimensions)
      : parameters_(std::move(parameters)), threshold_(threshold), dimensions_(dimensions) {}
  std::string describe() const override { return "basket"; }

  void run(TableCall& call) const override {
    const Profiles profiles = profiles_of(call, parameters_, one_set);
    const double least = threshold_ * profiles.total[0] * (1 - 1e-12);
    std::vector<Pattern> patterns =
        closed_patterns(call, profiles, dimensions_, most_patterns,
                        [&](const auto& weight) { return weight[0] >= least; });
    sort_by_size(patterns);
    append_segments(call, parameters_, profiles, patterns);
  }

 private:
  const PatternParameters parameters_;
  const double threshold_;
  const int64_t dimensions_;
};

class Autocluster : public TableFunction {
 public:
  Autocluster(PatternParameters parameters, double size_weight, int64_t seeds)
      : parameters_(std::move(parameters)), size_weight_(size_weight), seeds_(seeds) {}
  std::string describe() const override { return "autocluster"; }

  void run(TableCall& call) const override {
    const Profiles profiles = profiles_of(call, parameters_, one_set);
    const Shares shares = shares_of(profiles);
    std::vector<Scored> candidates;
    for (const Pattern& seed : seeds_of(profiles, shares)) {
      Scored one = expand(call, profiles, shares, seed);
      const bool known = std::any_of(candidates.begin(), candidates.end(), [&](const Scored& c) {
        return c.pattern.values == one.pattern.values;
      });
      if (!known) candidates.push_back(std::move(one));
    }
    std::sort(candidates.begin(), candidates.end(), [](const Scored& a, const Scored& b) {
      return a.score != b.score ? a.score > b.score : a.pattern.values < b.pattern.values;
    });
    std::vector<Pattern> chosen = choose(profiles, candidates);
    sort_by_size(chosen);
    append_segments(call, parameters_, profiles, chosen);
  }

 private:
  using Shares = std::vector<std::vector<double>>;  // of all rows, a column and value
  struct Scored {
    Pattern pattern;
    double score;
  };
  static constexpr double least_share = 0.02;  // of all rows, and
  static constexpr double least_rows = 2;
  static constexpr double most_overlap = 0.5;

  static double least_weight(const Profiles& profiles) {
    return std::max(least_rows, least_share * profiles.total[0]);
  }

  static Shares shares_of(const Profiles& profiles) {
    Shares shares;
    for (size_t i = 0; i < profiles.columns; ++i) {
      std::vector<double> of_value(profiles.codes[i].count(), 0);
      for (size_t p = 0; p < profiles.count(); ++p) {
        of_value[profiles.of(p)[i]] += profiles.weights[p][0] / profiles.total[0];
      }
      shares.push_back(std::move(of_value));
    }
    return shares;
  }

  /// The most frequent values.
  std::vector<Pattern> seeds_of(const Profiles& profiles, const Shares& shares) const {
    std::vector<Pattern> seeds;
    for (size_t i = 0; i < profiles.columns; ++i) {
      for (uint32_t value = 0; value < shares[i].size(); ++value) {
        if (shares[i][value] * profiles.total[0] < least_weight(profiles)) continue;
        Pattern seed;
        seed.values.assign(profiles.columns, any_value);
        seed.values[i] = value;
        seed.weight[0] = shares[i][value] * profiles.total[0];
        seeds.push_back(std::move(seed));
      }
    }
    std::sort(seeds.begin(), seeds.end(), [](const Pattern& a, const Pattern& b) {
      return a.weight[0] != b.weight[0] ? a.weight[0] > b.weight[0] : a.values < b.values;
    });
    if (seeds.size() > static_cast<size_t>(seeds_)) seeds.resize(static_cast<size_t>(seeds_));
    return seeds;
  }

  /// The weighted geometric mean of the share of rows and of what the values tell, in bits.
  double score(const Shares& shares, const Pattern& pattern, double share) const {
    double bits = 0;
    for (size_t i = 0; i < pattern.values.size(); ++i) {
      if (pattern.values[i] != any_value) bits -= std::log2(shares[i][pattern.values[i]]);
    }
    // A value that all rows have tells nothing, but a pattern of such values is one.
    return std::pow(share, size_weight_) * std::pow(bits + 1e-3, 1 - size_weight_);
  }

  /// Adds the value that helps most, for as long as one does. Values that all rows of the pattern
  /// have are added too.
  Scored expand(TableCall& call, const Profiles& profiles, const Shares& shares,
                Pattern pattern) const {
    double best = score(shares, pattern, pattern.weight[0] / profiles.total[0]);
    for (bool better = true; better;) {
      better = false;
      call.check_running();
      Pattern next;
      for (size_t i = 0; i < profiles.columns; ++i) {
        if (pattern.values[i] != any_value) continue;
        std::vector<double> weights(shares[i].size(), 0);
        for (size_t p = 0; p < profiles.count(); ++p) {
          if (pattern.fits(profiles.of(p))) weights[profiles.of(p)[i]] += profiles.weights[p][0];
        }
        for (uint32_t value = 0; value < weights.size(); ++value) {
          if (weights[value] < least_weight(profiles)) continue;
          Pattern more = pattern;
          more.values[i] = value;
          more.weight[0] = weights[value];
          const double reached = score(shares, more, weights[value] / profiles.total[0]);
          const bool free = weights[value] >= pattern.weight[0] * (1 - 1e-12);
          if (reached <= best && !(free && !better)) continue;
          best = std::max(best, reached);
          next = std::move(more);
          better = true;
        }
      }
      if (better) pattern = std::move(next);
    }
    return {std::move(pattern), best};
  }

  /// Leaves out patterns whose rows better ones have covered for the most part.
  static std::vector<Pattern> choose(const Profiles& profiles,
                                     const std::vector<Scored>& candidates) {
    std::vector<Pattern> chosen;
    std::vector<bool> covered(profiles.count(), false);
    for (const Scored& candidate : candidates) {
      double overlap = 0;
      for (size_t p = 0; p < profiles.count(); ++p) {
        if (covered[p] && candidate.pattern.fits(profiles.of(p))) {
          overlap += profiles.weights[p][0];
        }
      }
      if (overlap > most_overlap * candidate.pattern.weight[0]) continue;
      for (size_t p = 0; p < profiles.count(); ++p) {
        if (candidate.pattern.fits(profiles.of(p))) covered[p] = true;
      }
      chosen.push_back(candidate.pattern);
    }
    return chosen;
  }

  const PatternParameters parameters_;
  const double size_weight_;
  const int64_t seeds_;
};

class Diffpatterns : public TableFunction {
 public:
  Diffpatterns(PatternParameters parameters, double threshold, int64_t dimensions,
               std::string set_a, std::string set_b)
      : parameters_(std::move(parameters)),
        threshold_(threshold),
        dimensions_(dimensions),
        set_a_(std::move(set_a)),
        set_b_(std::move(set_b)) {}
  std::string describe() const override { return "diffpatterns"; }

  void run(TableCall& call) const override {
    const Cells split(call.inputs[0].columns.back());
    const Profiles profiles =
        profiles_of(call, parameters_, [&](size_t row) -> std::optional<size_t> {
          if (split.text(row) == set_a_) return 0;
          if (split.text(row) == set_b_) return 1;
          return std::nullopt;
        });
    const double least = threshold_ * (1 - 1e-12);
    std::vector<Pattern> patterns =
        closed_patterns(call, profiles, dimensions_, most_patterns, [&](const auto& weight) {
          return share(profiles, weight, 0) >= least || share(profiles, weight, 1) >= least;
        });
    std::erase_if(patterns,
                  [&](const Pattern& pattern) { return difference(profiles, pattern) < least; });
    std::sort(patterns.begin(), patterns.end(), [&](const Pattern& a, const Pattern& b) {
      const double of_a = difference(profiles, a), of_b = difference(profiles, b);
      return of_a != of_b ? of_a > of_b : a.values < b.values;
    });
    int64_t id = 0;
    for (const Pattern& pattern : choose(call, profiles, patterns)) {
      const double a = rounded(100 * share(profiles, pattern.weight, 0), 2);
      const double b = rounded(100 * share(profiles, pattern.weight, 1), 2);
      call.out[0].append_word(id++);
      call.out[1].append_word(count_of(pattern.weight[0]));
      call.out[2].append_word(count_of(pattern.weight[1]));
      call.out[3].append_double(a);
      call.out[4].append_double(b);
      call.out[5].append_double(rounded(std::abs(a - b), 2));
      append_pattern(call, parameters_, profiles, pattern, 6);
    }
  }

 private:
  static constexpr double most_overlap = 0.8;

  static double share(const Profiles& profiles, const std::array<double, 2>& weight, size_t set) {
    return profiles.total[set] > 0 ? weight[set] / profiles.total[set] : 0;
  }
  static double difference(const Profiles& profiles, const Pattern& pattern) {
    return std::abs(share(profiles, pattern.weight, 0) - share(profiles, pattern.weight, 1));
  }
  /// The set of which a pattern has more.
  static size_t side(const Profiles& profiles, const Pattern& pattern) {
    return share(profiles, pattern.weight, 0) >= share(profiles, pattern.weight, 1) ? 0 : 1;
  }

  /// Is every value of `a` one of `b`?
  static bool part_of(const Pattern& a, const Pattern& b) {
    for (size_t i = 0; i < a.values.size(); ++i) {
      if (a.values[i] != any_value && a.values[i] != b.values[i]) return false;
    }
    return true;
  }

  /// Leaves out what a pattern with a greater difference says already: its parts and extensions,
  /// and patterns of nearly the same rows.
  static std::vector<Pattern> choose(TableCall& call, const Profiles& profiles,
                                     const std::vector<Pattern>& patterns) {
    std::vector<Pattern> chosen;
    for (const Pattern& pattern : patterns) {
      call.check_running();
      const size_t set = side(profiles, pattern);
      const bool told = std::any_of(chosen.begin(), chosen.end(), [&](const Pattern& other) {
        if (part_of(pattern, other) || part_of(other, pattern)) return true;
        if (side(profiles, other) != set) return false;
        double shared = 0;
        for (size_t p = 0; p < profiles.count(); ++p) {
          if (pattern.fits(profiles.of(p)) && other.fits(profiles.of(p))) {
            shared += profiles.weights[p][set];
          }
        }
        return shared > most_overlap * pattern.weight[set];
      });
      if (!told) chosen.push_back(pattern);
    }
    return chosen;
  }

  const PatternParameters parameters_;
  const double threshold_;
  const int64_t dimensions_;
  const std::string set_a_, set_b_;
};

}  // namespace

std::shared_ptr<const TableFunction> basket(PatternParameters parameters, double threshold,
                                            int64_t dimensions) {
  return std::make_shared<Basket>(std::move(parameters), threshold, dimensions);
}

std::shared_ptr<const TableFunction> autocluster(PatternParameters parameters, double size_weight,
                                                 int64_t seeds) {
  return std::make_shared<Autocluster>(std::move(parameters), size_weight, seeds);
}

std::shared_ptr<const TableFunction> diffpatterns(PatternParameters parameters, double threshold,
                                                  int64_t dimensions, std::string set_a,
                                                  std::string set_b) {
  return std::make_shared<Diffpatterns>(std::move(parameters), threshold, dimensions,
                                        std::move(set_a), std::move(set_b));
}

}  // namespace vedette::plugin
