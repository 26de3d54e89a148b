// Thrift's compact protocol, in which Parquet writes its metadata: reading fields by their ids.
#pragma once

#include "runtime/ingest/parquet/problem.h"

namespace vedette::parquet {

enum class CompactType : uint8_t {
  Stop,
  True,
  False,
  Byte,
  Short,
  Int,
  Long,
  Double,
  Binary,
  List,
  Set,
  Map,
  Struct,
};

/// Reads values one behind the other. Throws Problem when the bytes are not what is asked for.
class CompactReader {
 public:
  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}

  /// Calls `visit(id, type)` for each field of a struct; it must read the field or `skip` it.
  template <typename Visit> void read_struct(Visit&& visit) {
    enter();
    int64_t id = 0;
    while (true) {
      const uint8_t header = bytes_.byte();
      const CompactType type = type_of(header & 0x0f);
      if (type == CompactType::Stop) break;
      id = header >> 4 == 0 ? bytes_.zigzag() : id + (header >> 4);
      if (id < INT16_MIN || id > INT16_MAX) damaged("a field's number is out of range");
      visit(static_cast<int>(id), type);
    }
    --depth_;
  }

  /// Calls `visit(type)` for each item of a list; it must read the item.
  template <typename Visit> void read_list(CompactType type, Visit&& visit) {
    if (type != CompactType::List && type != CompactType::Set) damaged("a list was expected");
    enter();
    const uint8_t header = bytes_.byte();
    const uint64_t count = header >> 4 == 15 ? bytes_.varint() : header >> 4;
    const CompactType items = type_of(header & 0x0f);
    if (items == CompactType::Stop || count > bytes_.left()) damaged("a list is too long");
    for (uint64_t at = 0; at < count; ++at) visit(items);
    --depth_;
  }

  bool boolean(CompactType type);
  int64_t integer(CompactType type);
  /// An integer of 32 bits.
  int32_t small(CompactType type);
  std::string_view binary(CompactType type);
  void expect_struct(CompactType type);
  void skip(CompactType type) { skip(type, false); }

  size_t left() const { return bytes_.left(); }

 private:
  static CompactType type_of(uint8_t bits);
  void enter();
  void skip(CompactType type, bool in_list);

  Cursor bytes_;
  int depth_ = 0;
};

}  // namespace vedette::parquet
