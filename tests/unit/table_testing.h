// What the tests of storage share: temporary directories, random columns, reading tables back.
#pragma once

#include <stdlib.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/column/column_builder.h"
#include "runtime/table/database.h"

namespace vedette::testing {

/// A directory that is removed at the end.
class TemporaryDirectory {
 public:
  /// Inside `parent`, or where temporary files go.
  explicit TemporaryDirectory(const std::string& parent = {}) {
    const auto inside =
        parent.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(parent);
    std::string name = (inside / "vedette_XXXXXX").string();
    check(::mkdtemp(name.data()) != nullptr, "a temporary directory can be made");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

using Random = std::mt19937_64;

/// How the values of a random column are spread.
enum class Flavor { Extreme, Few, Sorted, Same };

inline int64_t random_word(Random& random, Flavor flavor, size_t row) {
  switch (flavor) {
    case Flavor::Extreme:
      switch (random() % 8) {
        case 0:
          return INT64_MIN;
        case 1:
          return INT64_MAX;
        case 2:
          return -1;
        default:
          return static_cast<int64_t>(random() >> random() % 64);
      }
    case Flavor::Few:
      return static_cast<int64_t>(random() % 50) * 10'000'000 - 7;
    case Flavor::Sorted:
      return 638'000'000'000'000'000 + static_cast<int64_t>(row * 10'000 + random() % 5 * 1000);
    case Flavor::Same:
      break;
  }
  return 42;
}

inline std::string random_text(Random& random, Flavor flavor, size_t row) {
  switch (flavor) {
    case Flavor::Extreme: {
      std::string text(random() % 3 == 0 ? random() % 3 : random() % 400, '\0');
      const bool noise = random() % 2 == 0;
      for (char& c : text) c = static_cast<char>(noise ? random() : 'a' + random() % 3);
      return text;
    }
    case Flavor::Few:
      return "user" + std::to_string(random() % 50);
    case Flavor::Sorted:
      return "C:\\Windows\\System32\\svchost.exe -k netsvcs -p " + std::to_string(row);
    case Flavor::Same:
      break;
  }
  return "the same in every row";
}

inline Value random_value(Random& random, Type type, Flavor flavor, size_t row, int null_percent) {
  if (static_cast<int>(random() % 100) < null_percent) return Value::null(type);
  const int64_t word = random_word(random, flavor, row);
  const auto sixteen = [&](auto make) {
    return make(static_cast<uint64_t>(word), flavor == Flavor::Extreme ? random() : 5);
  };
  switch (type) {
    case Type::Bool:
      return Value::boolean(flavor == Flavor::Same || word % 2 == 0);
    case Type::Int:
      return Value::int32(static_cast<int32_t>(word));
    case Type::Long:
      return Value::int64(word);
    case Type::Real:
      return Value::real(flavor == Flavor::Extreme ? std::bit_cast<double>(random() >> 2)
                                                   : static_cast<double>(word) / 8);
    case Type::Decimal:
      return sixteen([](uint64_t a, uint64_t b) { return Value::decimal(Decimal{a, b}); });
    case Type::String:
      return Value::string(random_text(random, flavor, row));
    case Type::Datetime:
      return Value::datetime({word});
    case Type::Timespan:
      return Value::timespan({word});
    case Type::Guid:
      return sixteen([](uint64_t a, uint64_t b) {
        Guid guid;
        std::memcpy(guid.bytes.data(), &a, 8);
        std::memcpy(guid.bytes.data() + 8, &b, 8);
        return Value::guid(guid);
      });
    case Type::Dynamic:
      return Value::dynamic(random_text(random, flavor, row));
    case Type::Error:
      break;
  }
  return Value::null(type);
}

/// Every value of a column, extent after extent, read a batch at a time.
inline std::vector<Value> read_column(const Table& table, uint32_t column) {
  std::vector<Value> values;
  for (const auto& extent : table.extents) {
    ExtentReader reader(extent, *table.schema);
    Arena arena;
    for (uint32_t first = 0; first < extent->rows(); first += batch_rows) {
      const uint32_t rows = std::min<uint32_t>(batch_rows, extent->rows() - first);
      arena.clear();
      const Vector vector = reader.read(column, first, rows, arena);
      for (uint32_t row = 0; row < rows; ++row) values.push_back(value_at(vector, row));
    }
  }
  return values;
}

/// The QueryError that `action` ends with; one without code when it does not.
template <typename Action> QueryError error_of(Action&& action) {
  try {
    action();
  } catch (const QueryError& error) {
    return error;
  }
  return QueryError(ErrorKind::Runtime, "", "no error");
}

}  // namespace vedette::testing
