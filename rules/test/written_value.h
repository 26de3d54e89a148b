// A value as a test file has it, before it has a type.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "runtime/value/value.h"

namespace vedette::rules {

/// A scalar as it is written, a list or an object.
struct WrittenValue {
  enum class Kind { Null, Plain, Quoted, List, Object };

  Kind kind = Kind::Null;
  std::string text = {};                 // Plain and Quoted
  std::vector<Written> names = {};       // Object: one for each item
  std::vector<WrittenValue> items = {};  // of a list, or the values of an object
  Place place = {};

  bool is_text() const { return kind == Kind::Plain || kind == Kind::Quoted; }
};

WrittenValue written_value(const YAML::Node& node);

/// The value with `{i}` replaced by `number` in every text.
WrittenValue with_number(const WrittenValue& value, int64_t number);
std::string with_number(std::string_view text, int64_t number);

/// `now`, `-7m`, `+1h30m`, `-1d`: how far from now; nothing for other texts.
std::optional<Timespan> relative_time(std::string_view text);

/// The type a column gets that nobody declared: quoted text is a string, `5` a long, `true` a
/// bool, `2026-01-02T12:00:00Z` a datetime, lists and objects are dynamic; nothing for null.
std::optional<Type> type_of(const WrittenValue& value);

/// The value as a type, or nothing when it does not fit. Times may be relative to `now`. Objects
/// and lists in a text are JSON; text that is the JSON of an array or object, in a dynamic, is what
/// it says.
std::optional<Value> value_as(const WrittenValue& value, Type type, Datetime now);

/// The value as JSON, for messages and dynamic values.
std::string to_json(const WrittenValue& value);

}  // namespace vedette::rules
