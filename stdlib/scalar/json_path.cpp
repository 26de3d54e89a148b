#include "stdlib/scalar/json_path.h"

#include <charconv>

namespace vedette::stdlib {
namespace {

/// Takes `'name'`, `"name"` or a number and the bracket that ends it.
std::optional<PathStep> take_bracket(std::string_view& rest) {
  PathStep step;
  if (!rest.empty() && (rest[0] == '\'' || rest[0] == '"')) {
    const char quote = rest[0];
    size_t at = 1;
    while (at < rest.size() && rest[at] != quote) {
      if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
      step.name.push_back(rest[at++]);
    }
    if (at + 1 >= rest.size() || rest[at + 1] != ']') return std::nullopt;
    rest.remove_prefix(at + 2);
    return step;
  }
  step.is_index = true;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), step.index);
  const auto length = static_cast<size_t>(read.ptr - rest.data());
  if (read.ec != std::errc() || length >= rest.size() || rest[length] != ']') return std::nullopt;
  rest.remove_prefix(length + 1);
  return step;
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
  if (text.empty() || text[0] != '$') return std::nullopt;
  JsonPath path;
  for (std::string_view rest = text.substr(1); !rest.empty();) {
    const char first = rest[0];
    rest.remove_prefix(1);
    if (first == '[') {
      auto step = take_bracket(rest);
      if (!step) return std::nullopt;
      path.push_back(std::move(*step));
    } else if (first == '.') {
      const size_t end = rest.find_first_of(".[");
      const std::string_view name = rest.substr(0, end);
      if (name.empty() || name == "*") return std::nullopt;
      path.push_back({.name = std::string(name)});
      rest.remove_prefix(name.size());
    } else {
      return std::nullopt;
    }
  }
  return path;
}

std::optional<JsonPath> parse_key_or_path(std::string_view text) {
  if (!text.empty() && text[0] == '$') {
    if (auto path = parse_json_path(text)) return path;
  }
  return JsonPath{{.name = std::string(text)}};
}

DynamicView value_at_path(DynamicView value, const JsonPath& path, bool* found) {
  bool there = true;
  for (const PathStep& step : path) {
    if (step.is_index) {
      there = value.is_array() && step.index >= 0 && static_cast<size_t>(step.index) < value.size();
      value = there ? value.at(step.index) : DynamicView();
    } else {
      there = value.is_object() && value.index_of(DynamicKey(step.name)) != DynamicView::absent;
      value = value.find(DynamicKey(step.name));
    }
    if (!there) break;
  }
  if (found != nullptr) *found = there;
  return value;
}

}  // namespace vedette::stdlib
