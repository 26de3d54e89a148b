#include "stdlib/scalar/dynamic_arithmetic.h"

#include <cmath>

#include "runtime/function/rowwise.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {
namespace {

int64_t wrapped(uint64_t bits) {
  return static_cast<int64_t>(bits);
}

std::optional<int64_t> whole_result(char operation, int64_t a, int64_t b) {
  const auto x = static_cast<uint64_t>(a);
  const auto y = static_cast<uint64_t>(b);
  switch (operation) {
    case '+':
      return wrapped(x + y);
    case '-':
      return wrapped(x - y);
    case '*':
      return wrapped(x * y);
    default:
      break;
  }
  if (b == 0) return std::nullopt;
  if (operation == '/') return b == -1 ? wrapped(0 - x) : a / b;
  const int64_t left = b == -1 ? 0 : a % b;
  return left < 0 ? left + (b < 0 ? -b : b) : left;
}

double real_result(char operation, double a, double b) {
  switch (operation) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a - std::fabs(b) * std::floor(a / std::fabs(b));
  }
}

/// Times: only sums and differences have a meaning here.
bool add_time_result(char operation, const AnyScalar& a, const AnyScalar& b,
                     DynamicBuilder& builder) {
  const auto is = [](const AnyScalar& value, DynamicKind kind) { return value.kind == kind; };
  const auto ticks = whole_result(operation, a.word, b.word);
  if ((operation != '+' && operation != '-') || !ticks) return false;
  const bool spans = is(a, DynamicKind::Timespan) && is(b, DynamicKind::Timespan);
  const bool moments = is(a, DynamicKind::Datetime) && is(b, DynamicKind::Datetime);
  if (spans || (moments && operation == '-')) {
    builder.add_timespan(Timespan{*ticks});
    return true;
  }
  if (is(a, DynamicKind::Datetime) && is(b, DynamicKind::Timespan)) {
    builder.add_datetime(Datetime{*ticks});
    return true;
  }
  return false;
}

template <char operation> void compute(Call& call) {
  const AnyReader left(call.arguments[0]);
  const AnyReader right(call.arguments[1]);
  ResultWriter<Text> writer(call, true);
  DynamicBuilder builder;
  for_each_row(call.selection, [&](uint32_t row) {
    const AnyScalar a = left.get(row);
    const AnyScalar b = right.get(row);
    if (a.kind == DynamicKind::Long && b.kind == DynamicKind::Long) {
      const auto whole = whole_result(operation, a.word, b.word);
      if (!whole) return writer.set_null(row);
      builder.add_long(*whole);
    } else if (a.is_number() && b.is_number()) {
      builder.add_real(real_result(operation, a.as_real(), b.as_real()));
    } else if (!add_time_result(operation, a, b, builder)) {
      return writer.set_null(row);
    }
    writer.set(row, builder.finish(*call.context.arena).bytes);
  });
}

void negate(Call& call) {
  const AnyReader reader(call.arguments[0]);
  ResultWriter<Text> writer(call, true);
  DynamicBuilder builder;
  for_each_row(call.selection, [&](uint32_t row) {
    const AnyScalar value = reader.get(row);
    if (value.kind == DynamicKind::Long) {
      builder.add_long(wrapped(0 - static_cast<uint64_t>(value.word)));
    } else if (value.kind == DynamicKind::Timespan) {
      builder.add_timespan(Timespan{wrapped(0 - static_cast<uint64_t>(value.word))});
    } else if (value.is_number()) {
      builder.add_real(-value.as_real());
    } else {
      return writer.set_null(row);
    }
    writer.set(row, builder.finish(*call.context.arena).bytes);
  });
}

template <char operation> Overload overload() {
  return {.takes = {Type::Dynamic, Type::Dynamic},
          .returns = Type::Dynamic,
          .evaluate = &compute<operation>};
}

}  // namespace

Overload dynamic_sum() {
  return overload<'+'>();
}
Overload dynamic_difference() {
  return overload<'-'>();
}
Overload dynamic_product() {
  return overload<'*'>();
}
Overload dynamic_quotient() {
  return overload<'/'>();
}
Overload dynamic_remainder() {
  return overload<'%'>();
}

Overload dynamic_negation() {
  return {.takes = {Type::Dynamic}, .returns = Type::Dynamic, .evaluate = &negate};
}

}  // namespace vedette::stdlib
