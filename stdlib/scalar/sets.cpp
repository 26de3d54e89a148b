// Arrays made of values and of other arrays: sets, ranges, repetitions, pairs.
#include <algorithm>
#include <cmath>

#include "stdlib/families.h"
#include "stdlib/scalar/distinct_values.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

// ---- sets ----

constexpr auto unite = [](DynamicBuilder& out, RowValues values) {
  if (!all_arrays(values)) return false;
  DistinctValues seen;
  out.begin_array();
  for (const AnyScalar& value : values) {
    for (DynamicView item : value.view.items()) {
      if (seen.add(item)) out.add(item);
    }
  }
  out.end_array();
  return true;
};

/// Adds the distinct items of the first array that are in every other one, or in none.
template <bool in_others> bool add_kept(DynamicBuilder& out, RowValues values) {
  if (!all_arrays(values)) return false;
  std::vector<DistinctValues> others;
  for (const AnyScalar& value : values.subspan(1)) others.emplace_back(value.view);
  DistinctValues seen;
  out.begin_array();
  for (DynamicView item : values[0].view.items()) {
    const bool kept = std::all_of(others.begin(), others.end(), [&](const DistinctValues& other) {
      return other.has(item) == in_others;
    });
    if (kept && seen.add(item)) out.add(item);
  }
  out.end_array();
  return true;
}

constexpr auto intersect = [](DynamicBuilder& out, RowValues values) {
  return add_kept<true>(out, values);
};
constexpr auto subtract_sets = [](DynamicBuilder& out, RowValues values) {
  return add_kept<false>(out, values);
};

constexpr auto jaccard = [](DynamicBuilder& out, RowValues values) {
  if (!all_arrays(values)) return false;
  const DistinctValues first(values[0].view);
  DistinctValues both(values[0].view);
  size_t common = 0;
  DistinctValues second;
  for (DynamicView item : values[1].view.items()) {
    if (second.add(item) && first.has(item)) ++common;
    both.add(item);
  }
  if (both.size() == 0) return false;
  out.add_real(static_cast<double>(common) / static_cast<double>(both.size()));
  return true;
};

std::optional<bool> has_element(DynamicView array, DynamicView value) {
  if (!array.is_array()) return std::nullopt;
  return any_item(array, [&](DynamicView item) { return item == value; });
}

std::optional<bool> are_equal_sets(DynamicView a, DynamicView b) {
  if (!a.is_array() || !b.is_array()) return std::nullopt;
  const DistinctValues left(a);
  const DistinctValues right(b);
  return left.size() == right.size() &&
         !any_item(a, [&](DynamicView item) { return !right.has(item); });
}

ScalarFunction set_function(std::string_view name, std::string_view summary, Overload overload,
                            std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"set", "An array.", Accepts::DynamicArray}},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {std::move(overload)},
          .examples = std::move(examples),
          .null_rule = "Null where an argument is no array."};
}

// ---- made of values ----

constexpr auto pack = [](DynamicBuilder& out, RowValues values) {
  out.begin_array();
  for (const AnyScalar& value : values) add_to(out, value);
  out.end_array();
  return true;
};

constexpr int64_t most_items = int64_t{1} << 20;

constexpr auto repeat_value = [](DynamicBuilder& out, RowValues values) {
  if (values[1].is_null() || values[1].word < 0) return false;
  out.begin_array();
  for (int64_t left = std::min(values[1].word, most_items); left > 0; --left) {
    add_to(out, values[0]);
  }
  out.end_array();
  return true;
};

constexpr auto zip_arrays = [](DynamicBuilder& out, RowValues values) {
  if (!all_arrays(values)) return false;
  int64_t size = 0;
  for (const AnyScalar& value : values) size = std::max(size, size_of(value.view));
  out.begin_array();
  for (int64_t at = 0; at < size; ++at) {
    out.begin_array();
    for (const AnyScalar& value : values) out.add(value.view.at(at));
    out.end_array();
  }
  out.end_array();
  return true;
};

// ---- ranges ----

template <typename Add>
void add_words(DynamicBuilder& out, int64_t start, int64_t stop, int64_t step, Add add) {
  out.begin_array();
  int64_t left = most_items;
  for (int64_t at = start; left > 0 && (step > 0 ? at <= stop : at >= stop); --left) {
    add(at);
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  out.end_array();
}

/// From the first argument to the second by the third, which is `usual_step` when left out.
template <DynamicKind kind, int64_t usual_step>
bool add_range(DynamicBuilder& out, RowValues values) {
  for (const AnyScalar& value : values) {
    if (value.is_null()) return false;
  }
  const int64_t step = values.size() > 2 ? values[2].word : usual_step;
  if (step == 0) return false;
  add_words(out, values[0].word, values[1].word, step, [&](int64_t at) {
    if constexpr (kind == DynamicKind::Datetime) {
      out.add_datetime(Datetime{at});
    } else if constexpr (kind == DynamicKind::Timespan) {
      out.add_timespan(Timespan{at});
    } else {
      out.add_long(at);
    }
  });
  return true;
}

constexpr auto range_of_longs = [](DynamicBuilder& out, RowValues values) {
  return add_range<DynamicKind::Long, 1>(out, values);
};
constexpr auto range_of_datetimes = [](DynamicBuilder& out, RowValues values) {
  return add_range<DynamicKind::Datetime, ticks_per_hour>(out, values);
};
constexpr auto range_of_timespans = [](DynamicBuilder& out, RowValues values) {
  return add_range<DynamicKind::Timespan, ticks_per_hour>(out, values);
};

constexpr auto range_of_reals = [](DynamicBuilder& out, RowValues values) {
  for (const AnyScalar& value : values) {
    if (value.is_null() || !std::isfinite(value.real)) return false;
  }
  const double start = values[0].real;
  const double stop = values[1].real;
  const double step = values.size() > 2 ? values[2].real : 1;
  if (step == 0) return false;
  out.begin_array();
  for (int64_t at = 0; at < most_items; ++at) {
    const double value = start + static_cast<double>(at) * step;
    if (step > 0 ? value > stop : value < stop) break;
    out.add_real(value);
  }
  out.end_array();
  return true;
};

/// Numbers beside times have no range.
Overload no_range(std::vector<Type> takes) {
  return builds_dynamic(std::move(takes), [](DynamicBuilder&, RowValues) { return false; });
}

}  // namespace

std::vector<ScalarFunction> set_functions() {
  const Parameter array = {"set", "The array.", Accepts::DynamicArray};
  return {
      set_function("set_union", "The distinct items of some arrays.",
                   builds_dynamic({Type::Dynamic}, unite, true),
                   {{"set_union(dynamic([1, 2, 1]), dynamic([2, 8]))", "[1,2,8]"}}),
      set_function("set_intersect", "The distinct items that all of some arrays hold.",
                   builds_dynamic({Type::Dynamic}, intersect, true),
                   {{"set_intersect(dynamic([1, 2, 2, 3]), dynamic([3, 2]))", "[2,3]"},
                    {"set_intersect(dynamic([1]), dynamic(['1']))", "[]"}}),
      set_function("set_difference", "The distinct items of an array that no other array holds.",
                   builds_dynamic({Type::Dynamic}, subtract_sets, true),
                   {{"set_difference(dynamic([1, 2, 4, 4]), dynamic([1]), dynamic([2]))", "[4]"}}),
      {
          .name = "set_has_element",
          .summary = "Whether an array holds a value.",
          .parameters = {array, {"value", "The value to find.", Accepts::Scalar}},
          .overloads = {rowwise([](Dynamic set, Dynamic value) {
            return has_element(DynamicView(set), DynamicView(value));
          })},
          .examples = {{"set_has_element(dynamic(['this', 'is']), 'is')", "true"},
                       {"set_has_element(dynamic([1, 2]), 3)", "false"}},
      },
      {
          .name = "set_equals",
          .summary = "Whether two arrays hold the same values, in any order and number.",
          .parameters = {{"set1", "An array.", Accepts::DynamicArray},
                         {"set2", "Another array.", Accepts::DynamicArray}},
          .overloads = {rowwise(
              [](Dynamic a, Dynamic b) { return are_equal_sets(DynamicView(a), DynamicView(b)); })},
          .examples = {{"set_equals(dynamic([1, 2, 1]), dynamic([2, 1]))", "true"},
                       {"set_equals(dynamic([1]), dynamic([1, 2]))", "false"}},
      },
      {
          .name = "jaccard_index",
          .summary = "The share of the items of two sets that both hold.",
          .parameters = {{"set1", "An array.", Accepts::DynamicArray},
                         {"set2", "Another array.", Accepts::DynamicArray}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Dynamic}, jaccard)},
          .examples = {{"jaccard_index(dynamic([1, 2, 3]), dynamic([1, 2, 3, 4]))", "0.75"},
                       {"jaccard_index(dynamic([1]), dynamic([2]))", "0.0"}},
          .null_rule = "Null where an argument is no array, and for two empty ones.",
      },
      {
          .name = "pack_array",
          .summary = "An array of some values.",
          .parameters = {{"value", "A value.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 32'767,
          .overloads = {builds_dynamic({Type::Error}, pack, true)},
          .examples = {{"pack_array(1, '2', 3s)", "[1,\"2\",\"00:00:03\"]"},
                       {"pack_array(long(null))", "[null]"}},
          .null_rule = "Nulls become items.",
      },
      {
          .name = "repeat",
          .summary = "An array that holds a value so many times.",
          .parameters = {{"value", "The value.", Accepts::Scalar}, {"count", "How many times."}},
          .overloads = {builds_dynamic({Type::Error, Type::Long}, repeat_value)},
          .examples = {{"repeat('a', 3)", "[\"a\",\"a\",\"a\"]"},
                       {"repeat(1, 0)", "[]"},
                       {"repeat(1, -1)", "null"}},
          .column_name = ColumnName::PrefixAndFirstArgument,
          .column_prefix = "repeat_",
          .null_rule = "Null for a count that is null or below zero; at most 1,048,576 items.",
      },
      {
          .name = "zip",
          .summary = "An array of arrays: the first items of some arrays, the second ones ...",
          .parameters = {{"array", "An array.", Accepts::DynamicArray}},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {builds_dynamic({Type::Dynamic}, zip_arrays, true)},
          .examples = {{"zip(dynamic([1, 3, 5]), dynamic([2, 4]))", "[[1,2],[3,4],[5,null]]"}},
          .null_rule = "Null where an argument is no array.",
      },
      {
          .name = "range",
          .summary = "An array of evenly spaced values.",
          .parameters = {{"start", "The first value.", Accepts::Summable},
                         {"stop", "The value not to go beyond.", Accepts::Summable},
                         {"step", "The distance; 1 or 1h when left out.", Accepts::Summable, true}},
          .overloads =
              {builds_dynamic({Type::Long, Type::Long}, range_of_longs),
               builds_dynamic({Type::Long, Type::Long, Type::Long}, range_of_longs),
               builds_dynamic({Type::Real, Type::Real}, range_of_reals),
               builds_dynamic({Type::Real, Type::Real, Type::Real}, range_of_reals),
               builds_dynamic({Type::Datetime, Type::Datetime}, range_of_datetimes),
               builds_dynamic({Type::Datetime, Type::Datetime, Type::Timespan}, range_of_datetimes),
               builds_dynamic({Type::Timespan, Type::Timespan}, range_of_timespans),
               builds_dynamic({Type::Timespan, Type::Timespan, Type::Timespan}, range_of_timespans),
               no_range({Type::Datetime, Type::Error}), no_range({Type::Error, Type::Datetime}),
               no_range({Type::Timespan, Type::Error}), no_range({Type::Error, Type::Timespan}),
               no_range({Type::Datetime, Type::Error, Type::Error}),
               no_range({Type::Error, Type::Datetime, Type::Error}),
               no_range({Type::Timespan, Type::Error, Type::Error}),
               no_range({Type::Error, Type::Timespan, Type::Error}),
               no_range({Type::Error, Type::Error, Type::Datetime}),
               no_range({Type::Error, Type::Error, Type::Timespan})},
          .examples = {{"range(1, 8, 3)", "[1,4,7]"},
                       {"range(3, 1, -1)", "[3,2,1]"},
                       {"range(1h, 2h, 30m)", "[\"01:00:00\",\"01:30:00\",\"02:00:00\"]"}},
          .null_rule =
              "Null in, null out; null for a step of zero and for numbers beside times; at "
              "most 1,048,576 items.",
      },
  };
}

}  // namespace vedette::stdlib
