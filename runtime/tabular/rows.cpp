#include "runtime/tabular/rows.h"

#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "runtime/base/hash.h"

namespace vedette::tabular {
namespace {

constexpr uint64_t no_bit = 0;

/// A value within a group: its bytes, wherever they are.
struct Key {
  uint32_t group;
  bool valid;
  uint64_t word;          // of types of up to eight bytes
  std::string_view text;  // of the others

  bool operator==(const Key&) const = default;
};

struct HashKey {
  size_t operator()(const Key& key) const {
    const uint64_t value = key.text.empty() ? hash_word(key.word) : hash_bytes(key.text);
    return combine_hashes(key.group * 2u + (key.valid ? 1 : 0), value);
  }
};

Key key_of(const Vector& column, uint32_t group, size_t row) {
  Key key{.group = group, .valid = true, .word = 0, .text = {}};
  if (column.validity != nullptr && !get_bit(column.validity, row)) {
    key.valid = false;
    return key;
  }
  switch (layout_of(column.type)) {
    case Layout::Byte:
      key.word = column.as<uint8_t>()[row];
      break;
    case Layout::Word:
      key.word = static_cast<uint64_t>(column.as<int64_t>()[row]);
      break;
    case Layout::Double: {
      double value = column.as<double>()[row];
      if (value == 0) value = 0;
      if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
      std::memcpy(&key.word, &value, sizeof value);
      break;
    }
    case Layout::Text:
      key.text = column.as<Text>()[row].view();
      break;
    default:
      key.text = {static_cast<const char*>(column.values) + row * 16, 16};
  }
  return key;
}

}  // namespace

Vector cell(const Vector& column, size_t row) {
  Vector one{.type = column.type, .shape = Shape::Constant};
  one.values = static_cast<const char*>(column.values) +
               row * static_cast<size_t>(bytes_of(layout_of(column.type)));
  if (column.validity != nullptr && !get_bit(column.validity, row)) one.validity = &no_bit;
  return one;
}

std::vector<Vector> vectors_of(const WholeTable& table) {
  std::vector<Vector> vectors;
  for (const ColumnBuilder& column : table.columns) vectors.push_back(column.vector());
  return vectors;
}

GroupNumbers one_group(size_t rows) {
  GroupNumbers groups{.of_row = std::vector<uint32_t>(rows, 0), .first_row = {}};
  if (rows > 0) groups.first_row.push_back(0);
  return groups;
}

GroupNumbers split(const GroupNumbers& groups, const Vector& column) {
  GroupNumbers result;
  result.of_row.reserve(groups.of_row.size());
  std::unordered_map<Key, uint32_t, HashKey> numbers;
  for (size_t row = 0; row < groups.of_row.size(); ++row) {
    const Key key = key_of(column, groups.of_row[row], row);
    const auto [found, added] =
        numbers.try_emplace(key, static_cast<uint32_t>(result.first_row.size()));
    if (added) result.first_row.push_back(static_cast<uint32_t>(row));
    result.of_row.push_back(found->second);
  }
  return result;
}

GroupNumbers group_rows(std::span<const Vector> columns, size_t rows) {
  GroupNumbers groups = one_group(rows);
  for (const Vector& column : columns) groups = split(groups, column);
  return groups;
}

RowsOfGroups rows_of(const GroupNumbers& groups) {
  RowsOfGroups result;
  result.starts.assign(groups.groups() + 1, 0);
  for (const uint32_t group : groups.of_row) ++result.starts[group + 1];
  for (size_t i = 1; i < result.starts.size(); ++i) result.starts[i] += result.starts[i - 1];
  result.rows.resize(groups.of_row.size());
  std::vector<uint32_t> next(result.starts.begin(), result.starts.end() - 1);
  for (size_t row = 0; row < groups.of_row.size(); ++row) {
    result.rows[next[groups.of_row[row]]++] = static_cast<uint32_t>(row);
  }
  return result;
}

}  // namespace vedette::tabular
