// Digests as answers: tdigest and tdigest_merge.
#include <memory>

#include "stdlib/aggregate/value_digest.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

struct State {
  std::unique_ptr<ValueDigest> digest;
};

State& state_of(char* state) {
  return *reinterpret_cast<State*>(state);
}

template <bool weighted> void add_values(AddCall& call) {
  const AnyReader values(call.arguments[0]);
  const Reader weights(call.arguments[weighted ? 1 : 0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    State& state = state_of(call.states[call.one_state ? 0 : at]);
    ++at;
    if (!values.valid(row) || (weighted && !weights.valid(row))) return;
    if (state.digest == nullptr) {
      state.digest = std::make_unique<ValueDigest>(call.arguments[0].type);
      call.context.memory += sizeof(ValueDigest);
    }
    const int64_t before = state.digest->bytes();
    state.digest->add(values.get(row), weighted ? weights.get<int64_t>(row) : 1);
    call.context.memory += state.digest->bytes() - before;
  });
}

void add_digests(AddCall& call) {
  const Reader values(call.arguments[0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    State& state = state_of(call.states[call.one_state ? 0 : at]);
    ++at;
    if (!values.valid(row)) return;
    auto digest = ValueDigest::read(DynamicView(values.get<Text>(row).view()));
    if (!digest) return;
    if (state.digest == nullptr) {
      state.digest = std::make_unique<ValueDigest>(digest->type());
      call.context.memory += sizeof(ValueDigest);
    }
    const int64_t before = state.digest->bytes();
    state.digest->merge(*digest);
    call.context.memory += state.digest->bytes() - before;
  });
}

void merge_states(AggregateContext&, char* into, char* from) {
  auto& target = state_of(into).digest;
  auto& source = state_of(from).digest;
  if (source == nullptr) return;
  if (target == nullptr) {
    target = std::move(source);
  } else {
    target->merge(*source);
  }
}

void append_digest(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const auto& digest = state_of(state).digest;
  if (digest == nullptr) return out[0]->append_null();
  DynamicBuilder builder;
  digest->add_to(builder);
  out[0]->append_text(builder.bytes());
}

AggregateBody body(std::vector<Type> takes, void (*add)(AddCall&)) {
  return {.takes = std::move(takes),
          .returns = {Type::Dynamic},
          .state_bytes = sizeof(State),
          .create = [](char* state, std::span<const Type>) { new (state) State(); },
          .destroy = [](char* state) { state_of(state).~State(); },
          .add = add,
          .merge = merge_states,
          .result = append_digest};
}

std::vector<AggregateBody> digest_bodies() {
  std::vector<AggregateBody> bodies;
  for (Type type :
       {Type::Long, Type::Int, Type::Real, Type::Decimal, Type::Datetime, Type::Timespan}) {
    bodies.push_back(body({type}, add_values<false>));
    bodies.push_back(body({type, Type::Long}, add_values<true>));
  }
  return bodies;
}

constexpr std::string_view own_form =
    "The value has a form of its own: only our functions can read it.";

}  // namespace

std::vector<AggregateFunction> digest_aggregates() {
  return {
      {
          .name = "tdigest",
          .summary = "What percentiles() counts by, to be merged and asked later.",
          .parameters = {{"expr", "The values.", Accepts::Summable},
                         {.name = "weight",
                          .meaning = "How often each counts; once without it.",
                          .accepts = Accepts::Integer,
                          .optional = true}},
          .bodies = digest_bodies(),
          .examples = {{"range x from 1 to 100 step 1 | summarize d = tdigest(x) "
                        "| project p = percentile_tdigest(d, 25)",
                        "p:dynamic\n25"},
                       {"datatable(v:long, n:long)[1, 9, 2, 1] | summarize d = tdigest(v, n) "
                        "| project p = percentile_tdigest(d, 95, typeof(long))",
                        "p:long\n2"}},
          .null_rule = "Nulls do not take part; null for an empty group.",
          .difference = own_form,
      },
      {
          .name = "tdigest_merge",
          .aliases = {"merge_tdigest"},
          .summary = "Several answers of tdigest() in one.",
          .parameters = {{"digest", "Answers of tdigest().", Accepts::DynamicArray}},
          .bodies = {body({Type::Dynamic}, add_digests)},
          .examples = {{"range x from 1 to 100 step 1 | summarize d = tdigest(x) by x % 7 "
                        "| summarize d = tdigest_merge(d) | project p = percentile_tdigest(d, 25)",
                        "p:dynamic\n25"}},
          .column_prefix = "merge_tdigests",
          .null_rule = "What is no digest does not take part; null when none is one.",
          .difference = own_form,
      },
  };
}

}  // namespace vedette::stdlib
