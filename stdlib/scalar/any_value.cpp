#include "stdlib/scalar/any_value.h"

#include <charconv>
#include <cmath>

#include "runtime/value/convert.h"
#include "runtime/value/guid.h"
#include "runtime/value/render.h"

namespace vedette::stdlib {
namespace {

std::partial_ordering compare_numbers(const AnyScalar& a, const AnyScalar& b) {
  const auto whole = [](const AnyScalar& value) {
    return value.kind == DynamicKind::Long || value.kind == DynamicKind::Bool;
  };
  if (whole(a) && whole(b)) return a.word <=> b.word;
  const auto exact = [](const AnyScalar& value) -> std::optional<Decimal> {
    if (value.kind == DynamicKind::Decimal) return value.decimal;
    if (value.kind == DynamicKind::Real) return decimal_of(value.real);
    return decimal_of(value.word);
  };
  if (a.kind == DynamicKind::Decimal || b.kind == DynamicKind::Decimal) {
    const auto left = exact(a);
    const auto right = exact(b);
    if (left && right) return *left <=> *right;
  }
  return a.as_real() <=> b.as_real();
}

/// `text` read as a value of the kind of `like`; null when it is none.
AnyScalar read_as(DynamicKind like, std::string_view text) {
  AnyScalar value;
  const auto take = [&](DynamicKind kind, const auto& parsed, auto store) {
    if (!parsed) return;
    value.kind = kind;
    store(*parsed);
  };
  switch (like) {
    case DynamicKind::Bool:
      take(DynamicKind::Bool, parse_bool(text), [&](bool flag) { value.word = flag; });
      break;
    case DynamicKind::Long:
    case DynamicKind::Real:
      if (const auto whole = parse_long(text)) {
        value.kind = DynamicKind::Long;
        value.word = *whole;
      } else {
        take(DynamicKind::Real, parse_real(text), [&](double real) { value.real = real; });
      }
      break;
    case DynamicKind::Decimal:
      take(DynamicKind::Decimal, parse_decimal(text), [&](Decimal x) { value.decimal = x; });
      break;
    case DynamicKind::Datetime:
      take(DynamicKind::Datetime, parse_datetime(text), [&](Datetime x) { value.word = x.ticks; });
      break;
    case DynamicKind::Timespan:
      take(DynamicKind::Timespan, parse_timespan(text), [&](Timespan x) { value.word = x.ticks; });
      break;
    case DynamicKind::Guid:
      take(DynamicKind::Guid, parse_guid(text), [&](const Guid& x) { value.guid = x; });
      break;
    default:
      break;
  }
  return value;
}

std::partial_ordering compare_same_kind(const AnyScalar& a, const AnyScalar& b) {
  switch (a.kind) {
    case DynamicKind::String:
      return a.text <=> b.text;
    case DynamicKind::Datetime:
    case DynamicKind::Timespan:
      return a.word <=> b.word;
    case DynamicKind::Guid:
      return a.guid <=> b.guid;
    default:
      return compare(a.view, b.view);
  }
}

std::partial_ordering compare_with_text(const AnyScalar& text, const AnyScalar& other) {
  if (other.dynamic) {
    std::string buffer;
    return text.text <=> text_of(other, buffer);
  }
  const AnyScalar read = read_as(other.kind, text.text);
  if (read.is_null()) return std::partial_ordering::unordered;
  if (read.is_number()) return compare_numbers(read, other);
  if (read.kind == DynamicKind::Bool) return read.word <=> other.word;
  return compare_same_kind(read, other);
}

constexpr std::partial_ordering reversed(std::partial_ordering order) {
  if (order == std::partial_ordering::less) return std::partial_ordering::greater;
  if (order == std::partial_ordering::greater) return std::partial_ordering::less;
  return order;
}

}  // namespace

double AnyScalar::as_real() const {
  if (kind == DynamicKind::Real) return real;
  if (kind == DynamicKind::Decimal) return to_real(decimal);
  return static_cast<double>(word);
}

AnyScalar scalar_of(DynamicView value) {
  AnyScalar scalar;
  scalar.dynamic = true;
  scalar.kind = value.kind();
  scalar.view = value;
  switch (scalar.kind) {
    case DynamicKind::Bool:
      scalar.word = value.as_bool();
      break;
    case DynamicKind::Long:
      scalar.word = value.as_long();
      break;
    case DynamicKind::Real:
      scalar.real = value.as_real();
      break;
    case DynamicKind::Decimal:
      scalar.decimal = value.as_decimal();
      break;
    case DynamicKind::String:
      scalar.text = value.as_text();
      break;
    case DynamicKind::Datetime:
      scalar.word = value.as_datetime().ticks;
      break;
    case DynamicKind::Timespan:
      scalar.word = value.as_timespan().ticks;
      break;
    case DynamicKind::Guid:
      scalar.guid = value.as_guid();
      break;
    default:
      break;
  }
  return scalar;
}

AnyScalar AnyReader::get(uint32_t row) const {
  AnyScalar scalar;
  if (!reader_.valid(row)) return scalar;
  switch (type_) {
    case Type::Bool:
      scalar.kind = DynamicKind::Bool;
      scalar.word = reader_.get<uint8_t>(row) != 0;
      break;
    case Type::Int:
    case Type::Long:
      scalar.kind = DynamicKind::Long;
      scalar.word = reader_.get<int64_t>(row);
      break;
    case Type::Real:
      scalar.kind = DynamicKind::Real;
      scalar.real = reader_.get<double>(row);
      break;
    case Type::Decimal:
      scalar.kind = DynamicKind::Decimal;
      scalar.decimal = reader_.get<Decimal>(row);
      break;
    case Type::String:
      scalar.kind = DynamicKind::String;
      scalar.text = reader_.get<Text>(row).view();
      break;
    case Type::Datetime:
      scalar.kind = DynamicKind::Datetime;
      scalar.word = reader_.get<int64_t>(row);
      break;
    case Type::Timespan:
      scalar.kind = DynamicKind::Timespan;
      scalar.word = reader_.get<int64_t>(row);
      break;
    case Type::Guid:
      scalar.kind = DynamicKind::Guid;
      scalar.guid = reader_.get<Guid>(row);
      break;
    case Type::Dynamic:
      return scalar_of(DynamicView(reader_.get<Text>(row).view()));
    case Type::Error:
      break;
  }
  return scalar;
}

std::optional<std::partial_ordering> compare_loosely(const AnyScalar& a, const AnyScalar& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  const auto countable = [](const AnyScalar& value) {
    return value.is_number() || value.kind == DynamicKind::Bool;
  };
  if (countable(a) && countable(b)) return compare_numbers(a, b);
  if (a.kind == b.kind) return compare_same_kind(a, b);
  if (a.kind == DynamicKind::String) return compare_with_text(a, b);
  if (b.kind == DynamicKind::String) return reversed(compare_with_text(b, a));
  return std::partial_ordering::unordered;
}

void add_to(DynamicBuilder& builder, const AnyScalar& value) {
  if (value.dynamic) {
    if (value.is_null()) return builder.add_null();
    return builder.add(value.view);
  }
  switch (value.kind) {
    case DynamicKind::Null:
    case DynamicKind::Array:
    case DynamicKind::Object:
      return builder.add_null();
    case DynamicKind::Bool:
      return builder.add_bool(value.word != 0);
    case DynamicKind::Long:
      return builder.add_long(value.word);
    case DynamicKind::Real:
      return builder.add_real(value.real);
    case DynamicKind::Decimal:
      return builder.add_decimal(value.decimal);
    case DynamicKind::String:
      return builder.add_string(value.text);
    case DynamicKind::Datetime:
      return builder.add_datetime(Datetime{value.word});
    case DynamicKind::Timespan:
      return builder.add_timespan(Timespan{value.word});
    case DynamicKind::Guid:
      return builder.add_guid(value.guid);
  }
}

std::string_view text_of(const AnyScalar& value, std::string& buffer) {
  const auto write = [&](auto writer, size_t room) {
    buffer.resize(room);
    buffer.resize(static_cast<size_t>(writer(buffer.data()) - buffer.data()));
    return std::string_view(buffer);
  };
  switch (value.kind) {
    case DynamicKind::Null:
      return {};
    case DynamicKind::Bool:
      return value.word != 0 ? "true" : "false";
    case DynamicKind::Long:
      return write([&](char* out) { return std::to_chars(out, out + 24, value.word).ptr; }, 24);
    case DynamicKind::Real:
      if (const auto kept = value.view.number_text(); !kept.empty()) return kept;
      return write([&](char* out) { return write_real(out, value.real); }, max_real_text_bytes);
    case DynamicKind::Decimal:
      buffer = to_text(value.decimal);
      return buffer;
    case DynamicKind::String:
      return value.text;
    case DynamicKind::Datetime:
      return write([&](char* out) { return write_datetime(out, Datetime{value.word}); },
                   datetime_text_bytes);
    case DynamicKind::Timespan:
      return write([&](char* out) { return write_timespan(out, Timespan{value.word}); },
                   max_timespan_text_bytes);
    case DynamicKind::Guid:
      return write([&](char* out) { return write_guid(out, value.guid); }, guid_text_bytes);
    case DynamicKind::Array:
    case DynamicKind::Object:
      buffer = to_json(value.view);
      return buffer;
  }
  return {};
}

}  // namespace vedette::stdlib
