#include "stdlib/scalar/xml.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/utf8.h"

namespace vedette::stdlib {
namespace {

constexpr size_t max_depth = 200;

struct Element {
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string>> attributes;
  std::string text;
  std::vector<Element> elements;
};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name_end(char c) {
  return is_space(c) || c == '=' || c == '>' || c == '/' || c == '<' || c == '"' || c == '\'';
}

/// Reads a document from front to end.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : rest_(text) {}

  std::optional<Element> read_document() {
    if (!skip_between_elements()) return std::nullopt;
    Element root;
    if (!read_element(root, 0)) return std::nullopt;
    if (!skip_between_elements() || !rest_.empty()) return std::nullopt;
    return root;
  }

 private:
  bool take(std::string_view wanted) {
    if (rest_.substr(0, wanted.size()) != wanted) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
  }
  /// What lies before `end`, which goes too.
  std::optional<std::string_view> take_until(std::string_view end) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view before = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return before;
  }
  std::string_view take_name() {
    size_t length = 0;
    while (length < rest_.size() && !is_name_end(rest_[length])) ++length;
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return name;
  }

  /// Comments, instructions and document types mean nothing; false if one does not end.
  bool skip_between_elements() {
    take("\xef\xbb\xbf");
    for (;;) {
      skip_spaces();
      if (take("<!--")) {
        if (!take_until("-->")) return false;
      } else if (take("<?")) {
        if (!take_until("?>")) return false;
      } else if (take("<!DOCTYPE")) {
        if (!skip_document_type()) return false;
      } else {
        return true;
      }
    }
  }

  bool skip_document_type() {
    int depth = 1;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '<') ++depth;
      if (c == '>' && --depth == 0) return true;
    }
    return false;
  }

  bool read_element(Element& element, size_t depth) {
    if (depth > max_depth || !take("<")) return false;
    element.name = take_name();
    if (element.name.empty()) return false;
    for (;;) {
      skip_spaces();
      if (take("/>")) return true;
      if (take(">")) return read_content(element, depth);
      if (!read_attribute(element)) return false;
    }
  }

  bool read_attribute(Element& element) {
    const std::string_view name = take_name();
    skip_spaces();
    if (name.empty() || !take("=")) return false;
    skip_spaces();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) return false;
    const std::string_view quote = rest_.substr(0, 1);
    rest_.remove_prefix(1);
    const auto value = take_until(quote);
    if (!value) return false;
    std::string text;
    if (!append_unescaped(text, *value)) return false;
    element.attributes.emplace_back(name, std::move(text));
    return true;
  }

  bool read_content(Element& element, size_t depth) {
    for (;;) {
      const size_t at = rest_.find('<');
      if (at == std::string_view::npos) return false;
      if (!append_unescaped(element.text, rest_.substr(0, at))) return false;
      rest_.remove_prefix(at);
      if (take("</")) {
        const bool same = take_name() == element.name;
        skip_spaces();
        return take(">") && same;
      }
      if (take("<!--")) {
        if (!take_until("-->")) return false;
      } else if (take("<![CDATA[")) {
        const auto text = take_until("]]>");
        if (!text) return false;
        element.text += *text;
      } else if (take("<?")) {
        if (!take_until("?>")) return false;
      } else if (!read_element(element.elements.emplace_back(), depth + 1)) {
        return false;
      }
    }
  }

  static bool append_unescaped(std::string& out, std::string_view text) {
    for (;;) {
      const size_t at = text.find('&');
      out += text.substr(0, at);
      if (at == std::string_view::npos) return true;
      const size_t end = text.find(';', at);
      if (end == std::string_view::npos) return false;
      if (!append_entity(out, text.substr(at + 1, end - at - 1))) return false;
      text.remove_prefix(end + 1);
    }
  }

  static bool append_entity(std::string& out, std::string_view name) {
    constexpr std::pair<std::string_view, char> entities[] = {
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [known, character] : entities) {
      if (name == known) {
        out.push_back(character);
        return true;
      }
    }
    if (name.substr(0, 1) != "#") return false;
    const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    name.remove_prefix(hexadecimal ? 2 : 1);
    uint32_t point = 0;
    const auto read =
        std::from_chars(name.data(), name.data() + name.size(), point, hexadecimal ? 16 : 10);
    if (read.ec != std::errc() || read.ptr != name.data() + name.size()) return false;
    append_code_point(out, point);
    return true;
  }

  std::string_view rest_;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

void add_element(DynamicBuilder& out, const Element& element);

/// Adds the elements of one name: alone, or as an array where there are several.
void add_elements(DynamicBuilder& out, const std::vector<Element>& elements, size_t first) {
  std::vector<const Element*> same;
  for (size_t at = first; at < elements.size(); ++at) {
    if (elements[at].name == elements[first].name) same.push_back(&elements[at]);
  }
  if (same.size() == 1) return add_element(out, *same[0]);
  out.begin_array();
  for (const Element* element : same) add_element(out, *element);
  out.end_array();
}

void add_element(DynamicBuilder& out, const Element& element) {
  const std::string_view text = trimmed(element.text);
  if (element.attributes.empty() && element.elements.empty()) {
    return text.empty() ? out.add_null() : out.add_string(text);
  }
  out.begin_object();
  for (const auto& [name, value] : element.attributes) {
    out.key("@" + std::string(name));
    out.add_string(value);
  }
  if (!text.empty()) {
    out.key("#text");
    out.add_string(text);
  }
  std::vector<std::string_view> names;
  for (size_t at = 0; at < element.elements.size(); ++at) {
    const std::string_view name = element.elements[at].name;
    bool done = false;
    for (std::string_view earlier : names) done = done || earlier == name;
    if (done) continue;
    names.push_back(name);
    out.key(name);
    add_elements(out, element.elements, at);
  }
  out.end_object();
}

}  // namespace

bool parse_xml_text(std::string_view text, DynamicBuilder& builder) {
  constexpr size_t most_bytes = size_t{1} << 20;
  if (text.size() > most_bytes || !is_valid_utf8(text)) return false;
  const auto root = XmlReader(text).read_document();
  if (!root) return false;
  builder.begin_object();
  builder.key(root->name);
  add_element(builder, *root);
  builder.end_object();
  return true;
}

}  // namespace vedette::stdlib
