#include "tests/harness/row_generator.h"

#include <limits>

#include "runtime/table/appender.h"
#include "runtime/value/convert.h"
#include "runtime/value/datetime.h"
#include "runtime/value/json.h"
#include "tests/harness/dice.h"
#include "tests/harness/plausible_text.h"

namespace vedette {
namespace {

/// The value of one cell.
class CellMaker {
 public:
  CellMaker(const QueryWords& words, Datetime now, Dice& dice)
      : words_(words), now_(now), dice_(dice) {}

  /// `wanted`: of a row that should pass the query's filters.
  Value make(const std::string& name, Type type, bool wanted) {
    const auto& values = words_.values_of(name);
    // What a query takes apart must have parts, also where it looks for a text in it.
    if (name == "EventData" && type == Type::String && words_.mentions("parse_xml") &&
        dice_.chance(80)) {
      return Value::string(event_xml(values, words_, dice_));
    }
    if (!values.empty() && dice_.chance(wanted ? 92 : 25)) {
      Value value = compared_with(values, type, wanted);
      if (!value.is_null()) return value;
    }
    if (dice_.chance(wanted ? 1 : 6)) return Value::null(type);
    return plausible(name, type, wanted);
  }

 private:
  Value compared_with(const std::vector<std::string>& values, Type type, bool wanted) {
    // The first values are often the ones that all conditions want.
    const std::string& text = values[wanted && dice_.chance(40) ? 0 : dice_.below(values.size())];
    if (type == Type::Dynamic) return Value::null(type);
    if (type == Type::String) {
      return Value::string(dice_.chance(12) ? "see " + text + " here" : text);
    }
    return convert(Value::string(text), type);
  }

  Value plausible(const std::string& name, Type type, bool wanted) {
    switch (type) {
      case Type::Bool:
        return Value::boolean(dice_.chance(60));
      case Type::Int:
        return Value::int32(number(std::numeric_limits<int32_t>::max(), wanted));
      case Type::Long:
        return Value::int64(number(std::numeric_limits<int64_t>::max(), wanted));
      case Type::Real:
        return real(wanted);
      case Type::Datetime:
        return Value::datetime(time(wanted));
      case Type::Timespan:
        return Value::timespan({ticks_per_second * dice_.below(100'000)});
      case Type::Dynamic:
        return dynamic(name);
      case Type::String:
        return Value::string(!wanted && dice_.chance(5) ? odd_text(dice_)
                                                        : plausible_text(name, words_, dice_));
      default:
        return convert(Value::string(plausible_text("guid", words_, dice_)), type);
    }
  }

  int64_t number(int64_t largest, bool wanted) {
    if (!wanted && dice_.chance(3)) return dice_.chance(50) ? largest : -largest;
    constexpr int64_t numbers[] = {0,    1,    2,    3,    5,  22,  53,  80,   443,
                                   3389, 4624, 4625, 4688, -1, 200, 404, 1024, 65535};
    return dice_.chance(60) ? dice_.one_of(numbers) : dice_.below(20'000);
  }

  Value real(bool wanted) {
    if (!wanted && dice_.chance(2)) return Value::real(std::numeric_limits<double>::infinity());
    if (!wanted && dice_.chance(2)) return Value::real(std::numeric_limits<double>::quiet_NaN());
    return Value::real(static_cast<double>(dice_.below(4000)) / 4 - 100);
  }

  Datetime time(bool wanted) {
    const int64_t days = wanted && dice_.chance(70) ? 1 : (dice_.chance(80) ? 14 : 90);
    return {now_.ticks - static_cast<int64_t>(dice_.below(static_cast<size_t>(days) * 86'400)) *
                             ticks_per_second};
  }

  Value dynamic(const std::string& name) {
    builder_.clear();
    if (!parse_json_text(plausible_json(name, words_, dice_), builder_)) builder_.add_null();
    return Value::dynamic(builder_.take());
  }

  const QueryWords& words_;
  Datetime now_;
  Dice& dice_;
  DynamicBuilder builder_;
};

/// Calls `take(column, value)` for each cell of a row, then `end_row()`.
template <typename Take, typename EndRow>
void generate_rows(const std::string& name, const plan::TableColumns& columns,
                   const QueryWords& words, const RowPlan& plan,
                   const std::vector<const RowRecipe*>& recipes, MeetingValues& meetings,
                   const Take& take, const EndRow& end_row) {
  Dice dice(plan.seed ^ hash_bytes(name));
  CellMaker cells(words, plan.now, dice);
  const auto fallback = [&](const std::string& column, Type type) {
    return cells.make(column, type, true);
  };
  std::vector<RowSolver> solvers;
  for (const RowRecipe* recipe : recipes) {
    solvers.emplace_back(*recipe, words, plan.now, meetings, dice, fallback);
  }
  using Solved = std::map<std::string, Value>;
  std::vector<std::vector<Solved>> solutions(solvers.size());
  for (uint32_t row = 0; row < plan.rows; ++row) {
    Solved solved;
    const bool solve = !solvers.empty() && dice.chance(60);
    if (solve) {
      // Conditions that are long to compute are met less often, by the same values.
      const size_t at = dice.below(solvers.size());
      constexpr size_t budget = 60'000;
      std::vector<Solved>& known = solutions[at];
      if (known.empty() || known.size() * solvers[at].cost() < budget / solvers.size()) {
        known.push_back(solvers[at].solve());
        solved = known.back();
      } else {
        solved = known[dice.below(known.size())];
      }
    }
    const bool wanted = solve || dice.chance(50);
    for (uint32_t i = 0; i < columns.size(); ++i) {
      const auto& [column, type] = columns[i];
      const auto found = solved.find(column);
      Value value = found != solved.end()                 ? found->second
                    : column == "Type" && !dice.chance(4) ? Value::string(name)
                                                          : cells.make(column, type, wanted);
      if (value.type() != type) value = Value::null(type);
      take(i, value);
    }
    end_row();
  }
}

}  // namespace

void generate_table(Database& database, const std::string& name, const plan::TableColumns& columns,
                    const QueryWords& words, const RowWishes& wishes, MeetingValues& meetings,
                    const RowPlan& plan) {
  TableSchema schema = {name, {}};
  for (const auto& [column, type] : columns) schema.columns.push_back({column, type});
  database.create_table(schema);
  AppendOptions options;
  options.extent_rows = plan.extent_rows;
  options.ingestion_time = plan.now;
  Appender appender = database.append(name, options);
  generate_rows(
      name, columns, words, plan, wishes.of(name), meetings,
      [&](uint32_t column, const Value& value) { appender.column(column).append(value); },
      [&] { appender.end_row(); });
  appender.commit();
}

std::vector<ColumnBuilder> generate_columns(const std::string& name,
                                            const plan::TableColumns& columns,
                                            const QueryWords& words, const RowPlan& plan) {
  std::vector<ColumnBuilder> data;
  for (const auto& column : columns) data.emplace_back(column.second);
  MeetingValues meetings;
  generate_rows(
      name, columns, words, plan, {}, meetings,
      [&](uint32_t column, const Value& value) { data[column].append(value); }, [] {});
  return data;
}

}  // namespace vedette
