// One value of any type, read from a row: what comparisons across types and generic functions
// look at.
#pragma once

#include <optional>

#include "runtime/column/vector.h"
#include "runtime/value/dynamic.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::stdlib {

/// A scalar of any type. A dynamic value is unwrapped: a dynamic 5 is the long 5; arrays and
/// objects stay what they are. `dynamic` tells where it came from.
struct AnyScalar {
  DynamicKind kind = DynamicKind::Null;
  bool dynamic = false;
  int64_t word = 0;  // bool, long, ticks
  double real = 0;
  Decimal decimal = {};
  Guid guid = {};
  std::string_view text = {};
  DynamicView view = {};  // arrays and objects; everything that was dynamic

  bool is_null() const { return kind == DynamicKind::Null; }
  bool is_number() const {
    return kind == DynamicKind::Long || kind == DynamicKind::Real || kind == DynamicKind::Decimal;
  }
  /// A number or a bool as a real.
  double as_real() const;
};

AnyScalar scalar_of(DynamicView value);

/// Reads rows of one vector.
class AnyReader {
 public:
  explicit AnyReader(const Vector& vector) : reader_(vector), type_(vector.type) {}

  AnyScalar get(uint32_t row) const;
  bool valid(uint32_t row) const { return reader_.valid(row); }
  Type type() const { return type_; }

 private:
  Reader reader_;
  Type type_;
};

/// How two values stand to each other when one looks at their meaning: numbers and bools by value;
/// a dynamic beside a text as the text it prints; another scalar beside a text as what the text
/// reads as. Nothing when one is null; unordered when they have nothing in common.
std::optional<std::partial_ordering> compare_loosely(const AnyScalar& a, const AnyScalar& b);

/// Adds the value to a dynamic one.
void add_to(DynamicBuilder& builder, const AnyScalar& value);

/// The text `tostring()` gives; null is empty. `buffer` holds what has to be written out.
std::string_view text_of(const AnyScalar& value, std::string& buffer);

}  // namespace vedette::stdlib
