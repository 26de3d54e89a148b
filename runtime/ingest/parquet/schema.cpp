#include "runtime/ingest/parquet/schema.h"

#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::parquet {

namespace {

constexpr size_t max_depth = 100;

bool is_bytes(Physical physical) {
  return physical == Physical::ByteArray || physical == Physical::FixedLengthByteArray;
}

bool is_integer(Physical physical) {
  return physical == Physical::Int32 || physical == Physical::Int64;
}

LeafKind plain_kind(Physical physical) {
  switch (physical) {
    case Physical::Boolean:
      return LeafKind::Bool;
    case Physical::Int32:
      return LeafKind::Int;
    case Physical::Int64:
      return LeafKind::Long;
    case Physical::Int96:
      return LeafKind::Int96;
    case Physical::Float:
    case Physical::Double:
      return LeafKind::Real;
    default:
      return LeafKind::Binary;
  }
}

/// An annotation that does not go with the physical type counts for nothing.
LeafKind kind_of(const SchemaElement& element, Leaf& leaf) {
  const Physical physical = *element.physical;
  const bool bytes = is_bytes(physical);
  const auto fixed = [&](int32_t length) {
    return physical == Physical::FixedLengthByteArray && element.length == length;
  };
  switch (element.annotation) {
    case Annotation::String:
    case Annotation::Enum:
      if (bytes) return LeafKind::Text;
      break;
    case Annotation::Json:
      if (bytes) return LeafKind::Json;
      break;
    case Annotation::Decimal:
      if (!bytes && !is_integer(physical)) break;
      if (element.scale < 0 || element.scale > 6000)
        damaged("the scale of a decimal is impossible");
      leaf.scale = element.scale;
      return LeafKind::Decimal;
    case Annotation::Date:
      if (physical == Physical::Int32) return LeafKind::Date;
      break;
    case Annotation::Time:
    case Annotation::Timestamp:
      leaf.unit = element.unit;
      if (element.annotation == Annotation::Timestamp && physical == Physical::Int64) {
        return LeafKind::Timestamp;
      }
      if (element.annotation == Annotation::Time && is_integer(physical)) return LeafKind::Time;
      break;
    case Annotation::Integer:
      if (!is_integer(physical) || element.is_signed) break;
      if (physical == Physical::Int64) return LeafKind::UnsignedLong;
      if (element.bits != 8 && element.bits != 16 && element.bits != 32) break;
      leaf.unsigned_bits = static_cast<uint32_t>(element.bits);
      return element.bits == 32 ? LeafKind::Long : LeafKind::Int;
    case Annotation::Uuid:
      if (fixed(16)) return LeafKind::Uuid;
      break;
    case Annotation::Float16:
      if (fixed(2)) return LeafKind::Float16;
      break;
    case Annotation::Interval:
      if (fixed(12)) return LeafKind::Interval;
      break;
    case Annotation::Null:
      return LeafKind::Text;  // there is nothing but nulls
    default:
      break;
  }
  return plain_kind(physical);
}

class SchemaMaker {
 public:
  explicit SchemaMaker(const std::vector<SchemaElement>& elements) : elements_(elements) {}

  Schema make() {
    if (elements_.empty()) damaged("it has no schema");
    const SchemaElement& root = take();
    if (root.children <= 0) damaged("it has no columns");
    for (int32_t at = 0; at < root.children; ++at) {
      schema_.columns.push_back(field({}));
    }
    if (next_ != elements_.size()) damaged("its schema has fields that belong to no group");
    return std::move(schema_);
  }

 private:
  /// Where in the tree a field is.
  struct Place {
    uint16_t defined = 0;
    uint16_t repetition = 0;
    size_t depth = 0;
    std::string path = {};
  };

  const SchemaElement& take() {
    if (next_ == elements_.size()) damaged("its schema ends too early");
    return elements_[next_++];
  }

  static Place inside(const Place& outer, const SchemaElement& element) {
    Place place = outer;
    place.path = outer.path.empty() ? element.name : outer.path + "." + element.name;
    if (++place.depth > max_depth) unsupported("its columns nest too deeply");
    return place;
  }

  /// A field with its repetition: something optional, or a list of its own making.
  Node field(const Place& outer) {
    const SchemaElement& element = take();
    Place place = inside(outer, element);
    if (element.repetition == Repetition::Repeated) {
      return list(element, outer.defined, ++place.repetition, [&] {
        return content(element, {++place.defined, place.repetition, place.depth, place.path});
      });
    }
    const bool optional = element.repetition == Repetition::Optional;
    if (optional) ++place.defined;
    Node node = content(element, place);
    node.optional = optional;
    return node;
  }

  template <typename MakeItem>
  Node list(const SchemaElement& element, uint16_t defined, uint16_t repetition, MakeItem&& item) {
    Node node = begin(Node::Shape::List, element, defined);
    node.repetition = repetition;
    node.filled = static_cast<uint16_t>(defined + 1);
    node.children.push_back(item());
    return finish(std::move(node));
  }

  /// What a field is once it is there. `place` counts its own repetition.
  Node content(const SchemaElement& element, const Place& place) {
    if (element.physical) return value(element, place);
    if (element.children <= 0) damaged("its schema has a group without fields");
    const bool single = element.children == 1 && next_ < elements_.size() &&
                        elements_[next_].repetition == Repetition::Repeated;
    if (element.annotation == Annotation::List && single) return annotated_list(element, place);
    if (element.annotation == Annotation::Map && single && !elements_[next_].physical &&
        (elements_[next_].children == 1 || elements_[next_].children == 2)) {
      return map(element, place);
    }
    Node node = begin(Node::Shape::Object, element, place.defined);
    for (int32_t at = 0; at < element.children; ++at) node.children.push_back(field(place));
    return finish(std::move(node));
  }

  Node annotated_list(const SchemaElement& element, const Place& place) {
    const SchemaElement& repeated = take();
    Place item = inside(place, repeated);
    ++item.defined;
    ++item.repetition;
    return list(element, place.defined, item.repetition, [&] {
      const bool wraps = !repeated.physical && repeated.children == 1 && next_ < elements_.size() &&
                         elements_[next_].repetition != Repetition::Repeated &&
                         repeated.name != "array" && repeated.name != element.name + "_tuple";
      return wraps ? field(item) : content(repeated, item);
    });
  }

  Node map(const SchemaElement& element, const Place& place) {
    const SchemaElement& repeated = take();
    Place item = inside(place, repeated);
    Node node = begin(Node::Shape::Map, element, place.defined);
    node.filled = ++item.defined;
    node.repetition = ++item.repetition;
    for (int32_t at = 0; at < repeated.children; ++at) node.children.push_back(field(item));
    return finish(std::move(node));
  }

  Node value(const SchemaElement& element, const Place& place) {
    if (element.children > 0) damaged("its schema has a value with fields");
    Node node = begin(Node::Shape::Value, element, place.defined);
    Leaf leaf;
    leaf.physical = *element.physical;
    leaf.kind = kind_of(element, leaf);
    leaf.defined = place.defined;
    leaf.repetition = place.repetition;
    leaf.path = sanitized_utf8(place.path);
    if (leaf.physical == Physical::FixedLengthByteArray) {
      if (element.length <= 0) damaged(fmt::format("column '{}' has no length", leaf.path));
      leaf.length = static_cast<uint32_t>(element.length);
    }
    schema_.leaves.push_back(std::move(leaf));
    return node;
  }

  Node begin(Node::Shape shape, const SchemaElement& element, uint16_t defined) const {
    Node node;
    node.shape = shape;
    node.name = sanitized_utf8(element.name);
    node.defined = defined;
    node.first_leaf = static_cast<uint32_t>(schema_.leaves.size());
    return node;
  }

  Node finish(Node node) const {
    node.leaves = static_cast<uint32_t>(schema_.leaves.size()) - node.first_leaf;
    return node;
  }

  const std::vector<SchemaElement>& elements_;
  size_t next_ = 0;
  Schema schema_;
};

}  // namespace

Schema make_schema(const std::vector<SchemaElement>& elements) {
  return SchemaMaker(elements).make();
}

Type type_of(const Schema& schema, const Node& column) {
  if (column.shape != Node::Shape::Value) return Type::Dynamic;
  switch (schema.leaves[column.first_leaf].kind) {
    case LeafKind::Bool:
      return Type::Bool;
    case LeafKind::Int:
      return Type::Int;
    case LeafKind::Long:
    case LeafKind::UnsignedLong:
      return Type::Long;
    case LeafKind::Real:
    case LeafKind::Float16:
      return Type::Real;
    case LeafKind::Text:
    case LeafKind::Binary:
      return Type::String;
    case LeafKind::Json:
      return Type::Dynamic;
    case LeafKind::Date:
    case LeafKind::Timestamp:
    case LeafKind::Int96:
      return Type::Datetime;
    case LeafKind::Time:
    case LeafKind::Interval:
      return Type::Timespan;
    case LeafKind::Decimal:
      return Type::Decimal;
    case LeafKind::Uuid:
      return Type::Guid;
  }
  return Type::String;
}

}  // namespace vedette::parquet
