// URLs: their parts, and the characters that are written with a percent sign.
#pragma once

#include <string>
#include <string_view>

#include "runtime/value/dynamic_builder.h"

namespace vedette::stdlib {

/// All but letters, digits and `kept` as `%xx`; spaces as `+` on request.
std::string percent_encoded(std::string_view text, std::string_view kept, bool plus_for_space);

/// The opposite; what comes out as invalid UTF-8 becomes U+FFFD.
std::string percent_decoded(std::string_view text);

/// Adds the parts of a URL as a bag: Scheme, Host, Port, Path, Username, Password,
/// Query Parameters, Fragment. Parts that are missing are empty.
void add_url_parts(DynamicBuilder& out, std::string_view url);

/// Adds the parameters of a query (`a=1&b=2`) as a bag.
void add_query_parameters(DynamicBuilder& out, std::string_view query);

}  // namespace vedette::stdlib
