// Entities as JSON objects.
#pragma once

#include <string>

#include "rules/alert/alert.h"

namespace vedette::rules {

/// Appends `{"$id":"1","Address":"203.0.113.9","Type":"ip"}`.
void append_entity_json(std::string& out, const Entity& entity, size_t id);

}  // namespace vedette::rules
