// Every scalar function of the library on odd values: it must answer, and answer the same whatever
// the shape of its arguments.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "runtime/column/column_builder.h"
#include "runtime/value/convert.h"
#include "stdlib/stdlib.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

std::vector<Value> odd_texts() {
  std::vector<Value> values;
  for (std::string_view text : {"",
                                " ",
                                "a",
                                "abc def",
                                "\xc3\xa4\xc3\x96\xe2\x82\xac",
                                "\xff\xfe\x80",
                                "%",
                                "%zz%41",
                                "/",
                                "http://u:p@h:1/p?q=1&r#f",
                                "10.1.2.3/8",
                                "::1",
                                "fe80::1/64",
                                "999.1.1.1",
                                "1",
                                "-5",
                                "0x7fffffffffffffff",
                                "1e400",
                                "nan",
                                "true",
                                "2024-02-30",
                                "2024-05-17T10:00:00Z",
                                "1.02:03:04",
                                "[1,2,",
                                "{\"a\":[1,{\"b\":null}]}",
                                "<a><b/></a>",
                                "<a",
                                "(",
                                "[a-z]+",
                                "a|b*",
                                "\"",
                                "a\"b c\" 'd",
                                "day",
                                "week",
                                "year",
                                "regex",
                                "normal",
                                "windows",
                                "KB",
                                "yyyy-MM-dd fff tt",
                                "Europe/Paris",
                                "$.a[0].b",
                                "S3VzdG8=",
                                "S3VzdG8",
                                "74be27de-1e4e-49d9-b579-fe0b331d3642"}) {
    values.push_back(Value::string(std::string(text)));
  }
  values.push_back(Value::string(std::string(5000, 'x')));
  values.push_back(Value::string(std::string("nul\0byte", 8)));
  return values;
}

std::vector<Value> odd_dynamics() {
  std::vector<Value> values = {Value::null(Type::Dynamic)};
  for (std::string_view json : {"null",
                                "true",
                                "0",
                                "-1",
                                "9223372036854775807",
                                "1.5",
                                "1e300",
                                "\"\"",
                                "\"text\"",
                                "\"10.1.2.3\"",
                                "[]",
                                "[1]",
                                "[1,2,3,null,\"a\",[4],{\"b\":5}]",
                                "[\"b\",\"a\",\"b\"]",
                                "[3,1,2]",
                                "[true,false]",
                                "{}",
                                "{\"a\":1,\"b\":{\"c\":[1,2]}}",
                                "{\"\":null}",
                                "[[],[[]]]",
                                "[1.5,\"x\",null]"}) {
    values.push_back(dynamic_of(json));
  }
  return values;
}

std::vector<Value> odd_values(Type type) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<Value> values = {Value::null(type)};
  const auto words = [&](auto make, std::initializer_list<int64_t> list) {
    for (int64_t word : list) values.push_back(make(word));
  };
  switch (type) {
    case Type::Bool:
      return {Value::null(type), Value::boolean(true), Value::boolean(false)};
    case Type::Int:
      words(Value::int32, {0, 1, -1, 5, 64, INT32_MAX, INT32_MIN});
      return values;
    case Type::Long:
      words(Value::int64, {0, 1, -1, 2, 5, 33, 63, 64, 128, 1000, 1'000'000'000'000, INT64_MAX,
                           INT64_MIN, INT64_MIN + 1});
      return values;
    case Type::Real:
      for (double real : {0.0, -0.0, 1.0, -1.5, 0.1, 2.5, 1e18, -1e19, 1e300, 5e-324, infinity,
                          -infinity, std::nan("")}) {
        values.push_back(Value::real(real));
      }
      return values;
    case Type::Decimal:
      for (std::string_view text : {"0", "1", "-1.5", "0.1", "9999999999999999999999999999999999",
                                    "-1e100", "1e-300", "12345678901234567890.5"}) {
        values.push_back(Value::decimal(*parse_decimal(text)));
      }
      return values;
    case Type::String:
      return odd_texts();
    case Type::Datetime:
      words([](int64_t ticks) { return Value::datetime({ticks}); },
            {0, 1, 638'500'000'000'000'000, 621'355'968'000'000'000, max_datetime_ticks});
      return values;
    case Type::Timespan:
      words([](int64_t ticks) { return Value::timespan({ticks}); },
            {0, 1, -1, ticks_per_day, -ticks_per_hour, 15'000'000, INT64_MAX, INT64_MIN});
      return values;
    case Type::Guid:
      values.push_back(Value::guid({}));
      values.push_back(Value::guid(*parse_guid("74be27de-1e4e-49d9-b579-fe0b331d3642")));
      return values;
    default:
      return odd_dynamics();
  }
}

/// The types to try where an overload takes anything.
constexpr Type any_types[] = {Type::Long,     Type::String,   Type::Dynamic, Type::Real,
                              Type::Datetime, Type::Timespan, Type::Guid,    Type::Decimal,
                              Type::Bool,     Type::Int};

/// One call of an overload over many rows of odd values.
class Trial {
 public:
  Trial(const Overload& overload, std::vector<Type> types) : overload_(overload), types_(types) {
    // Different strides give different combinations; the first row repeats for constants.
    for (size_t at = 0; at < types.size(); ++at) {
      const auto values = odd_values(types[at]);
      columns_.emplace_back(types[at]);
      uint32_t next = static_cast<uint32_t>(at) * 7;
      for (uint32_t row = 0; row < rows; ++row) {
        columns_.back().append(values[next % values.size()]);
        next = next * 1664525 + 1013904223;
        next = next >> 3;
      }
    }
    for (const ColumnBuilder& column : columns_) flat_.push_back(column.vector());
  }

  std::vector<Value> flat() { return run(flat_, {nullptr, rows}, nullptr); }

  /// The same rows as entries of dictionaries, each row its own.
  std::vector<Value> dictionary() {
    std::vector<uint32_t> codes(rows);
    for (uint32_t row = 0; row < rows; ++row) codes[row] = row;
    std::vector<Dictionary> dictionaries;
    dictionaries.reserve(flat_.size());
    std::vector<Vector> vectors;
    for (const Vector& vector : flat_) {
      dictionaries.push_back({rows, vector, Dictionary::next_id(), nullptr});
      vectors.push_back(
          {vector.type, Shape::Dictionary, nullptr, nullptr, codes.data(), &dictionaries.back()});
    }
    return run(vectors, {nullptr, rows}, nullptr);
  }

  /// One row, all arguments constant, with the tool that constants allow.
  std::optional<Value> constant(uint32_t row) {
    std::vector<Value> values;
    std::vector<ColumnBuilder> columns;
    std::vector<Vector> vectors;
    for (const Vector& vector : flat_) values.push_back(value_at(vector, row));
    std::vector<const Value*> pointers;
    for (const Value& value : values) {
      columns.emplace_back(value.type()).append(value);
      pointers.push_back(&value);
    }
    for (const ColumnBuilder& column : columns) {
      vectors.push_back(column.vector());
      vectors.back().shape = Shape::Constant;
    }
    std::string problem;
    const auto tool = overload_.prepare ? overload_.prepare(pointers, problem) : nullptr;
    if (!problem.empty()) return std::nullopt;
    return run(vectors, {nullptr, 1}, tool.get())[0];
  }

  static constexpr uint32_t rows = 192;

 private:
  std::vector<Value> run(std::span<const Vector> arguments, Selection selection, const void* tool) {
    Arena arena;
    KernelContext context;
    context.arena = &arena;
    context.now = 638'500'000'000'000'000;
    Vector result;
    result.type = overload_.result_type ? overload_.result_type(types_) : overload_.returns;
    Call call{context, arguments, selection, selection.count, tool, result};
    overload_.evaluate(call);
    EXPECT_TRUE(result.type != Type::String || result.validity == nullptr) << "a null text";
    std::vector<Value> answers;
    for (uint32_t row = 0; row < selection.count; ++row) answers.push_back(value_at(result, row));
    return answers;
  }

  const Overload& overload_;
  std::vector<Type> types_;
  std::vector<ColumnBuilder> columns_;
  std::vector<Vector> flat_;
};

std::string shown(const Value& value) {
  return value.is_null() ? "null" : to_text(value);
}

/// Overloads that take anything are tried with several types, of which some must be alike.
std::vector<std::vector<Type>> types_to_try(const ScalarFunction& function,
                                            const Overload& overload) {
  std::vector<std::vector<Type>> all;
  const bool generic =
      std::find(overload.takes.begin(), overload.takes.end(), Type::Error) != overload.takes.end();
  for (Type any : any_types) {
    std::vector<Type> types;
    size_t count = std::max(overload.takes.size(), function.min_arguments);
    if (overload.variadic && function.repeats.count > 1) count += function.repeats.count;
    for (size_t at = 0; at < count; ++at) {
      const size_t parameter = overload.variadic ? function.parameter_of(at, count) : at;
      const Type takes = overload.takes[parameter];
      types.push_back(takes == Type::Error ? any : takes);
    }
    all.push_back(std::move(types));
    if (!generic) break;
  }
  return all;
}

TEST(StdlibOddValues, EveryShapeAnswersTheSame) {
  int tried = 0;
  for (const ScalarFunction& function : standard_library().functions()) {
    if (function.name == "assert") continue;  // its failures end the query
    // A million items for each row, as they should, take too long here.
    if (function.name == "range" || function.name == "repeat") continue;
    for (const Overload& overload : function.overloads) {
      if (overload.evaluate == nullptr) continue;
      for (const auto& types : types_to_try(function, overload)) {
        SCOPED_TRACE(std::string(function.name));
        Trial trial(overload, types);
        const auto flat = trial.flat();
        if (function.purity != Purity::Pure) continue;
        ++tried;
        const auto dictionary = trial.dictionary();
        for (uint32_t row = 0; row < Trial::rows; ++row) {
          ASSERT_EQ(shown(flat[row]), shown(dictionary[row])) << "as a dictionary, row " << row;
          if (row % 4 != 0) continue;
          const auto constant = trial.constant(row);
          if (!constant) continue;
          ASSERT_EQ(shown(flat[row]), shown(*constant)) << "as constants, row " << row;
        }
      }
    }
  }
  EXPECT_GT(tried, 500);
}

}  // namespace
}  // namespace vedette
