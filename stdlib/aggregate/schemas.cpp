// What dynamic values look like: buildschema.
#include <algorithm>
#include <map>
#include <memory>

#include "runtime/value/dynamic_builder.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// Names of scalars in a schema, in the order in which they are listed.
struct ScalarName {
  DynamicKind kind;
  std::string_view name;
};
constexpr ScalarName scalar_names[] = {
    {DynamicKind::Bool, "bool"},         {DynamicKind::Long, "long"},
    {DynamicKind::Real, "double"},       {DynamicKind::Decimal, "decimal"},
    {DynamicKind::Datetime, "datetime"}, {DynamicKind::Timespan, "timespan"},
    {DynamicKind::Guid, "guid"},         {DynamicKind::String, "string"},
};

/// Everything that was seen at one place.
class Shape {
 public:
  void add(DynamicView value, int64_t& memory) {
    if (value.is_array()) {
      Shape& items = made(items_, memory);
      for (DynamicView item : value.items()) items.add(item, memory);
    } else if (value.is_object()) {
      object_ = true;
      for (const auto [key, inner] : value.entries()) entry(key, memory).add(inner, memory);
    } else if (!value.is_null()) {
      kinds_ |= bit_of(value.kind());
    }
  }

  void merge(const Shape& other, int64_t& memory) {
    kinds_ |= other.kinds_;
    object_ |= other.object_;
    if (other.items_ != nullptr) made(items_, memory).merge(*other.items_, memory);
    for (const Entry& entry : other.entries_) {
      this->entry(entry.key, memory).merge(*entry.shape, memory);
    }
  }

  void add_to(DynamicBuilder& out) const {
    const auto names = std::count_if(std::begin(scalar_names), std::end(scalar_names),
                                     [&](const ScalarName& one) { return has(one.kind); });
    const bool container = object_ || items_ != nullptr;
    const bool several = names + (container ? 1 : 0) != 1;
    if (several) out.begin_array();
    for (const ScalarName& one : scalar_names) {
      if (has(one.kind)) out.add_string(one.name);
    }
    if (container) add_container(out);
    if (several) out.end_array();
  }

 private:
  struct Entry {
    std::string key;
    std::unique_ptr<Shape> shape;
  };

  static uint32_t bit_of(DynamicKind kind) { return 1u << static_cast<unsigned>(kind); }
  bool has(DynamicKind kind) const { return (kinds_ & bit_of(kind)) != 0; }

  static Shape& made(std::unique_ptr<Shape>& shape, int64_t& memory) {
    if (shape == nullptr) {
      shape = std::make_unique<Shape>();
      memory += sizeof(Shape);
    }
    return *shape;
  }

  Shape& entry(std::string_view key, int64_t& memory) {
    const auto known = place_of_.find(key);
    if (known != place_of_.end()) return *entries_[known->second].shape;
    entries_.push_back({std::string(key), nullptr});
    place_of_.emplace(std::string(key), entries_.size() - 1);
    memory += static_cast<int64_t>(sizeof(Entry) + 2 * key.size() + 64);
    return made(entries_.back().shape, memory);
  }

  void add_container(DynamicBuilder& out) const {
    out.begin_object();
    for (const Entry& entry : entries_) {
      out.key(entry.key);
      entry.shape->add_to(out);
    }
    if (items_ != nullptr) {
      out.key("`indexer`");
      items_->add_to(out);
    }
    out.end_object();
  }

  uint32_t kinds_ = 0;
  bool object_ = false;
  std::vector<Entry> entries_;
  std::map<std::string, size_t, std::less<>> place_of_;
  std::unique_ptr<Shape> items_;
};

struct SchemaState {
  std::unique_ptr<Shape> shape;

  Shape& made(AggregateContext& context) {
    if (shape == nullptr) {
      shape = std::make_unique<Shape>();
      context.memory += sizeof(Shape);
    }
    return *shape;
  }
  void add(AggregateContext& context, Dynamic value) {
    made(context).add(DynamicView(value), context.memory);
  }
  void merge(AggregateContext& context, const SchemaState& other) {
    if (other.shape != nullptr) made(context).merge(*other.shape, context.memory);
  }
  std::optional<Dynamic> result(AggregateContext& context) const {
    if (shape == nullptr) return std::nullopt;
    DynamicBuilder builder;
    shape->add_to(builder);
    return builder.finish(*context.arena);
  }
};

}  // namespace

std::vector<AggregateFunction> schema_aggregates() {
  return {
      {
          .name = "buildschema",
          .summary = "The least schema that all dynamic values of a group fit: what each "
                     "property is, and under `indexer` what the items of an array are.",
          .parameters = {{"expr", "The dynamic values.", Accepts::DynamicBag}},
          .bodies = {aggregate<SchemaState>()},
          .examples = {{"datatable(d:dynamic)[dynamic({\"a\": 1}), dynamic({\"a\": [true]})] "
                        "| summarize s = buildschema(d)",
                        "s:dynamic\n{\"a\":[\"long\",{\"`indexer`\":\"bool\"}]}"}},
          .column_prefix = "schema",
          .null_rule = "Nulls say nothing of a type; null when there is nothing else.",
      },
  };
}

}  // namespace vedette::stdlib
