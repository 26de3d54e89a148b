// How an aggregate of the language is described, and how its states are driven.
#pragma once

#include <algorithm>
#include <tuple>

#include "runtime/column/column_builder.h"
#include "runtime/function/definition.h"
#include "runtime/function/traits.h"

namespace vedette {

/// Handed to every aggregate body.
struct AggregateContext {
  Arena* arena = nullptr;  // lives until the query ends; one per thread
  int64_t memory = 0;  // bytes that states took from elsewhere; bodies add to it, the engine reads
  std::string_view failure_code = {};
  std::string_view failure_message = {};

  void fail(std::string_view code, std::string_view message) {
    if (failure_code.empty()) failure_code = code, failure_message = message;
  }
};

/// One call of `add` over a batch: the rows of `selection` go to the states `states[at]` (one
/// pointer per selected row, in order of the selection), or all to `states[0]` when `one_state`.
struct AddCall {
  AggregateContext& context;
  std::span<const Vector> arguments;  // converted to what the body takes
  Selection selection;
  char* const* states;
  bool one_state;
};

/// One way to compute an aggregate. States are raw bytes placed by the engine; every state can be
/// merged with another of the same query, which is what threads use.
struct AggregateBody {
  std::vector<Type> takes;    // Type::Error takes an argument as it is
  std::vector<Type> returns;  // one a result column; empty when `result_types` is set
  /// For generic bodies: the result columns' types from the arguments' types.
  std::vector<Type> (*result_types)(std::span<const Type> arguments) = nullptr;
  bool variadic = false;   // the last of `takes` repeats
  size_t state_bytes = 0;  // at most 8-aligned
  void (*create)(char* state, std::span<const Type> arguments) = nullptr;
  void (*destroy)(char* state) = nullptr;  // nullptr: trivial
  void (*add)(AddCall& call) = nullptr;
  /// Folds `from` into `into`; `from` is destroyed later, its arena lives on.
  void (*merge)(AggregateContext& context, char* into, char* from) = nullptr;
  /// Appends one value to each result column.
  void (*result)(AggregateContext& context, char* state,
                 std::span<ColumnBuilder* const> out) = nullptr;
};

/// What it means to an aggregate that rows of a group are there several times, equal in all they
/// have.
enum class Copies {
  Matter,   // each has to be added
  Ignored,  // one will do
  Counted,  // one will do whose number comes as another, last argument (long)
};

/// All there is to know about one aggregate.
struct AggregateFunction {
  std::string_view name;
  std::vector<std::string_view> aliases = {};
  std::string_view conditional = {};  // name of the variant with a predicate as last argument
  std::vector<std::string_view> conditional_aliases = {};
  std::string_view summary;
  std::vector<Parameter> parameters = {};
  bool variadic = false;
  int max_arguments = 64;
  std::vector<AggregateBody> bodies;
  std::vector<Example> examples;  // whole queries
  ColumnName column_name = ColumnName::PrefixAndFirstArgument;
  std::string_view column_prefix = {};  // "sum" gives sum_x; empty: the name
  bool star = false;                    // `*` allowed as an argument: arg_max(x, *), take_any(*)
  std::string_view null_rule = {};
  std::string_view difference = {};
  bool hidden = false;
  Copies copies = Copies::Matter;
};

namespace aggregate_detail {

template <typename State, typename... A>
void add_row(State& state, AggregateContext& context,
             const typename Stored<A>::type_in_vector&... values) {
  if constexpr (requires { state.add(context, Stored<A>::load(values)...); }) {
    state.add(context, Stored<A>::load(values)...);
  } else {
    state.add(Stored<A>::load(values)...);
  }
}

/// All rows go to one state, and none of the arguments can be null: a loop over plain arrays.
template <typename State, typename... A> void add_all(AddCall& call) {
  [&]<size_t... i>(std::index_sequence<i...>) {
    const std::tuple arrays = {
        call.arguments[i].template as<typename Stored<A>::type_in_vector>()...};
    auto& target = *reinterpret_cast<State*>(call.states[0]);
    if constexpr (std::is_trivially_copyable_v<State>) {
      State state = target;  // a copy can live in registers
      for_each_row(call.selection, [&](uint32_t row) {
        add_row<State, A...>(state, call.context, std::get<i>(arrays)[row]...);
      });
      target = state;
    } else {
      for_each_row(call.selection, [&](uint32_t row) {
        add_row<State, A...>(target, call.context, std::get<i>(arrays)[row]...);
      });
    }
  }(std::index_sequence_for<A...>{});
}

template <typename State, typename... A> void add(AddCall& call) {
  const auto plain = [](const Vector& vector) {
    return vector.shape == Shape::Flat && vector.validity == nullptr;
  };
  if (call.one_state && std::all_of(call.arguments.begin(), call.arguments.end(), plain)) {
    return add_all<State, A...>(call);
  }
  [&]<size_t... i>(std::index_sequence<i...>) {
    const std::array<Reader, sizeof...(A)> readers = {Reader(call.arguments[i])...};
    uint32_t at = 0;
    for_each_row(call.selection, [&](uint32_t row) {
      auto& state = *reinterpret_cast<State*>(call.states[call.one_state ? 0 : at]);
      ++at;
      if (!(readers[i].valid(row) && ...)) return;
      add_row<State, A...>(state, call.context,
                           readers[i].template get<typename Stored<A>::type_in_vector>(row)...);
    });
  }(std::index_sequence_for<A...>{});
}

template <typename State>
void append_result(AggregateContext& context, State& state, ColumnBuilder& out) {
  const auto answer = [&] {
    if constexpr (requires { state.result(context); })
      return state.result(context);
    else
      return state.result();
  }();
  using R = std::remove_cvref_t<decltype(answer)>;
  const auto append = [&](const auto& value) {
    const auto stored = Stored<R>::store(value);
    if constexpr (layout_of(type_of<R>()) == Layout::Byte)
      out.append_bool(stored);
    else if constexpr (layout_of(type_of<R>()) == Layout::Word)
      out.append_word(stored);
    else if constexpr (layout_of(type_of<R>()) == Layout::Double)
      out.append_double(stored);
    else if constexpr (layout_of(type_of<R>()) == Layout::Decimal)
      out.append_decimal(stored);
    else if constexpr (layout_of(type_of<R>()) == Layout::Guid)
      out.append_guid(stored);
    else
      out.append_text(stored);
  };
  if constexpr (StripOptional<R>::optional) {
    if (answer)
      append(*answer);
    else
      out.append_null();
  } else {
    append(answer);
  }
}

template <typename State>
using ResultOf = decltype([](State& state, AggregateContext& context) {
  if constexpr (requires { state.result(context); })
    return state.result(context);
  else
    return state.result();
}(std::declval<State&>(), std::declval<AggregateContext&>()));

template <typename State, typename Parameters> struct Describe;
template <typename State, typename... A> struct Describe<State, std::tuple<A...>> {
  static AggregateBody body() {
    return {
        .takes = {type_of<A>()...},
        .returns = {type_of<ResultOf<State>>()},
        .state_bytes = sizeof(State),
        .create = [](char* state, std::span<const Type>) { new (state) State(); },
        .destroy = std::is_trivially_destructible_v<State>
                       ? nullptr
                       : +[](char* state) { reinterpret_cast<State*>(state)->~State(); },
        .add = &add<State, A...>,
        .merge =
            [](AggregateContext& context, char* into, char* from) {
              auto& target = *reinterpret_cast<State*>(into);
              if constexpr (requires { target.merge(context, *reinterpret_cast<State*>(from)); }) {
                target.merge(context, *reinterpret_cast<State*>(from));
              } else {
                target.merge(*reinterpret_cast<State*>(from));
              }
            },
        .result =
            [](AggregateContext& context, char* state, std::span<ColumnBuilder* const> out) {
              append_result(context, *reinterpret_cast<State*>(state), *out[0]);
            }};
  }
};
template <typename State, typename... A>
struct Describe<State, std::tuple<AggregateContext&, A...>> : Describe<State, std::tuple<A...>> {};

}  // namespace aggregate_detail

/// A body from a state type: `void add([AggregateContext&,] A...)` for rows without nulls,
/// `void merge([AggregateContext&,] const State&)`, `R result([AggregateContext&])`. Types are read
/// off `add` and `result`; an optional result may answer null.
template <typename State> AggregateBody aggregate() {
  static_assert(alignof(State) <= 8, "states are placed at multiples of 8");
  using Add = Signature<decltype(&State::add)>;
  return aggregate_detail::Describe<State, typename Add::Parameters>::body();
}

}  // namespace vedette
