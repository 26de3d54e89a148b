#include <memory>

#include "stdlib/aggregate/hash_set.h"
#include "stdlib/aggregate/sketch.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// A state that is made at its first value.
template <typename Held> struct Lazy {
  std::unique_ptr<Held> held;
};

template <typename Held> Lazy<Held>& lazy(char* state) {
  return *reinterpret_cast<Lazy<Held>*>(state);
}

constexpr int precision_of(int64_t accuracy) {
  constexpr int bits[] = {12, 14, 16, 17, 18};
  return accuracy < 0 || accuracy > 4 ? 14 : bits[accuracy];
}

/// Visits the rows that are not null, each with its state (made when needed) and hash.
template <typename Held, typename Visit> void visit_hashes(AddCall& call, Visit&& visit) {
  const RowHashes hashes(call.arguments[0], call.selection);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    auto& state = lazy<Held>(call.states[call.one_state ? 0 : at]);
    ++at;
    if (!hashes.valid(row)) return;
    if (state.held == nullptr) {
      state.held = std::make_unique<Held>();
      call.context.memory += sizeof(Held);
    }
    visit(*state.held, hashes[row]);
  });
}

void add_to_sketch(AddCall& call) {
  int bits = 14;
  if (call.arguments.size() > 1 && call.selection.count > 0) {
    const Reader accuracy(call.arguments[1]);
    const uint32_t row = call.selection[0];
    if (accuracy.valid(row)) bits = precision_of(accuracy.get<int64_t>(row));
  }
  visit_hashes<Sketch>(call, [&](Sketch& sketch, uint64_t hash) {
    sketch.set_precision(bits);
    call.context.memory += sketch.add(hash);
  });
}

void add_sketches(AddCall& call) {
  const Reader values(call.arguments[0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    auto& state = lazy<Sketch>(call.states[call.one_state ? 0 : at]);
    ++at;
    if (!values.valid(row)) return;
    auto sketch = Sketch::read(DynamicView(values.get<Text>(row).view()));
    if (!sketch) return;
    if (state.held == nullptr) {
      state.held = std::make_unique<Sketch>(*std::move(sketch));
      call.context.memory += sizeof(Sketch);
    } else {
      call.context.memory += state.held->merge(*sketch);
    }
  });
}

void add_to_set(AddCall& call) {
  visit_hashes<HashSet>(call, [&](HashSet& set, uint64_t hash) {
    const size_t before = set.bytes();
    set.add(hash);
    call.context.memory += static_cast<int64_t>(set.bytes() - before);
  });
}

template <typename Held> void merge_held(AggregateContext& context, char* into, char* from) {
  auto& target = lazy<Held>(into).held;
  auto& source = lazy<Held>(from).held;
  if (source == nullptr) return;
  if (target == nullptr) {
    target = std::move(source);
  } else if constexpr (std::is_same_v<Held, Sketch>) {
    context.memory += target->merge(*source);
  } else {
    source->for_each([&](uint64_t hash) { target->add(hash); });
  }
}

template <typename Held>
void append_count(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const auto& held = lazy<Held>(state).held;
  int64_t count = 0;
  if constexpr (std::is_same_v<Held, Sketch>) {
    count = held == nullptr ? 0 : held->estimate();
  } else {
    count = held == nullptr ? 0 : static_cast<int64_t>(held->size());
  }
  out[0]->append_word(count);
}

void append_sketch(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  const auto& held = lazy<Sketch>(state).held;
  if (held == nullptr) return out[0]->append_null();
  DynamicBuilder builder;
  held->add_to(builder);
  out[0]->append_text(builder.bytes());
}

template <typename Held> AggregateBody body(std::vector<Type> takes, void (*add)(AddCall&)) {
  return {.takes = std::move(takes),
          .returns = {Type::Long},
          .state_bytes = sizeof(Lazy<Held>),
          .create = [](char* state, std::span<const Type>) { new (state) Lazy<Held>(); },
          .destroy = [](char* state) { lazy<Held>(state).~Lazy<Held>(); },
          .add = add,
          .merge = merge_held<Held>,
          .result = append_count<Held>};
}

/// The same with the sketch itself for an answer.
AggregateBody giving_sketch(AggregateBody made) {
  made.returns = {Type::Dynamic};
  made.result = append_sketch;
  return made;
}

}  // namespace

std::vector<AggregateFunction> distinct_aggregates() {
  return {
      {
          .name = "hll",
          .conditional = "hll_if",
          .summary = "What dcount() counts by, to be merged and counted later.",
          .parameters = {{"expr", "What to count.", Accepts::NotRealOrBool},
                         {.name = "accuracy",
                          .meaning = "0 for fast and rough to 4 for slow and fine; 1 by default.",
                          .accepts = Accepts::Integer,
                          .optional = true}},
          .bodies = {giving_sketch(body<Sketch>({Type::Error}, add_to_sketch)),
                     giving_sketch(body<Sketch>({Type::Error, Type::Long}, add_to_sketch))},
          .examples = {{"range x from 1 to 9 step 1 | summarize h = hll(x % 3) "
                        "| project n = dcount_hll(h)",
                        "n:long\n3"}},
          .null_rule = "Nulls do not count; null when there is nothing else.",
          .difference = "The value has a form of its own: only our functions can read it.",
          .copies = Copies::Ignored,
      },
      {
          .name = "hll_merge",
          .summary = "Several answers of hll() in one.",
          .parameters = {{"hll", "Answers of hll().", Accepts::DynamicArray}},
          .bodies = {giving_sketch(body<Sketch>({Type::Dynamic}, add_sketches))},
          .examples = {{"range x from 1 to 30 step 1 | summarize h = hll(x % 10) by x % 4 "
                        "| summarize h = hll_merge(h) | project n = dcount_hll(h)",
                        "n:long\n10"}},
          .null_rule = "What is no answer of hll() does not take part; null when none is one.",
      },
      {
          .name = "dcount",
          .conditional = "dcountif",
          .summary = "An estimate of how many different values a group has; exact for few.",
          .parameters = {{"expr", "What to count.", Accepts::Scalar},
                         {.name = "accuracy",
                          .meaning = "0 for fast and rough to 4 for slow and fine; 1 by default.",
                          .accepts = Accepts::NotDynamic,
                          .optional = true}},
          .bodies = {body<Sketch>({Type::Error}, add_to_sketch),
                     body<Sketch>({Type::Error, Type::Long}, add_to_sketch)},
          .examples = {{"range x from 1 to 10 step 1 | summarize dcount(x % 3)", "dcount_:long\n3"},
                       {"range x from 1 to 10 step 1 | summarize n = dcountif(x, x > 4)",
                        "n:long\n6"}},
          .null_rule = "Nulls do not count; empty texts do.",
          .copies = Copies::Ignored,
      },
      {
          .name = "count_distinct",
          .conditional = "count_distinctif",
          .summary = "How many different values a group has.",
          .parameters = {{"expr", "What to count.", Accepts::NotDynamic}},
          .bodies = {body<HashSet>({Type::Error}, add_to_set)},
          .examples = {{"range x from 1 to 10 step 1 | summarize n = count_distinct(x % 3)",
                        "n:long\n3"},
                       {"range x from 1 to 10 step 1 | summarize n = count_distinctif(x, x > 4)",
                        "n:long\n6"}},
          .null_rule = "Nulls do not count; empty texts do.",
          .copies = Copies::Ignored,
      },
  };
}

}  // namespace vedette::stdlib
