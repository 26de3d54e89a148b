#include "runtime/exec/pipeline.h"

#include <gtest/gtest.h>

#include "runtime/exec/filter_project.h"
#include "runtime/exec/result.h"
#include "runtime/exec/scheduler.h"
#include "runtime/exec/select_columns.h"
#include "runtime/exec/values.h"
#include "runtime/function/symbolic.h"
#include "runtime/kernel/program_builder.h"

namespace vedette::exec {
namespace {

QueryLimits limits_of(int threads, int batch) {
  QueryLimits limits;
  limits.threads = threads;
  limits.batch_rows = batch;
  return limits;
}

Flow range(int64_t first, int64_t last) {
  Flow flow;
  flow.source = std::make_unique<RangeSource>(Value::int64(first), Value::int64(last),
                                              Value::int64(first <= last ? 1 : -1));
  return flow;
}

std::vector<int64_t> words(const ColumnBuilder& column) {
  const auto* values = column.vector().as<int64_t>();
  return {values, values + column.size()};
}

/// Runs a flow of one long column and gives its rows.
std::vector<int64_t> rows_of(Flow flow, const QueryLimits& limits,
                             std::optional<int64_t> limit = {}) {
  QueryContext query(limits);
  auto rows = std::make_shared<Rows>();
  rows->types = {Type::Long};
  std::vector<Pipeline> pipelines(1);
  pipelines[0].flow = std::move(flow);
  pipelines[0].sink = std::make_shared<BufferSink>(rows, limit);
  run(pipelines, query);
  return words(to_columns(*rows, query)[0]);
}

TEST(Pipeline, KeepsTheOrderOfTheInputOnAnyNumberOfThreads) {
  for (const int threads : {1, 4}) {
    for (const int batch : {7, 2048}) {
      const auto rows = rows_of(range(0, 299'999), limits_of(threads, batch));
      ASSERT_EQ(rows.size(), 300'000u);
      for (int64_t i = 0; i < 300'000; ++i) ASSERT_EQ(rows[i], i);
    }
  }
}

TEST(Pipeline, TakesTheFirstRows) {
  for (const int threads : {1, 4}) {
    for (const int64_t limit : {0, 1, 100, 70'000, 200'000, 400'000}) {
      const auto rows = rows_of(range(0, 299'999), limits_of(threads, 2048), limit);
      ASSERT_EQ(rows.size(), std::min<size_t>(limit, 300'000));
      for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], static_cast<int64_t>(i));
    }
  }
}

TEST(Pipeline, UnitesFlowsInOrder) {
  for (const int threads : {1, 4}) {
    Flow all;
    all.inputs.push_back(range(1, 3));
    all.inputs.push_back(Flow{});
    all.inputs[1].inputs.push_back(range(100'000, 1));
    all.inputs[1].inputs.push_back(range(7, 7));
    all.stages.push_back(std::make_unique<SelectColumnsStage>(
        std::vector<SelectColumnsStage::Column>{{0, Type::Long}}));
    const auto rows = rows_of(std::move(all), limits_of(threads, 100));
    ASSERT_EQ(rows.size(), 100'004u);
    EXPECT_EQ(rows[2], 3);
    EXPECT_EQ(rows[3], 100'000);
    EXPECT_EQ(rows[100'002], 1);
    EXPECT_EQ(rows[100'003], 7);
  }
}

TEST(Pipeline, FiltersAndComputes) {
  const ScalarFunction even = {
      .name = "even",
      .summary = "",
      .overloads = {symbolic<bool(int64_t)>([](auto, auto a) { return a % 2 == 0; })}};
  const ScalarFunction negate = {
      .name = "negate",
      .summary = "",
      .overloads = {symbolic<int64_t(int64_t)>([](auto, auto a) { return -a; })}};
  ProgramBuilder builder;
  std::string problem;
  const Register value = builder.load(0, Type::Long);
  builder.narrow(builder.call(even, even.overloads[0], Type::Bool, {value}, problem));
  builder.result(builder.call(negate, negate.overloads[0], Type::Long, {value}, problem));
  Flow flow = range(1, 100'000);
  flow.stages.push_back(std::make_unique<FilterProjectStage>(
      AdaptiveProgram(std::make_shared<Program>(builder.take()))));
  const auto rows = rows_of(std::move(flow), limits_of(2, 2048));
  ASSERT_EQ(rows.size(), 50'000u);
  EXPECT_EQ(rows[0], -2);
  EXPECT_EQ(rows[49'999], -100'000);
}

TEST(Pipeline, EndsWithItsLimits) {
  QueryLimits limits = limits_of(2, 2048);
  limits.memory_bytes = 1 << 20;
  try {
    rows_of(range(0, 1'000'000), limits);
    FAIL() << "a million rows do not fit into a megabyte";
  } catch (const QueryError& error) {
    EXPECT_EQ(error.kind, ErrorKind::Limit);
    EXPECT_EQ(error.code, "KQL0701");
  }
  const std::atomic<bool> cancelled = true;
  limits = limits_of(2, 2048);
  limits.cancelled = &cancelled;
  EXPECT_THROW(rows_of(range(0, 10), limits), QueryError);
  limits = limits_of(2, 2048);
  limits.timeout = std::chrono::nanoseconds(1);
  EXPECT_THROW(rows_of(range(0, 10), limits), QueryError);
}

TEST(Scheduler, RunsEachCallOnceAlsoWhenNested) {
  std::atomic<int> sum = 0;
  run_on_threads(4,
                 [&](int i) { run_in_parallel(3, 10, [&](size_t j) { sum += i * 10 + int(j); }); });
  EXPECT_EQ(sum, 4 * 45 + 10 * 10 * 6);
}

TEST(Values, GivesSlicesAtAnyBatchSize) {
  std::vector<std::vector<Value>> rows;
  for (int64_t i = 0; i < 500; ++i) {
    rows.push_back({i % 3 == 0 ? Value::null(Type::Long) : Value::int64(i)});
  }
  for (const int batch : {1, 7, 64, 2048}) {
    QueryContext query(limits_of(1, batch));
    auto kept = std::make_shared<Rows>();
    kept->types = {Type::Long};
    std::vector<Pipeline> pipelines(1);
    pipelines[0].flow.source = std::make_unique<ValuesSource>(std::vector{Type::Long}, rows);
    pipelines[0].sink = std::make_shared<BufferSink>(kept);
    run(pipelines, query);
    const auto columns = to_columns(*kept, query);
    ASSERT_EQ(columns[0].size(), 500u);
    for (uint32_t i = 0; i < 500; ++i) ASSERT_EQ(value_at(columns[0].vector(), i), rows[i][0]);
  }
}

}  // namespace
}  // namespace vedette::exec
