// The columns of a Parquet file as a tree: values, structs, lists and maps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/ingest/parquet/metadata.h"
#include "runtime/value/type.h"

namespace vedette::parquet {

/// What the values of a leaf are.
enum class LeafKind : uint8_t {
  Bool,
  Int,           // 32 bits or fewer
  Long,          // 64 bits, and unsigned 32
  UnsignedLong,  // 64 bits without a sign
  Real,
  Float16,
  Text,
  Binary,  // bytes of no stated meaning
  Json,
  Date,
  Time,
  Timestamp,
  Int96,  // a timestamp of old: nanoseconds of a day, Julian day
  Decimal,
  Uuid,
  Interval,  // months, days, milliseconds
};

/// A column that has values. Levels are as the format defines them: an entry's definition level
/// says how much of the path to it is there, its repetition level which list goes on with it.
struct Leaf {
  Physical physical = Physical::Boolean;
  LeafKind kind = LeafKind::Bool;
  uint32_t length = 0;         // of FixedLengthByteArray
  uint32_t unsigned_bits = 0;  // of Int and Long: keep so many low bits; 0: signed
  TimeUnit unit = TimeUnit::Milliseconds;
  int32_t scale = 0;        // of Decimal
  uint16_t defined = 0;     // the definition level of a value
  uint16_t repetition = 0;  // the highest repetition level
  std::string path;         // for messages: "a.list.element"
};

/// A node of the tree.
struct Node {
  enum class Shape : uint8_t { Value, Object, List, Map };

  Shape shape = Shape::Value;
  std::string name;
  bool optional = false;
  uint16_t defined = 0;     // the definition level from which on it is not null
  uint16_t filled = 0;      // of List and Map: from which on it has an item
  uint16_t repetition = 0;  // of List and Map: of the items behind the first
  uint32_t first_leaf = 0;  // the leaves below: so many from this one on
  uint32_t leaves = 1;
  std::vector<Node> children;  // of List: the item; of Map: the key and perhaps the value
};

struct Schema {
  std::vector<Leaf> leaves;
  std::vector<Node> columns;
};

/// Throws Problem when the fields make no tree.
Schema make_schema(const std::vector<SchemaElement>& elements);

/// The type of a table's column for values as they are in the file.
Type type_of(const Schema& schema, const Node& column);

}  // namespace vedette::parquet
