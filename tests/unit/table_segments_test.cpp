// Every type through every encoding, read in every way.
#include <gtest/gtest.h>

#include "tests/unit/table_testing.h"

namespace vedette {
namespace {

using namespace vedette::testing;

constexpr std::array all_types = {Type::Bool,    Type::Int,    Type::Long,     Type::Real,
                                  Type::Decimal, Type::String, Type::Datetime, Type::Timespan,
                                  Type::Guid,    Type::Dynamic};

struct Case {
  EncodingChoice choice;
  Flavor flavor;
  int null_percent;
  uint32_t rows;
};

TableSchema schema_of_all_types() {
  TableSchema schema{.name = "T"};
  for (const Type type : all_types) schema.columns.push_back({std::string(name_of(type)), type});
  return schema;
}

/// Reads odd ranges and scattered rows, and compares them.
void read_in_every_way(const Table& table, const std::vector<std::vector<Value>>& expected,
                       Random& random) {
  const auto& extent = table.extents.front();
  for (uint32_t column = 0; column < expected.size(); ++column) {
    const auto& values = expected[column];
    ExtentReader reader(extent, *table.schema);
    for (int round = 0; round < 12; ++round) {
      Arena arena;
      const uint32_t first = static_cast<uint32_t>(random() % extent->rows());
      const uint32_t rows =
          1 +
          static_cast<uint32_t>(random() % std::min<uint32_t>(batch_rows, extent->rows() - first));
      const Vector range = reader.read(column, first, rows, arena);
      std::vector<uint32_t> numbers(1 + random() % (round % 2 == 0 ? 10 : batch_rows));
      for (uint32_t& number : numbers) number = static_cast<uint32_t>(random() % extent->rows());
      if (round % 3 != 0) std::sort(numbers.begin(), numbers.end());
      const Vector scattered = reader.read_rows(column, numbers, arena);
      for (uint32_t row = 0; row < rows; ++row) {
        ASSERT_EQ(value_at(range, row), values[first + row])
            << name_of(table.schema->columns[column].type);
      }
      for (uint32_t at = 0; at < numbers.size(); ++at) {
        ASSERT_EQ(value_at(scattered, at), values[numbers[at]]);
      }
    }
  }
}

void round_trip(const Case& given, bool on_disk) {
  Random random(given.rows * 31 + given.null_percent * 7 + static_cast<int>(given.flavor));
  TemporaryDirectory directory;
  auto database =
      on_disk ? Database::open(directory / "db", OpenMode::Create) : Database::in_memory();
  database->create_table(schema_of_all_types());
  Appender appender = database->append("T", {.encoding = given.choice, .threads = 2});
  std::vector<std::vector<Value>> expected(all_types.size());
  for (uint32_t row = 0; row < given.rows; ++row) {
    for (uint32_t column = 0; column < all_types.size(); ++column) {
      Value value = random_value(random, all_types[column], given.flavor, row, given.null_percent);
      appender.column(column).append(value);
      expected[column].push_back(std::move(value));
    }
    appender.end_row();
  }
  appender.commit();
  if (on_disk) {
    database.reset();
    database = Database::open(directory / "db", OpenMode::ReadOnly);
  }
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("T");
  ASSERT_EQ(table.rows(), given.rows);
  for (uint32_t column = 0; column < all_types.size(); ++column) {
    ASSERT_EQ(read_column(table, column), expected[column]) << name_of(all_types[column]);
    const Encoding encoding = table.extents[0]->encoding(column);
    if (given.choice == EncodingChoice::Dictionary) {
      const Type type = all_types[column];
      const bool never = type == Type::Real || type == Type::Decimal;
      EXPECT_EQ(encoding, never ? Encoding::Plain : Encoding::Dictionary);
    } else if (given.choice == EncodingChoice::Plain) {
      EXPECT_NE(encoding, Encoding::Dictionary);
      EXPECT_NE(encoding, Encoding::Constant);
    } else if (given.flavor == Flavor::Same && given.null_percent == 0) {
      EXPECT_EQ(encoding, Encoding::Constant);
    }
  }
  read_in_every_way(table, expected, random);
}

TEST(Segments, EveryTypeAndEncodingComesBack) {
  for (const EncodingChoice choice :
       {EncodingChoice::Measured, EncodingChoice::Plain, EncodingChoice::Dictionary}) {
    for (const Flavor flavor : {Flavor::Extreme, Flavor::Few, Flavor::Sorted, Flavor::Same}) {
      for (const int null_percent : {0, 20, 100}) {
        for (const uint32_t rows : {1u, 100u, 2300u}) {
          SCOPED_TRACE(::testing::Message()
                       << static_cast<int>(choice) << " " << static_cast<int>(flavor) << " "
                       << null_percent << " " << rows);
          round_trip({choice, flavor, null_percent, rows}, rows == 2300);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(Segments, BlocksAndPagesMeet) {
  for (const Flavor flavor : {Flavor::Extreme, Flavor::Few}) {
    round_trip({EncodingChoice::Measured, flavor, 5, block_rows + 2051}, true);
    if (HasFatalFailure()) return;
  }
}

/// A table with one column of the given values.
std::unique_ptr<Database> database_of(Type type, uint32_t rows, auto&& append) {
  auto database = Database::in_memory();
  database->create_table({"T", {{"c", type}}});
  Appender appender = database->append("T");
  for (uint32_t row = 0; row < rows; ++row) {
    append(appender.column(0), row);
    appender.end_row();
  }
  appender.commit();
  return database;
}

const Extent& extent_of(const Database& database) {
  return *database.snapshot()->find("T")->extents.front();
}

TEST(Segments, TheEncodingIsChosenByTheData) {
  Random random(7);
  const auto text = [](auto of) {
    return [of](ColumnBuilder& column, uint32_t row) { column.append_text(of(row)); };
  };
  const auto encoding = [&](Type type, uint32_t rows, auto append) {
    return extent_of(*database_of(type, rows, append)).encoding(0);
  };
  EXPECT_EQ(encoding(Type::String, 200'000, text([](uint32_t row) { return std::to_string(row); })),
            Encoding::Text);
  EXPECT_EQ(encoding(Type::String, 200'000,
                     text([&](uint32_t) { return std::to_string(random() % 40'000); })),
            Encoding::Dictionary);
  EXPECT_EQ(encoding(Type::String, 200'000,
                     text([&](uint32_t) { return std::to_string(random() % 90'000); })),
            Encoding::Text)
      << "more than a quarter of the rows: given up at the end";
  // Looks like a dictionary for a block, and is none.
  EXPECT_EQ(encoding(Type::String, 300'000, text([](uint32_t row) {
                       return std::to_string(row < block_rows ? row % 100 : row);
                     })),
            Encoding::Text);
  EXPECT_EQ(encoding(Type::Long, 1000, [](ColumnBuilder& c, uint32_t row) { c.append_word(row); }),
            Encoding::Packed);
  EXPECT_EQ(encoding(Type::Bool, 1000,
                     [](ColumnBuilder& c, uint32_t row) { c.append_bool(row % 3 == 0); }),
            Encoding::Bits);
  EXPECT_EQ(encoding(Type::Real, 1000, [](ColumnBuilder& c, uint32_t r) { c.append_double(r); }),
            Encoding::Plain);
  EXPECT_EQ(encoding(Type::Long, 100'000,
                     [](ColumnBuilder& c, uint32_t row) {
                       row < 70'000 ? c.append_word(1) : c.append_null();
                     }),
            Encoding::Packed)
      << "a value and null are not one value";
}

TEST(Segments, ColumnsWithoutValuesAreNull) {
  // A value in no row, in the last row, in a row of the second block.
  for (const EncodingChoice choice :
       {EncodingChoice::Measured, EncodingChoice::Plain, EncodingChoice::Dictionary}) {
    for (const uint32_t with_value : {~uint32_t{0}, block_rows + 99, block_rows}) {
      auto database = Database::in_memory();
      database->create_table(schema_of_all_types());
      Appender appender = database->append("T", {.encoding = choice});
      Random random(9);
      std::vector<Value> values;
      for (const Type type : all_types) {
        values.push_back(random_value(random, type, Flavor::Few, 1, 0));
      }
      for (uint32_t row = 0; row < block_rows + 100; ++row) {
        for (uint32_t at = 0; row == with_value && at < values.size(); ++at) {
          appender.column(at).append(values[at]);
        }
        appender.end_row();
      }
      appender.commit();
      const auto snapshot = database->snapshot();
      const Table& table = *snapshot->find("T");
      for (uint32_t at = 0; at < all_types.size(); ++at) {
        const auto found = read_column(table, at);
        ASSERT_EQ(found.size(), block_rows + 100);
        for (uint32_t row = 0; row < found.size(); ++row) {
          ASSERT_EQ(found[row], row == with_value ? values[at] : Value::null(all_types[at])) << row;
        }
        if (with_value > block_rows + 100 && choice == EncodingChoice::Measured) {
          EXPECT_EQ(table.extents[0]->encoding(at), Encoding::Constant);
        }
      }
    }
  }
}

TEST(Segments, ADictionaryIsOneForTheExtent) {
  const auto database = database_of(Type::String, 150'000, [](ColumnBuilder& column, uint32_t row) {
    column.append_text("user" + std::to_string(row % 10));
  });
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("T");
  ExtentReader first(table.extents[0], *table.schema), second(table.extents[0], *table.schema);
  Arena arena;
  const Vector a = first.read(0, 0, 2048, arena);
  const Vector b = second.read(0, 140'000, 1000, arena);
  ASSERT_EQ(a.shape, Shape::Dictionary);
  EXPECT_EQ(a.dictionary, b.dictionary);
  EXPECT_EQ(a.dictionary, table.extents[0]->dictionary(0));
  EXPECT_EQ(a.dictionary->size, 10u);
  EXPECT_EQ(a.codes[13], 3u) << "numbered in order of appearance";
}

TEST(Segments, CountersTellWhatWasTouched) {
  auto database = Database::in_memory();
  database->create_table({"T", {{"a", Type::Long}, {"b", Type::String}}});
  Appender appender = database->append("T");
  for (int row = 0; row < 100'000; ++row) {
    appender.column(0).append_word(row % 1009 * 3 % 1000);
    appender.column(1).append_text("some text " + std::to_string(row));
    appender.end_row();
  }
  appender.commit();
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("T");
  ExtentReader reader(table.extents[0], *table.schema);
  EXPECT_EQ(reader.counters().segments, 0u);
  Arena arena;
  reader.read(0, 0, 2048, arena);
  EXPECT_EQ(reader.counters().segments, 1u);
  EXPECT_EQ(reader.counters().pages, 1u);
  EXPECT_EQ(reader.counters().values, 2048u);
  const uint64_t narrow = reader.counters().stored_bytes;
  EXPECT_GT(narrow, 0u);
  EXPECT_LE(narrow, 2048u * 10 / 8);
  const uint32_t rows[] = {5, 70'000, 99'999};
  reader.read_rows(1, rows, arena);
  EXPECT_EQ(reader.counters().segments, 2u);
  EXPECT_EQ(reader.counters().pages, 4u);
  EXPECT_LT(reader.counters().stored_bytes, table.stored_bytes() / 10);
}

TEST(Segments, PlainValuesAreReadWhereTheyLie) {
  const auto database = database_of(Type::Real, 10'000, [](ColumnBuilder& column, uint32_t row) {
    column.append_double(row / 3.0);
  });
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("T");
  ExtentReader reader(table.extents[0], *table.schema);
  Arena arena;
  const Vector a = reader.read(0, 2048, 2048, arena);
  const Vector b = reader.read(0, 2048, 2048, arena);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(arena.reserved(), 0u);
}

}  // namespace
}  // namespace vedette
