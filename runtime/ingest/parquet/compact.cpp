#include "runtime/ingest/parquet/compact.h"

namespace vedette::parquet {

namespace {

constexpr int max_depth = 64;

}  // namespace

CompactType CompactReader::type_of(uint8_t bits) {
  if (bits > static_cast<uint8_t>(CompactType::Struct)) damaged("a field is of no known type");
  return static_cast<CompactType>(bits);
}

void CompactReader::enter() {
  if (++depth_ > max_depth) damaged("metadata nests too deeply");
}

bool CompactReader::boolean(CompactType type) {
  if (type != CompactType::True && type != CompactType::False) damaged("a bool was expected");
  return type == CompactType::True;
}

int64_t CompactReader::integer(CompactType type) {
  switch (type) {
    case CompactType::Byte:
      return static_cast<int8_t>(bytes_.byte());
    case CompactType::Short:
    case CompactType::Int:
    case CompactType::Long:
      return bytes_.zigzag();
    default:
      damaged("an integer was expected");
  }
}

int32_t CompactReader::small(CompactType type) {
  const int64_t value = integer(type);
  if (value < INT32_MIN || value > INT32_MAX) damaged("an integer is out of range");
  return static_cast<int32_t>(value);
}

std::string_view CompactReader::binary(CompactType type) {
  if (type != CompactType::Binary) damaged("a text was expected");
  return bytes_.take(bytes_.varint());
}

void CompactReader::expect_struct(CompactType type) {
  if (type != CompactType::Struct) damaged("a struct was expected");
}

void CompactReader::skip(CompactType type, bool in_list) {
  switch (type) {
    case CompactType::Stop:
      damaged("a value is missing");
    case CompactType::True:
    case CompactType::False:
      if (in_list) bytes_.byte();  // as a field, a bool is its type
      break;
    case CompactType::Byte:
      bytes_.byte();
      break;
    case CompactType::Short:
    case CompactType::Int:
    case CompactType::Long:
      bytes_.varint();
      break;
    case CompactType::Double:
      bytes_.take(8);
      break;
    case CompactType::Binary:
      bytes_.take(bytes_.varint());
      break;
    case CompactType::List:
    case CompactType::Set:
      read_list(type, [this](CompactType item) { skip(item, true); });
      break;
    case CompactType::Map: {
      enter();
      const uint64_t count = bytes_.varint();
      if (count > bytes_.left()) damaged("a map is too long");
      const uint8_t types = count == 0 ? 0 : bytes_.byte();
      for (uint64_t at = 0; at < count; ++at) {
        skip(type_of(types >> 4), true);
        skip(type_of(types & 0x0f), true);
      }
      --depth_;
      break;
    }
    case CompactType::Struct:
      read_struct([this](int, CompactType field) { skip(field, false); });
      break;
  }
}

}  // namespace vedette::parquet
