// Builds the output columns of an operator: unique names, replacements, duplicates.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/plan/plan.h"

namespace vedette::binding {

/// Hands out names that differ: a, a1, a2.
class UniqueNames {
 public:
  /// Takes a name as it is.
  void add(const std::string& name) { suffix_of_.try_emplace(name, 0); }
  /// `name`, or `base` (else `name`) with the next free number behind it.
  std::string take(const std::string& name, const std::string& base = {});

 private:
  std::unordered_map<std::string, int> suffix_of_;
};

/// The columns of a result in the making, each with the expression that computes it.
class Projection {
 public:
  struct Item {
    plan::Column column;
    plan::Expression value;
    /// The column of the input that it shows, under whatever name; 0 for a computed one.
    plan::ColumnId source = 0;
  };

  enum class Existing { Keep, Replace };

  /// Adds a column under its name, or that name with a number when it is taken. Columns without a
  /// name and columns shut out by `shut_out` are not added.
  void add(Item item, Existing existing = Existing::Keep, const std::string& base = {});
  /// Adds a column whose name the query gives. Answers false when the query gave it before.
  bool declare(Item item, Existing existing = Existing::Keep);
  /// Gives a column another name. Answers false when the query gave that name before.
  bool rename(const std::string& name, const std::string& new_name);
  /// Later additions of this input column are ignored.
  void shut_out(plan::ColumnId id) { shut_out_.insert(id); }
  void mark_declared(const std::string& name) { declared_.insert(name); }
  bool has(const std::string& name) const { return index_of_.contains(name); }

  std::vector<Item>& items() { return items_; }
  const std::vector<Item>& items() const { return items_; }

 private:
  std::vector<Item> items_;
  std::unordered_map<std::string, size_t> index_of_;
  std::unordered_set<std::string> declared_;
  std::unordered_set<plan::ColumnId> shut_out_;
  UniqueNames names_;
};

/// Renames repeated columns: [c, c, c1] becomes [c, c2, c1]. For joins.
void make_names_unique(plan::Schema& columns);

}  // namespace vedette::binding
