#include "runtime/kernel/interpreter.h"

#include <gtest/gtest.h>

#include "runtime/column/column_builder.h"
#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "runtime/kernel/program_builder.h"

namespace vedette {
namespace {

int calls = 0;  // of the bodies below, by row

ScalarFunction length_function() {
  return {.name = "length",
          .summary = "Bytes.",
          .overloads = {rowwise([](std::string_view text) -> int64_t {
            ++calls;
            return static_cast<int64_t>(text.size());
          })}};
}
ScalarFunction double_text_function() {
  return {.name = "twice",
          .summary = "Text twice.",
          .overloads = {rowwise([](Arena& arena, std::string_view text) -> std::string_view {
            ++calls;
            return arena.copy(std::string(text) + std::string(text));
          })}};
}
ScalarFunction less_function() {
  return {
      .name = "less",
      .summary = "a < b.",
      .overloads = {symbolic<bool(int64_t, int64_t)>([](auto, auto a, auto b) { return a < b; })}};
}
ScalarFunction random_function() {
  return {.name = "random",
          .summary = "Anything.",
          .overloads = {rowwise([](int64_t) -> int64_t { return ++calls; })},
          .purity = Purity::PerRow};
}

/// A dictionary of texts; one of them is null for dynamics.
struct TestDictionary {
  ColumnBuilder entries{Type::String};
  Dictionary dictionary;

  explicit TestDictionary(const std::vector<std::string>& texts) {
    for (const auto& text : texts) entries.append_text(text);
    dictionary.size = static_cast<uint32_t>(texts.size());
    dictionary.entries = entries.vector();
    dictionary.id = Dictionary::next_id();
  }
  Vector vector(const std::vector<uint32_t>& codes) const {
    return {.type = Type::String,
            .shape = Shape::Dictionary,
            .codes = codes.data(),
            .dictionary = &dictionary};
  }
};

Batch batch_of(std::vector<Vector> columns, uint32_t rows, Arena& arena) {
  return {
      .rows = rows, .selection = {nullptr, rows}, .columns = std::move(columns), .arena = &arena};
}

TEST(Interpreter, EvaluatesEntriesOnce) {
  const ScalarFunction length = length_function();
  const ScalarFunction twice = double_text_function();
  ProgramBuilder builder;
  std::string problem;
  const Register text = builder.load(0, Type::String);
  const Register doubled = builder.call(twice, twice.overloads[0], Type::String, {text}, problem);
  const Register size = builder.call(length, length.overloads[0], Type::Long, {doubled}, problem);
  builder.result(doubled);
  builder.result(size);
  const Program program = builder.take();

  const TestDictionary names({"ann", "bob", "", "never"});
  const std::vector<uint32_t> codes = {1, 0, 1, 1, 2, 0};
  DictionaryCache cache;
  ProgramRunner first(program, &cache);
  ProgramRunner second(program, &cache);
  calls = 0;
  for (ProgramRunner* runner : {&first, &second, &first}) {
    Arena arena;
    KernelContext context;
    Batch batch = batch_of({names.vector(codes)}, 6, arena);
    const auto results = runner->run(batch, context);
    EXPECT_EQ(results[0].shape, Shape::Dictionary);
    EXPECT_EQ(value_at(results[0], 0), Value::string("bobbob"));
    EXPECT_EQ(value_at(results[0], 4), Value::string(""));
    EXPECT_EQ(value_at(results[1], 1), Value::int64(6));
    EXPECT_EQ(value_at(results[1], 4), Value::int64(0));
  }
  EXPECT_EQ(calls, 8);  // four entries, two functions: one is not used, but most are
  EXPECT_EQ(cache.entries_evaluated(), 8);
}

TEST(Interpreter, NarrowsAndKeepsRowNumbers) {
  const ScalarFunction less = less_function();
  ProgramBuilder builder;
  std::string problem;
  const Register value = builder.load(0, Type::Long);
  const Register limit = builder.constant(Value::int64(3));
  builder.narrow(builder.call(less, less.overloads[0], Type::Bool, {value, limit}, problem));
  builder.result(value);
  const Program program = builder.take();

  ColumnBuilder column(Type::Long);
  for (int64_t i : {5, 1, 3}) column.append_word(i);
  column.append_null();
  column.append_word(-7);
  Arena arena;
  KernelContext context;
  Batch batch = batch_of({column.vector()}, 5, arena);
  ProgramRunner runner(program);
  const auto results = runner.run(batch, context);
  ASSERT_EQ(batch.selection.count, 2u);
  EXPECT_EQ(batch.selection[0], 1u);
  EXPECT_EQ(batch.selection[1], 4u);
  EXPECT_EQ(value_at(results[0], 4), Value::int64(-7));
}

TEST(Interpreter, CallsOfConstantsOnceAndRandomOnesAlways) {
  const ScalarFunction length = length_function();
  const ScalarFunction random = random_function();
  ProgramBuilder builder;
  std::string problem;
  const Register text = builder.constant(Value::string("four"));
  const Register size = builder.call(length, length.overloads[0], Type::Long, {text}, problem);
  EXPECT_EQ(size, builder.call(length, length.overloads[0], Type::Long, {text}, problem));
  const Register zero = builder.constant(Value::int64(0));
  const Register a = builder.call(random, random.overloads[0], Type::Long, {zero}, problem);
  const Register b = builder.call(random, random.overloads[0], Type::Long, {zero}, problem);
  EXPECT_NE(a, b);
  builder.result(size);
  builder.result(a);
  builder.result(b);
  const Program program = builder.take();
  ProgramRunner runner(program);
  calls = 0;
  for (int round = 0; round < 3; ++round) {
    Arena arena;
    KernelContext context;
    Batch batch = batch_of({}, 4, arena);
    const auto results = runner.run(batch, context);
    EXPECT_EQ(value_at(results[0], 3), Value::int64(4));
    EXPECT_FALSE(value_at(results[1], 0) == value_at(results[2], 0));
    EXPECT_FALSE(value_at(results[1], 0) == value_at(results[1], 1));
  }
  EXPECT_EQ(calls, 1 + 3 * 8);
}

TEST(Interpreter, AnswersConstantsAndTheirText) {
  const ScalarFunction length = length_function();
  ProgramBuilder builder;
  std::string problem;
  builder.result(builder.call(length, length.overloads[0], Type::Long,
                              {builder.constant(Value::string("abc"))}, problem));
  const Program program = builder.take();
  KernelContext context;
  EXPECT_EQ(evaluate_constant(program, context), Value::int64(3));
  EXPECT_EQ(to_text(program), "r0:string = \"abc\"\nr1:long = length(r0)\ngives r1\n");
}

}  // namespace
}  // namespace vedette
