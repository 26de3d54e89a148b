#include "runtime/exec/scan.h"

#include <gtest/gtest.h>

#include "runtime/exec/filter_project.h"
#include "runtime/function/symbolic.h"
#include "runtime/kernel/program_builder.h"
#include "tests/unit/exec_fixture.h"

namespace vedette::exec {
namespace {

const ScalarFunction less = {
    .name = "less",
    .summary = "",
    .overloads = {symbolic<bool(int64_t, int64_t)>([](auto, auto a, auto b) { return a < b; })}};

/// A table of [Time:datetime ascending, Name:string, Note:string, Size:long] in several extents.
class ScanTest : public testing::Test {
 protected:
  static constexpr int64_t row_count = 200'000;

  ScanTest() {
    database_->create_table({"Logs",
                             {{"Time", Type::Datetime},
                              {"Name", Type::String},
                              {"Note", Type::String},
                              {"Size", Type::Long}}});
    AppendOptions options;
    options.extent_rows = 70'000;
    Appender appender = database_->append("Logs", options);
    for (int64_t i = 0; i < row_count; ++i) {
      appender.column(0).append_word(i);
      appender.column(1).append_text(name_of_row(i));
      appender.column(2).append_text(note_of_row(i));
      if (i % 10 == 3) {
        appender.column(3).append_null();
      } else {
        appender.column(3).append_word(i % 1000);
      }
      appender.end_row();
    }
    appender.commit();
    snapshot_ = database_->snapshot();
    table_ = snapshot_->find("Logs");
  }

  static std::string name_of_row(int64_t i) { return "name" + std::to_string(i % 50); }
  static std::string note_of_row(int64_t i) { return "note " + std::to_string(i * 7919); }

  ScanParameters parameters(std::vector<ScanParameters::Column> columns) const {
    return {.snapshot = snapshot_, .table = table_, .name = "Logs", .columns = std::move(columns)};
  }

  /// Runs a flow and gives its rows; counters are left in `counters_`.
  std::vector<Row> run_flow(Flow flow, std::vector<Type> types, int threads, int batch) {
    QueryLimits limits;
    limits.threads = threads;
    limits.batch_rows = batch;
    QueryContext query(limits);
    auto kept = std::make_shared<Rows>();
    kept->types = std::move(types);
    std::vector<Pipeline> pipelines;
    pipelines.push_back({std::move(flow), std::make_shared<BufferSink>(kept)});
    run(pipelines, query);
    counters_ = query.counters();
    const auto columns = to_columns(*kept, query);
    std::vector<Row> rows(kept->count);
    for (const ColumnBuilder& column : columns) {
      for (size_t i = 0; i < rows.size(); ++i) {
        const size_t word = i / 64 * 64;
        rows[i].push_back(value_at(column.vector(word), static_cast<uint32_t>(i - word)));
      }
    }
    return rows;
  }

  std::unique_ptr<Database> database_ = Database::in_memory();
  std::shared_ptr<const Snapshot> snapshot_;
  const Table* table_ = nullptr;
  Counters counters_;
};

TEST_F(ScanTest, GivesAllRowsInOrder) {
  for (const auto& [threads, batch] : {std::pair{1, 2048}, {4, 2048}, {2, 100}}) {
    Flow flow;
    flow.source = std::make_unique<ScanSource>(
        parameters({{0, Type::Datetime}, {1, Type::String}, {3, Type::Long}}));
    const auto rows =
        run_flow(std::move(flow), {Type::Datetime, Type::String, Type::Long}, threads, batch);
    ASSERT_EQ(rows.size(), static_cast<size_t>(row_count));
    for (int64_t i = 0; i < row_count; ++i) {
      ASSERT_EQ(rows[i][0], Value::datetime({i}));
      ASSERT_EQ(rows[i][1], Value::string(name_of_row(i)));
      ASSERT_EQ(rows[i][2], i % 10 == 3 ? Value::null(Type::Long) : Value::int64(i % 1000));
    }
    EXPECT_EQ(counters_.rows_scanned, row_count);
    EXPECT_EQ(counters_.extents_total, 3);
  }
}

TEST_F(ScanTest, SkipsExtentsAndBlocks) {
  ScanParameters bounded = parameters({{0, Type::Datetime}});
  bounded.prune = {{0, {.low = Value::datetime({150'000}), .high = Value::datetime({150'010})}}};
  Flow flow;
  flow.source = std::make_unique<ScanSource>(bounded);
  const auto rows = run_flow(std::move(flow), {Type::Datetime}, 2, 2048);
  EXPECT_EQ(counters_.extents_total, 3);
  EXPECT_EQ(counters_.extents_skipped, 2);
  EXPECT_LE(counters_.rows_scanned, static_cast<int64_t>(block_rows));
  EXPECT_TRUE(std::ranges::any_of(
      rows, [](const Row& row) { return row[0] == Value::datetime({150'005}); }));
}

TEST_F(ScanTest, ReadsOtherColumnsOnlyWhereTheFilterPasses) {
  ProgramBuilder builder;
  std::string problem;
  builder.narrow(builder.call(less, less.overloads[0], Type::Bool,
                              {builder.load(0, Type::Datetime), builder.constant(Value::int64(5))},
                              problem));
  ScanParameters filtered = parameters({{0, Type::Datetime}, {2, Type::String}});
  filtered.filter = AdaptiveProgram(std::make_shared<Program>(builder.take()));
  Flow flow;
  flow.source = std::make_unique<ScanSource>(filtered);
  const auto rows = run_flow(std::move(flow), {Type::Datetime, Type::String}, 1, 2048);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[4][1], Value::string(note_of_row(4)));
  const int64_t bytes = counters_.bytes_read;

  Flow all;
  all.source = std::make_unique<ScanSource>(parameters({{0, Type::Datetime}, {2, Type::String}}));
  run_flow(std::move(all), {Type::Datetime, Type::String}, 1, 2048);
  EXPECT_LT(bytes, counters_.bytes_read / 2);
}

TEST_F(ScanTest, FetchesColumnsOfRowsLater) {
  for (const int threads : {1, 3}) {
    ProgramBuilder builder;
    std::string problem;
    builder.narrow(builder.call(less, less.overloads[0], Type::Bool,
                                {builder.load(1, Type::Long), builder.constant(Value::int64(2))},
                                problem));
    ScanParameters found = parameters({{0, Type::Datetime}, {3, Type::Long}});
    found.row_id = true;
    Flow flow;
    flow.source = std::make_unique<ScanSource>(found);
    flow.stages.push_back(std::make_unique<FilterProjectStage>(
        AdaptiveProgram(std::make_shared<Program>(builder.take())), true));
    flow.stages.push_back(std::make_unique<FetchStage>(
        snapshot_, table_, 2,
        std::vector<ScanParameters::Column>{{2, Type::String}, {1, Type::String}}));
    const auto rows = run_flow(
        std::move(flow), {Type::Datetime, Type::Long, Type::String, Type::String}, threads, 2048);
    ASSERT_EQ(rows.size(), 400u);
    for (const Row& row : rows) {
      const int64_t i = row[0].as_word();
      ASSERT_EQ(row[2], Value::string(note_of_row(i)));
      ASSERT_EQ(row[3], Value::string(name_of_row(i)));
    }
    EXPECT_EQ(counters_.rows_fetched_late, 400);
  }
}

TEST_F(ScanTest, OfATableWithoutRows) {
  Flow flow;
  flow.source = std::make_unique<ScanSource>(ScanParameters{.columns = {{0, Type::Long}}});
  EXPECT_TRUE(run_flow(std::move(flow), {Type::Long}, 2, 2048).empty());
}

}  // namespace
}  // namespace vedette::exec
