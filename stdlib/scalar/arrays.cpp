// Arrays: length, slices, shifts, search, order, text.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "runtime/value/convert.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

/// Adds items `first` up to but not including `end` as an array.
void add_slice(DynamicBuilder& out, DynamicView array, int64_t first, int64_t end) {
  out.begin_array();
  for (int64_t at = std::max<int64_t>(first, 0); at < end && at < size_of(array); ++at) {
    out.add(array.at(at));
  }
  out.end_array();
}

/// A position that counts from the end when it is below zero.
int64_t from_start(int64_t position, int64_t size) {
  return position < 0 ? position + size : position;
}

bool add_rotated(DynamicBuilder& out, RowValues values, int direction) {
  if (!is_array(values[0]) || values[1].is_null()) return false;
  const DynamicView array = values[0].view;
  const int64_t size = size_of(array);
  const int64_t left = size == 0 ? 0 : values[1].word % size * direction;
  out.begin_array();
  for (int64_t at = 0; at < size; ++at) out.add(array.at((at + left + size) % size));
  out.end_array();
  return true;
}

/// What fills the places of an array that nothing moves to.
void add_filler(DynamicBuilder& out, RowValues values) {
  if (values.size() > 2) return add_to(out, values[2]);
  const bool texts = any_item(values[0].view, [](DynamicView item) { return item.is_string(); });
  if (texts) {
    out.add_string("");
  } else {
    out.add_null();
  }
}

bool add_shifted(DynamicBuilder& out, RowValues values, int direction) {
  if (!is_array(values[0]) || values[1].is_null()) return false;
  const DynamicView array = values[0].view;
  const int64_t size = size_of(array);
  const int64_t left = std::clamp(values[1].word, -size, size) * direction;
  out.begin_array();
  for (int64_t at = left; at < size + left; ++at) {
    if (at >= 0 && at < size) {
      out.add(array.at(at));
    } else {
      add_filler(out, values);
    }
  }
  out.end_array();
  return true;
}

constexpr auto rotate_left = [](DynamicBuilder& out, RowValues values) {
  return add_rotated(out, values, 1);
};
constexpr auto rotate_right = [](DynamicBuilder& out, RowValues values) {
  return add_rotated(out, values, -1);
};
constexpr auto shift_left = [](DynamicBuilder& out, RowValues values) {
  return add_shifted(out, values, 1);
};
constexpr auto shift_right = [](DynamicBuilder& out, RowValues values) {
  return add_shifted(out, values, -1);
};

constexpr auto split_at_positions = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0]) || values[1].is_null()) return false;
  const DynamicView array = values[0].view;
  const int64_t size = size_of(array);
  int64_t start = 0;
  out.begin_array();
  const auto cut = [&](std::optional<int64_t> position) {
    if (!position) return;
    const int64_t end = std::clamp(from_start(*position, size), start, size);
    add_slice(out, array, start, end);
    start = end;
  };
  if (is_array(values[1])) {
    for (DynamicView position : values[1].view.items()) cut(long_of(position));
  } else {
    cut(values[1].word);
  }
  add_slice(out, array, start, size);
  out.end_array();
  return true;
};

// ---- search ----

std::optional<int64_t> index_of(DynamicView array, DynamicView value, int64_t start, int64_t length,
                                int64_t occurrence) {
  if (!array.is_array() || length < -1 || occurrence < 0) return std::nullopt;
  const int64_t size = size_of(array);
  start = std::max<int64_t>(from_start(start, size), 0);
  const int64_t end = length < 0 || length > size - start ? size : start + length;
  for (int64_t at = start; at < end; ++at) {
    if (array.at(at) == value && --occurrence <= 0) return at;
  }
  return -1;
}

std::vector<Overload> index_of_overloads() {
  return {
      rowwise([](Dynamic array, Dynamic value) {
        return index_of(DynamicView(array), DynamicView(value), 0, -1, 1);
      }),
      rowwise([](Dynamic array, Dynamic value, int64_t start) {
        return index_of(DynamicView(array), DynamicView(value), start, -1, 1);
      }),
      rowwise([](Dynamic array, Dynamic value, int64_t start, int64_t length) {
        return index_of(DynamicView(array), DynamicView(value), start, length, 1);
      }),
      rowwise([](Dynamic array, Dynamic value, int64_t start, int64_t length, int64_t occurrence) {
        return index_of(DynamicView(array), DynamicView(value), start, length, occurrence);
      })};
}

// ---- order ----

/// Numbers and times come before texts, texts before guids, all else is last.
int rank_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Long:
    case DynamicKind::Real:
    case DynamicKind::Decimal:
    case DynamicKind::Datetime:
    case DynamicKind::Timespan:
      return 0;
    case DynamicKind::String:
      return 1;
    case DynamicKind::Guid:
      return 2;
    default:
      return 3;
  }
}

bool is_less(DynamicView a, DynamicView b) {
  const int left = rank_of(a);
  const int right = rank_of(b);
  return left != right ? left < right : compare(a, b) < 0;
}

/// The first array in order and the others in the order of the first; an array of them if there
/// are several. A bool after the arrays tells whether nulls are last.
bool add_sorted(DynamicBuilder& out, RowValues values, bool ascending) {
  bool nulls_last = true;
  if (values.size() > 1 && values.back().kind == DynamicKind::Bool && !values.back().dynamic) {
    nulls_last = values.back().word != 0;
    values = values.first(values.size() - 1);
  }
  if (!is_array(values[0])) return false;
  const DynamicView first = values[0].view;
  std::vector<int64_t> order(first.size());
  std::iota(order.begin(), order.end(), 0);
  const auto precedes = [&](DynamicView a, DynamicView b) {
    if (a.is_null() || b.is_null()) {
      return nulls_last ? !a.is_null() && b.is_null() : a.is_null() && !b.is_null();
    }
    return ascending ? is_less(a, b) : is_less(b, a);
  };
  std::sort(order.begin(), order.end(), [&](int64_t left, int64_t right) {
    const DynamicView a = first.at(left);
    const DynamicView b = first.at(right);
    if (precedes(a, b)) return true;
    return !precedes(b, a) && left < right;
  });
  const auto add_ordered = [&](DynamicView array) {
    out.begin_array();
    for (int64_t at : order) out.add(array.at(at));
    out.end_array();
  };
  if (values.size() == 1) {
    add_ordered(first);
    return true;
  }
  out.begin_array();
  for (const AnyScalar& value : values) {
    if (is_array(value) && value.view.size() == first.size()) {
      add_ordered(value.view);
    } else {
      out.add_null();
    }
  }
  out.end_array();
  return true;
}

constexpr auto sort_ascending = [](DynamicBuilder& out, RowValues values) {
  return add_sorted(out, values, true);
};
constexpr auto sort_descending = [](DynamicBuilder& out, RowValues values) {
  return add_sorted(out, values, false);
};

// ---- the rest ----

constexpr auto concatenate = [](DynamicBuilder& out, RowValues values) {
  const bool any = std::any_of(values.begin(), values.end(), is_array);
  const bool fit = std::all_of(values.begin(), values.end(), [](const AnyScalar& value) {
    return is_array(value) || value.is_null();
  });
  if (!any || !fit) return false;
  out.begin_array();
  for (const AnyScalar& value : values) {
    for (DynamicView item : value.view.items()) out.add(item);
  }
  out.end_array();
  return true;
};

constexpr auto reverse = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  out.begin_array();
  for (int64_t at = size_of(values[0].view); at > 0; --at) out.add(values[0].view.at(at - 1));
  out.end_array();
  return true;
};

constexpr auto slice_between = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0]) || values[1].is_null() || values[2].is_null()) return false;
  const int64_t size = size_of(values[0].view);
  const int64_t last = from_start(values[2].word, size);
  add_slice(out, values[0].view, from_start(values[1].word, size), last < size ? last + 1 : size);
  return true;
};

constexpr auto choose_items = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  out.begin_array();
  int64_t at = 0;
  for (DynamicView condition : values[0].view.items()) {
    const AnyScalar truth = scalar_of(condition);
    const AnyScalar& chosen = values[truth.as_real() != 0 ? 1 : 2];
    if (!truth.is_number() && truth.kind != DynamicKind::Bool) {
      out.add_null();
    } else if (is_array(chosen)) {
      out.add(chosen.view.at(at));
    } else {
      add_to(out, chosen);
    }
    ++at;
  }
  out.end_array();
  return true;
};

std::optional<double> sum_of(DynamicView array) {
  if (!array.is_array()) return std::nullopt;
  double sum = 0;
  for (DynamicView item : array.items()) {
    const AnyScalar value = scalar_of(item);
    if (!value.is_number()) return std::nullopt;
    sum += value.as_real();
  }
  return sum;
}

std::string_view joined_items(Arena& arena, DynamicView array, std::string_view delimiter) {
  std::string out;
  bool first = true;
  for (DynamicView item : array.items()) {
    if (!first) out += delimiter;
    first = false;
    append_text(out, item);
  }
  return arena.copy(out);
}

const Parameter array_parameter = {"array", "The array.", Accepts::DynamicArray};

ScalarFunction moving(std::string_view name, std::string_view summary,
                      std::vector<Overload> overloads, std::vector<Example> examples) {
  std::vector<Parameter> parameters = {
      array_parameter, {"count", "How many places; below zero, the other way.", Accepts::Integer}};
  if (overloads.size() > 1) {
    parameters.push_back({.name = "default_value",
                          .meaning = "What fills the places left; null when left out, the empty "
                                     "text among texts.",
                          .accepts = Accepts::Scalar,
                          .optional = true});
  }
  return {.name = name,
          .summary = summary,
          .parameters = std::move(parameters),
          .overloads = std::move(overloads),
          .examples = std::move(examples)};
}

template <typename Build> std::vector<Overload> shifts(Build build) {
  return {builds_dynamic({Type::Dynamic, Type::Long}, build),
          builds_dynamic({Type::Dynamic, Type::Long, Type::Error}, build)};
}

template <typename Build>
ScalarFunction sorting(std::string_view name, std::string_view summary, Build build,
                       std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"arrays",
                          "The array to sort, arrays to bring into its order, and perhaps a bool: "
                          "whether nulls are last (they are when it is left out).",
                          Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 65,
          .overloads = {builds_dynamic({Type::Error}, build, true)},
          .examples = std::move(examples),
          .null_rule = "Null for what is no array; several arrays give an array of arrays."};
}

}  // namespace

std::vector<ScalarFunction> array_functions() {
  return {
      {
          .name = "array_length",
          .aliases = {"arraylength"},
          .summary = "How many items an array has; null for what is no array.",
          .parameters = {array_parameter},
          .overloads = {rowwise([](Dynamic array) -> std::optional<int64_t> {
            const DynamicView view(array);
            return view.is_array() ? std::optional(size_of(view)) : std::nullopt;
          })},
          .examples = {{"array_length(dynamic([1, 2, 3, 'four']))", "4"},
                       {"array_length(dynamic({}))", "null"}},
      },
      {
          .name = "array_concat",
          .summary = "The items of several arrays in one.",
          .parameters = {{"arr", "An array.", Accepts::DynamicArray}},
          .variadic = true,
          .overloads = {builds_dynamic({Type::Dynamic}, concatenate, true)},
          .examples = {{"array_concat(dynamic([1, 2]), dynamic(['a']))", "[1,2,\"a\"]"}},
          .null_rule = "Nulls add nothing; null for what is no array.",
      },
      {
          .name = "array_slice",
          .summary = "The items of an array from one position up to and including another.",
          .parameters = {array_parameter,
                         {"start", "The first position; below zero counts from the end.",
                          Accepts::Integer},
                         {"end", "The last position; below zero counts from the end.",
                          Accepts::Integer}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Long, Type::Long}, slice_between)},
          .examples = {{"array_slice(dynamic([1, 2, 3, 4, 5]), 2, -1)", "[3,4,5]"},
                       {"array_slice(dynamic([1, 2, 3, 4, 5]), -3, -2)", "[3,4]"},
                       {"array_slice(dynamic([1, 2]), 5, 9)", "[]"}},
      },
      {
          .name = "array_split",
          .summary = "An array cut into several at some positions.",
          .parameters = {array_parameter,
                         {"index", "A position or an array of them; below zero from the end.",
                          Accepts::IntegerOrArray}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Error}, split_at_positions)},
          .examples = {{"array_split(dynamic([1, 2, 3, 4, 5]), 2)", "[[1,2],[3,4,5]]"},
                       {"array_split(dynamic([1, 2, 3, 4, 5]), dynamic([1, 3]))",
                        "[[1],[2,3],[4,5]]"}},
      },
      {
          .name = "array_reverse",
          .summary = "The items of an array from last to first.",
          .parameters = {array_parameter},
          .overloads = {builds_dynamic({Type::Dynamic}, reverse)},
          .examples = {{"array_reverse(dynamic([1, 2, 3]))", "[3,2,1]"}},
      },
      moving("array_rotate_left", "An array with its first items moved to the end.",
             {builds_dynamic({Type::Dynamic, Type::Long}, rotate_left)},
             {{"array_rotate_left(dynamic([1, 2, 3, 4, 5]), 2)", "[3,4,5,1,2]"},
              {"array_rotate_left(dynamic([1, 2, 3, 4, 5]), -2)", "[4,5,1,2,3]"}}),
      moving("array_rotate_right", "An array with its last items moved to the front.",
             {builds_dynamic({Type::Dynamic, Type::Long}, rotate_right)},
             {{"array_rotate_right(dynamic([1, 2, 3, 4, 5]), 2)", "[4,5,1,2,3]"}}),
      moving("array_shift_left", "An array with its items moved towards the front.",
             shifts(shift_left),
             {{"array_shift_left(dynamic([1, 2, 3]), 2)", "[3,null,null]"},
              {"array_shift_left(dynamic([1, 2, 3]), 1, -1)", "[2,3,-1]"}}),
      moving("array_shift_right", "An array with its items moved towards the end.",
             shifts(shift_right),
             {{"array_shift_right(dynamic([1, 2, 3]), 2, 0)", "[0,0,1]"},
              {"array_shift_right(dynamic(['a', 'b']), 1)", "[\"\",\"a\"]"}}),
      {
          .name = "array_index_of",
          .summary = "The position of a value in an array; -1 where it is not.",
          .parameters = {array_parameter,
                         {"value", "The value to find.", Accepts::Scalar},
                         {"start", "Where to begin; below zero counts from the end.",
                          Accepts::Integer, true},
                         {"length", "How many items to look at; -1 for all.", Accepts::Integer,
                          true},
                         {.name = "occurrence",
                          .meaning = "Which occurrence to find, from 1.",
                          .accepts = Accepts::Integer,
                          .optional = true,
                          .constant = true}},
          .overloads = index_of_overloads(),
          .examples = {{"array_index_of(dynamic(['this', 'is', 'an', 'example']), 'an')", "2"},
                       {"array_index_of(dynamic([1, 2, 1]), 1, 1)", "2"},
                       {"array_index_of(dynamic([1, 2]), 3)", "-1"}},
          .null_rule = "Null for a length below -1 or an occurrence below zero.",
      },
      sorting("array_sort_asc", "An array in ascending order.", sort_ascending,
              {{"array_sort_asc(dynamic([null, 'd', 'a', 'c']))", "[\"a\",\"c\",\"d\",null]"},
               {"array_sort_asc(dynamic([3, 1, 2]), dynamic(['x', 'y', 'z']))[1]",
                "[\"y\",\"z\",\"x\"]"}}),
      sorting("array_sort_desc", "An array in descending order.", sort_descending,
              {{"array_sort_desc(dynamic([1, 3, 2]))", "[3,2,1]"},
               {"array_sort_desc(dynamic([null, 'a', 'b']), false)", "[null,\"b\",\"a\"]"}}),
      {
          .name = "array_sum",
          .summary = "The sum of an array of numbers; null if it holds anything else.",
          .parameters = {array_parameter},
          .overloads = {rowwise([](Dynamic array) { return sum_of(DynamicView(array)); })},
          .examples = {{"array_sum(dynamic([1, 2, 3.5]))", "6.5"},
                       {"array_sum(dynamic([1, 'x']))", "null"}},
      },
      {
          .name = "array_iff",
          .aliases = {"array_iif"},
          .summary = "For each item of an array of conditions, one of two values.",
          .parameters = {{"condition_array", "Bools or numbers.", Accepts::DynamicArray},
                         {"when_true", "A value, or an array of values.", Accepts::Scalar},
                         {"when_false", "A value, or an array of values.", Accepts::Scalar}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Error, Type::Error}, choose_items)},
          .examples = {{"array_iff(dynamic([true, false]), dynamic([1, 2]), dynamic([3, 4]))",
                        "[1,4]"},
                       {"array_iff(dynamic([1, 0, 'x']), 'yes', 'no')", "[\"yes\",\"no\",null]"}},
      },
      {
          .name = "strcat_array",
          .aliases = {"array_strcat"},
          .summary = "The items of an array as text, with another text between them.",
          .parameters = {array_parameter, {"delimiter", "What goes between.", Accepts::Scalar}},
          .overloads = {rowwise([](Arena& arena, Dynamic array, std::string_view delimiter) {
            return joined_items(arena, DynamicView(array), delimiter);
          })},
          .examples = {{"strcat_array(dynamic([1, 2, 'x']), '->')", "1->2->x"},
                       {"strcat_array(dynamic([]), ',')", ""}},
      },
  };
}

}  // namespace vedette::stdlib
