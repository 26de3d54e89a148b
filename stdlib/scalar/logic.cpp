#include "runtime/function/symbolic.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

using Flag = std::optional<bool>;

// A false decides `and` and a true decides `or`, whatever the other operand is.
constexpr auto both = [](auto, auto a, auto b) {
  const auto a_false = a.valid & !a.value;
  const auto b_false = b.valid & !b.value;
  const auto decided = a_false | b_false;
  return Maybe<decltype(decided), decltype(decided)>{!decided, (a.valid & b.valid) | decided};
};
constexpr auto either = [](auto, auto a, auto b) {
  const auto decided = (a.valid & a.value) | (b.valid & b.value);
  return Maybe<decltype(decided), decltype(decided)>{decided, (a.valid & b.valid) | decided};
};

}  // namespace

std::vector<ScalarFunction> logic_functions() {
  return {
      {
          .name = "and",
          .summary = "Whether both operands are true.",
          .parameters = {{"left", "The left operand."}, {"right", "The right operand."}},
          .overloads = {symbolic<Flag(Flag, Flag)>(both)},
          .null_rule = "False beside a null is false; everything else beside a null is null.",
          .hidden = true,
      },
      {
          .name = "or",
          .summary = "Whether an operand is true.",
          .parameters = {{"left", "The left operand."}, {"right", "The right operand."}},
          .overloads = {symbolic<Flag(Flag, Flag)>(either)},
          .null_rule = "True beside a null is true; everything else beside a null is null.",
          .hidden = true,
      },
      {
          .name = "not",
          .summary = "The opposite of a bool.",
          .parameters = {{"expr", "The bool to turn around."}},
          .overloads = {symbolic<bool(bool)>([](auto, auto value) { return !value; })},
          .examples = {{"not(1 > 2)", "true"}, {"not(bool(null))", "null"}},
      },
  };
}

}  // namespace vedette::stdlib
