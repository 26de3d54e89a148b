#include "rules/alert/entities.h"

#include <algorithm>
#include <utility>

#include "rules/alert/entity_json.h"
#include "rules/check/entity_types.h"
#include "rules/load/fields.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

constexpr std::string_view everybodys_names[] = {
    "ADMIN",        "ADMINISTRATOR",      "SYSTEM",         "ROOT",
    "ANONYMOUS",    "AUTHENTICATED USER", "NETWORK",        "NULL",
    "LOCAL SYSTEM", "LOCALSYSTEM",        "NETWORK SERVICE"};

constexpr std::string_view algorithms[] = {"MD5", "SHA1", "SHA256", "SHA256AC"};

const std::string* find(const Identifiers& identifiers, std::string_view name) {
  const auto at = std::ranges::find(identifiers, name, &Identifiers::value_type::first);
  return at == identifiers.end() ? nullptr : &at->second;
}

void add_missing(Identifiers& identifiers, std::string_view name, std::string_view value) {
  if (!value.empty() && find(identifiers, name) == nullptr) {
    identifiers.emplace_back(name, value);
  }
}

std::string take(Identifiers& identifiers, std::string_view name) {
  const auto at = std::ranges::find(identifiers, name, &Identifiers::value_type::first);
  std::string value = std::move(at->second);
  identifiers.erase(at);
  return value;
}

/// `CONTOSO\ann` and `ann@contoso.example` say more than a name.
void split_account(Identifiers& identifiers) {
  if (find(identifiers, "FullName") == nullptr) return;
  const std::string full = take(identifiers, "FullName");
  const std::string_view text = full;
  const size_t slash = text.find('\\');
  const size_t at = text.rfind('@');
  if (slash != text.npos && slash > 0 && slash + 1 < text.size()) {
    add_missing(identifiers, "Name", text.substr(slash + 1));
    add_missing(identifiers, "NTDomain", text.substr(0, slash));
  } else if (at != text.npos && at > 0 && at + 1 < text.size()) {
    add_missing(identifiers, "Name", text.substr(0, at));
    add_missing(identifiers, "UPNSuffix", text.substr(at + 1));
  } else {
    add_missing(identifiers, "Name", text);
  }
}

bool is_address(std::string_view text) {
  return text.find(':') != text.npos || text.find_first_not_of("0123456789.") == text.npos;
}

/// `web01.contoso.example` and `CONTOSO\web01` name a host and its domain.
void split_host(Identifiers& identifiers) {
  if (find(identifiers, "FullName") == nullptr) return;
  const std::string full = take(identifiers, "FullName");
  const std::string_view text = full;
  const size_t slash = text.find('\\');
  const size_t dot = text.find('.');
  if (slash != text.npos && slash > 0 && slash + 1 < text.size()) {
    add_missing(identifiers, "HostName", text.substr(slash + 1));
    add_missing(identifiers, "NTDomain", text.substr(0, slash));
  } else if (!is_address(text) && dot != text.npos && dot > 0 && dot + 1 < text.size()) {
    add_missing(identifiers, "HostName", text.substr(0, dot));
    add_missing(identifiers, "DnsDomain", text.substr(dot + 1));
  } else {
    add_missing(identifiers, "HostName", text);
  }
}

/// The names of algorithms as alerts spell them; what is none of them is Unknown.
std::string algorithm_of(std::string_view written) {
  std::string name;
  for (const char c : written) {
    if (c != '-' && c != '_' && c != ' ') {
      name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
  }
  return std::ranges::find(algorithms, name) == std::end(algorithms) ? "Unknown" : name;
}

std::string_view algorithm_of_length(size_t digits) {
  return digits == 32 ? "MD5" : digits == 40 ? "SHA1" : digits == 64 ? "SHA256" : "Unknown";
}

bool tells_apart(const EntityType& type, const Identifiers& identifiers) {
  return std::ranges::any_of(type.required, [&](std::string_view all) {
    while (true) {
      const size_t plus = std::min(all.find('+'), all.size());
      if (find(identifiers, all.substr(0, plus)) == nullptr) return false;
      if (plus == all.size()) return true;
      all.remove_prefix(plus + 1);
    }
  });
}

bool is_everybodys(const Identifiers& identifiers) {
  const std::string* name = find(identifiers, "Name");
  return name != nullptr && std::ranges::any_of(everybodys_names, [&](std::string_view other) {
           return equal_ignoring_case(other, *name);
         });
}

}  // namespace

std::optional<Entity> make_entity(std::string_view type_name, Identifiers identifiers) {
  const EntityType* type = find_entity_type(type_name);
  if (type == nullptr) return std::nullopt;
  const bool algorithm_mapped = find(identifiers, "Algorithm") != nullptr;
  Identifiers kept;
  for (auto& [name, value] : identifiers) {
    const auto known = std::ranges::find_if(type->identifiers, [&](std::string_view other) {
      return equal_ignoring_case(other, name);
    });
    if (known != type->identifiers.end()) add_missing(kept, *known, trimmed(value));
  }
  if (type->kind == "filehash") {
    if (const std::string* value = find(kept, "Value"); value != nullptr && !algorithm_mapped) {
      kept.emplace(kept.begin(), "Algorithm", algorithm_of_length(value->size()));
    }
    for (auto& [name, value] : kept) {
      if (name == "Algorithm") value = algorithm_of(value);
    }
  }
  if (!tells_apart(*type, kept)) return std::nullopt;
  if (type->kind == "account") split_account(kept);
  if (type->kind == "host") split_host(kept);
  if (type->kind == "account" && is_everybodys(kept)) return std::nullopt;
  return Entity{.kind = std::string(type->kind), .identifiers = std::move(kept)};
}

std::string full_name(const Entity& entity) {
  const auto text_of = [&](std::string_view name) -> std::string_view {
    const std::string* value = find(entity.identifiers, name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
  };
  const bool account = entity.kind == "account";
  if (!account && entity.kind != "host") return {};
  const std::string_view name = text_of(account ? "Name" : "HostName");
  const std::string_view behind = text_of(account ? "UPNSuffix" : "DnsDomain");
  const std::string_view domain = text_of("NTDomain");
  if (name.empty()) return {};
  if (!behind.empty()) return fmt::format("{}{}{}", name, account ? '@' : '.', behind);
  return domain.empty() ? std::string(name) : fmt::format("{}\\{}", domain, name);
}

EntityCollector::EntityCollector(const AnalyticRule& rule, const ResultRows& rows) : rows_(rows) {
  for (const EntityMapping& mapping : rule.entities) {
    Mapping found{.type = mapping.type.text};
    for (const EntityMapping::Field& field : mapping.fields) {
      if (const auto column = rows.find(field.column.text)) {
        found.columns.emplace_back(field.identifier.text, *column);
      }
    }
    if (!found.columns.empty()) mappings_.push_back(std::move(found));
  }
  for (const Written& column : rule.entity_columns) {
    if (const auto found = rows.find(column.text)) json_columns_.push_back(*found);
  }
}

void EntityCollector::add_row(size_t row) {
  for (const Mapping& mapping : mappings_) {
    Identifiers identifiers;
    for (const auto& [name, column] : mapping.columns) {
      identifiers.emplace_back(name, rows_.scalar(row, column));
    }
    if (auto entity = make_entity(mapping.type, std::move(identifiers))) add(std::move(*entity));
  }
  for (const size_t column : json_columns_) {
    add_linked(entities_of_json(rows_.text(row, column)));
  }
}

/// Entities whose links are places among themselves. What they link to comes before them, or is
/// linked when all are there.
void EntityCollector::add_linked(std::vector<Entity> entities) {
  struct Later {
    size_t from;
    Entity::Link link;
    size_t to;
  };
  std::vector<std::optional<size_t>> places(entities.size());
  std::vector<Later> later;
  for (size_t i = 0; i < entities.size(); ++i) {
    const std::vector<Entity::Link> links = std::exchange(entities[i].links, {});
    for (const Entity::Link& link : links) {
      for (const size_t to : link.to) {
        if (to < i) {
          add_link(entities[i], link, places[to]);
        } else {
          later.push_back({i, {.name = link.name, .is_list = link.is_list, .to = {}}, to});
        }
      }
    }
    places[i] = add(std::move(entities[i]));
  }
  for (const Later& each : later) {
    // Its name, quotes and brackets, and a number.
    const size_t bytes = each.link.name.size() + 24;
    if (!places[each.from] || bytes_ + bytes > most_entity_bytes) continue;
    bytes_ += bytes;
    add_link(entities_[*places[each.from]], each.link, places[each.to]);
  }
}

/// The place goes to the link of this name.
void EntityCollector::add_link(Entity& from, const Entity::Link& link, std::optional<size_t> to) {
  if (!to) return;
  auto there = std::ranges::find(from.links, link.name, &Entity::Link::name);
  if (there == from.links.end()) {
    from.links.push_back({.name = link.name, .is_list = link.is_list, .to = {}});
    there = std::prev(from.links.end());
  }
  const bool known = std::ranges::find(there->to, *to) != there->to.end();
  if (!known && (link.is_list || there->to.empty())) there->to.push_back(*to);
}

std::optional<size_t> EntityCollector::add(Entity entity) {
  std::string text;
  append_entity_json(text, entity, 0);
  const auto [seen, is_new] = seen_.try_emplace(hash_bytes(text));
  if (!is_new) return seen->second;
  // Its number in the list, and a comma.
  const size_t bytes = text.size() + 3;
  if (entities_.size() >= most_entities_of_alert || bytes_ + bytes > most_entity_bytes) {
    ++dropped_;
    return std::nullopt;
  }
  bytes_ += bytes;
  seen->second = entities_.size();
  entities_.push_back(std::move(entity));
  return seen->second;
}

}  // namespace vedette::rules
