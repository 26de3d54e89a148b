// Parquet files: those of another writer, encodings that writers of old used, and damaged ones.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "tests/harness/parquet_writer.h"
#include "tests/harness/source_tree.h"
#include "tests/unit/ingest_testing.h"

namespace vedette {
namespace {

using Values = std::vector<std::string>;

constexpr int int32 = 1, int64 = 2, int96 = 3, floating = 4, doubles = 5, bytes = 6, fixed = 7;
constexpr int required = 0, optional = 1, repeated = 2;

std::string shipped(const std::string& name) {
  std::ifstream file(source_root() / "tests" / "data" / "parquet" / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A database with what was read from a file into `T`.
struct Read {
  explicit Read(std::string_view file, const IngestOptions& options = {.table = "T"})
      : database(Database::in_memory()),
        report(ingest_text(*database, options, file, "x.parquet")) {}

  /// All values of a column as JSON.
  Values column(const std::string& name) const { return vedette::column(*database, "T", name); }
  std::string schema() const { return vedette::schema(*database, "T"); }

  std::unique_ptr<Database> database;
  IngestReport report;
};

/// A file of one column in one row group.
std::string one_column(const ParquetField& field, int values, const std::vector<ParquetPage>& pages,
                       int codec = 0) {
  return parquet_file({{.name = "root", .children = 1}, field},
                      {{values, {{field.physical, values, pages, codec}}}});
}

/// The values of the column `c` in a page of plain values.
Values plain(ParquetField field, int values, const std::string& body) {
  field.name = "c";
  return Read(one_column(field, values, {{.values = values, .body = body}})).column("c");
}

/// A list in column `c`: entries by their levels, and plain integers.
Values list(const std::vector<ParquetField>& fields, int rows,
            const std::vector<uint32_t>& repetitions, const std::vector<uint32_t>& definitions,
            const std::vector<std::vector<uint32_t>>& leaves) {
  std::vector<ParquetField> all = fields;
  all.insert(all.begin(), {.name = "root", .children = 1});
  std::vector<ParquetColumn> columns;
  const auto entries = static_cast<int>(definitions.size());
  for (const std::vector<uint32_t>& values : leaves) {
    std::string body = levels_of(repetitions, 1) + levels_of(definitions, 2);
    for (const uint32_t value : values) body += little_endian(value, 4);
    columns.push_back({int32, entries, {{.values = entries, .body = body}}});
  }
  return Read(parquet_file(all, {{rows, columns}})).column("c");
}

std::string error_of(std::string_view file) {
  try {
    const Read read(file);
    return read.report.stopped.empty() ? "none" : read.report.stopped;
  } catch (const QueryError& error) {
    return fmt::format("{}: {}", error.code, error.message);
  }
}

TEST(Parquet, ReadsSignInsOfAnotherWriter) {
  for (const char* name : {"signins_v1_snappy.parquet", "signins_v2_zstd.parquet"}) {
    const Read read(shipped(name));
    EXPECT_EQ(read.report.rows, 12u) << name;
    EXPECT_EQ(read.schema(),
              "TimeGenerated:datetime UserPrincipalName:string IPAddress:string ResultType:string "
              "LocationDetails:dynamic AuthenticationDetails:dynamic Attempt:int");
    EXPECT_EQ(read.column("TimeGenerated")[1], "\"2024-05-01T08:01:00.1230000Z\"");
    EXPECT_EQ(read.column("ResultType")[4], "\"50126\"");
    EXPECT_EQ(read.column("LocationDetails")[3],
              R"({"city":"Zürich","geo":{"lat":50.25,"lon":8.5}})");
    EXPECT_EQ(read.column("LocationDetails")[9], "null");
    const Values details = read.column("AuthenticationDetails");
    EXPECT_EQ(details[0], "null");
    EXPECT_EQ(details[1], "[]");
    EXPECT_EQ(details[11], R"([{"key":"amr","value":"pwd"},null,{"key":null,"value":"x11"}])");
  }
}

TEST(Parquet, ReadsAllKindsOfAnotherWriter) {
  for (const char* name : {"kinds_v1_gzip.parquet", "kinds_v2_lz4.parquet"}) {
    const Read read(shipped(name));
    const auto last = [&](const char* column) { return read.column(column).at(4); };
    EXPECT_EQ(read.schema(),
              "flag:bool tiny:int utiny:int uint:long big:long ubig:long single:real double:real "
              "money:decimal huge:decimal words:string path:string bytes:string day:datetime "
              "moment:datetime clock:timespan span:timespan id:guid document:dynamic bag:dynamic "
              "grid:dynamic nothing:int ubig_s:string")
        << name;
    EXPECT_EQ(last("flag"), "true");
    EXPECT_EQ(last("tiny"), "4");
    EXPECT_EQ(last("utiny"), "254");
    EXPECT_EQ(last("uint"), "4294967294");
    EXPECT_EQ(last("big"), "-4000000028");
    EXPECT_EQ(last("ubig"), "null");
    EXPECT_EQ(last("ubig_s"), "\"18446744073709551614\"");
    EXPECT_EQ(last("single"), "0.5");
    EXPECT_EQ(last("double"), "1.3333333333333333");
    EXPECT_EQ(last("money"), "\"4938266.000\"");
    EXPECT_EQ(last("huge"), "\"395061728439506172840.00\"");
    EXPECT_EQ(last("words"), "\"text 2\"");
    EXPECT_EQ(last("path"), "\"prefix/of/all/4\"");
    EXPECT_EQ(last("bytes"), "\"qrs=\"");
    EXPECT_EQ(last("day"), "\"1970-01-03T00:00:00.0000000Z\"");
    EXPECT_EQ(read.column("moment")[1], "\"1969-12-31T23:59:59.9500000Z\"");
    EXPECT_EQ(last("clock"), "\"23:59:58.5000000\"");
    EXPECT_EQ(last("span"), "\"4.00:00:00.0070000\"");
    EXPECT_EQ(last("id"), "\"00000000-0000-4000-8000-000000000004\"");
    EXPECT_EQ(last("document"), R"({"n":4,"x":[1.50,null]})");
    EXPECT_EQ(last("bag"), R"({"a":4,"b":null})");
    EXPECT_EQ(last("grid"), "[[4],[],null]");
    EXPECT_EQ(last("nothing"), "null");
    ASSERT_EQ(read.report.misfits.size(), 1u);
    EXPECT_EQ(read.report.misfits[0].count, 5u);
    EXPECT_EQ(read.report.misfits[0].first_line, 1u);
    EXPECT_EQ(read.report.misfits[0].kept_in, "ubig_s");
  }
}

TEST(Parquet, ReadsTypesOfOld) {
  // Nanoseconds of the day, Julian day.
  const std::string moment = little_endian(3'661'000'000'100, 8) + little_endian(2'440'588, 4);
  const std::string never = little_endian(0, 8) + little_endian(0x7fffffff, 4);
  EXPECT_EQ(plain({.physical = int96}, 2, moment + never),
            (Values{"\"1970-01-01T01:01:01.0000001Z\"", "null"}));
  EXPECT_EQ(plain({.physical = int64, .converted = 9}, 1, little_endian(1'500, 8)),
            (Values{"\"1970-01-01T00:00:01.5000000Z\""}));
  EXPECT_EQ(plain({.physical = int64, .converted = 10}, 1, little_endian(1'500, 8)),
            (Values{"\"1970-01-01T00:00:00.0015000Z\""}));
  EXPECT_EQ(plain({.physical = int64, .logical = 8, .unit = 3}, 1, little_endian(~0ull, 8)),
            (Values{"\"1969-12-31T23:59:59.9999999Z\""}));
  EXPECT_EQ(plain({.physical = int32, .converted = 7}, 1, little_endian(61'001, 4)),
            (Values{"\"00:01:01.0010000\""}));
  EXPECT_EQ(plain({.physical = int32, .converted = 6}, 1, little_endian(~0ull, 4)),
            (Values{"\"1969-12-31T00:00:00.0000000Z\""}));
  EXPECT_EQ(plain({.physical = int32, .converted = 11}, 2,
                  little_endian(0xfe, 4) + little_endian(~0ull, 4)),
            (Values{"254", "255"}));
  EXPECT_EQ(plain({.physical = int32, .converted = 5, .scale = 3}, 2,
                  little_endian(static_cast<uint64_t>(-1'500), 4) + little_endian(7, 4)),
            (Values{"\"-1.500\"", "\"0.007\""}));
  EXPECT_EQ(plain({.physical = bytes, .converted = 5, .scale = 1}, 2,
                  plain_texts({"\xff\x85", std::string("\x01") + std::string(9, '\0')})),
            (Values{"\"-12.3\"", "\"472236648286964521369.6\""}));
  // 20 bytes are more digits than a decimal has; they are rounded.
  EXPECT_EQ(plain({.physical = fixed, .converted = 5, .length = 20, .scale = 0}, 1,
                  std::string("\x01") + std::string(19, '\0')),
            (Values{"\"5708990770823839524233143877797981000000000000\""}));
  EXPECT_EQ(plain({.physical = fixed, .length = 2, .logical = 15}, 4,
                  std::string("\x00\x3e\x00\xc0\x01\x00\x00\x7c", 8)),
            (Values{"1.5", "-2.0", "5.960464477539063e-08", "\"inf\""}));
  EXPECT_EQ(plain({.physical = fixed, .converted = 21, .length = 12}, 2,
                  little_endian(0, 4) + little_endian(2, 4) + little_endian(1, 4) +
                      little_endian(1, 4) + little_endian(2, 4) + little_endian(3'004, 4)),
            (Values{"\"2.00:00:00.0010000\"", "null"}));
  EXPECT_EQ(plain({.physical = fixed, .length = 3}, 1, "abc"), (Values{"\"YWJj\""}));
  EXPECT_EQ(plain({.physical = bytes}, 2, plain_texts({"abc", "\xff"})),
            (Values{"\"abc\"", "\"/w==\""}));
  EXPECT_EQ(plain({.physical = bytes, .converted = 0}, 1, plain_texts({"a\xff"})),
            (Values{"\"a\xef\xbf\xbd\""}));
  EXPECT_EQ(plain({.physical = bytes, .converted = 19}, 3, plain_texts({"[1, 2]", "", "{oops"})),
            (Values{"[1,2]", "null", "\"{oops\""}));
}

TEST(Parquet, ReadsEncodingsThatFewWritersUse) {
  const ParquetField integer = {.name = "c", .physical = int32};
  const auto values = [](const ParquetField& field, int count, const ParquetPage& page) {
    return Read(one_column(field, count, {page})).column("c");
  };
  // The bytes of 0x01020304 and 5, first bytes first.
  EXPECT_EQ(
      values(integer, 2,
             {.values = 2, .encoding = 9, .body = std::string("\x04\x05\x03\0\x02\0\x01\0", 8)}),
      (Values{"16909060", "5"}));
  EXPECT_EQ(values({.name = "c", .physical = fixed, .converted = 0, .length = 2}, 2,
                   {.values = 2, .encoding = 9, .body = "acbd"}),
            (Values{"\"ab\"", "\"cd\""}));
  // Blocks of 128 in 4 parts, 3 values, the first is 7; then differences of at least -2 in 3 bits.
  const std::string deltas = varint(128) + varint(4) + varint(3) + varint(14) + varint(3) +
                             std::string("\x03\0\0\0", 4) + "\x28" + std::string(11, '\0');
  EXPECT_EQ(values(integer, 3, {.values = 3, .encoding = 5, .body = deltas}),
            (Values{"7", "5", "8"}));
  // Lengths 2, 1: a first value and one difference.
  const std::string none = varint(128) + varint(4) + varint(2);
  const std::string lengths = none + varint(4) + varint(1) + std::string(4, '\0');
  EXPECT_EQ(values({.name = "c", .physical = bytes, .converted = 0}, 2,
                   {.values = 2, .encoding = 6, .body = lengths + "abc"}),
            (Values{"\"ab\"", "\"c\""}));
  const std::string prefixes = none + varint(0) + varint(2) + std::string(4, '\0');
  EXPECT_EQ(values({.name = "c", .physical = bytes, .converted = 0}, 2,
                   {.values = 2, .encoding = 7, .body = prefixes + lengths + "abc"}),
            (Values{"\"ab\"", "\"ac\""}));
  const std::string runs = run_of(1, 2, 1) + run_of(0, 1, 1);
  EXPECT_EQ(values({.name = "c", .physical = 0}, 3,
                   {.values = 3, .encoding = 3, .body = little_endian(runs.size(), 4) + runs}),
            (Values{"true", "true", "false"}));
  EXPECT_EQ(values({.name = "c", .physical = 0}, 9, {.values = 9, .body = "\x05\x01"})[8], "true");
  // Levels in the encoding of old, whose bits go from high to low: there, null, there.
  EXPECT_EQ(values({.name = "c", .physical = floating, .repetition = optional}, 3,
                   {.values = 3,
                    .body = "\xa0" + little_endian(0x3fc00000, 4) + little_endian(0x40000000, 4),
                    .definition_encoding = 4}),
            (Values{"1.5", "null", "2.0"}));
  EXPECT_EQ(
      values(
          {.name = "c", .physical = doubles}, 1,
          {.kind = 3, .values = 1, .body = little_endian(0x4000000000000000, 8), .packed = false}),
      (Values{"2.0"}));
}

TEST(Parquet, ReadsLz4OfHadoop) {
  // A block of 4 bytes that is 5 packed ones, all of them literals.
  const std::string packed = std::string("\0\0\0\x04\0\0\0\x05", 8) + "\x40" + little_endian(7, 4);
  const ParquetField field = {.name = "c", .physical = int32};
  const auto file = [&](const std::string& body) {
    return one_column(field, 1, {{.values = 1, .body = body, .bytes = 4}}, 5);
  };
  EXPECT_EQ(Read(file(packed)).column("c"), (Values{"7"}));
  EXPECT_EQ(Read(file(packed.substr(8))).column("c"), (Values{"7"}));
}

TEST(Parquet, ReadsListsOfAllArrangements) {
  const std::vector<uint32_t> repetitions = {0, 1, 0, 0, 1};
  // Repeated without any annotation: an empty one is an entry without a value.
  EXPECT_EQ(list({{.name = "c", .physical = int32, .repetition = repeated}}, 3, repetitions,
                 {1, 1, 0, 1, 1}, {{1, 2, 3, 4}}),
            (Values{"[1,2]", "[]", "[3,4]"}));
  const ParquetField outer = {.name = "c", .repetition = optional, .children = 1, .converted = 3};
  const ParquetField item = {.name = "item", .physical = int32};
  // A repeated value inside.
  EXPECT_EQ(list({outer, {.name = "x", .physical = int32, .repetition = repeated}}, 3, repetitions,
                 {2, 2, 0, 2, 2}, {{1, 2, 3, 4}}),
            (Values{"[1,2]", "null", "[3,4]"}));
  // A repeated group that is the item itself, by its name.
  for (const char* name : {"array", "c_tuple"}) {
    EXPECT_EQ(list({outer, {.name = name, .repetition = repeated, .children = 1}, item}, 3,
                   repetitions, {2, 2, 1, 2, 2}, {{1, 2, 3, 4}}),
              (Values{R"([{"item":1},{"item":2}])", "[]", R"([{"item":3},{"item":4}])"}));
  }
  EXPECT_EQ(list({outer, {.name = "bag", .repetition = repeated, .children = 1}, item}, 3,
                 repetitions, {2, 2, 1, 2, 2}, {{1, 2, 3, 4}}),
            (Values{"[1,2]", "[]", "[3,4]"}));
  // Two fields make an item of their own, and a map if it is one.
  const ParquetField pair = {.name = "pair", .repetition = repeated, .children = 2};
  const ParquetField second = {.name = "other", .physical = int32};
  EXPECT_EQ(list({outer, pair, item, second}, 3, repetitions, {2, 2, 0, 2, 2},
                 {{1, 2, 3, 4}, {5, 6, 7, 8}})[0],
            R"([{"item":1,"other":5},{"item":2,"other":6}])");
  ParquetField map = outer;
  map.converted = 1;
  EXPECT_EQ(list({map, pair, item, second}, 3, repetitions, {2, 2, 1, 2, 2},
                 {{1, 2, 3, 4}, {5, 6, 7, 8}}),
            (Values{R"({"1":5,"2":6})", "{}", R"({"3":7,"4":8})"}));
}

TEST(Parquet, ReadsManyRowsFromManyPagesAndGroups) {
  // A dictionary of two, one page of 40,000 codes and nulls, and one behind it.
  const auto group = [](int rows) {
    const std::string nulls = run_of(1, 30'000, 1) + run_of(0, 10'000, 1);
    const std::string codes = "\x01" + run_of(0, 29'999, 1) + run_of(1, 1, 1);
    const ParquetPage big = {
        .values = 40'000, .encoding = 8, .body = little_endian(nulls.size(), 4) + nulls + codes};
    const ParquetPage small = {.values = 1, .body = levels_of({1}, 1) + plain_texts({"end"})};
    return ParquetGroup{
        rows,
        {{bytes, 40'001, {{.kind = 2, .values = 2, .body = plain_texts({"a", "b"})}, big, small}}}};
  };
  const std::vector<ParquetField> fields = {
      {.name = "root", .children = 1},
      {.name = "c", .physical = bytes, .repetition = optional, .converted = 0}};
  const std::string file = parquet_file(fields, {group(40'001), group(40'001)});
  for (const uint64_t commit_rows : {1'000'000u, 7'777u}) {
    const Read read(file, {.table = "T", .commit_rows = commit_rows});
    const Values values = read.column("c");
    ASSERT_EQ(values.size(), 80'002u);
    for (const size_t first : {0u, 40'001u}) {
      EXPECT_EQ(values[first + 29'998], "\"a\"");
      EXPECT_EQ(values[first + 29'999], "\"b\"");
      EXPECT_EQ(values[first + 30'000], "\"\"");
      EXPECT_EQ(values[first + 40'000], "\"end\"");
    }
  }
  EXPECT_NE(error_of(parquet_file(fields, {group(40'000)})).find("more values than"),
            std::string::npos);
  EXPECT_NE(error_of(parquet_file(fields, {group(40'002)})).find("fewer values than"),
            std::string::npos);
}

TEST(Parquet, ValuesGoIntoDeclaredColumns) {
  const IngestOptions options = {.table = "T",
                                 .columns = {{"TimeGenerated", Type::String},
                                             {"ResultType", Type::Long},
                                             {"IPAddress", Type::Int},
                                             {"Attempt", Type::Real},
                                             {"LocationDetails", Type::String},
                                             {"AuthenticationDetails", Type::Bool}},
                                 .use_catalogue = false};
  const Read read(shipped("signins_v1_snappy.parquet"), options);
  EXPECT_EQ(read.column("TimeGenerated")[1], "\"2024-05-01T08:01:00.1230000Z\"");
  EXPECT_EQ(read.column("ResultType")[4], "50126");
  EXPECT_EQ(read.column("IPAddress")[2], "null");
  EXPECT_EQ(read.column("IPAddress_s")[2], "\"203.0.113.2\"");
  EXPECT_EQ(read.column("Attempt")[7], "7.0");
  EXPECT_EQ(read.column("LocationDetails")[0],
            R"("{\"city\":\"Zürich\",\"geo\":{\"lat\":47.25,\"lon\":8.5}}")");
  EXPECT_EQ(read.column("AuthenticationDetails_s")[1], "\"[]\"");
  ASSERT_EQ(read.report.misfits.size(), 2u);
  EXPECT_EQ(read.report.misfits[0].column, "IPAddress");
  EXPECT_EQ(read.report.misfits[0].count, 12u);
  EXPECT_EQ(read.report.misfits[1].column, "AuthenticationDetails");
  EXPECT_EQ(read.report.misfits[1].first_line, 2u);

  IngestOptions strict = options;
  strict.strict = true;
  try {
    const Read never(shipped("signins_v1_snappy.parquet"), strict);
    ADD_FAILURE() << "strict";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.message,
              "x.parquet, row 1: '203.0.113.0' is not a value of column IPAddress (int)");
  }
}

TEST(Parquet, TellsWhatIsNotRead) {
  const ParquetField field = {.name = "c", .physical = int32};
  const auto packed = [&](int codec) {
    return error_of(one_column(field, 1, {{.values = 1, .body = "abcd"}}, codec));
  };
  EXPECT_EQ(packed(4),
            "ING0006: the Parquet file cannot be read: it is packed with Brotli, which is not read "
            "here; write it with Zstandard or Snappy");
  EXPECT_NE(packed(3).find("LZO"), std::string::npos);
  std::string file = shipped("kinds_v1_gzip.parquet");
  file.back() = 'E';
  EXPECT_EQ(error_of(file), "ING0006: the Parquet file cannot be read: it is encrypted");
  EXPECT_NE(error_of("TimeGenerated,User\n").find("it does not begin with PAR1"),
            std::string::npos);
}

TEST(Parquet, DamageIsToldAndWhatCameBeforeIsThere) {
  const std::vector<ParquetField> fields = {{.name = "root", .children = 1},
                                            {.name = "c", .physical = bytes, .converted = 0}};
  const ParquetPage good = {.values = 1, .body = plain_texts({"fine"})};
  const auto second = [&](const ParquetPage& page, int codec = 0) {
    const Read read(
        parquet_file(fields, {{1, {{bytes, 1, {good}}}}, {1, {{bytes, 1, {page}, codec}}}}));
    EXPECT_EQ(read.column("c"), (Values{"\"fine\""}));
    return read.report.stopped;
  };
  const std::string place = "the Parquet file is damaged: column 'c', row group 2: ";
  EXPECT_EQ(second({.values = 1, .body = little_endian(5, 4) + "four"}),
            place + "data ends too early");
  EXPECT_EQ(second({.values = 1, .body = plain_texts({"x"}), .checksum = 1}),
            place + "the checksum of a page is wrong");
  EXPECT_EQ(second({.values = 1, .encoding = 8, .body = std::string("\x01\x02\0", 3)}),
            place + "it has codes without a dictionary");
  EXPECT_EQ(second({.values = 2, .body = plain_texts({"x", "y"})}),
            place + "a page has more values than its column");
  EXPECT_EQ(second({.values = 1, .body = "oops", .bytes = 5}, 1), place + "packed data is damaged");
  EXPECT_EQ(second({.values = 1, .body = "oops", .bytes = 2'000'000'000}, 1),
            place + "4 packed bytes cannot become 2000000000");
  const std::string text = plain_texts({"right"});
  const auto sum = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
  EXPECT_EQ(error_of(one_column(fields[1], 1, {{.values = 1, .body = text, .checksum = sum}})),
            "none");
}

TEST(Parquet, FilesThatAreCutOffAreNeverTakenForWhole) {
  for (const char* name : {"kinds_v1_gzip.parquet", "signins_v2_zstd.parquet"}) {
    const std::string file = shipped(name);
    for (size_t size = 0; size < file.size(); size += 1 + file.size() / 200) {
      EXPECT_NE(error_of(file.substr(0, size)).find("is damaged"), std::string::npos) << size;
    }
  }
}

TEST(Parquet, IsReadFromFilesPackedOrNotAndHasColumnsWithoutRows) {
  const auto path = std::filesystem::temp_directory_path() /
                    fmt::format("vedette-parquet-{}", static_cast<int>(getpid()));
  const std::string file = shipped("signins_v1_snappy.parquet");
  std::ofstream(path.string() + ".bin", std::ios::binary) << file;
  gzFile packed = gzopen((path.string() + ".parquet.gz").c_str(), "wb");
  gzwrite(packed, file.data(), static_cast<unsigned>(file.size()));
  gzclose(packed);
  const auto database = Database::in_memory();
  EXPECT_EQ(ingest(*database, {.table = "A"}, path.string() + ".bin").rows, 12u);
  EXPECT_EQ(ingest(*database, {.table = "B"}, path.string() + ".parquet.gz").rows, 12u);
  std::filesystem::remove(path.string() + ".bin");
  std::filesystem::remove(path.string() + ".parquet.gz");

  const Read empty(
      parquet_file({{.name = "root", .children = 1}, {.name = "c", .physical = int64}}, {}));
  EXPECT_EQ(empty.report.rows, 0u);
  EXPECT_EQ(empty.schema(), "c:long");
}

}  // namespace
}  // namespace vedette
