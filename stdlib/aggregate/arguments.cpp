#include <memory>

#include "stdlib/aggregate/row_value.h"
#include "stdlib/families.h"
#include "stdlib/scalar/choose_rows.h"

namespace vedette::stdlib {
namespace {

constexpr uint32_t no_row = UINT32_MAX;

/// The best row so far: what it is compared by, then what is returned with it.
struct Winner {
  std::unique_ptr<KeptValue[]> values;
  uint32_t count = 0;
  uint32_t pending = no_row;  // the best row of the batch at hand, not copied yet
  bool any = false;
};

Winner& winner_of(char* state) {
  return *reinterpret_cast<Winner*>(state);
}
Winner& winner_at(AddCall& call, uint32_t at) {
  return winner_of(call.states[call.one_state ? 0 : at]);
}

void make_room(AggregateContext& context, Winner& winner, size_t count) {
  if (winner.values != nullptr) return;
  winner.values = std::make_unique<KeptValue[]>(count);
  winner.count = static_cast<uint32_t>(count);
  context.memory += bytes_of_kept_values(count);
}

/// Copies the rows that won in this batch; rows that were beaten later are never copied.
void keep_pending(AddCall& call) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  const uint32_t states = call.one_state ? 1 : call.selection.count;
  for (uint32_t at = 0; at < states && at < call.selection.count; ++at) {
    Winner& winner = winner_at(call, at);
    if (winner.pending == no_row) continue;
    make_room(call.context, winner, call.arguments.size());
    for (size_t i = 0; i < readers.size(); ++i) {
      winner.values[i].keep(readers[i], layout_of(call.arguments[i].type), winner.pending);
    }
    winner.pending = no_row;
  }
}

template <bool greatest, typename T> bool better(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Text>) {
    return greatest ? a.view() > b.view() : a.view() < b.view();
  } else {
    return greatest ? a > b : a < b;
  }
}

template <bool greatest> void compare_rows(AddCall& call) {
  const Reader keys(call.arguments[0]);
  with_stored_type(layout_of(call.arguments[0].type), [&]<typename T>(T) {
    uint32_t at = 0;
    for_each_row(call.selection, [&](uint32_t row) {
      Winner& winner = winner_at(call, at++);
      if (!winner.any) {
        winner.any = true;
        winner.pending = row;
        return;
      }
      // A row without a key wins only over nothing.
      if (!keys.valid(row)) return;
      const bool pending = winner.pending != no_row;
      const bool had_key = pending ? keys.valid(winner.pending) : winner.values[0].valid();
      const T& key = keys.get<T>(row);
      if (!had_key) {
        winner.pending = row;
      } else if (pending) {
        if (better<greatest>(key, keys.get<T>(winner.pending))) winner.pending = row;
      } else if (better<greatest>(key, winner.values[0].get<T>())) {
        winner.pending = row;
      }
    });
  });
  keep_pending(call);
}

void take_first(AddCall& call) {
  const Reader first(call.arguments[0]);
  const bool single = call.arguments.size() == 1;
  const bool text = call.arguments[0].type == Type::String;
  const auto present = [&](uint32_t row) {
    return first.valid(row) && !(text && first.get<Text>(row).size == 0);
  };
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    Winner& winner = winner_at(call, at++);
    if (winner.any) return;
    // A single value is better present; of several columns the first row is as good as any.
    winner.any = !single || present(row);
    if (winner.any || (winner.values == nullptr && winner.pending == no_row)) winner.pending = row;
  });
  keep_pending(call);
}

void take_values(AggregateContext& context, Winner& target, const Winner& source) {
  if (source.values == nullptr) return;
  make_room(context, target, source.count);
  for (uint32_t i = 0; i < source.count; ++i) target.values[i].keep(source.values[i]);
  target.any = source.any;
}

template <bool greatest, Layout layout>
void merge_winners(AggregateContext& context, char* into, char* from) {
  Winner& target = winner_of(into);
  const Winner& source = winner_of(from);
  if (!source.any) return;
  bool wins = !target.any || (!target.values[0].valid() && source.values[0].valid());
  if (!wins && source.values[0].valid()) {
    with_stored_type(layout, [&]<typename T>(T) {
      wins = better<greatest>(source.values[0].get<T>(), target.values[0].get<T>());
    });
  }
  if (wins) take_values(context, target, source);
}

void merge_first(AggregateContext& context, char* into, char* from) {
  if (!winner_of(into).any) take_values(context, winner_of(into), winner_of(from));
}

void append_winner(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const Winner& winner = winner_of(state);
  for (size_t i = 0; i < out.size(); ++i) {
    if (winner.values == nullptr || i >= winner.count) {
      out[i]->append_null();
    } else {
      winner.values[i].append_to(*out[i], layout_of(out[i]->type()));
    }
  }
}

std::vector<Type> same_types(std::span<const Type> arguments) {
  return {arguments.begin(), arguments.end()};
}

AggregateBody body(Type key, void (*add)(AddCall&),
                   void (*merge)(AggregateContext&, char*, char*)) {
  return {.takes = {key, Type::Error},
          .result_types = same_types,
          .variadic = true,
          .state_bytes = sizeof(Winner),
          .create = [](char* state, std::span<const Type>) { new (state) Winner(); },
          .destroy = [](char* state) { winner_of(state).~Winner(); },
          .add = add,
          .merge = merge,
          .result = append_winner};
}

template <bool greatest> std::vector<AggregateBody> extreme_bodies() {
  const auto of = [](Type type, void (*merge)(AggregateContext&, char*, char*)) {
    return body(type, &compare_rows<greatest>, merge);
  };
  return {of(Type::Long, &merge_winners<greatest, Layout::Word>),
          of(Type::Int, &merge_winners<greatest, Layout::Word>),
          of(Type::Datetime, &merge_winners<greatest, Layout::Word>),
          of(Type::Timespan, &merge_winners<greatest, Layout::Word>),
          of(Type::Real, &merge_winners<greatest, Layout::Double>),
          of(Type::Bool, &merge_winners<greatest, Layout::Byte>),
          of(Type::Decimal, &merge_winners<greatest, Layout::Decimal>),
          of(Type::String, &merge_winners<greatest, Layout::Text>)};
}

AggregateBody first_body() {
  AggregateBody made = body(Type::Error, take_first, merge_first);
  made.takes = {Type::Error};
  return made;
}

AggregateFunction extreme(std::string_view name, std::vector<std::string_view> aliases,
                          std::string_view summary, std::vector<AggregateBody> bodies,
                          std::vector<Example> examples) {
  return {.name = name,
          .aliases = std::move(aliases),
          .summary = summary,
          .parameters = {{"key", "What rows are compared by.", Accepts::Orderable},
                         {.name = "returned",
                          .meaning = "What to return of the row; `*` for all columns.",
                          .accepts = Accepts::Scalar,
                          .optional = true}},
          .variadic = true,
          .max_arguments = 4096,
          .bodies = std::move(bodies),
          .examples = std::move(examples),
          .star = true,
          .null_rule = "A null key wins only where a group has no other."};
}

}  // namespace

std::vector<AggregateFunction> argument_aggregates() {
  return {
      extreme("arg_max", {"argmax"}, "The row of a group with the greatest key.",
              extreme_bodies<true>(),
              {{"datatable(k:long, v:string)[1, 'a', 3, 'b', 2, 'c'] | summarize arg_max(k, v)",
                "k:long  v:string\n3  b"},
               {"datatable(k:long, v:string)[1, 'a', 3, 'b', 2, 'c'] | summarize arg_max(k, *)",
                "k:long  v:string\n3  b"}}),
      extreme("arg_min", {"argmin"}, "The row of a group with the least key.",
              extreme_bodies<false>(),
              {{"datatable(k:long, v:string)[5, 'a', 3, 'b', 4, 'c'] | summarize arg_min(k, v)",
                "k:long  v:string\n3  b"}}),
      {
          .name = "take_any",
          .aliases = {"any"},
          .conditional = "take_anyif",
          .conditional_aliases = {"anyif"},
          .summary = "Values of some row of a group; one that is present, where there is one.",
          .parameters = {{"expr", "What to return; `*` for all columns.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 4096,
          .bodies = {first_body()},
          .examples = {{"datatable(k:long, v:string)[1, 'a', 1, 'a'] | summarize take_any(v) by k",
                        "k:long  v:string\n1  a"}},
          .star = true,
          .null_rule = "Null where every value is; of several columns, those of one row.",
          .copies = Copies::Ignored,
      },
      {
          .name = "passthrough",
          .summary = "The value that all rows of a group share.",
          .parameters = {{"expr", "The value.", Accepts::Scalar}},
          .bodies = {first_body()},
          .examples = {{"datatable(k:long, v:string)[1, 'a', 1, 'a'] "
                        "| summarize passthrough(v) by k",
                        "k:long  v:string\n1  a"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null where every value is; where values differ, one of them.",
          .copies = Copies::Ignored,
      },
  };
}

}  // namespace vedette::stdlib
