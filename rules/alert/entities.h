// Entities of alerts: read from the columns of rows, checked, counted, written as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/alert/alert.h"
#include "rules/alert/result_rows.h"

namespace vedette::rules {

/// Most entities of one alert, and most bytes of them as JSON.
constexpr size_t most_entities_of_alert = 500;
constexpr size_t most_entity_bytes = 64 * 1024;

using Identifiers = std::vector<std::pair<std::string, std::string>>;

/// The entity of a type ("IP") that some identifiers name, as alerts show it: without empty values,
/// a FullName taken apart (`CONTOSO\ann`, `ann@contoso.example`, `web01.contoso.example`), the
/// algorithm of a hash in its usual spelling. Nothing when the identifiers left do not tell one
/// entity from another, and for accounts whose name everybody has (SYSTEM, root).
std::optional<Entity> make_entity(std::string_view type, Identifiers identifiers);

/// The entities in a column that holds them as JSON already: an object or an array of objects with
/// a `Type`. Nested entities stand in the list before those that hold them, which link to them as
/// they do to those that a `$ref` means; what is not an entity is passed over.
std::vector<Entity> entities_of_json(std::string_view json);

/// Collects the entities of an alert: each once, in the order of rows and mappings, within limits.
class EntityCollector {
 public:
  EntityCollector(const AnalyticRule& rule, const ResultRows& rows);

  void add_row(size_t row);
  std::vector<Entity> take() { return std::move(entities_); }
  /// Those that were beyond the limits.
  size_t dropped() const { return dropped_; }

 private:
  struct Mapping {
    std::string_view type;
    std::vector<std::pair<std::string_view, size_t>> columns;  // identifier, column
  };

  /// Its place in the list; nothing when it is beyond the limits.
  std::optional<size_t> add(Entity entity);
  void add_linked(std::vector<Entity> entities);
  void add_link(Entity& from, const Entity::Link& link, std::optional<size_t> to);

  const ResultRows& rows_;
  std::vector<Mapping> mappings_;
  std::vector<size_t> json_columns_;
  std::vector<Entity> entities_;
  /// Hashes of those met and their places, nothing for dropped ones.
  std::unordered_map<uint64_t, std::optional<size_t>> seen_;
  size_t bytes_ = 2;
  size_t dropped_ = 0;
};

/// What a mapping of FullName would say of an account or a host: `ann@contoso.example`,
/// `CONTOSO\ann`, `web01.contoso.example`; nothing for others.
std::string full_name(const Entity& entity);

/// The text of the column Entities: a list with a `$id` for each.
std::string entities_json(const std::vector<Entity>& entities);

}  // namespace vedette::rules
