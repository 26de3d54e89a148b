#include "rules/alert/entity_json.h"

#include <algorithm>

#include "rules/alert/entities.h"
#include "rules/check/entity_types.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

const EntityType* find_kind(std::string_view kind) {
  for (const EntityType& type : entity_types()) {
    if (equal_ignoring_case(type.kind, kind)) return &type;
  }
  return find_entity_type(kind);
}

void collect(DynamicView value, std::vector<Entity>& entities) {
  for (const DynamicView item : value.items()) collect(item, entities);
  if (!value.is_object()) return;
  Identifiers identifiers;
  const EntityType* type = nullptr;
  for (const auto& [key, member] : value.entries()) {
    if (key == "Type") {
      type = find_kind(member.as_text());
    } else if (member.is_array() || member.is_object()) {
      collect(member, entities);
    } else if (!key.starts_with('$')) {
      std::string text;
      append_text(text, member);
      identifiers.emplace_back(key, std::move(text));
    }
  }
  if (type == nullptr) return;
  if (auto entity = make_entity(type->name, std::move(identifiers))) {
    entities.push_back(std::move(*entity));
  }
}

}  // namespace

std::vector<Entity> entities_of_json(std::string_view json) {
  std::vector<Entity> entities;
  DynamicBuilder builder;
  if (parse_json_text(json, builder)) collect(builder.view(), entities);
  return entities;
}

void append_entity_json(std::string& out, const Entity& entity, size_t id) {
  out += fmt::format("{{\"$id\":\"{}\"", id);
  for (const auto& [name, value] : entity.identifiers) {
    out += ',';
    append_json_string(out, name);
    out += ':';
    const bool flag = name == "IsDomainJoined" && parse_bool(value).has_value();
    const bool number = name == "AppId" && parse_int(value).has_value();
    if (flag) {
      out += *parse_bool(value) ? "true" : "false";
    } else if (number) {
      out += fmt::format("{}", *parse_int(value));
    } else {
      append_json_string(out, value);
    }
  }
  out += ",\"Type\":";
  append_json_string(out, entity.kind);
  out += '}';
}

std::string entities_json(const std::vector<Entity>& entities) {
  std::string out = "[";
  for (size_t i = 0; i < entities.size(); ++i) {
    if (i > 0) out += ',';
    append_entity_json(out, entities[i], i + 1);
  }
  return out + "]";
}

}  // namespace vedette::rules
