// XML text to dynamic values.
#pragma once

#include <string_view>

#include "runtime/value/dynamic_builder.h"

namespace vedette::stdlib {

/// Adds a bag with the root element of a document. An element is null when empty, a text when it
/// has nothing but text, and else a bag: attributes as `@name`, text as `#text`, elements by their
/// names, in an array where a name repeats. False, with the builder as it was, if the text is not
/// well-formed or nests too deep.
bool parse_xml_text(std::string_view text, DynamicBuilder& builder);

}  // namespace vedette::stdlib
