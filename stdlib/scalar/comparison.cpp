#include <algorithm>
#include <array>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {
namespace {

// Equality sees nulls: two nulls are neither equal nor unequal, a null and a value are unequal.
constexpr auto equal = [](auto, auto a, auto b) {
  const auto same = (a.value == b.value) & a.valid & b.valid;
  return Maybe<decltype(same), decltype(same)>{same, a.valid | b.valid};
};
constexpr auto unequal = [](auto, auto a, auto b) {
  const auto same = (a.value == b.value) & a.valid & b.valid;
  return Maybe<decltype(same), decltype(same)>{!same, a.valid | b.valid};
};

constexpr auto less = [](auto, auto a, auto b) { return a < b; };
constexpr auto less_or_equal = [](auto, auto a, auto b) { return a <= b; };
constexpr auto greater = [](auto, auto a, auto b) { return a > b; };
constexpr auto greater_or_equal = [](auto, auto a, auto b) { return a >= b; };

constexpr auto between = [](auto, auto value, auto low, auto high) {
  return (value >= low) & (value <= high);
};
constexpr auto not_between = [](auto, auto value, auto low, auto high) {
  return (value < low) | (value > high);
};

// A bool beside a number counts as 0 or 1.
constexpr auto flag_equals = [](auto on, auto flag, auto number) {
  const auto same =
      on.select(flag.value, number.value == 1, number.value == 0) & flag.valid & number.valid;
  return Maybe<decltype(same), decltype(same)>{same, flag.valid | number.valid};
};
constexpr auto flag_differs = [](auto on, auto flag, auto number) {
  const auto answer = flag_equals(on, flag, number);
  return Maybe<decltype(answer.value), decltype(answer.valid)>{!answer.value, answer.valid};
};
constexpr auto equals_flag = [](auto on, auto a, auto b) { return flag_equals(on, b, a); };
constexpr auto differs_from_flag = [](auto on, auto a, auto b) { return flag_differs(on, b, a); };

enum class Relation { Equal, Unequal, Less, LessOrEqual, Greater, GreaterOrEqual };

constexpr bool holds(Relation relation, std::partial_ordering order) {
  switch (relation) {
    case Relation::Equal:
      return order == 0;
    case Relation::Unequal:
      return order != 0;
    case Relation::Less:
      return order < 0;
    case Relation::LessOrEqual:
      return order <= 0;
    case Relation::Greater:
      return order > 0;
    case Relation::GreaterOrEqual:
      return order >= 0;
  }
  return false;
}

/// Compares values of any two types by what they mean.
template <Relation relation> void compare_any(Call& call) {
  constexpr bool equality = relation == Relation::Equal || relation == Relation::Unequal;
  const AnyReader left(call.arguments[0]);
  const AnyReader right(call.arguments[1]);
  ResultWriter<uint8_t> writer(call, true);
  for_each_row(call.selection, [&](uint32_t row) {
    const AnyScalar a = left.get(row);
    const AnyScalar b = right.get(row);
    if (const auto order = compare_loosely(a, b)) {
      writer.set(row, holds(relation, *order));
    } else if (!equality || (a.is_null() && b.is_null())) {
      writer.set_null(row);
    } else {
      writer.set(row, relation == Relation::Unequal);
    }
  });
}

template <Relation relation> Overload any_overload(Type left, Type right) {
  return {.takes = {left, right},
          .returns = Type::Bool,
          .sees_nulls = true,
          .evaluate = &compare_any<relation>};
}

template <Relation relation, typename T> Overload ordered() {
  return rowwise([](T a, T b) { return holds(relation, a <=> b); });
}

template <Relation relation, typename T> Overload equality() {
  return rowwise([](std::optional<T> a, std::optional<T> b) -> std::optional<bool> {
    if (!a && !b) return std::nullopt;
    return (a == b) == (relation == Relation::Equal);
  });
}

/// Texts are never null; most differ in length or in their first four bytes.
template <Relation relation> void compare_texts(Call& call) {
  const Vector& left = call.arguments[0];
  const Vector& right = call.arguments[1];
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const auto loop = [&](const auto& a, const auto& b) {
    for_each_row(call.selection, [&](uint32_t row) {
      out[row] = (a(row) == b(row)) == (relation == Relation::Equal);
    });
  };
  const Reader any_left(left);
  const Reader any_right(right);
  if (left.shape == Shape::Flat && right.shape == Shape::Constant) {
    const Text* texts = left.as<Text>();
    const Text one = *right.as<Text>();
    loop([&](uint32_t row) -> const Text& { return texts[row]; }, [&](uint32_t) { return one; });
  } else {
    loop([&](uint32_t row) -> const Text& { return any_left.get<Text>(row); },
         [&](uint32_t row) -> const Text& { return any_right.get<Text>(row); });
  }
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

/// A dynamic value beside each scalar type; for the order relations beside numbers only.
template <Relation relation> void add_dynamic(std::vector<Overload>& overloads) {
  constexpr bool equality = relation == Relation::Equal || relation == Relation::Unequal;
  overloads.push_back(any_overload<relation>(Type::Dynamic, Type::Dynamic));
  for (Type type : {Type::Bool, Type::Int, Type::Long, Type::Real, Type::Decimal, Type::String,
                    Type::Datetime, Type::Timespan, Type::Guid}) {
    if (!equality && !number_types.has(type)) continue;
    overloads.push_back(any_overload<relation>(Type::Dynamic, type));
    overloads.push_back(any_overload<relation>(type, Type::Dynamic));
  }
  if (equality) {
    overloads.push_back(any_overload<relation>(Type::Error, Type::Error));
  } else {
    for (Type type : {Type::Long, Type::Real, Type::Decimal}) {
      overloads.push_back(any_overload<relation>(Type::Bool, type));
      overloads.push_back(any_overload<relation>(type, Type::Bool));
    }
  }
}

template <Relation relation, typename Same, typename FlagFirst, typename FlagSecond>
std::vector<Overload> equality_overloads(Same, FlagFirst, FlagSecond) {
  using Flag = std::optional<bool>;
  using Whole = std::optional<int64_t>;
  using Fraction = std::optional<double>;
  using Moment = std::optional<Datetime>;
  using Span = std::optional<Timespan>;
  std::vector<Overload> overloads = {symbolic<Flag(Whole, Whole)>(Same()),
                                     symbolic<Flag(Fraction, Fraction)>(Same()),
                                     symbolic<Flag(Moment, Moment)>(Same()),
                                     symbolic<Flag(Span, Span)>(Same()),
                                     symbolic<Flag(Flag, Flag)>(Same()),
                                     {.takes = {Type::String, Type::String},
                                      .returns = Type::Bool,
                                      .evaluate = &compare_texts<relation>},
                                     equality<relation, Decimal>(),
                                     equality<relation, Guid>(),
                                     symbolic<Flag(Flag, Whole)>(FlagFirst()),
                                     symbolic<Flag(Whole, Flag)>(FlagSecond()),
                                     symbolic<Flag(Flag, Fraction)>(FlagFirst()),
                                     symbolic<Flag(Fraction, Flag)>(FlagSecond())};
  add_dynamic<relation>(overloads);
  return overloads;
}

template <Relation relation, typename F> std::vector<Overload> order_overloads(F) {
  std::vector<Overload> overloads = {
      symbolic<bool(int64_t, int64_t)>(F()),
      symbolic<bool(double, double)>(F()),
      symbolic<bool(Datetime, Datetime)>(F()),
      symbolic<bool(Timespan, Timespan)>(F()),
      rowwise([](bool a, bool b) { return holds(relation, a <=> b); }),
      ordered<relation, Decimal>()};
  add_dynamic<relation>(overloads);
  return overloads;
}

template <typename F, typename OfDecimals>
std::vector<Overload> between_overloads(F, OfDecimals of_decimals) {
  return {
      symbolic<bool(int64_t, int64_t, int64_t)>(F()),
      symbolic<bool(double, double, double)>(F()),
      symbolic<bool(Datetime, Datetime, Datetime)>(F()),
      symbolic<bool(Timespan, Timespan, Timespan)>(F()),
      rowwise(of_decimals),
      symbolic<bool(Datetime, Datetime, Timespan)>([](auto on, auto value, auto low, auto length) {
        return F()(on, value, low, low + length);
      })};
}

std::vector<Overload> around_overloads() {
  constexpr std::string_view near = "value >= center - delta and value <= center + delta";
  const auto any = Type::Error;
  std::vector<Overload> overloads;
  for (const std::array<Type, 3>& types :
       std::initializer_list<std::array<Type, 3>>{{Type::Long, Type::Long, Type::Long},
                                                  {Type::Real, Type::Real, Type::Real},
                                                  {Type::Decimal, Type::Decimal, Type::Decimal},
                                                  {Type::Datetime, Type::Datetime, Type::Timespan},
                                                  {Type::Timespan, Type::Timespan, Type::Timespan},
                                                  {Type::Dynamic, any, any},
                                                  {any, Type::Dynamic, any},
                                                  {any, any, Type::Dynamic}}) {
    overloads.push_back(
        {.takes = {types.begin(), types.end()}, .returns = Type::Bool, .rewrite = near});
  }
  overloads.push_back({.takes = {any, any, any}, .returns = Type::Bool, .rewrite = "bool(null)"});
  return overloads;
}

std::vector<Parameter> two_scalars() {
  return {{"left", "The left operand.", Accepts::Scalar},
          {"right", "The right operand.", Accepts::Scalar}};
}
std::vector<Parameter> two_operands() {
  return {{"left", "The left operand."}, {"right", "The right operand."}};
}
std::vector<Parameter> value_and_bounds() {
  return {{"value", "The value to look at."},
          {"low", "The first value inside."},
          {"high", "The last value inside, or how far it is from `low`."}};
}

}  // namespace

std::vector<ScalarFunction> comparison_functions() {
  return {
      {.name = "around",
       .summary = "Whether a value is no further than so much from another.",
       .parameters = {{"value", "The value to look at.", Accepts::Scalar},
                      {"center", "The middle.", Accepts::Scalar},
                      {"delta", "The distance allowed.", Accepts::Scalar}},
       .overloads = around_overloads(),
       .examples = {{"around(5, 4, 1)", "true"},
                    {"around(datetime(2024-05-01 10:00), datetime(2024-05-01 12:00), 1h)",
                     "false"}},
       .null_rule = "Null when an argument is, or when the three do not go together."},
      {.name = "==",
       .summary = "Whether two values are equal.",
       .parameters = two_scalars(),
       .overloads = equality_overloads<Relation::Equal>(equal, flag_equals, equals_flag),
       .null_rule = "Two nulls give null; a null and a value give false.",
       .hidden = true},
      {.name = "!=",
       .summary = "Whether two values differ.",
       .parameters = two_scalars(),
       .overloads = equality_overloads<Relation::Unequal>(unequal, flag_differs, differs_from_flag),
       .null_rule = "Two nulls give null; a null and a value give true.",
       .hidden = true},
      {.name = "<",
       .summary = "Whether the left value comes before the right one.",
       .parameters = two_operands(),
       .overloads = order_overloads<Relation::Less>(less),
       .hidden = true},
      {.name = "<=",
       .summary = "Whether the left value does not come after the right one.",
       .parameters = two_operands(),
       .overloads = order_overloads<Relation::LessOrEqual>(less_or_equal),
       .hidden = true},
      {.name = ">",
       .summary = "Whether the left value comes after the right one.",
       .parameters = two_operands(),
       .overloads = order_overloads<Relation::Greater>(greater),
       .hidden = true},
      {.name = ">=",
       .summary = "Whether the left value does not come before the right one.",
       .parameters = two_operands(),
       .overloads = order_overloads<Relation::GreaterOrEqual>(greater_or_equal),
       .hidden = true},
      {.name = "between",
       .summary = "Whether a value lies between two others, both included.",
       .parameters = value_and_bounds(),
       .overloads = between_overloads(
           between,
           [](Decimal value, Decimal low, Decimal high) { return low <= value && value <= high; }),
       .hidden = true},
      {.name = "!between",
       .summary = "Whether a value lies outside two others.",
       .parameters = value_and_bounds(),
       .overloads = between_overloads(
           not_between,
           [](Decimal value, Decimal low, Decimal high) { return value < low || high < value; }),
       .hidden = true},
  };
}

}  // namespace vedette::stdlib
