// What a value should look like: equal to something, made of pieces, or with parts of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/plan.h"
#include "runtime/value/value.h"
#include "tests/harness/dice.h"
#include "tests/harness/query_words.h"

namespace vedette {

/// Grows while the conditions of a row are read; then gives the row's value.
struct ValueShape {
  enum class Form { Plain, Json, Xml, List };

  struct Extract {
    std::string pattern;
    size_t group = 0;
    std::unique_ptr<ValueShape> content;
  };

  std::optional<Value> exact = {};
  bool empty = false;
  bool filled = false;
  std::string prefix = {}, suffix = {};
  std::vector<std::string> pieces = {};
  std::vector<std::pair<std::string, std::unique_ptr<ValueShape>>> entries = {};
  std::vector<std::unique_ptr<ValueShape>> items = {};
  std::vector<Extract> extracts = {};
  const plan::Parse* parse = nullptr;  // `items` are the parts of its pattern
  Form form = Form::Plain;
  std::string separator = ",";  // of a List

  /// The part of a name or a place, made when it is first asked for.
  ValueShape& entry(std::string_view name);
  ValueShape& item(size_t index);

  bool is_open() const {
    return !exact && !empty && !filled && prefix.empty() && suffix.empty() && pieces.empty() &&
           !has_parts();
  }
  bool has_parts() const {
    return !entries.empty() || !items.empty() || !extracts.empty() || parse != nullptr;
  }

  /// The value of a column of this name and type; nothing when the shape does not say.
  std::optional<Value> value(std::string_view name, Type type, const QueryWords& words,
                             Dice& dice) const;
  std::string text(std::string_view name, const QueryWords& words, Dice& dice) const;

 private:
  std::string json(std::string_view name, const QueryWords& words, Dice& dice) const;
  std::string xml(std::string_view name, const QueryWords& words, Dice& dice) const;
  std::string parsed_text(const QueryWords& words, Dice& dice) const;
};

}  // namespace vedette
