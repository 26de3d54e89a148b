// Makes rows that meet the conditions of a recipe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/harness/row_wishes.h"
#include "tests/harness/value_shape.h"

namespace vedette {

/// Values of meeting places, shared by all tables of a query.
using MeetingValues = std::map<uint32_t, std::vector<Value>>;

class RowSolver {
 public:
  /// `fallback` gives a value for a column that the recipe leaves open.
  using Fallback = std::function<Value(const std::string& name, Type type)>;

  RowSolver(const RowRecipe& recipe, const QueryWords& words, Datetime now, MeetingValues& meetings,
            Dice& dice, Fallback fallback);

  /// How much work one try of `solve` is, about in microseconds.
  size_t cost() const { return cost_; }
  /// Values by column; of a few tries the one that meets most conditions. Columns that the recipe
  /// does not read are not in it.
  std::map<std::string, Value> solve();

 private:
  using Row = std::map<plan::ColumnId, Value>;

  void wish(const plan::Expression& condition, bool wanted);
  void wish_call(const plan::Expression::Call& call, bool wanted);
  void compare(const plan::Expression::Call& call, bool wanted);
  void compare_length(const plan::Expression& left, std::string_view op, const Value& right);
  void choose_from_list(const plan::Expression::Call& call);
  void contain(const plan::Expression::Call& call);
  void meet(const MeetingPlace& meeting);
  ValueShape* place(const plan::Expression& expression);
  ValueShape* place_of_call(const plan::Expression::Call& call);
  ValueShape* place_of_column(plan::ColumnId id);
  void set(ValueShape* shape, Value value);
  size_t met_by(const Row& row) const;

  const RowRecipe& recipe_;
  const QueryWords& words_;
  Datetime now_;
  MeetingValues& meetings_;
  Dice& dice_;
  Fallback fallback_;
  std::map<plan::ColumnId, Type> types_;
  std::map<plan::ColumnId, ValueShape> shapes_;
  size_t cost_ = 1;
  int depth_ = 0;
};

}  // namespace vedette
