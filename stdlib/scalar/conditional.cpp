#include "runtime/function/symbolic.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/choose_rows.h"

namespace vedette::stdlib {
namespace {

// ---- iff, case ----

// A condition that is null chooses the second value.
constexpr auto chosen = [](auto on, auto condition, auto yes, auto no) {
  const auto first = condition.valid & condition.value;
  const auto value = on.select(first, yes.value, no.value);
  const auto valid = on.select(first, yes.valid, no.valid);
  return Maybe<decltype(value), decltype(valid)>{value, valid};
};

template <typename T> Overload choice() {
  return symbolic<std::optional<T>(std::optional<bool>, std::optional<T>, std::optional<T>)>(
      chosen);
}

bool is_true(const Reader& condition, uint32_t row) {
  return condition.valid(row) && condition.get<uint8_t>(row) != 0;
}

void choose_by_condition(Call& call) {
  const Reader condition(call.arguments[0]);
  choose_rows(call, [&](uint32_t row) { return is_true(condition, row) ? size_t{1} : 2; });
}

void choose_by_case(Call& call) {
  std::vector<Reader> conditions;
  for (size_t at = 0; at + 1 < call.arguments.size(); at += 2) {
    conditions.emplace_back(call.arguments[at]);
  }
  choose_rows(call, [&](uint32_t row) {
    for (size_t at = 0; at < conditions.size(); ++at) {
      if (is_true(conditions[at], row)) return 2 * at + 1;
    }
    return call.arguments.size() - 1;
  });
}

Type second_type(std::span<const Type> arguments) {
  return arguments[1];
}
Type first_type(std::span<const Type> arguments) {
  return arguments[0];
}

// ---- coalesce, min_of, max_of ----

bool is_present(const Vector& vector, const Reader& reader, uint32_t row) {
  if (!reader.valid(row)) return false;
  if (vector.type == Type::String) return reader.get<Text>(row).size > 0;
  if (vector.type == Type::Dynamic) {
    return !DynamicView(reader.get<Text>(row).view()).is_null();
  }
  return true;
}

void first_present(Call& call) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  choose_rows(call, [&](uint32_t row) {
    for (size_t at = 0; at < readers.size(); ++at) {
      if (is_present(call.arguments[at], readers[at], row)) return at;
    }
    return no_choice;
  });
}

template <bool greatest> void extreme(Call& call) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  with_stored_type(layout_of(call.result.type), [&]<typename T>(T) {
    const auto better = [](const T& a, const T& b) {
      if constexpr (std::is_same_v<T, Text>) {
        return greatest ? a.view() > b.view() : a.view() < b.view();
      } else {
        return greatest ? a > b : a < b;
      }
    };
    choose_rows(call, [&](uint32_t row) {
      size_t best = no_choice;
      for (size_t at = 0; at < readers.size(); ++at) {
        if (!readers[at].valid(row)) continue;
        if (best == no_choice || better(readers[at].get<T>(row), readers[best].get<T>(row))) {
          best = at;
        }
      }
      return best;
    });
  });
}

// ---- isnull, isempty ----

template <typename Test> void test_any(Call& call, Test&& test) {
  const AnyReader reader(call.arguments[0]);
  ResultWriter<uint8_t> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) { writer.set(row, test(reader.get(row))); });
}

void test_null(Call& call) {
  test_any(call, [](const AnyScalar& value) { return value.is_null(); });
}
void test_empty(Call& call) {
  test_any(call, [](const AnyScalar& value) {
    return value.is_null() || (value.kind == DynamicKind::String && value.text.empty());
  });
}

constexpr auto null_test = [](auto, auto value) { return !value.valid; };

std::vector<Overload> null_tests(Evaluate generic, Overload of_text) {
  return {symbolic<bool(std::optional<int64_t>)>(null_test),
          symbolic<bool(std::optional<double>)>(null_test),
          symbolic<bool(std::optional<Datetime>)>(null_test),
          symbolic<bool(std::optional<Timespan>)>(null_test),
          symbolic<bool(std::optional<bool>)>(null_test),
          std::move(of_text),
          {.takes = {Type::Error}, .returns = Type::Bool, .sees_nulls = true, .evaluate = generic}};
}

void assert_true(Call& call) {
  const Reader condition(call.arguments[0]);
  const Reader message(call.arguments[1]);
  ResultWriter<uint8_t> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) {
    const bool holds = is_true(condition, row);
    writer.set(row, holds);
    if (!holds) {
      // Only a constant outlives the batch.
      const bool kept = call.arguments[1].shape == Shape::Constant;
      const std::string_view text = kept ? message.get<Text>(row).view() : std::string_view();
      call.context.fail("KQL0711", text.empty() ? std::string_view("an assertion failed") : text);
    }
  });
}

}  // namespace

std::vector<ScalarFunction> conditional_functions() {
  return {
      {
          .name = "iff",
          .aliases = {"iif"},
          .summary = "One of two values, by a condition.",
          .parameters = {{"if", "The condition."},
                         {"then", "The answer where it is true.", Accepts::CommonOrDynamic},
                         {"else", "The answer where it is false or null.",
                          Accepts::CommonOrDynamic}},
          .overloads = {choice<bool>(),
                        choice<Int>(),
                        choice<int64_t>(),
                        choice<double>(),
                        choice<Datetime>(),
                        choice<Timespan>(),
                        {.takes = {Type::Bool, Type::Error, Type::Error},
                         .result_type = second_type,
                         .sees_nulls = true,
                         .evaluate = choose_by_condition}},
          .examples = {{"iff(3 > 2, 'more', 'less')", "more"}, {"iff(bool(null), 1, 2)", "2"}},
          .null_rule = "A condition that is null counts as false.",
      },
      {
          .name = "case",
          .summary = "The value beside the first condition that is true.",
          .parameters = {{"predicate", "A condition."},
                         {"then", "The answer where it is the first to be true.",
                          Accepts::CommonOrDynamic},
                         {"else", "The answer where none is true.", Accepts::CommonOrDynamic}},
          .variadic = true,
          .repeats = {.first = 0, .count = 2},
          .max_arguments = 4095,
          .overloads = {{.takes = {Type::Bool, Type::Error, Type::Error},
                         .result_type = second_type,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = choose_by_case}},
          .examples = {{"case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"},
                       {"case(false, 1, bool(null), 2, 3)", "3"}},
          .null_rule = "A condition that is null counts as false.",
      },
      {
          .name = "coalesce",
          .summary = "The first argument that is neither null nor an empty text.",
          .parameters = {{"arg", "A value to fall back on.", Accepts::Common}},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {{.takes = {Type::Error},
                         .result_type = first_type,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = first_present}},
          .examples = {{"coalesce(long(null), 7, 8)", "7"}, {"coalesce('', 'b')", "b"}},
          .null_rule = "Null when every argument is.",
      },
      {
          .name = "max_of",
          .summary = "The greatest of its arguments.",
          .parameters = {{"arg", "A value to compare.", Accepts::CommonOrderable}},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {{.takes = {Type::Error},
                         .result_type = first_type,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = extreme<true>}},
          .examples = {{"max_of(10, 1, 17)", "17"}, {"max_of(1, int(null))", "1"}},
          .null_rule = "Nulls do not take part; null when every argument is.",
      },
      {
          .name = "min_of",
          .summary = "The least of its arguments.",
          .parameters = {{"arg", "A value to compare.", Accepts::CommonOrderable}},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {{.takes = {Type::Error},
                         .result_type = first_type,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = extreme<false>}},
          .examples = {{"min_of(10, 1, 17)", "1"}, {"min_of('b', 'a')", "a"}},
          .null_rule = "Nulls do not take part; null when every argument is.",
      },
      {
          .name = "isnull",
          .summary = "Whether a value is null. A text never is.",
          .parameters = {{"expr", "The value to look at.", Accepts::Scalar}},
          .overloads = null_tests(test_null, rowwise([](std::string_view) { return false; })),
          .examples = {{"isnull(long(null))", "true"}, {"isnull('')", "false"}},
          .null_rule = "Never null.",
      },
      {
          .name = "isnotnull",
          .aliases = {"notnull"},
          .summary = "Whether a value is not null.",
          .parameters = {{"expr", "The value to look at.", Accepts::Scalar}},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Bool,
                         .rewrite = "not(isnull(expr))"}},
          .examples = {{"isnotnull(1)", "true"}, {"isnotnull(int(null))", "false"}},
          .null_rule = "Never null.",
      },
      {
          .name = "isempty",
          .summary = "Whether a value is null or an empty text.",
          .parameters = {{"value", "The value to look at.", Accepts::Scalar}},
          .overloads =
              null_tests(test_empty, rowwise([](std::string_view text) { return text.empty(); })),
          .examples = {{"isempty('')", "true"},
                       {"isempty(' ')", "false"},
                       {"isempty(real(null))", "true"}},
          .null_rule = "Never null.",
      },
      {
          .name = "isnotempty",
          .aliases = {"notempty"},
          .summary = "Whether a value is neither null nor an empty text.",
          .parameters = {{"value", "The value to look at.", Accepts::Scalar}},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Bool,
                         .rewrite = "not(isempty(value))"}},
          .examples = {{"isnotempty('a')", "true"}, {"isnotempty('')", "false"}},
          .null_rule = "Never null.",
      },
      {
          .name = "assert",
          .summary = "Ends the query with a message where a condition does not hold.",
          .parameters = {{"predicate", "What must be true."}, {"message", "What the error says."}},
          .overloads = {{.takes = {Type::Bool, Type::String},
                         .returns = Type::Bool,
                         .sees_nulls = true,
                         .evaluate = assert_true}},
          .examples = {{"assert(1 < 2, 'order')", "true"},
                       {"assert(strlen('abc') == 3, 'length')", "true"}},
          .null_rule = "A condition that is null does not hold.",
      },
  };
}

}  // namespace vedette::stdlib
