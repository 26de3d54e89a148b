// JSON text to binary JSON.
#pragma once

#include <string_view>

#include "runtime/value/dynamic_builder.h"

namespace vedette {

/// Adds the value that `text` is the JSON of: any value may be the root, white space around it is
/// fine. False, with the builder as it was, if the text is not JSON or nests deeper than
/// `max_dynamic_depth`. Numbers keep their text where ours would differ; invalid UTF-8 in strings
/// becomes U+FFFD.
bool parse_json_text(std::string_view text, DynamicBuilder& builder);

}  // namespace vedette
