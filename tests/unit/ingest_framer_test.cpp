#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/chunk_reader.h"
#include "runtime/ingest/framer.h"

namespace vedette {
namespace {

/// The records of a text, found in one go.
std::vector<std::string> frame(const Dialect& dialect, std::string_view text) {
  std::vector<RecordPlace> places;
  make_framer(dialect)->frame(text, true, places);
  std::vector<std::string> records;
  for (const RecordPlace& place : places) {
    records.emplace_back(text.substr(place.start, place.size));
  }
  return records;
}

/// The records of a text that comes in pieces of `step` bytes.
std::vector<std::string> frame_in_steps(const Dialect& dialect, std::string_view text,
                                        size_t step) {
  const auto framer = make_framer(dialect);
  std::vector<std::string> records;
  std::string rest;
  for (size_t at = 0; at <= text.size(); at += step) {
    rest += text.substr(at, step);
    std::vector<RecordPlace> places;
    const size_t done = framer->frame(rest, at + step > text.size(), places);
    for (const RecordPlace& place : places) records.push_back(rest.substr(place.start, place.size));
    rest.erase(0, done);
  }
  return records;
}

using Records = std::vector<std::string>;

constexpr Dialect json = {InputFormat::Json};
constexpr Dialect csv = {InputFormat::Delimited, ','};

TEST(JsonFramer, TakesArraysEnvelopesAndObjectsInARow) {
  const Records two = {R"({"a":1})", R"({"b":[2,{}]})"};
  EXPECT_EQ(frame(json, R"([{"a":1},{"b":[2,{}]}])"), two);
  EXPECT_EQ(frame(json, R"({"a":1}{"b":[2,{}]})"), two);
  EXPECT_EQ(frame(json, R"({"a":1} {"b":[2,{}]})"), two);
  EXPECT_EQ(frame(json, R"({"Records":[{"a":1},{"b":[2,{}]}]})"), two);
  EXPECT_EQ(frame(json, R"({"records" : [ {"a":1} , {"b":[2,{}]} ] , "more": {"x":[1]}})"), two);
  EXPECT_EQ(frame(json, R"({"@odata.context":"https://x/y","value":[{"a":1},{"b":[2,{}]}]})"), two);
  EXPECT_EQ(frame(json, "[]"), Records{});
  EXPECT_EQ(frame(json, R"({"value":[]})"), Records{});
  EXPECT_EQ(frame(json, ""), Records{});
}

TEST(JsonFramer, LeavesObjectsThatOnlyLookLikeEnvelopes) {
  const Records one = {R"({"name":"x","value":[{"a":1}]})"};
  EXPECT_EQ(frame(json, one[0]), one);
  const Records numbers = {R"({"value":[1,2]})"};
  EXPECT_EQ(frame(json, numbers[0]), numbers);
  const Records text = {R"({"Records":"none"})"};
  EXPECT_EQ(frame(json, text[0]), text);
}

TEST(JsonFramer, BracketsInStringsDoNotCount) {
  const Records one = {R"({"a":"}]{[\"}","b":"\\"})", R"({"c":"\\\""})"};
  EXPECT_EQ(frame(json, "[" + one[0] + "," + one[1] + "]"), one);
}

TEST(JsonFramer, ALostQuoteSpoilsOneRecordOnly) {
  const Records records = frame(json, "[\n{\"a\":\"x},\n{\"b\":1},\n{\"c\":2}]");
  ASSERT_GE(records.size(), 1u);
  EXPECT_EQ(records.back(), R"({"c":2})");
}

TEST(JsonFramer, AnUnfinishedRecordIsHandedOut) {
  EXPECT_EQ(frame(json, R"([{"a":1},{"b")"), (Records{R"({"a":1})", R"({"b")"}));
}

TEST(JsonFramer, GivesTheSameWhateverThePieces) {
  const std::string text =
      "{\"@odata.context\":\"u\", \"value\": [ {\"a\": \"]}\\\"\"},\n {\"b\": [1, [2]]} ], "
      "\"nextLink\": \"z\" }\n{\"c\": {}}";
  const Records expected = frame(json, text);
  EXPECT_EQ(expected.size(), 3u);
  for (size_t step = 1; step < 20; ++step) EXPECT_EQ(frame_in_steps(json, text, step), expected);
}

TEST(JsonFramer, CountsLines) {
  std::vector<RecordPlace> places;
  make_framer(json)->frame("[\n{\n\"a\":1},\n\n{\"b\":2}]", true, places);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].line, 1u);
  EXPECT_EQ(places[1].line, 4u);
}

TEST(DelimitedFramer, KeepsLineEndsInQuotes) {
  const Records expected = {"a,b", "\"x\ny\",\"say \"\"hi\"\"\"", "1,2"};
  const std::string text = "a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\n\n1,2";
  EXPECT_EQ(frame(csv, text), expected);
  for (size_t step = 1; step < 20; ++step) EXPECT_EQ(frame_in_steps(csv, text, step), expected);
}

TEST(DelimitedFramer, AQuoteInsideOfAFieldIsACharacter) {
  EXPECT_EQ(frame(csv, "a\"b,c\nd,e\"\n"), (Records{"a\"b,c", "d,e\""}));
}

TEST(Lines, SkipBlankOnesAndCountAll) {
  std::vector<RecordPlace> places;
  EXPECT_EQ(split_lines("{}\r\n\n  \n{\"a\":1}", places), 3u);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].size, 2u);
  EXPECT_EQ(places[1].line, 3u);
}

TEST(Format, ContentBeatsTheName) {
  EXPECT_EQ(name_of(detect_format("{\"a\":1}\n{\"a\":2}\n", true, "x.csv")), "ndjson");
  EXPECT_EQ(name_of(detect_format("{\n\"a\":1}", true, "x.ndjson")), "json");
  EXPECT_EQ(name_of(detect_format("[{\"a\":1}]", true, "x.log")), "json");
  EXPECT_EQ(name_of(detect_format("{\"Records\":[{\"a\":1}]}", true, "x")), "json");
  EXPECT_EQ(name_of(detect_format("{\"a\":1}{\"a\":2}", true, "x")), "json");
  EXPECT_EQ(name_of(detect_format("a,b\n1,2\n", true, "x.txt")), "csv");
  EXPECT_EQ(name_of(detect_format("a\tb\n1\t2\n", true, "x.csv.gz")), "tsv");
  EXPECT_EQ(detect_format("a;b;c\n1;2,5;3\n", true, "x").delimiter, ';');
  EXPECT_EQ(name_of(detect_format("name\nann\n", true, "x.csv")), "csv");
  EXPECT_EQ(name_of(detect_format("", true, "x")), "ndjson");
}

TEST(Format, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(detect_format("Mar  1 10:00:00 host sshd[1]: hello\n", true, "x.log"), QueryError);
  EXPECT_THROW(detect_format("CEF:0|Maker|Product|1.0|100|Name|5|src=10.0.0.1\n", true, "x.log"),
               QueryError);
  EXPECT_THROW(detect_format("Mar 1 10:00:00 fw 1,2024/05/01,9,TRAFFIC\n", true, "x.log"),
               QueryError);
  EXPECT_THROW(detect_format("[Sun Mar 7 16:05:49 2004] [info] x\n", true, "x.log"), QueryError);
  EXPECT_THROW(detect_format(std::string_view("\x7f\x45LF\0\0", 6), true, "x"), QueryError);
  EXPECT_THROW(detect_format("\xff\xfe"
                             "a",
                             true, "x.csv"),
               QueryError);
}

TEST(ChunkReader, DropsAByteOrderMarkAndReadsTheHeader) {
  const std::string text = "\xef\xbb\xbfTimeGenerated [UTC],Name,Name\r\n1,2,3\n";
  const auto source = open_memory(text);
  ChunkReader reader(*source, {}, "x.csv");
  EXPECT_EQ(reader.header(), (Records{"TimeGenerated", "Name", "Name1"}));
  Chunk chunk;
  ASSERT_TRUE(reader.next(chunk));
  ASSERT_EQ(chunk.records.size(), 1u);
  EXPECT_EQ(chunk.text_of(chunk.records[0]), "1,2,3");
  EXPECT_EQ(chunk.records[0].line, 1u);
  EXPECT_FALSE(reader.next(chunk));
}

TEST(ChunkReader, GrowsForARecordThatIsLargerThanAChunk) {
  const std::string large = "{\"a\":\"" + std::string(20'000'000, 'x') + "\"}";
  const std::string text = "{\"a\":\"1\"}\n" + large + "\n{\"a\":\"2\"}\n";
  const auto source = open_memory(text);
  ChunkReader reader(*source, {}, "x");
  Chunk chunk;
  size_t records = 0;
  size_t bytes = 0;
  while (reader.next(chunk)) {
    std::vector<RecordPlace> places;
    split_lines(chunk.text(), places);
    records += places.size();
    bytes += chunk.size;
  }
  EXPECT_EQ(records, 3u);
  EXPECT_EQ(bytes, text.size());
}

}  // namespace
}  // namespace vedette
