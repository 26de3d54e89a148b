#include "tests/harness/value_shape.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"
#include "tests/harness/plausible_text.h"
#include "tests/harness/regex_sample.h"

namespace vedette {
namespace {

std::string json_of(const Value& value) {
  if (value.is_null()) return "null";
  switch (value.type()) {
    case Type::Bool:
    case Type::Int:
    case Type::Long:
      return to_text(value);
    case Type::Dynamic:
      return to_json(DynamicView(value.as_text()));
    default:
      return json_string(to_text(value));
  }
}

}  // namespace

ValueShape& ValueShape::entry(std::string_view name) {
  for (auto& [key, shape] : entries) {
    if (key == name) return *shape;
  }
  entries.emplace_back(std::string(name), std::make_unique<ValueShape>());
  return *entries.back().second;
}

ValueShape& ValueShape::item(size_t index) {
  index = std::min<size_t>(index, 30);
  while (items.size() <= index) items.push_back(std::make_unique<ValueShape>());
  return *items[index];
}

std::optional<Value> ValueShape::value(std::string_view name, Type type, const QueryWords& words,
                                       Dice& dice) const {
  if (empty) return Value::null(type);
  if (exact) return exact->type() == type ? *exact : convert(*exact, type);
  if (is_open() || (filled && !has_parts() && prefix.empty() && suffix.empty() && pieces.empty())) {
    return std::nullopt;
  }
  if (type == Type::Dynamic) {
    DynamicBuilder builder;
    if (!parse_json_text(json(name, words, dice), builder)) builder.add_null();
    return Value::dynamic(builder.take());
  }
  Value as_text = Value::string(text(name, words, dice));
  return type == Type::String ? std::move(as_text) : convert(as_text, type);
}

std::string ValueShape::text(std::string_view name, const QueryWords& words, Dice& dice) const {
  if (empty) return {};
  if (exact) return to_text(*exact);
  if (parse != nullptr) return parsed_text(words, dice);
  if (form == Form::Xml && has_parts()) {
    // Of several roots one document can have only one.
    return entries.empty() ? xml("Root", words, dice)
                           : entries[0].second->xml(entries[0].first, words, dice);
  }
  if (form == Form::List && !items.empty()) {
    std::string list;
    for (size_t i = 0; i < items.size(); ++i) {
      list += (i == 0 ? "" : separator) + items[i]->text(name, words, dice);
    }
    return list;
  }
  if (!entries.empty() || !items.empty()) return json(name, words, dice);
  if (name == "EventData" && words.mentions("parse_xml")) return event_xml(pieces, words, dice);
  std::string text = prefix;
  for (const std::string& piece : pieces) text += (text.empty() ? "" : " ") + piece;
  for (const Extract& extract : extracts) {
    const std::string content =
        extract.content->is_open() ? "" : extract.content->text(name, words, dice);
    text += (text.empty() ? "" : " ") + regex_sample(extract.pattern, dice, extract.group, content);
  }
  if (text.empty() && suffix.empty()) return plausible_text(name, words, dice);
  return suffix.empty() || text.empty() ? text + suffix : text + " " + suffix;
}

std::string ValueShape::json(std::string_view name, const QueryWords& words, Dice& dice) const {
  if (exact) return json_of(*exact);
  if (empty) return "null";
  // A document in a text in a document.
  if (form != Form::Plain && has_parts() && form != Form::Json) {
    return json_string(text(name, words, dice));
  }
  if (!entries.empty()) {
    std::string object = "{";
    for (const auto& [key, shape] : entries) {
      object +=
          (object.size() > 1 ? "," : "") + json_string(key) + ":" + shape->json(key, words, dice);
    }
    for (const std::string& key : words.properties()) {
      if (!dice.chance(40) ||
          std::ranges::find(entries, key, [](const auto& e) { return e.first; }) != entries.end()) {
        continue;
      }
      object += "," + json_string(key) + ":" + plausible_json(key, words, dice, 2);
    }
    return object + "}";
  }
  if (!items.empty()) {
    std::string array = "[";
    for (const auto& item : items) {
      array += (array.size() > 1 ? "," : "") + item->json(name, words, dice);
    }
    return array + "]";
  }
  if (is_open()) return plausible_json(name, words, dice, 2);
  return json_string(text(name, words, dice));
}

std::string ValueShape::xml(std::string_view name, const QueryWords& words, Dice& dice) const {
  if (!items.empty()) {
    std::string elements;
    for (const auto& item : items) elements += item->xml(name, words, dice);
    return elements;
  }
  std::string attributes, content;
  for (const auto& [key, shape] : entries) {
    if (key.starts_with('@')) {
      attributes += fmt::format(" {}=\"{}\"", key.substr(1),
                                xml_text(shape->text(key.substr(1), words, dice)));
    } else if (key == "#text") {
      content += xml_text(shape->text(name, words, dice));
    } else {
      content += shape->xml(key, words, dice);
    }
  }
  if (entries.empty()) content = xml_text(text(name, words, dice));
  return fmt::format("<{}{}>{}</{}>", name, attributes, content, name);
}

std::string ValueShape::parsed_text(const QueryWords& words, Dice& dice) const {
  std::string text = prefix;
  for (const std::string& piece : pieces) text += piece + " ";
  for (size_t i = 0; i < parse->parts.size(); ++i) {
    const plan::Parse::Part& part = parse->parts[i];
    if (part.result) {
      const std::string_view name = part.result->name;
      const bool wanted = i < items.size() && !items[i]->is_open();
      if (wanted) {
        text += items[i]->text(name, words, dice);
      } else if (part.result->type == Type::String) {
        text += plausible_text(name, words, dice);
      } else {
        text += fmt::format("{}", dice.below(5000));
      }
    } else if (!part.text.empty()) {
      text += parse->mode == plan::Parse::Mode::Regex ? regex_sample(part.text, dice) : part.text;
    } else if (dice.chance(50)) {
      text += "x ";
    }
  }
  return text + suffix;
}

}  // namespace vedette
