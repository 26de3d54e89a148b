#include <functional>
#include <limits>

#include "runtime/value/convert.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

// ---- sum ----

template <typename T> struct Sum {
  T total = {};
  void add(T value) { total = plus(total, value); }
  void merge(const Sum& other) { total = plus(total, other.total); }
  T result() const { return total; }

 private:
  static int64_t plus(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }
  static double plus(double a, double b) { return a + b; }
  static Timespan plus(Timespan a, Timespan b) { return {plus(a.ticks, b.ticks)}; }
  static Datetime plus(Datetime a, Datetime b) { return {plus(a.ticks, b.ticks)}; }
};

struct DecimalSum {
  Decimal total = {};
  bool overflow = false;
  void add(const Decimal& value) {
    const auto sum = vedette::add(total, value);
    overflow |= !sum;
    total = sum.value_or(total);
  }
  void merge(const DecimalSum& other) {
    add(other.total);
    overflow |= other.overflow;
  }
  std::optional<Decimal> result() const {
    if (overflow) return std::nullopt;
    return total;
  }
};

// ---- avg ----

struct Average {
  double total = 0;
  int64_t count = 0;
  void add(double value) { total += value, ++count; }
  void merge(const Average& other) { total += other.total, count += other.count; }
  double result() const {
    if (count == 0) return std::numeric_limits<double>::quiet_NaN();
    return total / static_cast<double>(count);
  }
};

/// Whole numbers and ticks add up in 128 bits: no order of rows makes a difference.
template <typename T, typename Answer> struct WholeAverage {
  int64_t high = 0;
  uint64_t low = 0;
  int64_t count = 0;

  void add(T value) {
    set(total() + ticks_of(value));
    ++count;
  }
  void merge(const WholeAverage& other) {
    set(total() + other.total());
    count += other.count;
  }
  std::optional<Answer> result() const {
    if constexpr (std::is_same_v<Answer, double>) {
      if (count == 0) return std::numeric_limits<double>::quiet_NaN();
      return static_cast<double>(total()) / static_cast<double>(count);
    } else {
      if (count == 0) return std::nullopt;
      return Answer{static_cast<int64_t>(total() / count)};
    }
  }

 private:
  __extension__ using Wide = __int128;
  static int64_t ticks_of(int64_t value) { return value; }
  template <typename Time> static int64_t ticks_of(Time value) { return value.ticks; }
  Wide total() const {
    return static_cast<Wide>((static_cast<unsigned __int128>(high) << 64) | low);
  }
  void set(Wide value) {
    high = static_cast<int64_t>(value >> 64);
    low = static_cast<uint64_t>(value);
  }
};

struct DecimalAverage {
  DecimalSum sum;
  int64_t count = 0;
  void add(const Decimal& value) { sum.add(value), ++count; }
  void merge(const DecimalAverage& other) { sum.merge(other.sum), count += other.count; }
  std::optional<Decimal> result() const {
    const auto total = sum.result();
    if (count == 0 || !total) return std::nullopt;
    return divide(*total, decimal_of(count));
  }
};

// ---- bits ----

template <int64_t start, typename Combine> struct Bits {
  int64_t bits = start;
  bool any = false;
  void add(int64_t value) {
    bits = Combine()(bits, value);
    any = true;
  }
  void merge(const Bits& other) {
    if (other.any) add(other.bits);
  }
  std::optional<int64_t> result() const {
    if (!any) return std::nullopt;
    return bits;
  }
};

/// The bits of the whole part of numbers that are no integers.
template <typename Number, int64_t start, typename Combine> struct BitsOfWholes {
  Bits<start, Combine> bits;
  void add(Number value) {
    if (const std::optional<int64_t> whole = whole_part(value)) bits.add(*whole);
  }
  void merge(const BitsOfWholes& other) { bits.merge(other.bits); }
  std::optional<Number> result() const {
    const std::optional<int64_t> whole = bits.result();
    if (!whole) return std::nullopt;
    return number(*whole, Number());
  }

 private:
  static std::optional<int64_t> whole_part(double value) { return long_of(value); }
  static std::optional<int64_t> whole_part(const Decimal& value) { return to_long(value); }
  static double number(int64_t whole, double) { return static_cast<double>(whole); }
  static Decimal number(int64_t whole, const Decimal&) { return decimal_of(whole); }
};

/// The same body for another type that is stored alike.
AggregateBody with_types(AggregateBody body, Type takes, Type returns) {
  body.takes = {takes};
  body.returns = {returns};
  return body;
}

template <int64_t start, typename Combine>
AggregateFunction bits_aggregate(std::string_view name, std::string_view summary,
                                 std::vector<Example> examples) {
  const AggregateBody body = aggregate<Bits<start, Combine>>();
  return {.name = name,
          .summary = summary,
          .parameters = {{"expr", "The integers.", Accepts::Summable}},
          .bodies = {with_types(body, Type::Int, Type::Int), body,
                     aggregate<BitsOfWholes<double, start, Combine>>(),
                     aggregate<BitsOfWholes<Decimal, start, Combine>>(),
                     with_types(body, Type::Datetime, Type::Datetime),
                     with_types(body, Type::Timespan, Type::Timespan)},
          .examples = std::move(examples),
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Nulls do not take part; null for an empty group."};
}

}  // namespace

std::vector<AggregateFunction> sum_aggregates() {
  return {
      {
          .name = "sum",
          .conditional = "sumif",
          .summary = "The sum of a group.",
          .parameters = {{"expr", "What to add up.", Accepts::Summable}},
          .bodies = {aggregate<Sum<int64_t>>(), aggregate<Sum<double>>(), aggregate<DecimalSum>(),
                     aggregate<Sum<Timespan>>(), aggregate<Sum<Datetime>>()},
          .examples = {{"range x from 1 to 4 step 1 | summarize sum(x)", "sum_x:long\n10"},
                       {"range x from 1 to 4 step 1 | summarize sumif(x, x > 2)",
                        "sumif_x:long\n7"}},
          .null_rule = "Nulls do not take part; 0 for an empty group.",
      },
      {
          .name = "avg",
          .conditional = "avgif",
          .summary = "The arithmetic mean of a group.",
          .parameters = {{"expr", "What to average.", Accepts::Summable}},
          .bodies = {aggregate<WholeAverage<int64_t, double>>(), aggregate<Average>(),
                     aggregate<DecimalAverage>(), aggregate<WholeAverage<Timespan, Timespan>>(),
                     aggregate<WholeAverage<Datetime, Datetime>>()},
          .examples = {{"range x from 1 to 4 step 1 | summarize avg(x)", "avg_x:real\n2.5"},
                       {"range x from 1 to 4 step 1 | summarize avgif(x, x > 9)",
                        "avgif_x:real\nNaN"}},
          .null_rule = "Nulls do not take part. An empty group gives NaN; null for decimals and "
                       "times.",
      },
      bits_aggregate<-1, std::bit_and<int64_t>>(
          "binary_all_and", "The bits that are set in all integers of a group.",
          {{"range x from 6 to 7 step 1 | summarize binary_all_and(x)", "x:long\n6"}}),
      bits_aggregate<0, std::bit_or<int64_t>>(
          "binary_all_or", "The bits that are set in any integer of a group.",
          {{"range x from 4 to 5 step 1 | summarize binary_all_or(x)", "x:long\n5"}}),
      bits_aggregate<0, std::bit_xor<int64_t>>(
          "binary_all_xor", "The bits that are set in an odd number of integers of a group.",
          {{"range x from 4 to 5 step 1 | summarize binary_all_xor(x)", "x:long\n1"}}),
  };
}

}  // namespace vedette::stdlib
