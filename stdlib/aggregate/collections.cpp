#include <memory>

#include "runtime/base/hash.h"
#include "runtime/value/dynamic_builder.h"
#include "stdlib/aggregate/hash_set.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {
namespace {

constexpr int64_t most_items = 1'048'576;

/// Dynamic values one after the other.
struct Items {
  std::string bytes;
  std::vector<uint32_t> sizes;
  std::vector<uint64_t> hashes;  // of sets only: one an item
  HashSet seen;                  // of sets only

  size_t count() const { return sizes.size(); }
  void put(std::string_view value) {
    bytes.append(value);
    sizes.push_back(static_cast<uint32_t>(value.size()));
  }
  template <typename Visit> void for_each(Visit&& visit) const {
    const char* at = bytes.data();
    for (size_t i = 0; i < sizes.size(); ++i) {
      visit(i, std::string_view(at, sizes[i]));
      at += sizes[i];
    }
  }
};

struct Collection {
  std::unique_ptr<Items> items;
  int64_t limit = most_items;

  Items& make() {
    if (items == nullptr) items = std::make_unique<Items>();
    return *items;
  }
  bool full() const { return items != nullptr && static_cast<int64_t>(items->count()) >= limit; }
};

Collection& collection_of(char* state) {
  return *reinterpret_cast<Collection*>(state);
}

/// The `max_size` of a call; without one, or for -1, the limit of the language.
int64_t limit_of(const AddCall& call) {
  if (call.arguments.size() < 2 || call.selection.count == 0) return most_items;
  const Reader size(call.arguments[1]);
  const uint32_t row = call.selection[0];
  if (!size.valid(row)) return most_items;
  const int64_t limit = size.get<int64_t>(row);
  return limit < 0 || limit > most_items ? most_items : limit;
}

int64_t bytes_of_item(std::string_view value) {
  return static_cast<int64_t>(value.size() + sizeof(uint32_t));
}

/// Adds one value to a list, or to a set unless it is there.
template <bool set>
void put(AddCall& call, Collection& collection, uint64_t hash, std::string_view value) {
  if (collection.full()) return;
  Items& items = collection.make();
  if constexpr (set) {
    if (!items.seen.add(hash)) return;
    items.hashes.push_back(hash);
    call.context.memory += 2 * static_cast<int64_t>(sizeof(uint64_t));
  }
  items.put(value);
  call.context.memory += bytes_of_item(value);
}

/// Arrays are taken apart, one level deep.
template <bool set> void put_dynamic(AddCall& call, Collection& collection, DynamicView value) {
  if (!value.is_array()) {
    return put<set>(call, collection, set ? hash_of(value) : 0, value.bytes());
  }
  for (DynamicView item : value.items()) {
    if (set && item.is_null()) continue;
    put<set>(call, collection, set ? hash_of(item) : 0, item.bytes());
  }
}

template <bool set> void collect(AddCall& call) {
  const int64_t limit = limit_of(call);
  const Vector& source = call.arguments[0];
  const AnyReader reader(source);
  std::optional<RowHashes> hashes;
  if (set && source.type != Type::Dynamic) hashes.emplace(source, call.selection);
  DynamicBuilder builder;
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    Collection& collection = collection_of(call.states[call.one_state ? 0 : at]);
    ++at;
    collection.limit = limit;
    if (!reader.valid(row) || collection.full()) return;
    // Most rows of a set bring nothing new: they need not be written out.
    if (hashes && collection.items != nullptr && collection.items->seen.has((*hashes)[row])) return;
    AnyScalar value = reader.get(row);
    if (value.is_null()) return;
    // The zeros are equal: which of them is in a set must not depend on the order of threads.
    if (set && value.kind == DynamicKind::Real && value.real == 0) value.real = 0;
    if (value.dynamic) return put_dynamic<set>(call, collection, value.view);
    add_to(builder, value);
    put<set>(call, collection, hashes ? (*hashes)[row] : 0, builder.bytes());
    builder.clear();
  });
}

void collect_with_nulls(AddCall& call) {
  const AnyReader reader(call.arguments[0]);
  DynamicBuilder builder;
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    Collection& collection = collection_of(call.states[call.one_state ? 0 : at]);
    ++at;
    add_to(builder, reader.get(row));
    put<false>(call, collection, 0, builder.bytes());
    builder.clear();
  });
}

template <bool set> void merge_items(AggregateContext& context, char* into, char* from) {
  Collection& target = collection_of(into);
  Collection& source = collection_of(from);
  if (source.items == nullptr) return;
  if (target.items == nullptr) {
    target.items = std::move(source.items);
    target.limit = source.limit;
    return;
  }
  source.items->for_each([&](size_t i, std::string_view value) {
    if (target.full()) return;
    if constexpr (set) {
      if (!target.items->seen.add(source.items->hashes[i])) return;
      target.items->hashes.push_back(source.items->hashes[i]);
    }
    target.items->put(value);
    context.memory += bytes_of_item(value);
  });
}

void append_array(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  DynamicBuilder builder;
  builder.begin_array();
  if (const auto& items = collection_of(state).items) {
    items->for_each([&](size_t, std::string_view value) { builder.add(DynamicView(value)); });
  }
  builder.end_array();
  out[0]->append_text(builder.bytes());
}

// ---- bags: keys and values take turns; the first value of a key stays ----

void put_entry(AggregateContext& context, Collection& collection, std::string_view key,
               std::string_view value) {
  if (collection.items != nullptr &&
      static_cast<int64_t>(collection.items->count() / 2) >= collection.limit) {
    return;
  }
  Items& items = collection.make();
  if (!items.seen.add(hash_bytes(key))) return;
  items.put(key);
  items.put(value);
  context.memory += bytes_of_item(key) + bytes_of_item(value) + 16;
}

void collect_bags(AddCall& call) {
  const int64_t limit = limit_of(call);
  const Reader reader(call.arguments[0]);
  uint32_t at = 0;
  for_each_row(call.selection, [&](uint32_t row) {
    Collection& collection = collection_of(call.states[call.one_state ? 0 : at]);
    ++at;
    collection.limit = limit;
    if (!reader.valid(row)) return;
    for (const auto& entry : DynamicView(reader.get<Text>(row).view()).entries()) {
      put_entry(call.context, collection, entry.key, entry.value.bytes());
    }
  });
}

void merge_bags(AggregateContext& context, char* into, char* from) {
  Collection& target = collection_of(into);
  const Collection& source = collection_of(from);
  if (source.items == nullptr) return;
  target.limit = source.limit;
  std::string_view key;
  source.items->for_each([&](size_t i, std::string_view part) {
    if (i % 2 == 0) {
      key = part;
    } else {
      put_entry(context, target, key, part);
    }
  });
}

void append_bag(AggregateContext&, char* state, std::span<ColumnBuilder* const> out) {
  DynamicBuilder builder;
  builder.begin_object();
  if (const auto& items = collection_of(state).items) {
    items->for_each([&](size_t i, std::string_view part) {
      if (i % 2 == 0) {
        builder.key(part);
      } else {
        builder.add(DynamicView(part));
      }
    });
  }
  builder.end_object();
  out[0]->append_text(builder.bytes());
}

using Merge = void (*)(AggregateContext&, char*, char*);
using Append = void (*)(AggregateContext&, char*, std::span<ColumnBuilder* const>);

std::vector<AggregateBody> bodies(Type takes, void (*add)(AddCall&), Merge merge, Append result,
                                  bool with_size) {
  const auto body = [&](std::vector<Type> types) {
    return AggregateBody{
        .takes = std::move(types),
        .returns = {Type::Dynamic},
        .state_bytes = sizeof(Collection),
        .create = [](char* state, std::span<const Type>) { new (state) Collection(); },
        .destroy = [](char* state) { collection_of(state).~Collection(); },
        .add = add,
        .merge = merge,
        .result = result};
  };
  std::vector<AggregateBody> made = {body({takes})};
  if (with_size) made.push_back(body({takes, Type::Long}));
  return made;
}

std::vector<Parameter> parameters(std::string_view meaning, Accepts accepts) {
  return {{"expr", meaning, accepts},
          {.name = "maxSize",
           .meaning = "How many at most; 1048576 by default.",
           .accepts = Accepts::Integer,
           .optional = true}};
}

}  // namespace

std::vector<AggregateFunction> collection_aggregates() {
  return {
      {
          .name = "make_list",
          .aliases = {"makelist"},
          .conditional = "make_list_if",
          .summary = "The values of a group as an array, in the order of the rows.",
          .parameters = parameters("What to collect; arrays are taken apart.", Accepts::Scalar),
          .bodies = bodies(Type::Error, collect<false>, merge_items<false>, append_array, true),
          .examples = {{"range x from 1 to 3 step 1 | summarize make_list(x)",
                        "list_x:dynamic\n[1,2,3]"},
                       {"range x from 1 to 5 step 1 | summarize l = make_list_if(x, x > 1, 2)",
                        "l:dynamic\n[2,3]"}},
          .column_prefix = "list",
          .null_rule = "Nulls are left out; an empty array for an empty group.",
      },
      {
          .name = "make_list_with_nulls",
          .summary = "The values of a group as an array, nulls included.",
          .parameters = {{"expr", "What to collect.", Accepts::Scalar}},
          .bodies =
              bodies(Type::Error, collect_with_nulls, merge_items<false>, append_array, false),
          .examples = {{"datatable(x:long)[1, long(null)] | summarize make_list_with_nulls(x)",
                        "list_x:dynamic\n[1,null]"}},
          .column_prefix = "list",
      },
      {
          .name = "make_set",
          .aliases = {"makeset"},
          .conditional = "make_set_if",
          .summary = "The different values of a group as an array.",
          .parameters = parameters("What to collect; arrays are taken apart.", Accepts::Scalar),
          .bodies = bodies(Type::Error, collect<true>, merge_items<true>, append_array, true),
          .examples = {{"datatable(x:long)[1, 2, 1] | summarize make_set(x)",
                        "set_x:dynamic\n[1,2]"},
                       {"datatable(x:long)[1, 2, 1] | summarize s = make_set_if(x, x > 1)",
                        "s:dynamic\n[2]"}},
          .column_prefix = "set",
          .null_rule = "Nulls are left out; an empty array for an empty group.",
          .copies = Copies::Ignored,
      },
      {
          .name = "make_bag",
          .conditional = "make_bag_if",
          .summary = "All properties of a group's bags in one bag.",
          .parameters = parameters("The bags; other values are left out.", Accepts::DynamicBag),
          .bodies = bodies(Type::Dynamic, collect_bags, merge_bags, append_bag, true),
          .examples = {{"datatable(d:dynamic)[dynamic({'a':1}), dynamic({'b':2})] "
                        "| summarize b = make_bag(d)",
                        "b:dynamic\n{\"a\":1,\"b\":2}"}},
          .column_prefix = "bag",
          .null_rule = "Nulls are left out; an empty bag for an empty group.",
      },
      {
          .name = "make_dictionary",
          .summary = "The old name of make_bag().",
          .parameters = parameters("The bags; other values are left out.", Accepts::DynamicBag),
          .bodies = bodies(Type::Dynamic, collect_bags, merge_bags, append_bag, true),
          .examples = {{"datatable(d:dynamic)[dynamic({'a':1})] | summarize make_dictionary(d)",
                        "dictionary_d:dynamic\n{\"a\":1}"}},
          .column_prefix = "dictionary",
      },
  };
}

}  // namespace vedette::stdlib
