// Packed integers, pages of words, pages of strings.
#include <gtest/gtest.h>

#include <random>

#include "runtime/table/bit_packing.h"
#include "runtime/table/extent.h"
#include "runtime/table/text_page.h"
#include "runtime/table/word_page.h"

namespace vedette::storage {
namespace {

TEST(BitPacking, EveryWidthAndManyCountsComeBack) {
  std::mt19937_64 random(1);
  for (int width = 0; width <= 64; ++width) {
    for (const uint32_t count : {1u, 7u, 15u, 16u, 17u, 511u, 512u, 513u, 2047u, 2048u}) {
      std::vector<uint64_t> values(count);
      for (uint64_t& value : values) value = width == 0 ? 0 : random() >> (64 - width);
      values[count / 2] = width == 0 ? 0 : ~uint64_t{0} >> (64 - width);
      std::vector<char> packed(packed_bytes(count, width));
      EXPECT_EQ(packed.size() % 64, 0u);
      pack(values.data(), count, width, packed.data());
      std::vector<uint64_t> wide(room_to_unpack(count));
      unpack(packed.data(), count, width, wide.data());
      wide.resize(count);
      ASSERT_EQ(wide, values) << width << " bits, " << count << " values";
      for (uint32_t at = 0; at < count; ++at) {
        ASSERT_EQ(packed_at(packed.data(), width, at), values[at]);
      }
      if (width > 32) continue;
      std::vector<uint32_t> narrow(room_to_unpack(count));
      unpack(packed.data(), count, width, narrow.data());
      for (uint32_t at = 0; at < count; ++at) ASSERT_EQ(narrow[at], values[at]);
    }
  }
}

/// Encodes and decodes; the page as it was written.
WordPage round_trip(const std::vector<int64_t>& values) {
  std::vector<char> data(64);  // something in front
  const WordPage page = encode_words(values, data);
  const uint32_t count = static_cast<uint32_t>(values.size());
  EXPECT_EQ(data.size(), page.offset + stored_bytes(page, count));
  std::vector<int64_t> decoded(room_to_unpack(count));
  decode_words(page, data.data() + page.offset, count, decoded.data());
  decoded.resize(count);
  EXPECT_EQ(decoded, values);
  if (page.mode != WordMode::Delta) {
    for (uint32_t at = 0; at < count; ++at) {
      EXPECT_EQ(decode_word(page, data.data() + page.offset, at), values[at]);
    }
  }
  return page;
}

TEST(WordPage, FindsTheFewestBits) {
  std::vector<int64_t> same(page_rows, -5), counting(page_rows), seconds(page_rows),
      milliseconds(page_rows), small(page_rows);
  std::mt19937_64 random(2);
  int64_t clock = 638'000'000'000'000'000;
  for (uint32_t at = 0; at < page_rows; ++at) {
    counting[at] = 1000 - 3 * static_cast<int64_t>(at);
    seconds[at] = static_cast<int64_t>(random() % 60) * 10'000'000;
    milliseconds[at] = clock += static_cast<int64_t>(random() % 16) * 10'000;
    small[at] = static_cast<int64_t>(random() % 256) - 128;
  }
  EXPECT_EQ(round_trip(same).width, 0);
  EXPECT_EQ(round_trip(counting).width, 0);
  EXPECT_EQ(round_trip(counting).mode, WordMode::Delta);
  EXPECT_EQ(round_trip(seconds).width, 6);
  EXPECT_EQ(round_trip(seconds).unit, 10'000'000u);
  EXPECT_EQ(round_trip(milliseconds).width, 4);
  EXPECT_EQ(round_trip(milliseconds).mode, WordMode::Delta);
  EXPECT_EQ(round_trip(small).width, 8);
}

TEST(WordPage, ExtremesComeBack) {
  round_trip({});
  round_trip({INT64_MIN});
  round_trip({INT64_MAX, INT64_MIN});
  round_trip({INT64_MIN, INT64_MAX, 0, -1, 1});
  round_trip({INT64_MIN, INT64_MIN + 1, INT64_MIN + 2, INT64_MIN + 3});
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> values(1 + random() % page_rows);
    const int shift = static_cast<int>(random() % 64);
    const int64_t unit = static_cast<int64_t>(1 + random() % 3 * 9999);
    for (int64_t& value : values) {
      value = static_cast<int64_t>(static_cast<uint64_t>(static_cast<int64_t>(random()) >> shift) *
                                   static_cast<uint64_t>(unit));
    }
    round_trip(values);
  }
}

TEST(TextPage, EveryCodecComesBack) {
  std::mt19937_64 random(4);
  for (const Codec codec : {Codec::None, Codec::Lz4, Codec::Zstd}) {
    for (const size_t count : {size_t{1}, size_t{100}, size_t{page_rows}}) {
      std::vector<std::string> strings(count);
      for (std::string& string : strings) {
        string.assign(random() % 5 == 0 ? 0 : random() % 300, 'x');
        if (!string.empty()) string[random() % string.size()] = static_cast<char>(random());
      }
      const std::vector<Text> texts(strings.begin(), strings.end());
      std::vector<char> data(128);
      const TextPage page = encode_texts(texts, codec, data);
      const uint32_t rows = static_cast<uint32_t>(count);
      if (count == page_rows) EXPECT_EQ(page.codec, codec);
      data.resize(data.size() + 4);  // an extent goes on behind its pages
      Arena arena;
      const char* from = data.data() + page.offset;
      const char* bytes = decode_bytes(page, from, rows, arena);
      ASSERT_NE(bytes, nullptr);
      std::vector<Text> decoded(count);
      ASSERT_TRUE(decode_texts(page, from, bytes, rows, decoded.data()));
      for (size_t at = 0; at < count; ++at) {
        ASSERT_EQ(decoded[at].view(), strings[at]);
        ASSERT_EQ(decoded[at], texts[at]) << "the prefix too";
      }
    }
  }
}

TEST(TextPage, ChoosesTheCodecByMeasuring) {
  std::mt19937_64 random(5);
  std::vector<std::string> noise(page_rows), paths(page_rows), heavy(page_rows);
  for (uint32_t at = 0; at < page_rows; ++at) {
    noise[at].resize(40);
    for (char& c : noise[at]) c = static_cast<char>(random());
    paths[at] = "C:\\Windows\\System32\\cmd.exe /c " + std::to_string(random() % 100'000);
    for (int word = 0; word < 400; ++word) {
      heavy[at] += "0123"[random() % 2];
      heavy[at] += "etaoinsh"[random() % 3];
      heavy[at] += "= ;"[random() % 2];
    }
  }
  const auto choose = [](const std::vector<std::string>& strings) {
    return choose_codec(std::vector<Text>(strings.begin(), strings.end()));
  };
  EXPECT_EQ(choose(noise), Codec::None);
  EXPECT_EQ(choose(paths), Codec::Lz4);
  EXPECT_EQ(choose(heavy), Codec::Zstd);
  EXPECT_EQ(choose({}), Codec::Lz4);
}

}  // namespace
}  // namespace vedette::storage
