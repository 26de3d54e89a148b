#include <cmath>
#include <memory>

#include "runtime/value/dynamic_builder.h"
#include "stdlib/aggregate/digest.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {
namespace {

struct Held {
  Digest digest;
  std::vector<double> percents;
  Type type = Type::Real;
};

struct State {
  std::unique_ptr<Held> held;
};

State& state_of(char* state) {
  return *reinterpret_cast<State*>(state);
}

bool is_whole(Type type) {
  return layout_of(type) == Layout::Word;
}

/// The constants after the value (and the weight), or the items of one array.
std::vector<double> percents_of(const AddCall& call, size_t first) {
  std::vector<double> percents;
  if (call.selection.count == 0) return percents;
  for (const Vector& argument : call.arguments.subspan(first)) {
    const AnyScalar value = AnyReader(argument).get(call.selection[0]);
    if (value.kind == DynamicKind::Array) {
      for (DynamicView item : value.view.items()) percents.push_back(scalar_of(item).as_real());
    } else {
      percents.push_back(value.as_real());
    }
  }
  return percents;
}

template <bool weighted> void add_values(AddCall& call) {
  const Vector& source = call.arguments[0];
  const bool whole = is_whole(source.type);
  const Reader values(source);
  const AnyReader any(source);
  const Reader weights(call.arguments[weighted ? 1 : 0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    State& state = state_of(call.states[call.one_state ? 0 : at]);
    ++at;
    if (!values.valid(row) || (weighted && !weights.valid(row))) return;
    if (state.held == nullptr) {
      state.held = std::make_unique<Held>();
      state.held->type = source.type;
      state.held->percents = percents_of(call, weighted ? 2 : 1);
      call.context.memory += sizeof(Held);
    }
    const int64_t weight = weighted ? weights.get<int64_t>(row) : 1;
    Digest& digest = state.held->digest;
    const int64_t before = digest.bytes();
    if (whole) {
      digest.add(static_cast<Digest::Number>(values.get<int64_t>(row)), weight);
    } else {
      const AnyScalar value = any.get(row);
      if (value.is_number() || value.kind == DynamicKind::Bool) digest.add(value.as_real(), weight);
    }
    call.context.memory += digest.bytes() - before;
  });
}

void merge_digests(AggregateContext&, char* into, char* from) {
  auto& target = state_of(into).held;
  auto& source = state_of(from).held;
  if (source == nullptr) return;
  if (target == nullptr) {
    target = std::move(source);
    return;
  }
  target->digest.merge(source->digest);
}

/// The value at a percentile, as a value of the column's type.
void append_value(Held& held, double percent, ColumnBuilder& out) {
  const Digest::Number value = held.digest.percentile(percent);
  switch (layout_of(out.type())) {
    case Layout::Word:
      return out.append_word(nearest_whole(value));
    case Layout::Double:
      return out.append_double(static_cast<double>(value));
    case Layout::Byte:
      return out.append_bool(value != 0);
    case Layout::Text: {
      if (out.type() != Type::Dynamic) return out.append_null();
      DynamicBuilder builder;
      builder.add_real(static_cast<double>(value));
      return out.append_text(builder.bytes());
    }
    default:
      return out.append_null();
  }
}

void append_percentiles(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const auto& held = state_of(state).held;
  for (size_t i = 0; i < out.size(); ++i) {
    if (held == nullptr || held->digest.empty() || i >= held->percents.size()) {
      out[i]->append_null();
    } else {
      append_value(*held, held->percents[i], *out[i]);
    }
  }
}

void append_array(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const auto& held = state_of(state).held;
  if (held == nullptr || held->digest.empty()) return out[0]->append_null();
  DynamicBuilder builder;
  builder.begin_array();
  for (double percent : held->percents) {
    const Digest::Number value = held->digest.percentile(percent);
    const int64_t word = is_whole(held->type) ? nearest_whole(value) : 0;
    switch (held->type) {
      case Type::Datetime:
        builder.add_datetime(Datetime{word});
        break;
      case Type::Timespan:
        builder.add_timespan(Timespan{word});
        break;
      case Type::Int:
      case Type::Long:
        builder.add_long(word);
        break;
      default:
        builder.add_real(static_cast<double>(value));
    }
  }
  builder.end_array();
  out[0]->append_text(builder.bytes());
}

/// One column a percentage, of the type of the value.
template <size_t before> std::vector<Type> value_types(std::span<const Type> arguments) {
  Type type = arguments[0];
  if (type == Type::Int) type = Type::Long;
  if (type == Type::Decimal) type = Type::Real;
  return std::vector<Type>(arguments.size() - before, type);
}

template <bool weighted> std::vector<AggregateBody> bodies(bool array) {
  std::vector<AggregateBody> made;
  // Of texts and guids there is no percentile; of dynamics their numbers count.
  for (Type type : {Type::Long, Type::Int, Type::Real, Type::Decimal, Type::Datetime,
                    Type::Timespan, Type::Bool, Type::Dynamic, Type::String, Type::Guid}) {
    for (Type percent : {Type::Real, Type::Dynamic}) {
      if (percent == Type::Dynamic && !array) continue;
      AggregateBody body = {
          .takes = weighted ? std::vector<Type>{type, Type::Long, percent}
                            : std::vector<Type>{type, percent},
          .variadic = true,
          .state_bytes = sizeof(State),
          .create = [](char* state, std::span<const Type>) { new (state) State(); },
          .destroy = [](char* state) { state_of(state).~State(); },
          .add = add_values<weighted>,
          .merge = merge_digests,
          .result = array ? append_array : append_percentiles};
      if (array) {
        body.returns = {Type::Dynamic};
      } else {
        body.result_types = value_types < weighted ? 2 : 1 > ;
      }
      made.push_back(std::move(body));
    }
  }
  return made;
}

template <bool weighted>
AggregateFunction percentiles(std::string_view name, std::string_view summary, bool variadic,
                              bool array, std::vector<Example> examples) {
  std::vector<Parameter> parameters = {{"expr", "The values.", Accepts::Scalar}};
  if (weighted) parameters.push_back({"weight", "How often each counts.", Accepts::Integer});
  parameters.push_back({"percentile", "Which percentile, from 0 to 100.",
                        array ? Accepts::Scalar : Accepts::Number});
  return {.name = name,
          .summary = summary,
          .parameters = std::move(parameters),
          .variadic = variadic,
          .max_arguments = 4096,
          .bodies = bodies<weighted>(array),
          .examples = std::move(examples),
          .column_name = ColumnName::None,
          .null_rule = "Nulls do not take part; null for an empty group.",
          .difference = "Exact up to 16384 values a group, and close to that beyond."};
}

}  // namespace

std::vector<AggregateFunction> percentile_aggregates() {
  return {
      percentiles<false>("percentile", "The value below or at which so many percent lie.", false,
                         false,
                         {{"range x from 1 to 100 step 1 | summarize percentile(x, 95)",
                           "percentile_x_95:long\n95"}}),
      percentiles<false>("percentiles", "Several percentiles, a column each.", true, false,
                         {{"range x from 1 to 100 step 1 | summarize percentiles(x, 5, 50)",
                           "percentile_x_5:long  percentile_x_50:long\n5  50"}}),
      percentiles<false>("percentiles_array", "Several percentiles, as an array.", true, true,
                         {{"range x from 1 to 100 step 1 | summarize p = "
                           "percentiles_array(x, 5, 50)",
                           "p:dynamic\n[5,50]"}}),
      percentiles<true>("percentilew", "A percentile of values that count more than once.", false,
                        false,
                        {{"datatable(v:long, n:long)[1, 9, 2, 1] | summarize percentilew(v, n, 50)",
                          "percentile_v_50:long\n1"}}),
      percentiles<true>("percentilesw", "Several percentiles of values that count more than once.",
                        true, false,
                        {{"datatable(v:long, n:long)[1, 9, 2, 1] "
                          "| summarize percentilesw(v, n, 50, 99)",
                          "percentile_v_50:long  percentile_v_99:long\n1  2"}}),
      percentiles<true>("percentilesw_array",
                        "Several percentiles of values that count more than once, as an array.",
                        true, true,
                        {{"datatable(v:long, n:long)[1, 9, 2, 1] "
                          "| summarize p = percentilesw_array(v, n, 50, 99)",
                          "p:dynamic\n[1,2]"}}),
  };
}

}  // namespace vedette::stdlib
