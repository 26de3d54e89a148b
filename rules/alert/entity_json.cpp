#include "rules/alert/entity_json.h"

#include <algorithm>
#include <map>
#include <optional>

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

/// Reads entities out of JSON: nested ones before those that hold them.
class Reader {
 public:
  /// The place of the entity that the value is, or refers to.
  std::optional<size_t> read(DynamicView value) {
    for (const DynamicView item : value.items()) read(item);
    if (!value.is_object()) return std::nullopt;
    Identifiers identifiers;
    std::vector<Pending> links;
    std::string id;
    const EntityType* type = nullptr;
    for (const auto& [key, member] : value.entries()) {
      if (key == "Type") {
        type = find_kind(member.as_text());
      } else if (member.is_array() || member.is_object()) {
        read_link(std::string(key), member, links);
      } else if (key == "$id") {
        append_text(id, member);
      } else if (!key.starts_with('$')) {
        std::string text;
        append_text(text, member);
        identifiers.emplace_back(key, std::move(text));
      }
    }
    if (type == nullptr) return std::nullopt;
    auto entity = make_entity(type->name, std::move(identifiers));
    if (!entity) return std::nullopt;
    const size_t place = entities_.size();
    if (!id.empty()) places_.try_emplace(std::move(id), place);
    for (Pending& link : links) {
      link.from = place;
      pending_.push_back(std::move(link));
    }
    entities_.push_back(std::move(*entity));
    return place;
  }

  std::vector<Entity> take() {
    for (const Pending& link : pending_) {
      Entity::Link found{.name = link.name, .is_list = link.is_list, .to = {}};
      for (const auto& [place, id] : link.to) {
        const auto named = places_.find(id);
        if (place) {
          found.to.push_back(*place);
        } else if (named != places_.end()) {
          found.to.push_back(named->second);
        }
      }
      if (!found.to.empty()) entities_[link.from].links.push_back(std::move(found));
    }
    return std::move(entities_);
  }

 private:
  /// A property whose entities may stand further down.
  struct Pending {
    size_t from = 0;
    std::string name;
    bool is_list = false;
    std::vector<std::pair<std::optional<size_t>, std::string>> to;  // a place, or a `$ref`
  };

  void read_link(std::string name, DynamicView value, std::vector<Pending>& links) {
    Pending link{.name = std::move(name), .is_list = value.is_array(), .to = {}};
    const auto add = [&](DynamicView item) {
      std::string id;
      for (const auto& [key, member] : item.entries()) {
        if (key == "$ref") append_text(id, member);
      }
      if (!id.empty()) {
        link.to.emplace_back(std::nullopt, std::move(id));
      } else if (const auto place = read(item)) {
        link.to.emplace_back(place, "");
      }
    };
    if (link.is_list) {
      for (const DynamicView item : value.items()) add(item);
    } else {
      add(value);
    }
    if (!link.to.empty()) links.push_back(std::move(link));
  }

  std::vector<Entity> entities_;
  std::vector<Pending> pending_;
  std::map<std::string, size_t> places_;  // by `$id`
};

void append_links(std::string& out, const Entity& entity) {
  for (const Entity::Link& link : entity.links) {
    out += ',';
    append_json_string(out, link.name);
    out += link.is_list ? ":[" : ":";
    for (size_t i = 0; i < link.to.size(); ++i) {
      if (i > 0) out += ',';
      out += fmt::format("{{\"$ref\":\"{}\"}}", link.to[i] + 1);
    }
    if (link.is_list) out += ']';
  }
}

}  // namespace

std::vector<Entity> entities_of_json(std::string_view json) {
  Reader reader;
  DynamicBuilder builder;
  if (parse_json_text(json, builder)) reader.read(builder.view());
  return reader.take();
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
  append_links(out, entity);
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
