#include "runtime/exec/row_order.h"

#include <bit>
#include <cmath>

#include "runtime/value/decimal.h"
#include "runtime/value/dynamic.h"

namespace vedette::exec {
namespace {

constexpr uint64_t sign_bit = uint64_t{1} << 63;

uint64_t prefix_of(uint8_t value) {
  return uint64_t{value} << 62;
}
uint64_t prefix_of(int64_t value) {
  return static_cast<uint64_t>(value) ^ sign_bit;
}
uint64_t prefix_of(double value) {
  if (std::isnan(value)) return 0;
  const auto bits = std::bit_cast<uint64_t>(value + 0.0);  // -0.0 is 0.0
  return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}
uint64_t prefix_of(const Decimal& value) {
  return prefix_of(to_real(value));
}
uint64_t prefix_of_bytes(const void* bytes, size_t size) {
  uint64_t word = 0;
  if (size > 0) std::memcpy(&word, bytes, size < 8 ? size : 8);
  return __builtin_bswap64(word);
}
uint64_t prefix_of(const Guid& value) {
  return prefix_of_bytes(value.bytes.data(), 16);
}
uint64_t prefix_of(const Text& value) {
  return prefix_of_bytes(value.data, value.size);
}

std::weak_ordering compare_texts(const Text& a, const Text& b) {
  if (a.data == b.data && a.size == b.size) return std::weak_ordering::equivalent;
  const int order = a.view().compare(b.view());
  return order <=> 0;
}

std::weak_ordering compare_reals(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return static_cast<int>(std::isnan(b)) <=> static_cast<int>(std::isnan(a));
  }
  return a < b ? std::weak_ordering::less
               : (a > b ? std::weak_ordering::greater : std::weak_ordering::equivalent);
}

template <typename Do> void with_prefixes(Type type, Do&& action) {
  switch (layout_of(type)) {
    case Layout::Byte:
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<uint8_t>(row)); });
    case Layout::Word:
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<int64_t>(row)); });
    case Layout::Double:
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<double>(row)); });
    case Layout::Decimal:
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<Decimal>(row)); });
    case Layout::Guid:
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<Guid>(row)); });
    case Layout::Text:
      if (type == Type::Dynamic) return action([](const Reader&, uint32_t) { return uint64_t{0}; });
      return action(
          [](const Reader& reader, uint32_t row) { return prefix_of(reader.get<Text>(row)); });
  }
}

}  // namespace

std::weak_ordering compare_values(Type type, const Reader& a, uint32_t row_a, const Reader& b,
                                  uint32_t row_b) {
  switch (layout_of(type)) {
    case Layout::Byte:
      return a.get<uint8_t>(row_a) <=> b.get<uint8_t>(row_b);
    case Layout::Word:
      return a.get<int64_t>(row_a) <=> b.get<int64_t>(row_b);
    case Layout::Double:
      return compare_reals(a.get<double>(row_a), b.get<double>(row_b));
    case Layout::Decimal:
      return a.get<Decimal>(row_a) <=> b.get<Decimal>(row_b);
    case Layout::Guid:
      return a.get<Guid>(row_a) <=> b.get<Guid>(row_b);
    case Layout::Text:
      break;
  }
  const Text& x = a.get<Text>(row_a);
  const Text& y = b.get<Text>(row_b);
  if (type == Type::Dynamic) return compare(DynamicView(x.view()), DynamicView(y.view()));
  return compare_texts(x, y);
}

void order_prefixes(const SortParameters::Key& key, const Vector& column, Selection selection,
                    std::vector<uint64_t>& prefixes) {
  prefixes.resize(selection.count);
  const Reader reader(column);
  const uint64_t flip = key.descending ? ~uint64_t{0} : 0;
  const uint64_t null = key.nulls_first ? 0 : ~uint64_t{0};
  const uint64_t not_null = key.nulls_first ? sign_bit : 0;
  with_prefixes(column.type, [&](auto&& prefix) {
    uint32_t at = 0;
    for_each_row(selection, [&](uint32_t row) {
      prefixes[at++] = reader.valid(row) ? ((prefix(reader, row) ^ flip) >> 1 | not_null) : null;
    });
  });
}

RowOrder::RowOrder(const RowBuffer& buffer, std::span<const SortParameters::Key> keys,
                   uint32_t place_column)
    : buffer_(buffer) {
  for (const auto& key : keys) columns_.push_back({key, buffer.types()[key.column], {}});
  for (size_t chunk = 0; chunk < buffer.chunks(); ++chunk) {
    for (Column& column : columns_) {
      column.chunks.emplace_back(buffer.column(chunk, column.key.column));
    }
    places_.emplace_back(buffer.column(chunk, place_column));
  }
}

std::vector<OrderedRow> RowOrder::rows() const {
  std::vector<OrderedRow> rows;
  rows.reserve(buffer_.rows());
  std::vector<uint64_t> prefixes;
  for (size_t chunk = 0; chunk < buffer_.chunks(); ++chunk) {
    const uint32_t count = buffer_.rows_of(chunk);
    prefixes.assign(count, 0);
    if (!columns_.empty()) {
      order_prefixes(columns_[0].key, buffer_.column(chunk, columns_[0].key.column),
                     {nullptr, count}, prefixes);
    }
    for (uint32_t row = 0; row < count; ++row) rows.push_back({prefixes[row], chunk << 32 | row});
  }
  return rows;
}

bool RowOrder::comes_first(RowPlace a, RowPlace b) const {
  const size_t chunk_a = a >> 32, chunk_b = b >> 32;
  const auto row_a = static_cast<uint32_t>(a), row_b = static_cast<uint32_t>(b);
  for (const Column& column : columns_) {
    const Reader& x = column.chunks[chunk_a];
    const Reader& y = column.chunks[chunk_b];
    const bool valid = x.valid(row_a);
    if (valid != y.valid(row_b)) return valid != column.key.nulls_first;
    if (!valid) continue;
    const auto order = compare_values(column.type, x, row_a, y, row_b);
    if (order != 0) return (order < 0) != column.key.descending;
  }
  return places_[chunk_a].get<int64_t>(row_a) < places_[chunk_b].get<int64_t>(row_b);
}

}  // namespace vedette::exec
