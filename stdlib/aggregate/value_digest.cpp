#include "stdlib/aggregate/value_digest.h"

#include <cmath>

#include "runtime/value/datetime.h"

namespace vedette::stdlib {
namespace {

/// Ticks that were stored as JSON text come back as text.
std::optional<int64_t> ticks_of(const AnyScalar& value, Type type) {
  if (value.kind == DynamicKind::String && type == Type::Datetime) {
    if (const auto time = parse_datetime(value.text)) return time->ticks;
  }
  if (value.kind == DynamicKind::String && type == Type::Timespan) {
    if (const auto time = parse_timespan(value.text)) return time->ticks;
  }
  const DynamicKind wanted = type == Type::Datetime ? DynamicKind::Datetime : DynamicKind::Timespan;
  return value.kind == wanted ? std::optional(value.word) : std::nullopt;
}

// The first number of a digest: what its values are.
constexpr int64_t code_of_long = 7;
constexpr int64_t code_of_real = 8;
constexpr int64_t code_of_datetime = 9;
constexpr int64_t code_of_timespan = 10;

int64_t code_of(Type type) {
  switch (type) {
    case Type::Datetime:
      return code_of_datetime;
    case Type::Timespan:
      return code_of_timespan;
    case Type::Long:
      return code_of_long;
    default:
      return code_of_real;
  }
}

std::optional<Type> type_of_code(int64_t code) {
  switch (code) {
    case code_of_long:
      return Type::Long;
    case code_of_real:
      return Type::Real;
    case code_of_datetime:
      return Type::Datetime;
    case code_of_timespan:
      return Type::Timespan;
    default:
      return std::nullopt;
  }
}

}  // namespace

ValueDigest::ValueDigest(Type type) : type_(type) {
  if (type == Type::Int) type_ = Type::Long;
  if (type == Type::Decimal) type_ = Type::Real;
}

std::optional<Digest::Number> ValueDigest::number_of(const AnyScalar& value) const {
  if (type_ == Type::Datetime || type_ == Type::Timespan) {
    const auto ticks = ticks_of(value, type_);
    return ticks ? std::optional(static_cast<Digest::Number>(*ticks)) : std::nullopt;
  }
  if (!value.is_number()) return std::nullopt;
  if (type_ == Type::Long && value.kind == DynamicKind::Long) {
    return static_cast<Digest::Number>(value.word);
  }
  const double number = value.as_real();
  return std::isnan(number) ? std::nullopt : std::optional<Digest::Number>(number);
}

void ValueDigest::add(const AnyScalar& value, int64_t weight) {
  if (const auto number = number_of(value)) digest_.add(*number, weight);
}

void ValueDigest::merge(const ValueDigest& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  // Numbers go with numbers; times only with times of their kind.
  const bool numbers = (type_ == Type::Long || type_ == Type::Real) &&
                       (other.type_ == Type::Long || other.type_ == Type::Real);
  if (type_ != other.type_ && !numbers) return;
  digest_.merge(other.digest_);
  if (type_ != other.type_) type_ = Type::Real;
}

void ValueDigest::add_number(Digest::Number number, DynamicBuilder& out) const {
  if (!whole()) return out.add_real(static_cast<double>(number));
  const int64_t word = nearest_whole(number);
  if (type_ == Type::Datetime) return out.add_datetime({word});
  if (type_ == Type::Timespan) return out.add_timespan({word});
  out.add_long(word);
}

void ValueDigest::add_percentile(double percent, DynamicBuilder& out) {
  add_number(digest_.percentile(percent), out);
}

std::optional<double> ValueDigest::rank(const AnyScalar& value) {
  const auto number = number_of(value);
  if (!number) return std::nullopt;
  return digest_.rank(*number);
}

void ValueDigest::add_to(DynamicBuilder& out) {
  out.begin_array();
  out.begin_array();
  out.add_long(code_of(type_));
  if (digest_.compressed() && !digest_.empty()) {
    add_number(digest_.least(), out);
    add_number(digest_.greatest(), out);
  }
  out.end_array();
  out.begin_array();
  for (const Digest::Point& point : digest_.points()) add_number(point.value, out);
  out.end_array();
  out.begin_array();
  for (const Digest::Point& point : digest_.points()) out.add_long(std::llround(point.weight));
  out.end_array();
  out.end_array();
}

std::optional<ValueDigest> ValueDigest::read(DynamicView value) {
  const DynamicView head = value.at(0);
  const DynamicView values = value.at(1);
  const DynamicView weights = value.at(2);
  const auto type = type_of_code(head.at(0).as_long());
  const bool sound = value.is_array() && value.size() == 3 && head.is_array() && type &&
                     (head.size() == 1 || head.size() == 3) && values.is_array() &&
                     weights.is_array() && values.size() == weights.size();
  if (!sound) return std::nullopt;
  ValueDigest made(*type);
  if (head.size() == 1) {
    for (size_t i = 0; i < values.size(); ++i) {
      const auto at = static_cast<int64_t>(i);
      made.add(scalar_of(values.at(at)), weights.at(at).as_long());
    }
    return made;
  }
  std::vector<Digest::Point> points;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    const auto number = made.number_of(scalar_of(values.at(at)));
    const int64_t weight = weights.at(at).as_long();
    if (!number || weight <= 0) return std::nullopt;
    points.push_back({*number, static_cast<double>(weight)});
  }
  const auto least = made.number_of(scalar_of(head.at(1)));
  const auto greatest = made.number_of(scalar_of(head.at(2)));
  if (!least || !greatest) return std::nullopt;
  made.digest_.add_compressed(points, *least, *greatest);
  return made;
}

}  // namespace vedette::stdlib
