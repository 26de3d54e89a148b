#include <cmath>

#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// Mean and squared distances, one value at a time (Welford), merged pairwise (Chan).
struct Moments {
  double mean = 0;
  double squares = 0;
  int64_t count = 0;

  void put(double value) {
    ++count;
    const double distance = value - mean;
    mean += distance / static_cast<double>(count);
    squares += distance * (value - mean);
  }
  void take(const Moments& other) {
    if (other.count == 0) return;
    const auto here = static_cast<double>(count);
    const auto there = static_cast<double>(other.count);
    const double distance = other.mean - mean;
    squares += other.squares + distance * distance * here * there / (here + there);
    mean += distance * there / (here + there);
    count += other.count;
  }
  double variance(bool of_sample) const {
    const int64_t divisor = of_sample ? count - 1 : count;
    return divisor <= 0 ? 0 : squares / static_cast<double>(divisor);
  }
};

template <typename T, bool of_sample, bool root> struct Spread : Moments {
  void add(const T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      put(static_cast<double>(value));
    } else if constexpr (std::is_same_v<T, Decimal>) {
      put(to_real(value));
    } else {
      put(static_cast<double>(value.ticks));
    }
  }
  void merge(const Spread& other) { take(other); }
  double result() const { return root ? std::sqrt(variance(of_sample)) : variance(of_sample); }
};

double number_of(double value) {
  return value;
}
template <typename Time> double number_of(Time value) {
  return static_cast<double>(value.ticks);
}

template <typename X, typename Y, bool of_sample> struct Covariance {
  double mean_x = 0;
  double mean_y = 0;
  double products = 0;
  int64_t count = 0;

  void add(X first, Y second) {
    const double x = number_of(first);
    const double y = number_of(second);
    ++count;
    const double distance = x - mean_x;
    mean_x += distance / static_cast<double>(count);
    mean_y += (y - mean_y) / static_cast<double>(count);
    products += distance * (y - mean_y);
  }
  void merge(const Covariance& other) {
    if (other.count == 0) return;
    const auto here = static_cast<double>(count);
    const auto there = static_cast<double>(other.count);
    const double dx = other.mean_x - mean_x;
    const double dy = other.mean_y - mean_y;
    products += other.products + dx * dy * here * there / (here + there);
    mean_x += dx * there / (here + there);
    mean_y += dy * there / (here + there);
    count += other.count;
  }
  std::optional<double> result() const {
    const int64_t divisor = of_sample ? count - 1 : count;
    if (divisor <= 0) return std::nullopt;
    return products / static_cast<double>(divisor);
  }
};

template <bool of_sample, bool root>
AggregateFunction spread(std::string_view name, std::string_view conditional,
                         std::string_view summary, std::vector<Example> examples) {
  return {.name = name,
          .conditional = conditional,
          .summary = summary,
          .parameters = {{"expr", "The values.", Accepts::Summable}},
          .bodies = {aggregate<Spread<double, of_sample, root>>(),
                     aggregate<Spread<int64_t, of_sample, root>>(),
                     aggregate<Spread<Decimal, of_sample, root>>(),
                     aggregate<Spread<Timespan, of_sample, root>>(),
                     aggregate<Spread<Datetime, of_sample, root>>()},
          .examples = std::move(examples),
          .null_rule = "Nulls do not take part; 0 for an empty group. Times count as ticks."};
}

template <bool of_sample>
AggregateFunction covariance(std::string_view name, std::string_view conditional,
                             std::string_view summary, std::vector<Example> examples) {
  return {.name = name,
          .conditional = conditional,
          .summary = summary,
          .parameters = {{"expr1", "The first values.", Accepts::Summable},
                         {"expr2", "The second values.", Accepts::Summable}},
          .bodies = {aggregate<Covariance<double, double, of_sample>>(),
                     aggregate<Covariance<Timespan, double, of_sample>>(),
                     aggregate<Covariance<double, Timespan, of_sample>>(),
                     aggregate<Covariance<Timespan, Timespan, of_sample>>(),
                     aggregate<Covariance<Datetime, double, of_sample>>(),
                     aggregate<Covariance<double, Datetime, of_sample>>(),
                     aggregate<Covariance<Datetime, Datetime, of_sample>>()},
          .examples = std::move(examples),
          .null_rule =
              "Rows with a null do not take part; null for an empty group. Times count "
              "as ticks."};
}

}  // namespace

std::vector<AggregateFunction> statistics_aggregates() {
  return {
      spread<true, true>(
          "stdev", "stdevif", "The standard deviation of a sample.",
          {{"range x from 1 to 5 step 1 | summarize s = round(stdev(x), 6)", "s:real\n1.581139"}}),
      spread<false, true>(
          "stdevp", {}, "The standard deviation of a whole population.",
          {{"range x from 1 to 5 step 1 | summarize s = round(stdevp(x), 6)", "s:real\n1.414214"}}),
      spread<true, false>(
          "variance", "varianceif", "The variance of a sample.",
          {{"range x from 1 to 5 step 1 | summarize variance(x)", "variance_x:real\n2.5"}}),
      spread<false, false>(
          "variancep", "variancepif", "The variance of a whole population.",
          {{"range x from 1 to 5 step 1 | summarize variancep(x)", "variancep_x:real\n2.0"}}),
      covariance<true>(
          "covariance", "covarianceif", "The covariance of two samples.",
          {{"range x from 1 to 5 step 1 | summarize c = covariance(x, x * 2)", "c:real\n5.0"}}),
      covariance<false>(
          "covariancep", "covariancepif", "The covariance of two populations.",
          {{"range x from 1 to 5 step 1 | summarize c = covariancep(x, x * 2)", "c:real\n4.0"}}),
  };
}

}  // namespace vedette::stdlib
