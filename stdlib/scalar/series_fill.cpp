// Series with their gaps filled.
#include <cmath>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

/// The items of a series; those that are missing are null.
std::vector<DynamicView> items_of(DynamicView series, const AnyScalar* placeholder) {
  std::vector<DynamicView> items;
  for (DynamicView item : series.items()) {
    const AnyScalar value = scalar_of(item);
    const bool missing = placeholder != nullptr && placeholder->is_number() && value.is_number() &&
                         value.as_real() == placeholder->as_real();
    items.push_back(missing ? DynamicView() : item);
  }
  return items;
}

const AnyScalar* argument(RowValues values, size_t at) {
  return at < values.size() ? &values[at] : nullptr;
}

void add_item(DynamicBuilder& out, DynamicView item) {
  if (item.is_null()) return out.add_null();
  out.add(item);
}

bool add_filled(DynamicBuilder& out, RowValues values, bool forward) {
  if (!is_array(values[0])) return false;
  auto items = items_of(values[0].view, argument(values, 1));
  DynamicView last;
  const auto fill = [&](DynamicView& item) {
    if (item.is_null()) {
      item = last;
    } else {
      last = item;
    }
  };
  if (forward) {
    for (DynamicView& item : items) fill(item);
  } else {
    for (auto item = items.rbegin(); item != items.rend(); ++item) fill(*item);
  }
  out.begin_array();
  for (DynamicView item : items) add_item(out, item);
  out.end_array();
  return true;
}

constexpr auto fill_forward = [](DynamicBuilder& out, RowValues values) {
  return add_filled(out, values, true);
};
constexpr auto fill_backward = [](DynamicBuilder& out, RowValues values) {
  return add_filled(out, values, false);
};

constexpr auto fill_constant = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  out.begin_array();
  for (DynamicView item : items_of(values[0].view, argument(values, 2))) {
    if (!item.is_null()) {
      out.add(item);
    } else if (values.size() > 1) {
      add_to(out, values[1]);
    } else {
      out.add_long(0);
    }
  }
  out.end_array();
  return true;
};

/// The series, what stands for a gap, whether gaps at the ends are filled, what fills a series
/// that is one gap.
constexpr auto fill_linear = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  const auto items = items_of(values[0].view, argument(values, 1));
  const AnyScalar* edges = argument(values, 2);
  const AnyScalar* constant = argument(values, 3);
  const bool fill_edges = edges == nullptr || edges->word != 0;
  const size_t size = items.size();
  const auto present = [&](size_t at) { return !items[at].is_null(); };
  const bool whole = !any_item(values[0].view, [](DynamicView item) {
    return !item.is_null() && item.kind() != DynamicKind::Long;
  });
  size_t before = size;  // the last item that is there; `size` for none
  size_t after = 0;      // the next one
  out.begin_array();
  for (size_t at = 0; at < size; ++at) {
    if (present(at)) {
      out.add(items[at]);
      before = at;
      continue;
    }
    if (after <= at) after = at + 1;
    while (after < size && !present(after)) ++after;
    if (before == size && after == size) {
      if (constant != nullptr) {
        add_to(out, *constant);
      } else {
        out.add_real(0);
      }
    } else if (before == size || after == size) {
      add_item(out, fill_edges ? items[before == size ? after : before] : DynamicView());
    } else {
      const double start = scalar_of(items[before]).as_real();
      const double end = scalar_of(items[after]).as_real();
      const double share = static_cast<double>(at - before) / static_cast<double>(after - before);
      const double value = start + (end - start) * share;
      if (whole) {
        out.add_long(static_cast<int64_t>(value));
      } else {
        out.add_real(value);
      }
    }
  }
  out.end_array();
  return true;
};

const Parameter series_parameter = {"series", "An array of numbers.", Accepts::DynamicArray};
const Parameter placeholder_parameter = {"missing_value_placeholder",
                                         "What stands for a gap; null, when left out.",
                                         Accepts::Number, true};

ScalarFunction filling(std::string_view name, std::string_view summary,
                       std::vector<Parameter> parameters, std::vector<Overload> overloads,
                       std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = std::move(parameters),
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null for what is no array."};
}

}  // namespace

std::vector<ScalarFunction> series_fill_functions() {
  return {
      filling("series_fill_forward", "A series in which each gap has the value before it.",
              {series_parameter, placeholder_parameter},
              {builds_dynamic({Type::Dynamic}, fill_forward),
               builds_dynamic({Type::Dynamic, Type::Error}, fill_forward)},
              {{"series_fill_forward(dynamic([null, 1, null, 2]))", "[null,1,1,2]"},
               {"series_fill_forward(dynamic([1, -1]), -1)", "[1,1]"}}),
      filling("series_fill_backward", "A series in which each gap has the value after it.",
              {series_parameter, placeholder_parameter},
              {builds_dynamic({Type::Dynamic}, fill_backward),
               builds_dynamic({Type::Dynamic, Type::Error}, fill_backward)},
              {{"series_fill_backward(dynamic([null, 1, null]))", "[1,1,null]"}}),
      filling("series_fill_const", "A series in which each gap has a given value.",
              {series_parameter,
               {"constant_value", "The value; 0, when left out.", Accepts::Number, true},
               placeholder_parameter},
              {builds_dynamic({Type::Dynamic}, fill_constant),
               builds_dynamic({Type::Dynamic, Type::Error}, fill_constant),
               builds_dynamic({Type::Dynamic, Type::Error, Type::Error}, fill_constant)},
              {{"series_fill_const(dynamic([1, null]), -1)", "[1,-1]"}}),
      filling("series_fill_linear",
              "A series in which gaps lie on a line between the values around them.",
              {series_parameter,
               placeholder_parameter,
               {.name = "fill_edges",
                .meaning = "Whether gaps at the ends have the nearest value; they do, when left "
                           "out.",
                .optional = true},
               {"constant_value", "What fills a series that is one gap.", Accepts::Number, true}},
              {builds_dynamic({Type::Dynamic}, fill_linear),
               builds_dynamic({Type::Dynamic, Type::Error}, fill_linear),
               builds_dynamic({Type::Dynamic, Type::Error, Type::Bool}, fill_linear),
               builds_dynamic({Type::Dynamic, Type::Error, Type::Bool, Type::Error}, fill_linear)},
              {{"series_fill_linear(dynamic([null, 1.0, null, 2.0]))", "[1.0,1.0,1.5,2.0]"},
               {"series_fill_linear(dynamic([1, null, 4]))", "[1,2,4]"}}),
  };
}

}  // namespace vedette::stdlib
