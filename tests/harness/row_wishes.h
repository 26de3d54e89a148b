// What a query asks of the rows of its tables, read off its plan: the conditions that rows must
// meet, and which values must meet others (keys of joins and groups).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/plan/plan.h"
#include "compiler/plan/schema_source.h"

namespace vedette {

/// A column that is a part of another value: an element of an array, a piece of a text.
struct PartOfValue {
  plan::Expression whole;
  const plan::Parse* parse = nullptr;  // for `parse`; otherwise an element of an array
  size_t part = 0;                     // of the pattern
};

/// A place whose values meet those of other places with the same number.
struct MeetingPlace {
  uint32_t pool = 0;
  plan::Expression place;
};

/// Conditions of which one is to hold.
using Wish = std::vector<plan::Expression>;

/// What one read of a table wants of its rows.
struct RowRecipe {
  std::string table;
  std::map<plan::ColumnId, std::string> columns;  // as stored
  std::vector<Wish> wishes;
  std::vector<MeetingPlace> meetings;
  std::map<plan::ColumnId, PartOfValue> parts;
};

class RowWishes {
 public:
  RowWishes() = default;
  /// Nothing is asked by a query that does not bind.
  RowWishes(std::string_view query, const plan::SchemaSource& schemas, Datetime now);

  /// All reads of a table.
  std::vector<const RowRecipe*> of(std::string_view table) const;

 private:
  plan::QueryPlan plan_;  // recipes refer to its steps
  std::vector<RowRecipe> recipes_;
};

}  // namespace vedette
