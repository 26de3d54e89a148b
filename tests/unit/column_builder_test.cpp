#include "runtime/column/column_builder.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

/// A dictionary of texts and a column of codes into it.
class CodedText {
 public:
  CodedText(Type type, const std::vector<std::optional<std::string>>& entries) : entries_(type) {
    for (const auto& entry : entries) entry ? entries_.append_text(*entry) : entries_.append_null();
    dictionary_ = {.size = static_cast<uint32_t>(entries.size()),
                   .entries = entries_.vector(),
                   .id = Dictionary::next_id()};
  }

  Vector rows(std::vector<uint32_t> codes) {
    codes_ = std::move(codes);
    return {.type = entries_.type(),
            .shape = Shape::Dictionary,
            .codes = codes_.data(),
            .dictionary = &dictionary_};
  }

 private:
  ColumnBuilder entries_;
  Dictionary dictionary_;
  std::vector<uint32_t> codes_;
};

std::vector<std::string> texts_of(const ColumnBuilder& column) {
  std::vector<std::string> texts;
  for (uint32_t row = 0; row < column.size(); ++row) {
    const Value value = value_at(column.vector(), row);
    texts.push_back(value.is_null() ? "(null)" : std::string(value.as_text()));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ColumnBuilder, KeepsTheCodesOfSeveralDictionaries) {
  ColumnBuilder column(Type::String);
  {
    CodedText first(Type::String, {"red", "green", "not used"}), second(Type::String, {"", "red"});
    const uint16_t picked[] = {0, 2};
    column.append_coded(first.rows({0, 1, 0, 1}), {picked, 2});
    column.append_coded(second.rows({1, 0, 1}), {nullptr, 3});
    column.append_coded(first.rows({1}), {nullptr, 1});
  }
  EXPECT_EQ(column.vector().shape, Shape::Dictionary);
  EXPECT_EQ(column.vector().dictionary->size, 4);
  EXPECT_EQ(column.size(), 6);
  EXPECT_EQ(texts_of(column), (Texts{"red", "red", "red", "", "red", "green"}));
  const ColumnBuilder moved = std::move(column);
  EXPECT_EQ(texts_of(moved), (Texts{"red", "red", "red", "", "red", "green"}));
}

TEST(ColumnBuilder, HasNullsAmongItsEntries) {
  ColumnBuilder column(Type::Dynamic);
  CodedText text(Type::Dynamic, {std::nullopt, "[1]"});
  column.append_coded(text.rows({1, 0, 1}), {nullptr, 3});
  EXPECT_EQ(column.vector().shape, Shape::Dictionary);
  const Reader reader(column.vector());
  EXPECT_TRUE(reader.valid(0));
  EXPECT_FALSE(reader.valid(1));
  EXPECT_TRUE(reader.valid(2));
}

TEST(ColumnBuilder, IsFlatAfterAnyOtherRow) {
  CodedText text(Type::String, {"red", "green"});
  ColumnBuilder column(Type::String);
  std::vector<uint32_t> codes;
  Texts want;
  for (uint32_t i = 0; i < 5000; ++i) {
    codes.push_back(i % 3 == 0);
    want.emplace_back(i % 3 == 0 ? "green" : "red");
  }
  column.append_coded(text.rows(codes), {nullptr, 5000});
  EXPECT_LT(column.bytes(), column.flat_bytes());
  column.append_text("blue");
  want.emplace_back("blue");
  EXPECT_EQ(column.vector().shape, Shape::Flat);
  EXPECT_EQ(texts_of(column), want);
  column.append_coded(text.rows({1}), {nullptr, 1});
  want.emplace_back("green");
  EXPECT_EQ(column.vector().shape, Shape::Flat);
  EXPECT_EQ(texts_of(column), want);

  ColumnBuilder with_null(Type::Dynamic);
  CodedText bags(Type::Dynamic, {"[1]", std::nullopt});
  with_null.append_coded(bags.rows({0, 1, 0}), {nullptr, 3});
  with_null.append_null();
  const Reader reader(with_null.vector());
  EXPECT_EQ(with_null.vector().shape, Shape::Flat);
  EXPECT_TRUE(reader.valid(0));
  EXPECT_FALSE(reader.valid(1));
  EXPECT_TRUE(reader.valid(2));
  EXPECT_FALSE(reader.valid(3));
}

TEST(ColumnBuilder, StartsAfreshWhenCleared) {
  CodedText text(Type::String, {"red", "green"});
  ColumnBuilder column(Type::String);
  column.append_coded(text.rows({1}), {nullptr, 1});
  column.clear();
  EXPECT_EQ(column.size(), 0);
  column.append_text("blue");
  EXPECT_EQ(texts_of(column), (Texts{"blue"}));
}

TEST(ColumnBuilder, GivesPartsOfCodedRows) {
  CodedText text(Type::String, {"red", "green"});
  ColumnBuilder column(Type::String);
  std::vector<uint32_t> codes(200, 0);
  codes[128] = 1;
  column.append_coded(text.rows(codes), {nullptr, 200});
  EXPECT_EQ(value_at(column.vector(128), 0).as_text(), "green");
  EXPECT_EQ(value_at(column.vector(128), 1).as_text(), "red");
}

TEST(ColumnBuilder, FlatRowsInADictionaryAreFlat) {
  CodedText text(Type::String, {"red", "green"});
  ColumnBuilder column(Type::String);
  column.reserve(3);
  column.append_rows(text.rows({1, 0, 1}), {nullptr, 3});
  EXPECT_EQ(column.vector().shape, Shape::Flat);
  EXPECT_EQ(texts_of(column), (Texts{"green", "red", "green"}));
}

}  // namespace
}  // namespace vedette
