#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>

#include "runtime/ingest/chunk.h"
#include "runtime/ingest/field_kinds.h"
#include "runtime/ingest/scan_value.h"
#include "runtime/value/datetime.h"
#include "runtime/value/render.h"

namespace vedette {
namespace {

Chunk chunk_of(std::string_view text) {
  Chunk chunk;
  chunk.bytes.reserve(text.size() + chunk_padding, 0);
  std::copy(text.begin(), text.end(), chunk.bytes.data());
  chunk.size = text.size();
  chunk.by_lines = true;
  return chunk;
}

std::shared_ptr<const Mapping> mapping_of(std::vector<ColumnSchema> columns) {
  const size_t declared = columns.size();
  return std::make_shared<Mapping>(std::move(columns), declared);
}

std::string cell(const ParsedChunk& parsed, uint32_t column, uint32_t row) {
  std::string text;
  append_json_cell(text, value_at(parsed.columns[column].vector(0), row));
  return text;
}

struct Parsed {
  Chunk chunk;
  ParsedChunk parsed;
};

std::unique_ptr<Parsed> parse(std::string_view lines, std::vector<ColumnSchema> columns) {
  auto result = std::make_unique<Parsed>();
  result->chunk = chunk_of(lines);
  make_json_parser()->parse(result->chunk, mapping_of(std::move(columns)), result->parsed);
  return result;
}

TEST(JsonParser, PutsValuesIntoTypedColumns) {
  const auto result = parse(
      "{\"t\":\"2024-05-01T08:00:00.5Z\",\"n\":7,\"r\":1.5,\"s\":\"a\\u00e9\\n\",\"b\":true,"
      "\"d\":{\"x\":1.10}}\n"
      "{\"d\":[1],\"n\":\"0x10\",\"b\":null,\"s\":12.50,\"r\":3,\"t\":1714550400}\n",
      {{"t", Type::Datetime},
       {"n", Type::Long},
       {"r", Type::Real},
       {"s", Type::String},
       {"b", Type::Bool},
       {"d", Type::Dynamic}});
  const ParsedChunk& parsed = result->parsed;
  ASSERT_EQ(parsed.rows, 2u);
  EXPECT_TRUE(parsed.refused.empty());
  EXPECT_EQ(cell(parsed, 0, 0), "\"2024-05-01T08:00:00.5000000Z\"");
  EXPECT_EQ(cell(parsed, 0, 1), "\"2024-05-01T08:00:00.0000000Z\"");
  EXPECT_EQ(cell(parsed, 1, 0), "7");
  EXPECT_EQ(cell(parsed, 1, 1), "16");
  EXPECT_EQ(cell(parsed, 2, 1), "3.0");
  EXPECT_EQ(cell(parsed, 3, 0), "\"a\xc3\xa9\\n\"");
  EXPECT_EQ(cell(parsed, 3, 1), "\"12.50\"");
  EXPECT_EQ(cell(parsed, 4, 0), "true");
  EXPECT_EQ(cell(parsed, 4, 1), "null");
  EXPECT_EQ(cell(parsed, 5, 0), "{\"x\":1.10}");
  EXPECT_EQ(cell(parsed, 5, 1), "[1]");
}

TEST(JsonParser, KeepsNumbersOfDynamicColumnsExactly) {
  const auto result = parse(R"({"d":{"a":141.16113000000001,"b":1e3,"c":123456789012345678901}})",
                            {{"d", Type::Dynamic}});
  EXPECT_EQ(cell(result->parsed, 0, 0),
            R"({"a":141.16113000000001,"b":1e3,"c":123456789012345678901})");
}

TEST(JsonParser, RefusesBrokenRecordsAndNoOthers) {
  const auto result = parse(
      "{\"a\":1}\n"
      "{\"a\":2,\"b\":}\n"
      "{\"a\":3\n"
      "[1,2]\n"
      "hello\n"
      "{\"a\":4,\"s\":\"\\q\"}\n"
      "{\"a\":5,\"s\":\"tab\there\"}\n"
      "{\"a\":tru}\n"
      "{\"a\":012}\n"
      "{\"a\":6,\"d\":{\"x\":01}}\n"
      "{\"a\":7}",
      {{"a", Type::Long}, {"s", Type::String}, {"d", Type::Dynamic}});
  const ParsedChunk& parsed = result->parsed;
  ASSERT_EQ(parsed.rows, 2u);
  EXPECT_EQ(cell(parsed, 0, 0), "1");
  EXPECT_EQ(cell(parsed, 0, 1), "7");
  ASSERT_EQ(parsed.refused.size(), 9u);
  EXPECT_EQ(parsed.refused[0].place.line, 1u);
  EXPECT_EQ(parsed.refused[2].reason, "a record must be a JSON object");
  EXPECT_EQ(parsed.refused[4].reason, "a string holds an escape that JSON does not have");
  for (const RefusedRecord& refused : parsed.refused) EXPECT_FALSE(refused.reason.empty());
}

TEST(JsonParser, ReportsWhatDoesNotFit) {
  const auto result = parse("{\"n\":\"Info\"}\n{\"n\":1}\n{\"n\":\"\"}\n{\"n\":1.5}\n",
                            {{"n", Type::Long}, {"n_s", Type::String}});
  const ParsedChunk& parsed = result->parsed;
  ASSERT_EQ(parsed.rows, 4u);
  ASSERT_EQ(parsed.misfits.size(), 1u);
  EXPECT_EQ(parsed.misfits.at(0).count, 2u);
  EXPECT_EQ(parsed.misfits.at(0).first_line, 0u);
  EXPECT_EQ(parsed.misfits.at(0).example, "Info");
  EXPECT_EQ(cell(parsed, 0, 0), "null");
  EXPECT_EQ(cell(parsed, 0, 1), "1");
  EXPECT_EQ(cell(parsed, 1, 0), "\"Info\"");
  EXPECT_EQ(cell(parsed, 1, 2), "\"\"");
  EXPECT_EQ(cell(parsed, 1, 3), "\"1.5\"");
}

TEST(JsonParser, NamesNewFieldsInTheirOrder) {
  const auto result = parse("{\"z\":1,\"a\":\"x\"}\n{\"m\":{},\"z\":1.5,\"\":null}\n", {});
  const auto& fields = result->parsed.new_fields;
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].name, "z");
  EXPECT_EQ(type_for(fields[0].kinds), Type::Real);
  EXPECT_EQ(fields[1].name, "a");
  EXPECT_EQ(fields[2].name, "m");
  EXPECT_EQ(type_for(fields[2].kinds), Type::Dynamic);
  EXPECT_EQ(fields[3].name, "_");
  EXPECT_EQ(type_for(fields[3].kinds), std::nullopt);
}

TEST(JsonParser, TheFirstOfTwoFieldsWithOneNameCounts) {
  const auto result =
      parse("{\"User\":\"a\",\"User\":\"b\",\"user\":\"c\"}\n", {{"User", Type::String}});
  EXPECT_EQ(cell(result->parsed, 0, 0), "\"a\"");
  EXPECT_EQ(result->parsed.repeated_fields, 2u);
}

TEST(JsonParser, TakesSeveralObjectsOnALine) {
  const auto result =
      parse("{\"a\":1}\n{\"a\":2}{\"a\":3} {\"a\":4}\n{\"a\":5}\n", {{"a", Type::Long}});
  ASSERT_EQ(result->parsed.rows, 5u);
  EXPECT_EQ(cell(result->parsed, 0, 3), "4");
  EXPECT_TRUE(result->parsed.refused.empty());
}

TEST(JsonParser, RepairsInvalidUtf8AndLoneSurrogates) {
  const auto result =
      parse("{\"s\":\"a\xff\x62\"}\n{\"s\":\"\\ud800x\"}\n{\"s\":\"\\ud83d\\ude00\"}\n",
            {{"s", Type::String}});
  ASSERT_EQ(result->parsed.rows, 3u);
  EXPECT_EQ(cell(result->parsed, 0, 0),
            "\"a\xef\xbf\xbd"
            "b\"");
  EXPECT_EQ(cell(result->parsed, 0, 1), "\"\xef\xbf\xbdx\"");
  EXPECT_EQ(cell(result->parsed, 0, 2), "\"\xf0\x9f\x98\x80\"");
  EXPECT_EQ(result->parsed.repaired_records, 2u);
}

TEST(JsonParser, RefusesWhatNestsTooDeeply) {
  std::string deep = "{\"d\":";
  for (int level = 0; level < 5000; ++level) deep += "[";
  for (int level = 0; level < 5000; ++level) deep += "]";
  deep += "}\n{\"d\":[[1]]}\n";
  const auto result = parse(deep, {{"d", Type::Dynamic}});
  EXPECT_EQ(result->parsed.rows, 1u);
  EXPECT_EQ(result->parsed.refused.size(), 1u);
}

/// Whether another parser, which looks at every byte, takes a line as one object.
bool is_object(simdjson::dom::parser& parser, std::string_view line) {
  simdjson::dom::element element;
  return parser.parse(line.data(), line.size()).get(element) == simdjson::SUCCESS &&
         element.is_object();
}

TEST(JsonParser, AgreesWithAStricterParserOnDamagedLines) {
  const std::string_view samples[] = {
      R"({"a":1,"b":"x\ny","c":[1,{"d":null}],"e":true})",
      R"({"t":"2024-05-01T08:00:00Z","n":-12.5e3,"o":{"p":{"q":[]}},"f":false})",
      R"( { "s" : "\u00e9\"" , "i" : 0 , "z" : null } )", R"({})"};
  constexpr std::string_view pieces = "{}[]\",:\\01-+.eEtfnu \t\x01x";
  std::mt19937 random(1);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  simdjson::dom::parser strict;
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string line(samples[below(std::size(samples))]);
    for (size_t edits = below(4); edits > 0 && !line.empty(); --edits) {
      const size_t at = below(line.size());
      switch (below(3)) {
        case 0:
          line.erase(at, 1 + below(3));
          break;
        case 1:
          line.insert(at, 1, pieces[below(pieces.size())]);
          break;
        default:
          line[at] = pieces[below(pieces.size())];
      }
    }
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    const auto typed = parse(line, {{"a", Type::Long},
                                    {"b", Type::String},
                                    {"c", Type::Dynamic},
                                    {"n", Type::Real},
                                    {"i", Type::String}});
    const auto untyped = parse(line, {});
    for (const auto& result : {typed.get(), untyped.get()}) {
      const ParsedChunk& parsed = result->parsed;
      EXPECT_EQ(parsed.rows + parsed.refused.size(), result->chunk.records.size()) << line;
      if (result->chunk.records.size() != 1) continue;
      EXPECT_EQ(parsed.rows == 1, is_object(strict, line)) << line;
      accepted += parsed.rows;
    }
  }
  EXPECT_GT(accepted, 5000u);
}

TEST(DelimitedParser, ReadsQuotesAndRefusesRaggedRecords) {
  Chunk chunk = chunk_of("1,\"a \"\"b\"\", c\",\n2,x\n3,\"open,y\n");
  chunk.by_lines = false;
  split_lines(chunk.text(), chunk.records);
  ParsedChunk parsed;
  make_delimited_parser(',', {"n", "s", "d"})
      ->parse(chunk, mapping_of({{"n", Type::Long}, {"s", Type::String}, {"d", Type::Dynamic}}),
              parsed);
  ASSERT_EQ(parsed.rows, 1u);
  EXPECT_EQ(cell(parsed, 0, 0), "1");
  EXPECT_EQ(cell(parsed, 1, 0), "\"a \\\"b\\\", c\"");
  EXPECT_EQ(cell(parsed, 2, 0), "null");
  ASSERT_EQ(parsed.refused.size(), 2u);
  EXPECT_EQ(parsed.refused[0].reason, "the record has 2 fields, the header has 3");
  EXPECT_EQ(parsed.refused[1].reason, "a quoted field has no closing quote");
}

TEST(FieldKinds, ChooseTheNarrowestTypeThatKeepsEverything) {
  EXPECT_EQ(type_for(SawInteger), Type::Long);
  EXPECT_EQ(type_for(SawInteger | SawIntegerText), Type::Long);
  EXPECT_EQ(type_for(SawIntegerText), Type::String);
  EXPECT_EQ(type_for(SawInteger | SawReal), Type::Real);
  EXPECT_EQ(type_for(SawInteger | SawText), Type::String);
  EXPECT_EQ(type_for(SawTimeText), Type::Datetime);
  EXPECT_EQ(type_for(SawTimeText | SawText), Type::String);
  EXPECT_EQ(type_for(SawContainer | SawText | SawInteger), Type::Dynamic);
  EXPECT_EQ(type_for(SawBool | SawInteger), Type::String);
  EXPECT_EQ(type_for(SawNothing), std::nullopt);
}

TEST(FieldKinds, TellTextsApart) {
  EXPECT_EQ(kind_of_text("1008"), SawIntegerText);
  EXPECT_EQ(kind_of_text("007"), SawText);
  EXPECT_EQ(kind_of_text("2020-10-18 07:50:06.220"), SawTimeText);
  EXPECT_EQ(kind_of_text("4/28/2021, 3:05:26.000 PM"), SawTimeText);
  EXPECT_EQ(kind_of_text("2020-08-01"), SawText);
  EXPECT_EQ(kind_of_text("2020-13-18 07:50:06"), SawText);
  EXPECT_EQ(kind_of_text(""), SawNothing);
  EXPECT_EQ(kind_of_delimited("007"), SawText);
  EXPECT_EQ(kind_of_delimited("-12"), SawInteger);
  EXPECT_EQ(kind_of_delimited("1.5"), SawReal);
  EXPECT_EQ(kind_of_delimited("True"), SawBool);
  EXPECT_EQ(kind_of_delimited("{\"a\":1}"), SawJsonText);
  EXPECT_EQ(kind_of_delimited("{half"), SawText);
  EXPECT_EQ(kind_of_number("99999999999999999999"), SawBigInteger);
  EXPECT_EQ(kind_of_number("-9223372036854775808"), SawInteger);
  EXPECT_EQ(kind_of_number("9223372036854775808"), SawBigInteger);
  EXPECT_EQ(kind_of_number("1."), std::nullopt);
  EXPECT_EQ(kind_of_number("-"), std::nullopt);
}

TEST(ScanValue, ReadsTimesTheShortWayAsTheLong) {
  for (std::string_view text :
       {"2024-02-29T23:59:59Z", "2024-05-01T08:00:00.1Z", "2024-05-01T08:00:00.123456789Z",
        "2023-02-29T00:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T08:00:00.Z",
        "2024-05-01T08:00:0xZ"}) {
    EXPECT_EQ(scan_datetime(text), parse_datetime(text)) << text;
  }
  EXPECT_EQ(to_text(*scan_epoch(1714550400.25)), "2024-05-01T08:00:00.2500000Z");
  EXPECT_EQ(to_text(*scan_epoch(1714550400250)), "2024-05-01T08:00:00.2500000Z");
  EXPECT_EQ(scan_epoch(12), std::nullopt);
}

}  // namespace
}  // namespace vedette
