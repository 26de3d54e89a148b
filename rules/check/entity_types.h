// The entities that alerts can name, and by which identifiers.
#pragma once

#include <span>
#include <string_view>

namespace vedette::rules {

/// One kind of entity.
struct EntityType {
  std::string_view name;                          // as mappings write it: "IP"
  std::string_view kind;                          // as alerts write it: "ip"
  std::span<const std::string_view> identifiers;  // those a mapping may use
  /// A mapping must have all identifiers of at least one of these, joined by `+`.
  std::span<const std::string_view> required;
};

/// All types, in alphabetical order.
std::span<const EntityType> entity_types();

/// The type with this name in any letter case, spaces left out; nullptr when there is none.
const EntityType* find_entity_type(std::string_view name);

}  // namespace vedette::rules
