// Series: arithmetic, comparison and functions on arrays of numbers, item by item; sums over them.
#include <algorithm>
#include <cmath>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

/// An item as a number; nothing for what is none.
std::optional<double> number_of(DynamicView item) {
  const AnyScalar value = scalar_of(item);
  return value.is_number() ? std::optional(value.as_real()) : std::nullopt;
}

/// A series as an argument: an array, or a number that stands for as many items as the other has.
class Series {
 public:
  explicit Series(const AnyScalar& value) : value_(value) {}

  bool fits() const { return is_array(value_) || value_.is_number(); }
  bool is_constant() const { return !is_array(value_); }
  int64_t size() const { return is_constant() ? 0 : size_of(value_.view); }
  std::optional<double> number(int64_t at) const {
    if (is_constant()) return value_.as_real();
    return at < size() ? number_of(value_.view.at(at)) : std::nullopt;
  }
  bool is_whole(int64_t at) const {
    if (is_constant()) return value_.kind == DynamicKind::Long;
    return value_.view.at(at).kind() == DynamicKind::Long;
  }
  int64_t whole(int64_t at) const {
    return is_constant() ? value_.word : value_.view.at(at).as_long();
  }

 private:
  const AnyScalar& value_;
};

bool fit_together(const Series& a, const Series& b) {
  return a.fits() && b.fits() && !(a.is_constant() && b.is_constant());
}

// ---- two series ----

/// Whole numbers stay whole where `compute_whole` has an answer.
template <typename Compute, typename ComputeWhole>
bool add_combined(DynamicBuilder& out, RowValues values, Compute compute,
                  ComputeWhole compute_whole) {
  const Series a(values[0]);
  const Series b(values[1]);
  if (!fit_together(a, b)) return false;
  out.begin_array();
  for (int64_t at = 0; at < std::max(a.size(), b.size()); ++at) {
    const auto left = a.number(at);
    const auto right = b.number(at);
    if (!left || !right) {
      out.add_null();
      continue;
    }
    int64_t whole = 0;
    if (a.is_whole(at) && b.is_whole(at) && compute_whole(a.whole(at), b.whole(at), whole)) {
      out.add_long(whole);
    } else {
      out.add_real(compute(*left, *right));
    }
  }
  out.end_array();
  return true;
}

constexpr auto never_whole = [](int64_t, int64_t, int64_t&) { return false; };

constexpr auto add_series = [](DynamicBuilder& out, RowValues values) {
  return add_combined(
      out, values, [](double a, double b) { return a + b; },
      [](int64_t a, int64_t b, int64_t& sum) { return !__builtin_add_overflow(a, b, &sum); });
};
constexpr auto subtract_series = [](DynamicBuilder& out, RowValues values) {
  return add_combined(
      out, values, [](double a, double b) { return a - b; },
      [](int64_t a, int64_t b, int64_t& rest) { return !__builtin_sub_overflow(a, b, &rest); });
};
constexpr auto multiply_series = [](DynamicBuilder& out, RowValues values) {
  return add_combined(
      out, values, [](double a, double b) { return a * b; },
      [](int64_t a, int64_t b, int64_t& product) {
        return !__builtin_mul_overflow(a, b, &product);
      });
};
constexpr auto divide_series = [](DynamicBuilder& out, RowValues values) {
  return add_combined(out, values, [](double a, double b) { return a / b; }, never_whole);
};
constexpr auto raise_series = [](DynamicBuilder& out, RowValues values) {
  return add_combined(out, values, [](double a, double b) { return std::pow(a, b); }, never_whole);
};

template <typename Test> bool add_tests(DynamicBuilder& out, RowValues values, Test test) {
  const Series a(values[0]);
  const Series b(values[1]);
  if (!fit_together(a, b)) return false;
  out.begin_array();
  for (int64_t at = 0; at < std::max(a.size(), b.size()); ++at) {
    const auto left = a.number(at);
    const auto right = b.number(at);
    if (left && right) {
      out.add_bool(test(*left, *right));
    } else {
      out.add_null();
    }
  }
  out.end_array();
  return true;
}

/// The types that functions of two series take: at least one of the two is an array.
std::vector<std::vector<Type>> series_pairs() {
  std::vector<std::vector<Type>> pairs = {{Type::Dynamic, Type::Dynamic}};
  for (Type number : {Type::Long, Type::Real, Type::Decimal}) {
    pairs.push_back({Type::Dynamic, number});
    pairs.push_back({number, Type::Dynamic});
  }
  return pairs;
}

template <typename Build> std::vector<Overload> combines(Build build) {
  std::vector<Overload> overloads;
  for (auto& takes : series_pairs()) overloads.push_back(builds_dynamic(std::move(takes), build));
  return overloads;
}

template <typename Test> std::vector<Overload> compares(Test) {
  return combines(
      [](DynamicBuilder& out, RowValues values) { return add_tests(out, values, Test{}); });
}

// ---- one series ----

template <typename Compute> Overload maps(Compute) {
  return builds_dynamic({Type::Dynamic}, [](DynamicBuilder& out, RowValues values) {
    if (!is_array(values[0])) return false;
    out.begin_array();
    for (DynamicView item : values[0].view.items()) {
      const auto number = number_of(item);
      const double answer = number ? Compute{}(*number) : 0;
      const bool whole = item.kind() == DynamicKind::Long;
      if (!number) {
        out.add_null();
      } else if constexpr (requires { Compute::keeps_whole; }) {
        whole ? out.add_long(static_cast<int64_t>(answer)) : out.add_real(answer);
      } else {
        out.add_real(answer);
      }
    }
    out.end_array();
    return true;
  });
}

struct Magnitude {
  static constexpr bool keeps_whole = true;
  double operator()(double x) const { return std::fabs(x); }
};
struct Sign {
  static constexpr bool keeps_whole = true;
  double operator()(double x) const { return (x > 0) - (x < 0); }
};

/// Folds the numbers of a series into one; nothing if it holds anything else.
template <typename Fold>
std::optional<double> folded_series(DynamicView series, double start, Fold fold) {
  if (!series.is_array()) return std::nullopt;
  for (DynamicView item : series.items()) {
    const auto number = number_of(item);
    if (!number) return std::nullopt;
    start = fold(start, *number);
  }
  return start;
}

std::optional<double> sum_of(DynamicView series) {
  return folded_series(series, 0, [](double sum, double x) { return sum + x; });
}

std::optional<double> magnitude_of(DynamicView series) {
  const auto squares = folded_series(series, 0, [](double sum, double x) { return sum + x * x; });
  return squares ? std::optional(std::sqrt(*squares)) : std::nullopt;
}

/// The sum of the products of the items of two series of one size.
std::optional<double> dot_product(const Series& a, const Series& b) {
  if (!fit_together(a, b)) return std::nullopt;
  if (!a.is_constant() && !b.is_constant() && a.size() != b.size()) return std::nullopt;
  double sum = 0;
  for (int64_t at = 0; at < std::max(a.size(), b.size()); ++at) {
    const auto left = a.number(at);
    const auto right = b.number(at);
    if (!left || !right) return std::nullopt;
    sum += *left * *right;
  }
  return sum;
}

void multiply_and_sum(Call& call) {
  ResultWriter<double> writer(call, true);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    const auto product = dot_product(Series(values[0]), Series(values[1]));
    product ? writer.set(row, *product) : writer.set_null(row);
  });
}

std::optional<double> cosine_of(Dynamic a, Dynamic b, std::optional<double> a_magnitude,
                                std::optional<double> b_magnitude) {
  const AnyScalar left = scalar_of(DynamicView(a));
  const AnyScalar right = scalar_of(DynamicView(b));
  const auto product = dot_product(Series(left), Series(right));
  if (!product || !a_magnitude || !b_magnitude) return std::nullopt;
  return *product / (*a_magnitude * *b_magnitude);
}

std::optional<double> correlation_of(DynamicView a, DynamicView b) {
  const auto a_sum = sum_of(a);
  const auto b_sum = sum_of(b);
  if (!a_sum || !b_sum || a.size() != b.size() || a.size() == 0) return std::nullopt;
  const double count = static_cast<double>(a.size());
  double both = 0, a_squares = 0, b_squares = 0;
  for (int64_t at = 0; at < size_of(a); ++at) {
    const double left = *number_of(a.at(at)) - *a_sum / count;
    const double right = *number_of(b.at(at)) - *b_sum / count;
    both += left * right;
    a_squares += left * left;
    b_squares += right * right;
  }
  return both / std::sqrt(a_squares * b_squares);
}

// ---- records ----

const Parameter series_parameter = {"series", "An array of numbers.", Accepts::DynamicArray};

ScalarFunction of_two(std::string_view name, std::string_view summary,
                      std::vector<Overload> overloads, std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"series1", "An array of numbers, or a number beside one."},
                         {"series2", "An array of numbers, or a number beside one."}},
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .null_rule = "Null for an item that is no number, and for one that has no counterpart."};
}

ScalarFunction of_one(std::string_view name, std::string_view summary, Overload overload,
                      std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {series_parameter},
          .overloads = {std::move(overload)},
          .examples = std::move(examples),
          .null_rule = "Null for an item that is no number."};
}

std::vector<Overload> dot_products() {
  std::vector<Overload> overloads;
  for (auto& takes : series_pairs()) {
    overloads.push_back({.takes = std::move(takes),
                         .returns = Type::Real,
                         .sees_nulls = true,
                         .evaluate = multiply_and_sum});
  }
  return overloads;
}

}  // namespace

std::vector<ScalarFunction> series_functions() {
  return {
      of_two("series_add", "The sums of the items of two series.", combines(add_series),
             {{"series_add(dynamic([1, 2]), dynamic([3, 4.5]))", "[4,6.5]"},
              {"series_add(dynamic([1, 'x']), 1)", "[2,null]"}}),
      of_two("series_subtract", "The differences of the items of two series.",
             combines(subtract_series),
             {{"series_subtract(dynamic([3, 4]), dynamic([1, 2]))", "[2,2]"}}),
      of_two("series_multiply", "The products of the items of two series.",
             combines(multiply_series),
             {{"series_multiply(dynamic([1, 2]), dynamic([3, 4]))", "[3,8]"}}),
      of_two("series_divide", "The quotients of the items of two series, as reals.",
             combines(divide_series), {{"series_divide(dynamic([1, 2]), 4)", "[0.25,0.5]"}}),
      of_two("series_pow", "The items of one series to the power of those of another.",
             combines(raise_series), {{"series_pow(dynamic([2, 3]), 2)", "[4.0,9.0]"}}),
      of_two("series_equals", "Whether the items of two series are equal.",
             compares(std::equal_to<double>()),
             {{"series_equals(dynamic([1, 2]), dynamic([1, 3]))", "[true,false]"}}),
      of_two("series_not_equals", "Whether the items of two series differ.",
             compares(std::not_equal_to<double>()),
             {{"series_not_equals(dynamic([1, 2]), dynamic([1, 3]))", "[false,true]"}}),
      of_two("series_less", "Whether the items of one series are less than those of another.",
             compares(std::less<double>()), {{"series_less(dynamic([1, 2]), 2)", "[true,false]"}}),
      of_two("series_less_equals",
             "Whether the items of one series are not greater than those of another.",
             compares(std::less_equal<double>()),
             {{"series_less_equals(dynamic([2, 3]), 2)", "[true,false]"}}),
      of_two("series_greater", "Whether the items of one series are greater than those of another.",
             compares(std::greater<double>()),
             {{"series_greater(dynamic([2, 3]), 2)", "[false,true]"}}),
      of_two("series_greater_equals",
             "Whether the items of one series are not less than those of another.",
             compares(std::greater_equal<double>()),
             {{"series_greater_equals(dynamic([1, 2]), 2)", "[false,true]"}}),
      of_one("series_abs", "The items of a series without their signs.", maps(Magnitude()),
             {{"series_abs(dynamic([-6.5, 0]))", "[6.5,0]"}}),
      of_one("series_sign", "-1, 0 or 1 for each item of a series.", maps(Sign()),
             {{"series_sign(dynamic([-6, 0, 3]))", "[-1,0,1]"}}),
      of_one("series_exp", "e to the power of each item of a series.",
             maps([](double x) { return std::exp(x); }), {{"series_exp(dynamic([0]))", "[1.0]"}}),
      of_one("series_log", "The natural logarithm of each item of a series.",
             maps([](double x) { return std::log(x); }), {{"series_log(dynamic([1]))", "[0.0]"}}),
      of_one("series_sin", "The sine of each item of a series.",
             maps([](double x) { return std::sin(x); }), {{"series_sin(dynamic([0]))", "[0.0]"}}),
      of_one("series_cos", "The cosine of each item of a series.",
             maps([](double x) { return std::cos(x); }), {{"series_cos(dynamic([0]))", "[1.0]"}}),
      of_one("series_tan", "The tangent of each item of a series.",
             maps([](double x) { return std::tan(x); }), {{"series_tan(dynamic([0]))", "[0.0]"}}),
      of_one("series_asin", "The arc sine of each item of a series.",
             maps([](double x) { return std::asin(x); }), {{"series_asin(dynamic([0]))", "[0.0]"}}),
      of_one("series_acos", "The arc cosine of each item of a series.",
             maps([](double x) { return std::acos(x); }), {{"series_acos(dynamic([1]))", "[0.0]"}}),
      of_one("series_atan", "The arc tangent of each item of a series.",
             maps([](double x) { return std::atan(x); }), {{"series_atan(dynamic([0]))", "[0.0]"}}),
      of_one("series_floor", "The greatest whole number not above each item of a series.",
             maps([](double x) { return std::floor(x); }),
             {{"series_floor(dynamic([-1.5, 2]))", "[-2.0,2.0]"}}),
      of_one("series_ceiling", "The least whole number not below each item of a series.",
             maps([](double x) { return std::ceil(x); }),
             {{"series_ceiling(dynamic([-1.5, 1]))", "[-1.0,1.0]"}}),
      of_one("series_sum", "The sum of a series.",
             rowwise([](Dynamic series) { return sum_of(DynamicView(series)); }),
             {{"series_sum(dynamic([1, 2, 3.5]))", "6.5"}}),
      of_one("series_product", "The product of the items of a series.", rowwise([](Dynamic series) {
               return folded_series(DynamicView(series), 1,
                                    [](double product, double x) { return product * x; });
             }),
             {{"series_product(dynamic([2, 3]))", "6.0"}}),
      of_one("series_magnitude", "The square root of the sum of the squares of a series.",
             rowwise([](Dynamic series) { return magnitude_of(DynamicView(series)); }),
             {{"series_magnitude(dynamic([3, 4]))", "5.0"}}),
      of_two("series_dot_product", "The sum of the products of the items of two series.",
             dot_products(), {{"series_dot_product(dynamic([1, 2]), dynamic([3, 4]))", "11.0"}}),
      {
          .name = "series_cosine_similarity",
          .summary = "The cosine of the angle between two series.",
          .parameters = {{"series1", "An array of numbers.", Accepts::DynamicArray},
                         {"series2", "Another of the same size.", Accepts::DynamicArray},
                         {.name = "magnitude1",
                          .meaning = "The magnitude of the first, if it is known.",
                          .optional = true},
                         {.name = "magnitude2",
                          .meaning = "The magnitude of the second, if it is known.",
                          .optional = true}},
          .overloads = {rowwise([](Dynamic a, Dynamic b) {
                          return cosine_of(a, b, magnitude_of(DynamicView(a)),
                                           magnitude_of(DynamicView(b)));
                        }),
                        rowwise([](Dynamic a, Dynamic b, double a_magnitude) {
                          return cosine_of(a, b, a_magnitude, magnitude_of(DynamicView(b)));
                        }),
                        rowwise([](Dynamic a, Dynamic b, double a_magnitude, double b_magnitude) {
                          return cosine_of(a, b, a_magnitude, b_magnitude);
                        })},
          .examples = {{"series_cosine_similarity(dynamic([3, 4]), dynamic([6, 8]))", "1.0"},
                       {"series_cosine_similarity(dynamic([1, 0]), dynamic([0, 1]))", "0.0"}},
          .null_rule = "Null where an item is no number or the sizes differ.",
      },
      {
          .name = "series_pearson_correlation",
          .summary = "How far two series depend on each other in a straight line, -1 to 1.",
          .parameters = {{"series1", "An array of numbers.", Accepts::DynamicArray},
                         {"series2", "Another of the same size.", Accepts::DynamicArray}},
          .overloads = {rowwise(
              [](Dynamic a, Dynamic b) { return correlation_of(DynamicView(a), DynamicView(b)); })},
          .examples = {{"series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6]))",
                        "1.0"},
                       {"series_pearson_correlation(dynamic([1, 2]), dynamic([2, 1]))", "-1.0"}},
          .null_rule = "Null where an item is no number or the sizes differ.",
      },
  };
}

}  // namespace vedette::stdlib
