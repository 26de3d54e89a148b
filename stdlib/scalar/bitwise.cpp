#include <bit>

#include "runtime/function/rowwise.h"
#include "runtime/function/symbolic.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

std::vector<Parameter> two_integers() {
  return {{"value1", "The first integer.", Accepts::Integer},
          {"value2", "The second integer.", Accepts::Integer}};
}
std::vector<Parameter> value_and_shift() {
  return {{"value", "The integer whose bits move.", Accepts::Integer},
          {"shift", "By how many places, modulo 64.", Accepts::Integer}};
}

}  // namespace

std::vector<ScalarFunction> bitwise_functions() {
  return {
      {
          .name = "binary_and",
          .summary = "The bits that are set in both integers.",
          .parameters = two_integers(),
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(
              [](auto, auto a, auto b) { return a & b; })},
          .examples = {{"binary_and(12, 10)", "8"}, {"binary_and(-1, 255)", "255"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "binary_or",
          .summary = "The bits that are set in one integer or in both.",
          .parameters = two_integers(),
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(
              [](auto, auto a, auto b) { return a | b; })},
          .examples = {{"binary_or(12, 10)", "14"}, {"binary_or(0, 5)", "5"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "binary_xor",
          .summary = "The bits in which two integers differ.",
          .parameters = two_integers(),
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(
              [](auto, auto a, auto b) { return a ^ b; })},
          .examples = {{"binary_xor(12, 10)", "6"}, {"binary_xor(7, 7)", "0"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "binary_not",
          .summary = "An integer with every bit turned around.",
          .parameters = {{"value", "The integer.", Accepts::Integer}},
          .overloads = {symbolic<int64_t(int64_t)>([](auto, auto value) { return value ^ -1; })},
          .examples = {{"binary_not(0)", "-1"}, {"binary_not(41)", "-42"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "binary_shift_left",
          .summary = "An integer with its bits moved to higher places.",
          .parameters = value_and_shift(),
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(
              [](auto, auto value, auto shift) { return value << shift; })},
          .examples = {{"binary_shift_left(1, 10)", "1024"}, {"binary_shift_left(3, 64)", "3"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "binary_shift_right",
          .summary = "An integer with its bits moved to lower places; the sign stays.",
          .parameters = value_and_shift(),
          .overloads = {symbolic<int64_t(int64_t, int64_t)>(
              [](auto, auto value, auto shift) { return value >> shift; })},
          .examples = {{"binary_shift_right(1024, 3)", "128"}, {"binary_shift_right(-8, 1)", "-4"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "bitset_count_ones",
          .summary = "How many bits of an integer are set.",
          .parameters = {{"value", "The integer.", Accepts::Integer}},
          .overloads = {rowwise([](int64_t value) -> int64_t {
            return std::popcount(static_cast<uint64_t>(value));
          })},
          .examples = {{"bitset_count_ones(42)", "3"}, {"bitset_count_ones(-1)", "64"}},
          .column_name = ColumnName::FirstArgument,
      },
  };
}

}  // namespace vedette::stdlib
