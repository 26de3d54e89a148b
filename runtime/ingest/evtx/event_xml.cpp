#include "runtime/ingest/evtx/event_xml.h"

namespace vedette {

namespace {

constexpr std::string_view not_xml = "\xef\xbf\xbd";  // U+FFFD

/// What stands for a character in XML; empty for one that stands for itself.
std::string_view escape_of(char c, bool in_quotes) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return in_quotes ? "&quot;" : "";
    case '\t':
    case '\n':
    case '\r':
      return {};
    default:
      return static_cast<unsigned char>(c) < 32 ? not_xml : std::string_view();
  }
}

void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  size_t start = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 'A' || (byte >= '0' && byte <= '9')) continue;  // none of those
    const std::string_view escape = escape_of(text[at], in_quotes);
    if (escape.empty()) continue;
    out.append(text.substr(start, at - start)).append(escape);
    start = at + 1;
  }
  out.append(text.substr(start));
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  append_escaped(out, value, true);
  out += '"';
}

void append_line(std::string& out, size_t depth) {
  out += "\r\n";
  out.append(2 * depth, ' ');
}

void append_element(std::string& out, const XmlElement& element, std::string_view name_space,
                    XmlLayout layout, size_t depth) {
  out.append("<").append(element.name);
  if (!name_space.empty()) append_attribute(out, "xmlns", name_space);
  for (const XmlAttribute* at = element.attributes; at != nullptr; at = at->next) {
    if (!name_space.empty() && at->name == "xmlns") continue;
    append_attribute(out, at->name, at->value);
  }
  out += '>';
  append_escaped(out, element.text, false);
  for (const XmlElement* child = element.children; child != nullptr; child = child->next) {
    if (layout == XmlLayout::Indented) append_line(out, depth + 1);
    append_element(out, *child, {}, layout, depth + 1);
  }
  if (element.children != nullptr && layout == XmlLayout::Indented) append_line(out, depth);
  out.append("</").append(element.name).append(">");
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement* child = children; child != nullptr; child = child->next) {
    if (child->name == child_name) return child;
  }
  return nullptr;
}

std::string_view XmlElement::attribute(std::string_view attribute_name) const {
  for (const XmlAttribute* at = attributes; at != nullptr; at = at->next) {
    if (at->name == attribute_name) return at->value;
  }
  return {};
}

void append_xml(std::string& out, const XmlElement& element, std::string_view name_space,
                XmlLayout layout) {
  append_element(out, element, name_space, layout, 0);
}

void append_xml_text(std::string& out, std::string_view text) {
  append_escaped(out, text, false);
}

}  // namespace vedette
