// Tactics and techniques of MITRE ATT&CK, as facts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

/// The names rules use for tactics, in the order of an attack.
std::span<const std::string_view> attack_tactics();

/// Is it one of `attack_tactics()`, in any letter case?
bool is_tactic(std::string_view name);

/// Does the text have the form of a technique: T1059, T1059.001?
bool is_technique(std::string_view text);

/// The tactics that a technique (or the technique of a sub-technique) serves; none for one that is
/// not known here: retired ones and those of industrial control systems.
std::optional<std::vector<std::string_view>> tactics_of(std::string_view technique);

}  // namespace vedette::rules
