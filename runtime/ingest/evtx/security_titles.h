// Titles of events of the channel Security: the first line of their message, which is not in the
// log itself.
#pragma once

#include <string_view>

namespace vedette {

/// The title of an event; empty for one that is not listed.
std::string_view security_event_title(std::string_view event_id);

}  // namespace vedette
