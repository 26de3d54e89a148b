// The XML of a Windows event as a tree, and as text.
#pragma once

#include <string>
#include <string_view>

namespace vedette {

struct XmlAttribute {
  std::string_view name;
  std::string_view value;
  XmlAttribute* next = nullptr;
};

/// An element. Texts lie in memory of others; events have no text between elements, so that all
/// text of an element is in one place.
struct XmlElement {
  std::string_view name;
  std::string_view text;
  XmlAttribute* attributes = nullptr;
  XmlElement* children = nullptr;
  XmlElement* next = nullptr;  // behind it in the same element

  /// The first child of a name, or nullptr.
  const XmlElement* child(std::string_view child_name) const;
  /// The value of an attribute; empty if there is none.
  std::string_view attribute(std::string_view attribute_name) const;
};

enum class XmlLayout { Compact, Indented };

/// Appends the text of an element: with `name_space` as its xmlns unless that is empty, and without
/// line ends or with each child on an indented line of its own. Elements without content have an
/// end tag all the same, so that a text search for `Name="X">` finds them.
void append_xml(std::string& out, const XmlElement& element, std::string_view name_space,
                XmlLayout layout);

/// Appends text with its markup characters escaped, and U+FFFD for what XML cannot hold.
void append_xml_text(std::string& out, std::string_view text);

}  // namespace vedette
