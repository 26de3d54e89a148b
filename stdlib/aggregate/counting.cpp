#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

struct Count {
  int64_t rows = 0;
};

Count& count_at(AddCall& call, uint32_t at) {
  return *reinterpret_cast<Count*>(call.states[call.one_state ? 0 : at]);
}

/// An argument after those of the call says how many equal rows each row stands for.
void count_copies(AddCall& call) {
  const Reader copies(call.arguments[0]);
  uint32_t at = 0;
  for_each_row(call.selection,
               [&](uint32_t row) { count_at(call, at++).rows += copies.get<int64_t>(row); });
}

void count_rows(AddCall& call) {
  if (!call.arguments.empty()) return count_copies(call);
  if (call.one_state) {
    count_at(call, 0).rows += call.selection.count;
    return;
  }
  for (uint32_t at = 0; at < call.selection.count; ++at) ++count_at(call, at).rows;
}

void count_true(AddCall& call) {
  const Reader condition(call.arguments[0]);
  const bool with_copies = call.arguments.size() > 1;
  const Reader copies(call.arguments[with_copies ? 1 : 0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    const bool met = condition.valid(row) && condition.get<uint8_t>(row) != 0;
    count_at(call, at++).rows += !met ? 0 : with_copies ? copies.get<int64_t>(row) : 1;
  });
}

AggregateBody body(std::vector<Type> takes, void (*add)(AddCall&)) {
  return {.takes = std::move(takes),
          .returns = {Type::Long},
          .state_bytes = sizeof(Count),
          .create = [](char* state, std::span<const Type>) { new (state) Count(); },
          .add = add,
          .merge =
              [](AggregateContext&, char* into, char* from) {
                reinterpret_cast<Count*>(into)->rows += reinterpret_cast<Count*>(from)->rows;
              },
          .result =
              [](AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
                out[0]->append_word(reinterpret_cast<Count*>(state)->rows);
              }};
}

}  // namespace

std::vector<AggregateFunction> counting_aggregates() {
  return {
      {
          .name = "count",
          .summary = "How many rows a group has.",
          .bodies = {body({}, count_rows)},
          .examples = {{"range x from 1 to 3 step 1 | summarize count()", "count_:long\n3"},
                       {"range x from 1 to 5 step 1 | summarize n = count() by odd = x % 2 == 1 "
                        "| order by n asc",
                        "odd:bool  n:long\nfalse  2\ntrue  3"}},
          .null_rule = "Counts every row; 0 for an empty group.",
          .copies = Copies::Counted,
      },
      {
          .name = "countif",
          .summary = "How many rows of a group meet a condition.",
          .parameters = {{"predicate", "The condition.", Accepts::Bool}},
          .bodies = {body({Type::Bool}, count_true)},
          .examples = {{"range x from 1 to 5 step 1 | summarize countif(x > 3)",
                        "countif_:long\n2"},
                       {"range x from 1 to 5 step 1 | summarize n = countif(x > 9)", "n:long\n0"}},
          .null_rule = "A condition that is null is not met.",
          .copies = Copies::Counted,
      },
      {
          .name = "cnt",
          .summary = "How many rows a group has; the old name of count().",
          .bodies = {body({}, count_rows)},
          .examples = {{"range x from 1 to 3 step 1 | summarize cnt()", "cnt_:long\n3"}},
          .copies = Copies::Counted,
      },
  };
}

}  // namespace vedette::stdlib
