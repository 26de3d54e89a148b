#include "runtime/ingest/ingest.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "tests/unit/ingest_testing.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    static int number = 0;
    path_ = fs::temp_directory_path() / fmt::format("vedette-ingest-{}-{}", getpid(), number++);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }

  std::string file(const std::string& name) const { return path_ / name; }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }

 private:
  fs::path path_;
};

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Values = std::vector<std::string>;

IngestOptions into(const std::string& table) {
  return {.table = table};
}

TEST(Ingest, InfersTypesAndKeepsTheOrderOfRows) {
  const auto database = Database::in_memory();
  const IngestReport report =
      ingest_text(*database, into("T"),
                  "{\"id\":1,\"when\":\"2024-05-01T08:00:00Z\",\"who\":\"ann\",\"tags\":[\"x\"]}\n"
                  "{\"id\":\"2\",\"when\":\"2024-05-01 09:00:00\",\"ok\":true,\"score\":1}\n"
                  "{\"id\":3,\"score\":0.5,\"nothing\":null}\n",
                  "test");
  EXPECT_EQ(report.rows, 3u);
  EXPECT_EQ(report.refused, 0u);
  EXPECT_EQ(schema(*database, "T"),
            "id:long when:datetime who:string tags:dynamic ok:bool score:real nothing:string");
  EXPECT_EQ(column(*database, "T", "id"), (Values{"1", "2", "3"}));
  EXPECT_EQ(column(*database, "T", "score"), (Values{"null", "1.0", "0.5"}));
  EXPECT_EQ(column(*database, "T", "tags"), (Values{"[\"x\"]", "null", "null"}));
  EXPECT_EQ(column(*database, "T", "when")[1], "\"2024-05-01T09:00:00.0000000Z\"");
}

TEST(Ingest, WidensWithinTheBeginningOfTheInput) {
  const auto database = Database::in_memory();
  std::string text;
  for (int row = 0; row < 100'000; ++row) text += fmt::format("{{\"n\":{},\"e\":{}}}\n", row, row);
  text += "{\"n\":1.5,\"e\":\"Info\"}\n{\"n\":2,\"e\":{\"a\":1.10}}\n";
  const IngestReport report = ingest_text(*database, into("T"), text, "test");
  EXPECT_EQ(report.rows, 100'002u);
  EXPECT_TRUE(report.misfits.empty());
  EXPECT_EQ(schema(*database, "T"), "n:real e:dynamic");
  const Values values = column(*database, "T", "e");
  EXPECT_EQ(values[99'999], "99999");
  EXPECT_EQ(values[100'000], "\"Info\"");
  EXPECT_EQ(values[100'001], "{\"a\":1.10}");
}

TEST(Ingest, KeepsAndReportsWhatDoesNotFitLater) {
  const auto database = Database::in_memory();
  ingest_text(*database, into("T"), "{\"n\":1}\n", "first");
  const IngestReport report =
      ingest_text(*database, into("T"),
                  "{\"n\":2}\n\n{\"n\":\"Info\"}\n{\"n\":[1]}\n{\"n\":\"7\"}\n", "second");
  EXPECT_EQ(report.rows, 4u);
  EXPECT_EQ(report.refused, 0u);
  ASSERT_EQ(report.misfits.size(), 1u);
  EXPECT_EQ(report.misfits[0].column, "n");
  EXPECT_EQ(report.misfits[0].count, 2u);
  EXPECT_EQ(report.misfits[0].first_line, 3u);
  EXPECT_EQ(report.misfits[0].example, "Info");
  EXPECT_EQ(report.misfits[0].kept_in, "n_s");
  EXPECT_EQ(column(*database, "T", "n"), (Values{"1", "2", "null", "null", "7"}));
  EXPECT_EQ(column(*database, "T", "n_s"), (Values{"\"\"", "\"\"", "\"Info\"", "\"[1]\"", "\"\""}));
}

TEST(Ingest, DeclaredTablesGetTheirTypesAndNewColumns) {
  const auto database = Database::in_memory();
  const IngestReport report =
      ingest_text(*database, into("SigninLogs"),
                  "{\"TimeGenerated\":\"2024-05-01T08:00:00Z\",\"ResultType\":50126,"
                  "\"operationName\":\"Sign-in\",\"DeviceDetail\":\"{\\\"a\\\":1}\",\"Mine\":5}\n",
                  "test");
  EXPECT_EQ(column(*database, "SigninLogs", "ResultType"), (Values{"\"50126\""}));
  EXPECT_EQ(column(*database, "SigninLogs", "OperationName"), (Values{"\"Sign-in\""}));
  EXPECT_EQ(column(*database, "SigninLogs", "DeviceDetail"), (Values{"{\"a\":1}"}));
  EXPECT_EQ(report.new_columns, (std::vector<ColumnSchema>{{"Mine", Type::Long}}));
}

TEST(Ingest, OnlyDeclaredColumnsOnRequest) {
  const auto database = Database::in_memory();
  IngestOptions options = into("T");
  options.columns = {{"a", Type::Int}, {"t", Type::Timespan}};
  options.add_columns = false;
  const IngestReport report = ingest_text(
      *database, options, "{\"a\":1,\"t\":\"01:00:00\",\"b\":2}\n{\"a\":99999999999}\n", "test");
  EXPECT_EQ(schema(*database, "T"), "a:int t:timespan");
  EXPECT_EQ(report.ignored_fields, (Values{"b", "a_s"}));
  EXPECT_EQ(column(*database, "T", "a"), (Values{"1", "null"}));
  EXPECT_EQ(report.misfits.at(0).kept_in, "");
}

TEST(Ingest, RefusedRecordsGoToAFileWithLineAndReason) {
  const Folder folder;
  const auto database = Database::in_memory();
  const std::string path =
      folder.write("x.ndjson", "{\"a\":1}\n{\"a\":\n\n{\"a\":2}\nnot \"json\"\n");
  const IngestReport report = ingest(*database, into("T"), path);
  EXPECT_EQ(report.rows, 2u);
  EXPECT_EQ(report.refused, 2u);
  ASSERT_EQ(report.first_refused.size(), 2u);
  EXPECT_EQ(report.first_refused[0].line, 2u);
  EXPECT_EQ(report.first_refused[1].line, 5u);
  EXPECT_EQ(report.rejects_path, path + ".rejects");
  // The file is itself a log that can be ingested.
  const IngestReport again = ingest(*database, into("Rejects"), report.rejects_path);
  EXPECT_EQ(again.rows, 2u);
  EXPECT_EQ(column(*database, "Rejects", "line"), (Values{"2", "5"}));
  EXPECT_EQ(column(*database, "Rejects", "record"),
            (Values{"\"{\\\"a\\\":\"", R"("not \"json\"")"}));
}

TEST(Ingest, StrictTakesAllOrNothing) {
  const auto database = Database::in_memory();
  IngestOptions options = into("T");
  options.strict = true;
  try {
    ingest_text(*database, options, "{\"a\":1}\n{\"a\":\n", "test");
    FAIL() << "a broken record must end a strict ingest";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.code, "ING0004");
    EXPECT_NE(error.message.find("line 2"), std::string::npos) << error.message;
  }
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 0u);
  options.columns = {{"a", Type::Long}};
  EXPECT_THROW(ingest_text(*database, options, "{\"a\":\"x\"}\n", "test"), QueryError);
  EXPECT_EQ(ingest_text(*database, options, "{\"a\":1}\n", "test").rows, 1u);
}

std::string gzip(std::string_view text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstandard(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

TEST(Ingest, UnpacksWhateverTheName) {
  std::string text;
  for (int row = 0; row < 200'000; ++row) text += fmt::format("{{\"n\":{}}}\n", row);
  const Folder folder;
  const auto database = Database::in_memory();
  const std::string half = text.substr(0, text.size() / 2);
  const std::string rest = text.substr(text.size() / 2);
  // Packed files may be several, one behind the other.
  const std::string paths[] = {folder.write("a.gz", gzip(half) + gzip(rest)),
                               folder.write("b.log", zstandard(half) + zstandard(rest)),
                               folder.write("c.zst", gzip(text))};
  for (const std::string& path : paths) {
    const std::string table = fs::path(path).stem();
    const IngestReport report = ingest(*database, into(table), path);
    EXPECT_EQ(report.rows, 200'000u) << path;
    EXPECT_EQ(report.stopped, "");
    EXPECT_EQ(column(*database, table, "n")[199'999], "199999");
  }
}

TEST(Ingest, TakesWhatCameBeforeDamage) {
  std::string text;
  for (int row = 0; row < 200'000; ++row) text += fmt::format("{{\"n\":{}}}\n", row * 7919 % 65537);
  for (std::string packed : {gzip(text), zstandard(text)}) {
    packed.resize(packed.size() / 2);
    const Folder folder;
    const auto database = Database::in_memory();
    const IngestReport report = ingest(*database, into("T"), folder.write("x.gz", packed));
    EXPECT_GT(report.rows, 10'000u);
    EXPECT_LT(report.rows, 200'000u);
    EXPECT_NE(report.stopped.find("ends too early"), std::string::npos) << report.stopped;
    EXPECT_EQ(database->snapshot()->find("T")->rows(), report.rows);
    EXPECT_EQ(report.refused, 0u);
  }
}

TEST(Ingest, ReadsDelimitedTextAsPortalsExportIt) {
  const auto database = Database::in_memory();
  const IngestReport report =
      ingest_text(*database, into("T"),
                  "\xef\xbb\xbf\"TimeGenerated [UTC]\",Name,Count,Detail,Code,Empty\r\n"
                  "\"4/28/2021, 3:05:26.000 PM\",\"a, \"\"b\"\"\r\nc\",5,\"{\"\"x\"\":1}\",007,\r\n"
                  "\"4/28/2021, 3:05:27.000 PM\",d,,\"\",12,\r\n",
                  "x.csv");
  EXPECT_EQ(report.rows, 2u);
  EXPECT_EQ(schema(*database, "T"),
            "TimeGenerated:datetime Name:string Count:long Detail:dynamic Code:string "
            "Empty:string");
  EXPECT_EQ(column(*database, "T", "TimeGenerated")[0], "\"2021-04-28T15:05:26.0000000Z\"");
  EXPECT_EQ(column(*database, "T", "Name")[0], R"("a, \"b\"\r\nc")");
  EXPECT_EQ(column(*database, "T", "Count"), (Values{"5", "null"}));
  EXPECT_EQ(column(*database, "T", "Detail"), (Values{"{\"x\":1}", "null"}));
  EXPECT_EQ(column(*database, "T", "Code"), (Values{"\"007\"", "\"12\""}));
}

TEST(Ingest, EmptyInputsMakeEmptyTables) {
  const auto database = Database::in_memory();
  for (std::string_view text : {"", "\n\n", "[]", "{\"Records\":[]}", "\xef\xbb\xbf"}) {
    const IngestReport report = ingest_text(*database, into("T"), text, "x.json");
    EXPECT_EQ(report.rows, 0u) << text;
    EXPECT_EQ(report.refused, 0u) << text;
  }
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 0u);
  EXPECT_EQ(ingest_text(*database, into("C"), "a,b\n", "x.csv").rows, 0u);
}

TEST(Ingest, FieldsThatBecomeKnownLateGetAColumn) {
  const auto database = Database::in_memory();
  std::string text;
  const std::string filler(2000, 'x');
  for (int row = 0; row < 60'000; ++row) {
    text += fmt::format("{{\"n\":{},\"f\":\"{}\",\"late\":null", row, filler);
    if (row >= 50'000) text += fmt::format(",\"later\":{}", row);
    if (row >= 55'000) text += fmt::format(",\"n\":{}", row);
    text += "}\n";
  }
  text += "{\"n\":\"odd\",\"late\":\"2024-05-01T08:00:00Z\"}\n";
  const IngestReport report = ingest_text(*database, into("T"), text, "test");
  EXPECT_EQ(report.rows, 60'001u);
  EXPECT_EQ(report.repeated_fields, 5000u);
  EXPECT_EQ(schema(*database, "T"), "n:long f:string later:long late:datetime n_s:string");
  EXPECT_EQ(report.misfits.at(0).first_line, 60'001u);
  const Values later = column(*database, "T", "later");
  EXPECT_EQ(later[49'999], "null");
  EXPECT_EQ(later[50'000], "50000");
}

TEST(Ingest, CommitsOnTheWay) {
  const Folder folder;
  const auto database = Database::open(folder.file("db"), OpenMode::Create);
  std::string text;
  for (int row = 0; row < 300'000; ++row) text += fmt::format("{{\"n\":{}}}\n", row);
  IngestOptions options = into("T");
  options.commit_rows = 100'000;
  uint64_t committed = 0;
  options.progress = [&](const IngestProgress& progress) {
    EXPECT_GE(progress.committed_rows, committed);
    committed = progress.committed_rows;
    EXPECT_LE(committed, database->snapshot()->find("T")->rows());
  };
  const IngestReport report = ingest_text(*database, options, text, "test");
  EXPECT_EQ(report.rows, 300'000u);
  EXPECT_EQ(committed, 300'000u);
  const auto snapshot = database->snapshot();
  EXPECT_EQ(snapshot->find("T")->extents.size(), 3u);
  const Values values = column(*database, "T", "n");
  for (int row = 0; row < 300'000; row += 9973) EXPECT_EQ(values[row], std::to_string(row));
}

TEST(Ingest, CommitsWhenMuchTextHasPassed) {
  const Folder folder;
  const auto database = Database::open(folder.file("db"), OpenMode::Create);
  std::string text;
  for (int row = 0; row < 30'000; ++row) {
    text += fmt::format("{{\"n\":{},\"f\":\"{}\"}}\n", row, std::string(500, 'x'));
  }
  IngestOptions options = into("T");
  options.commit_bytes = 4 << 20;
  const IngestReport report = ingest_text(*database, options, text, "test");
  EXPECT_EQ(report.rows, 30'000u);
  EXPECT_GE(database->snapshot()->find("T")->extents.size(), 2u);
  EXPECT_EQ(column(*database, "T", "n")[29'999], "29999");
}

TEST(Ingest, SmallFilesShareAnExtent) {
  const Folder folder;
  const auto database = Database::open(folder.file("db"), OpenMode::Create);
  std::vector<std::string> paths;
  for (int file = 0; file < 40; ++file) {
    paths.push_back(
        folder.write(fmt::format("{}.ndjson", file), fmt::format("{{\"n\":{}}}", file)));
  }
  size_t done = 0;
  const auto reports =
      ingest_files(*database, into("T"), paths, [&](const IngestReport&) { ++done; });
  EXPECT_EQ(reports.size(), 40u);
  EXPECT_EQ(done, 40u);
  EXPECT_EQ(database->snapshot()->find("T")->extents.size(), 1u);
  EXPECT_EQ(column(*database, "T", "n")[39], "39");
  paths[2] = "/no/such/file";
  EXPECT_THROW(ingest_files(*database, into("T"), paths, {}), QueryError);
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 42u);
}

TEST(Ingest, OnlyDeclaredColumnsForgiveAnInitialLetter) {
  const auto database = Database::in_memory();
  ingest_text(*database, into("T"), "{\"Port\":1}\n", "first");
  ingest_text(*database, into("T"), "{\"port\":\"x\"}\n", "second");
  EXPECT_EQ(schema(*database, "T"), "Port:long port:string");
}

TEST(Ingest, SaysWhyAFileCannotBeRead) {
  const auto database = Database::in_memory();
  try {
    ingest(*database, into("T"), "/no/such/file.ndjson");
    FAIL() << "a missing file must be reported";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.code, "ING0001");
    EXPECT_NE(error.message.find("No such file"), std::string::npos) << error.message;
  }
  EXPECT_EQ(database->snapshot()->find("T"), nullptr);
}

}  // namespace
}  // namespace vedette
