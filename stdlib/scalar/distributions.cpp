// The beta distribution and Welch's test.
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double greatest_shape = 10'000;

/// What cannot be computed is no number; nothing is thrown.
using Quiet = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::underflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::rounding_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
    boost::math::policies::promote_double<false>>;
using Beta = boost::math::beta_distribution<double, Quiet>;
using StudentsT = boost::math::students_t_distribution<double, Quiet>;

bool is_shape(double value) {
  return value > 0 && value <= greatest_shape;
}

double cumulative_beta(double x, double alpha, double beta) {
  if (!is_shape(alpha) || !is_shape(beta) || !(x >= 0 && x <= 1)) return not_a_number;
  return boost::math::cdf(Beta(alpha, beta), x);
}

std::optional<double> inverse_beta(double probability, double alpha, double beta) {
  if (!is_shape(alpha) || !is_shape(beta)) return not_a_number;
  if (!(probability > 0 && probability <= 1)) return std::nullopt;
  try {
    return boost::math::quantile(Beta(alpha, beta), probability);
  } catch (const std::exception&) {
    return not_a_number;  // the search for the root does not know our policy
  }
}

double density_of_beta(double x, double alpha, double beta) {
  if (!is_shape(alpha) || !is_shape(beta) || !(x > 0 && x < 1)) return not_a_number;
  return boost::math::pdf(Beta(alpha, beta), x);
}

/// How likely two samples of one mean differ as much as these.
double welch_probability(double mean1, double variance1, double count1, double mean2,
                         double variance2, double count2) {
  const double part1 = variance1 / count1;
  const double part2 = variance2 / count2;
  const double sum = part1 + part2;
  if (!(count1 > 1) || !(count2 > 1) || !(sum > 0)) return not_a_number;
  const double freedom = sum * sum / (part1 * part1 / (count1 - 1) + part2 * part2 / (count2 - 1));
  const double distance = std::fabs(mean1 - mean2) / std::sqrt(sum);
  if (!std::isfinite(freedom) || !std::isfinite(distance)) return not_a_number;
  return 2 * boost::math::cdf(boost::math::complement(StudentsT(freedom), distance));
}

const Parameter alpha_parameter = {"alpha", "The first shape of the distribution.",
                                   Accepts::Number};
const Parameter beta_parameter = {"beta", "The second shape of the distribution.", Accepts::Number};

}  // namespace

std::vector<ScalarFunction> distribution_functions() {
  return {
      {
          .name = "beta_cdf",
          .summary = "How likely a value of a beta distribution is at most `x`.",
          .parameters = {{"x", "A value from 0 to 1.", Accepts::Number},
                         alpha_parameter,
                         beta_parameter},
          .overloads = {rowwise(
              [](double x, double alpha, double beta) { return cumulative_beta(x, alpha, beta); })},
          .examples = {{"beta_cdf(0.5, 2, 2)", "0.5"}, {"beta_cdf(1.5, 2, 2)", "NaN"}},
          .null_rule = "Null in, null out; NaN for `x` outside 0 to 1 and for a shape that is not "
                       "above 0 and at most 10000.",
      },
      {
          .name = "beta_inv",
          .summary = "The value that one of a beta distribution is at most, with a probability.",
          .parameters = {{"probability", "Above 0, at most 1.", Accepts::Number},
                         alpha_parameter,
                         beta_parameter},
          .overloads = {rowwise([](double probability, double alpha, double beta) {
            return inverse_beta(probability, alpha, beta);
          })},
          .examples = {{"round(beta_inv(0.5, 3, 3), 9)", "0.5"}, {"beta_inv(2, 3, 3)", "null"}},
          .null_rule =
              "Null in, null out; null for what is no probability; NaN for a shape that is "
              "not above 0 and at most 10000.",
      },
      {
          .name = "beta_pdf",
          .summary = "The density of a beta distribution at `x`.",
          .parameters = {{"x", "A value between 0 and 1.", Accepts::Number},
                         alpha_parameter,
                         beta_parameter},
          .overloads = {rowwise(
              [](double x, double alpha, double beta) { return density_of_beta(x, alpha, beta); })},
          .examples = {{"round(beta_pdf(0.5, 2, 2), 9)", "1.5"}, {"beta_pdf(0, 2, 2)", "NaN"}},
          .null_rule = "Null in, null out; NaN for `x` not between 0 and 1 and for a shape that is "
                       "not above 0 and at most 10000.",
      },
      {
          .name = "welch_test",
          .summary = "How likely two samples with one true mean differ as much as these do.",
          .parameters = {{"mean1", "Mean of the first sample.", Accepts::Number},
                         {"variance1", "Variance of the first sample.", Accepts::Number},
                         {"count1", "Size of the first sample.", Accepts::Number},
                         {"mean2", "Mean of the second sample.", Accepts::Number},
                         {"variance2", "Variance of the second sample.", Accepts::Number},
                         {"count2", "Size of the second sample.", Accepts::Number}},
          .overloads = {rowwise([](double mean1, double variance1, double count1, double mean2,
                                   double variance2, double count2) {
            return welch_probability(mean1, variance1, count1, mean2, variance2, count2);
          })},
          .examples = {{"welch_test(5, 1, 10, 5, 2, 20)", "1.0"},
                       {"round(welch_test(5, 1, 10, 6, 1, 10), 4)", "0.0382"}},
          .null_rule = "Null in, null out; NaN for samples of fewer than two values.",
      },
  };
}

}  // namespace vedette::stdlib
