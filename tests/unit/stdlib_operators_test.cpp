// Operators of the library: null rules, overflow, comparisons across types, lists.
#include <gtest/gtest.h>

#include "tests/harness/call_function.h"

namespace vedette {
namespace {

const Value no_long = Value::null(Type::Long);

Value text(std::string value) {
  return Value::string(std::move(value));
}
Value whole(int64_t value) {
  return Value::int64(value);
}

TEST(StdlibOperators, Arithmetic) {
  EXPECT_EQ(answer("+", {whole(2), whole(3)}), "5");
  EXPECT_EQ(answer("+", {whole(INT64_MAX), whole(1)}), std::to_string(INT64_MIN));
  EXPECT_EQ(answer("+", {no_long, whole(3)}), "null");
  EXPECT_EQ(answer("/", {whole(7), whole(2)}), "3");
  EXPECT_EQ(answer("/", {whole(7), whole(0)}), "null");
  EXPECT_EQ(answer("/", {whole(INT64_MIN), whole(-1)}), std::to_string(INT64_MIN));
  EXPECT_EQ(answer("%", {whole(-14), whole(12)}), "10");
  EXPECT_EQ(answer("%", {whole(-14), whole(-12)}), "10");
  EXPECT_EQ(answer("%", {whole(14), whole(-12)}), "2");
  EXPECT_EQ(answer("+", {Value::datetime({max_datetime_ticks}), Value::timespan({1})}), "null");
  EXPECT_EQ(answer("-", {Value::datetime({5}), Value::timespan({6})}), "null");
  EXPECT_EQ(answer("*", {Value::timespan({ticks_per_hour}), Value::real(1.5)}), "01:30:00");
  EXPECT_EQ(answer("+", {dynamic_of("2"), dynamic_of("3.5")}), "5.5");
  EXPECT_EQ(answer("+", {dynamic_of("\"a\""), dynamic_of("3")}), "null");
}

TEST(StdlibOperators, EqualitySeesNulls) {
  EXPECT_EQ(answer("==", {no_long, no_long}), "null");
  EXPECT_EQ(answer("==", {no_long, whole(1)}), "false");
  EXPECT_EQ(answer("!=", {no_long, whole(1)}), "true");
  EXPECT_EQ(answer("!=", {no_long, no_long}), "null");
  EXPECT_EQ(answer("<", {no_long, whole(1)}), "null");
}

TEST(StdlibOperators, ComparisonAcrossTypes) {
  EXPECT_EQ(answer("==", {text("0"), whole(0)}), "true");
  EXPECT_EQ(answer("==", {text("x"), whole(0)}), "false");
  EXPECT_EQ(answer("!=", {text("x"), whole(0)}), "true");
  EXPECT_EQ(answer("==", {Value::boolean(true), whole(1)}), "true");
  EXPECT_EQ(answer("==", {Value::boolean(true), whole(2)}), "false");
  EXPECT_EQ(answer("==", {dynamic_of("\"a\""), text("a")}), "true");
  EXPECT_EQ(answer("==", {dynamic_of("5"), text("5")}), "true");
  EXPECT_EQ(answer("==", {dynamic_of("5"), whole(5)}), "true");
  EXPECT_EQ(answer("==", {dynamic_of("null"), text("5")}), "false");
  EXPECT_EQ(answer("<", {dynamic_of("4"), whole(5)}), "true");
  EXPECT_EQ(answer("==", {dynamic_of("[1,2]"), dynamic_of("[1,2]")}), "true");
}

TEST(StdlibOperators, LogicIsThreeValued) {
  const Value unknown = Value::null(Type::Bool);
  EXPECT_EQ(answer("and", {unknown, Value::boolean(false)}), "false");
  EXPECT_EQ(answer("and", {unknown, Value::boolean(true)}), "null");
  EXPECT_EQ(answer("or", {unknown, Value::boolean(true)}), "true");
  EXPECT_EQ(answer("or", {unknown, Value::boolean(false)}), "null");
  EXPECT_EQ(answer("iff", {unknown, whole(1), whole(2)}), "2");
}

TEST(StdlibOperators, Membership) {
  EXPECT_EQ(answer("in", {text("b"), text("a"), text("b")}), "true");
  EXPECT_EQ(answer("in", {text("B"), text("a"), text("b")}), "false");
  EXPECT_EQ(answer("in~", {text("B"), text("a"), text("b")}), "true");
  EXPECT_EQ(answer("!in", {whole(3), whole(1), whole(2)}), "true");
  EXPECT_EQ(answer("in", {whole(3), dynamic_of("[1,2,3]")}), "true");
  EXPECT_EQ(answer("in", {text("50126"), whole(50126)}), "true");
  EXPECT_EQ(answer("in", {no_long, whole(1)}), "false");
  EXPECT_EQ(answer("in", {dynamic_of("\"x\""), text("x")}), "true");
  EXPECT_EQ(answer("has_any", {text("one two"), dynamic_of("[\"six\",\"TWO\"]")}), "true");
  EXPECT_EQ(answer("has_all", {text("one two"), text("two"), text("on")}), "false");
}

TEST(StdlibOperators, Access) {
  EXPECT_EQ(answer("[]", {dynamic_of("{\"a\":[1,2]}"), text("a")}), "[1,2]");
  EXPECT_EQ(answer("[]", {dynamic_of("{\"a\":1}"), text("b")}), "null");
  EXPECT_EQ(answer("[]", {dynamic_of("[1,2,3]"), whole(-1)}), "3");
}

}  // namespace
}  // namespace vedette
