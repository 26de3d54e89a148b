// The five queries that uncover the intrusion, and what to say about each.
#pragma once

#include <span>
#include <string_view>

namespace vedette::shell::demo {

struct HuntStep {
  std::string_view question;
  std::string_view query;
  std::string_view finding;
};

/// In the order in which one would ask.
std::span<const HuntStep> hunt();

}  // namespace vedette::shell::demo
