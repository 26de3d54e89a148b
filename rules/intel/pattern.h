// Patterns of STIX indicators: what to look for in logs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

/// Something that can be met in logs: where it would be, and its value.
struct Observable {
  std::string path;   // "ipv4-addr:value", "file:hashes.'SHA-256'"
  std::string value;  // "203.0.113.9", also "203.0.113.0/24"

  bool operator==(const Observable&) const = default;
};

/// The observables of a pattern such as
/// `[ipv4-addr:value = '203.0.113.9' OR domain-name:value IN ('a.example', 'b.example')]`: each is
/// enough for the pattern to hold. Of conditions that must hold together the one that says most is
/// taken, a hash before a name. Nothing when the text is not a pattern; none when it has no
/// condition that a value alone can meet (LIKE, MATCHES, NOT, <).
std::optional<std::vector<Observable>> observables_of(std::string_view pattern);

/// The pattern that an observable alone makes.
std::string pattern_of(const Observable& observable);

}  // namespace vedette::rules
