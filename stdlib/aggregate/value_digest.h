// A digest of values of one type, and its form as a dynamic value: what tdigest() answers.
#pragma once

#include <optional>

#include "runtime/value/dynamic_builder.h"
#include "runtime/value/type.h"
#include "stdlib/aggregate/digest.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {

/// Values of one kind: numbers, or times.
class ValueDigest {
 public:
  explicit ValueDigest(Type type = Type::Real);

  /// Passes over what is not of the digest's type, and weights that are not above 0.
  void add(const AnyScalar& value, int64_t weight = 1);
  void merge(const ValueDigest& other);

  bool empty() const { return digest_.empty(); }
  Type type() const { return type_; }
  int64_t bytes() const { return digest_.bytes(); }

  /// Adds the value at a percentile, from 0 to 100, of a digest that is not empty.
  void add_percentile(double percent, DynamicBuilder& out);
  /// How many values are at most this one; nothing for a value of another type.
  std::optional<double> rank(const AnyScalar& value);
  double weight() const { return digest_.weight(); }
  /// Whether values of this kind could be in the digest.
  bool takes(const AnyScalar& value) const { return number_of(value).has_value(); }

  /// As an array: what the values are, the values, how often each counts.
  void add_to(DynamicBuilder& out);
  /// Nothing for a value that is no digest.
  static std::optional<ValueDigest> read(DynamicView value);

 private:
  /// The value as a number of the digest.
  std::optional<Digest::Number> number_of(const AnyScalar& value) const;
  void add_number(Digest::Number number, DynamicBuilder& out) const;
  bool whole() const { return layout_of(type_) == Layout::Word; }

  Digest digest_;
  Type type_;
};

}  // namespace vedette::stdlib
