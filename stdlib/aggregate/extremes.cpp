#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

template <typename T, bool greatest> struct Extreme {
  T best = {};
  bool any = false;

  void add(const T& value) {
    if (!any || (greatest ? value > best : value < best)) best = value;
    any = true;
  }
  void merge(const Extreme& other) {
    if (other.any) add(other.best);
  }
  std::optional<T> result() const {
    if (!any) return std::nullopt;
    return best;
  }
};

/// The extreme text is a copy in the query's memory; a longer one needs a new place.
template <bool greatest> struct ExtremeText {
  char* bytes = nullptr;
  uint32_t size = 0;
  uint32_t room = 0;
  bool any = false;

  void add(AggregateContext& context, std::string_view text) {
    const std::string_view best(bytes, size);
    if (any && !(greatest ? text > best : text < best)) return;
    any = true;
    if (text.size() > room) {
      room = static_cast<uint32_t>(text.size() + text.size() / 2);
      bytes = context.arena->allocate(room, 1);
    }
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    size = static_cast<uint32_t>(text.size());
  }
  void merge(AggregateContext& context, const ExtremeText& other) {
    if (other.any) add(context, {other.bytes, other.size});
  }
  std::string_view result() const { return {bytes, size}; }
};

template <bool greatest> std::vector<AggregateBody> extreme_bodies() {
  AggregateBody of_int = aggregate<Extreme<int64_t, greatest>>();
  of_int.takes = {Type::Int};
  of_int.returns = {Type::Int};
  return {aggregate<Extreme<int64_t, greatest>>(),  std::move(of_int),
          aggregate<Extreme<double, greatest>>(),   aggregate<Extreme<Datetime, greatest>>(),
          aggregate<Extreme<Timespan, greatest>>(), aggregate<Extreme<Decimal, greatest>>(),
          aggregate<Extreme<bool, greatest>>(),     aggregate<ExtremeText<greatest>>()};
}

}  // namespace

std::vector<AggregateFunction> extreme_aggregates() {
  return {
      {
          .name = "max",
          .conditional = "maxif",
          .summary = "The greatest value of a group.",
          .parameters = {{"expr", "What to compare.", Accepts::Orderable}},
          .bodies = extreme_bodies<true>(),
          .examples = {{"range x from 1 to 4 step 1 | summarize max(x)", "max_x:long\n4"},
                       {"range x from 1 to 4 step 1 | summarize maxif(x, x < 3)",
                        "maxif_x:long\n2"}},
          .null_rule = "Nulls do not take part; null for an empty group.",
          .copies = Copies::Ignored,
      },
      {
          .name = "min",
          .conditional = "minif",
          .summary = "The least value of a group.",
          .parameters = {{"expr", "What to compare.", Accepts::Orderable}},
          .bodies = extreme_bodies<false>(),
          .examples = {{"range x from 1 to 4 step 1 | summarize min(x)", "min_x:long\n1"},
                       {"range x from 1 to 4 step 1 | summarize minif(x, x > 2)",
                        "minif_x:long\n3"}},
          .null_rule = "Nulls do not take part; null for an empty group.",
          .copies = Copies::Ignored,
      },
  };
}

}  // namespace vedette::stdlib
