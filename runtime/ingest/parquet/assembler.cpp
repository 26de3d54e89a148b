#include "runtime/ingest/parquet/assembler.h"

#include "runtime/base/utf8.h"
#include "runtime/ingest/parquet/leaf_value.h"
#include "runtime/value/json.h"

namespace vedette::parquet {

namespace {

constexpr size_t most_bytes = 1 << 28;  // of the value of one row

[[noreturn]] void disagree() {
  damaged("the levels of its leaves do not agree");
}

void add_text(std::string_view text, DynamicBuilder& builder, bool& repaired) {
  if (is_valid_utf8(text)) {
    builder.add_string(text);
  } else {
    repaired = true;
    builder.add_string(sanitized_utf8(text));
  }
}

}  // namespace

Assembler::Assembler(const Batch& batch, const Node& column) : column_(column) {
  for (uint32_t at = column.first_leaf; at < column.first_leaf + column.leaves; ++at) {
    const Leaf& leaf = batch.schema->leaves[at];
    places_.push_back({&leaf, &batch.leaves[at], batch.leaves[at].entries(leaf)});
  }
}

bool Assembler::next(DynamicBuilder& builder) {
  builder.clear();
  repaired_ = false;
  const bool null = is_null(column_);
  if (null) {
    pass(column_);
  } else {
    add_content(column_, builder);
  }
  for (const Place& place : places_) {
    const bool inside = place.leaf->repetition > 0 && place.entry < place.entries &&
                        place.slice->repetitions[place.entry] > 0;
    if (inside) disagree();
  }
  return !null;
}

Assembler::Place& Assembler::first_of(const Node& node) {
  Place& place = places_[node.first_leaf - column_.first_leaf];
  if (place.entry == place.entries) disagree();
  return place;
}

bool Assembler::is_null(const Node& node) {
  return node.optional && first_of(node).definition() < node.defined;
}

/// Whether the next entry is another item of `list`.
bool Assembler::goes_on(const Node& list) {
  const Place& place = places_[list.first_leaf - column_.first_leaf];
  return place.entry < place.entries && place.slice->repetitions[place.entry] == list.repetition;
}

/// Leaves out the one entry that a null or an empty list has in each leaf.
void Assembler::pass(const Node& node) {
  const size_t first = node.first_leaf - column_.first_leaf;
  for (size_t at = first; at < first + node.leaves; ++at) {
    Place& place = places_[at];
    if (place.entry == place.entries || place.definition() == place.leaf->defined) disagree();
    ++place.entry;
  }
}

void Assembler::add(const Node& node, DynamicBuilder& builder) {
  if (is_null(node)) {
    builder.add_null();
    pass(node);
  } else {
    add_content(node, builder);
  }
}

void Assembler::add_content(const Node& node, DynamicBuilder& builder) {
  if (builder.bytes().size() > most_bytes) unsupported("the value of a row is too large");
  if (node.shape == Node::Shape::Value) {
    Place& place = first_of(node);
    if (place.definition() != place.leaf->defined) disagree();
    add_value(place, builder);
    return;
  }
  if (node.shape == Node::Shape::Object) {
    builder.begin_object();
    for (const Node& child : node.children) {
      builder.key(child.name);
      add(child, builder);
    }
    builder.end_object();
    return;
  }
  const bool filled = first_of(node).definition() >= node.filled;
  const bool map = node.shape == Node::Shape::Map;
  if (map) {
    builder.begin_object();
  } else {
    builder.begin_array();
  }
  if (!filled) pass(node);
  for (bool any = filled; any; any = goes_on(node)) {
    if (map) add_key(node.children[0], builder);
    if (map && node.children.size() == 1) {
      builder.add_null();
    } else {
      add(node.children.back(), builder);
    }
  }
  if (map) {
    builder.end_object();
  } else {
    builder.end_array();
  }
}

void Assembler::add_key(const Node& node, DynamicBuilder& builder) {
  if (node.shape != Node::Shape::Value) unsupported("a map has keys that are no single values");
  if (is_null(node)) {
    pass(node);
    builder.key("null");
    return;
  }
  Place& place = first_of(node);
  if (place.definition() != place.leaf->defined) disagree();
  ++place.entry;
  write_value(*place.leaf, place.slice->values, place.value++, text_);
  builder.key(text_);
}

void Assembler::add_value(Place& place, DynamicBuilder& builder) {
  ++place.entry;
  add_leaf_value(*place.leaf, place.slice->values, place.value++, text_, builder, repaired_);
}

void add_leaf_value(const Leaf& leaf, const Values& values, size_t at, std::string& scratch,
                    DynamicBuilder& builder, bool& repaired) {
  switch (leaf.kind) {
    case LeafKind::Bool:
      return builder.add_bool(values.integers[at] != 0);
    case LeafKind::Int:
    case LeafKind::Long:
      return builder.add_long(integer_at(leaf, values, at));
    case LeafKind::UnsignedLong:
      if (values.integers[at] >= 0) return builder.add_long(values.integers[at]);
      write_value(leaf, values, at, scratch);
      return builder.add_number(static_cast<double>(static_cast<uint64_t>(values.integers[at])),
                                scratch);
    case LeafKind::Real:
    case LeafKind::Float16:
      return builder.add_real(real_at(leaf, values, at));
    case LeafKind::Text:
      return add_text(values.texts[at], builder, repaired);
    case LeafKind::Json:
      if (!parse_json_text(values.texts[at], builder)) {
        add_text(values.texts[at], builder, repaired);
      }
      return;
    case LeafKind::Date:
    case LeafKind::Timestamp:
    case LeafKind::Int96:
      if (const auto time = datetime_at(leaf, values, at)) return builder.add_datetime(*time);
      break;
    case LeafKind::Time:
    case LeafKind::Interval:
      if (const auto span = timespan_at(leaf, values, at)) return builder.add_timespan(*span);
      break;
    case LeafKind::Uuid:
      return builder.add_guid(guid_at(values, at));
    case LeafKind::Decimal:
      if (const auto number = decimal_at(leaf, values, at)) {
        write_value(leaf, values, at, scratch);
        if (leaf.scale == 0 && scratch.size() <= 18) return builder.add_long(*to_long(*number));
        return builder.add_number(to_real(*number), scratch);
      }
      break;
    case LeafKind::Binary:
      break;
  }
  write_value(leaf, values, at, scratch);
  builder.add_string(scratch);
}

}  // namespace vedette::parquet
