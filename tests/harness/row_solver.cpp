#include "tests/harness/row_solver.h"

#include <algorithm>
#include <array>

#include "compiler/plan/fold.h"
#include "compiler/plan/walk.h"
#include "runtime/value/convert.h"
#include "tests/harness/plausible_text.h"
#include "tests/harness/regex_sample.h"

namespace vedette {
namespace {

using plan::Expression;

/// Functions that mostly hand on what their argument says, and which argument that is.
struct Transparent {
  std::string_view name;
  size_t argument;
};
constexpr Transparent transparent[] = {
    {"tostring", 0},        {"tolower", 0},     {"toupper", 0},        {"tolong", 0},
    {"toint", 0},           {"toreal", 0},      {"todecimal", 0},      {"todatetime", 0},
    {"totimespan", 0},      {"tobool", 0},      {"toguid", 0},         {"trim", 1},
    {"trim_start", 1},      {"trim_end", 1},    {"replace_string", 0}, {"replace_regex", 0},
    {"replace", 2},         {"bin", 0},         {"bin_at", 0},         {"startofday", 0},
    {"startofhour", 0},     {"startofweek", 0}, {"startofmonth", 0},   {"endofday", 0},
    {"coalesce", 0},        {"url_decode", 0},  {"substring", 0},      {"to_dynamic", 0},
    {"format_datetime", 0}, {"round", 0},       {"floor", 0},          {"translate", 2},
    {"make_set", 0},        {"max_of", 0},      {"min_of", 0},         {"bag_keys", 0}};

/// The value as one of `type` a little above or below.
Value beside(const Value& value, int64_t sign, Dice& dice) {
  constexpr int64_t number_steps[] = {1, 1, 2, 5, 20, 100};
  constexpr int64_t time_steps[] = {1, 60, 600, 3600, 6 * 3600, 20 * 3600};
  if (value.is_null()) return value;
  switch (value.type()) {
    case Type::Int:
      return Value::int32(value.as_word() + sign * dice.one_of(number_steps));
    case Type::Long:
      return Value::int64(value.as_word() + sign * dice.one_of(number_steps));
    case Type::Real:
      return Value::real(value.as_real() + static_cast<double>(sign * dice.one_of(number_steps)));
    case Type::Datetime:
      return Value::datetime({value.as_word() + sign * dice.one_of(time_steps) * ticks_per_second});
    case Type::Timespan:
      return Value::timespan({value.as_word() + sign * dice.one_of(time_steps) * ticks_per_second});
    default:
      return value;
  }
}

std::string_view flipped(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return op;
}

std::string_view negated(std::string_view op) {
  if (op == "<") return ">=";
  if (op == "<=") return ">";
  if (op == ">") return "<=";
  if (op == ">=") return "<";
  if (op == "==") return "!=";
  if (op == "!=") return "==";
  if (op == "=~") return "!~";
  return op == "!~" ? "=~" : op;
}

bool is_comparison(std::string_view name) {
  constexpr std::array names = {"==", "!=", "<", "<=", ">", ">=", "=~", "!~"};
  return std::ranges::find(names, name) != names.end();
}

/// The constants of a list: arguments from the second on, or the items of an array.
std::vector<Value> constants_of(const Expression::Call& call) {
  std::vector<Value> values;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const Value* value = plan::constant_of(call.arguments[i]);
    if (value == nullptr || value->is_null()) continue;
    if (value->type() != Type::Dynamic) {
      values.push_back(*value);
      continue;
    }
    const DynamicView list(value->as_text());
    for (const DynamicView item : list.items()) {
      values.push_back(convert(item, Type::String));
    }
    for (const auto entry : list.entries()) values.push_back(Value::string(std::string(entry.key)));
  }
  return values;
}

}  // namespace

RowSolver::RowSolver(const RowRecipe& recipe, const QueryWords& words, Datetime now,
                     MeetingValues& meetings, Dice& dice, Fallback fallback)
    : recipe_(recipe),
      words_(words),
      now_(now),
      meetings_(meetings),
      dice_(dice),
      fallback_(std::move(fallback)) {
  const auto note = [&](const Expression& expression) {
    plan::for_each_below(expression, [&](const Expression& below) {
      ++cost_;
      if (const auto id = plan::column_of(below)) types_[*id] = below.type;
      const Value* constant = plan::constant_of(below);
      if (constant != nullptr && !constant->is_null() && constant->type() == Type::Dynamic) {
        cost_ += constant->as_text().size() / 8;
      }
    });
  };
  for (const Wish& wish : recipe.wishes) std::ranges::for_each(wish, note);
  for (const MeetingPlace& meeting : recipe.meetings) note(meeting.place);
  for (const auto& [id, part] : recipe.parts) {
    note(part.whole);
  }
}

std::map<std::string, Value> RowSolver::solve() {
  Row best;
  size_t most = 0;
  for (int attempt = 0; attempt < 6; ++attempt) {
    shapes_.clear();
    for (const MeetingPlace& meeting : recipe_.meetings) {
      if (dice_.chance(85)) meet(meeting);
    }
    for (const auto& [id, part] : recipe_.parts) {
      if (part.parse != nullptr && dice_.chance(85)) place_of_column(id);
    }
    for (const Wish& one : recipe_.wishes) {
      if (!one.empty()) wish(one[dice_.below(one.size())], true);
    }
    Row row;
    for (const auto& [id, type] : types_) {
      const auto stored = recipe_.columns.find(id);
      if (stored == recipe_.columns.end()) continue;
      const auto shape = shapes_.find(id);
      std::optional<Value> value;
      if (shape != shapes_.end()) value = shape->second.value(stored->second, type, words_, dice_);
      row.insert_or_assign(id, value ? *value : fallback_(stored->second, type));
    }
    const size_t met = met_by(row);
    if (attempt == 0 || met > most) {
      most = met;
      best = std::move(row);
    }
    if (most == recipe_.wishes.size()) break;
  }
  std::map<std::string, Value> values;
  for (auto& [id, value] : best) values.insert_or_assign(recipe_.columns.at(id), value);
  return values;
}

size_t RowSolver::met_by(const Row& row) const {
  std::map<plan::ColumnId, Expression> constants;
  plan::ColumnSet known;
  std::unordered_map<plan::ColumnId, const Expression*> replacements;
  for (const auto& [id, value] : row) {
    replacements[id] = &constants.emplace(id, plan::constant(value)).first->second;
  }
  size_t met = 0;
  for (const Wish& one : recipe_.wishes) {
    // What cannot be told counts as met.
    met += std::ranges::any_of(one, [&](Expression condition) {
      plan::substitute(condition, replacements);
      const auto answer = plan::evaluate_constant(condition, now_.ticks);
      return !answer || (!answer->is_null() && answer->type() == Type::Bool && answer->as_bool());
    });
  }
  return met;
}

void RowSolver::wish(const Expression& condition, bool wanted) {
  if (++depth_ > 60) {
    --depth_;
    return;
  }
  if (const auto* call = std::get_if<Expression::Call>(&condition.node)) {
    wish_call(*call, wanted);
  } else if (condition.type == Type::Bool && plan::column_of(condition)) {
    set(place(condition), Value::boolean(wanted));
  }
  --depth_;
}

void RowSolver::wish_call(const Expression::Call& call, bool wanted) {
  const std::string_view name = call.function->name;
  const auto& arguments = call.arguments;
  if (name == "not") return wish(arguments[0], !wanted);
  if (name == "and" || name == "or") {
    const bool all = (name == "and") == wanted;
    if (!all) return wish(arguments[dice_.below(arguments.size())], wanted);
    for (const Expression& argument : arguments) wish(argument, wanted);
    return;
  }
  if (is_comparison(name)) return compare(call, wanted);
  if (name == "isempty" || name == "isnull") {
    if (ValueShape* shape = place(arguments[0])) (wanted ? shape->empty : shape->filled) = true;
    return;
  }
  if (name == "isnotempty" || name == "isnotnull") {
    if (ValueShape* shape = place(arguments[0])) (wanted ? shape->filled : shape->empty) = true;
    return;
  }
  if (name == "between" || name == "!between") {
    const Value* low = plan::constant_of(arguments[1]);
    const Value* high = plan::constant_of(arguments[2]);
    if (low == nullptr || high == nullptr || low->is_null() || high->is_null()) return;
    Value inside = dice_.chance(50) ? beside(*low, 1, dice_) : beside(*high, -1, dice_);
    if ((name == "between") != wanted) inside = beside(*low, -1, dice_);
    return set(place(arguments[0]), std::move(inside));
  }
  if (name == "iff" && arguments.size() == 3) {
    const bool first = dice_.chance(50);
    wish(arguments[0], first);
    return wish(arguments[first ? 1 : 2], wanted);
  }
  if (name == "ipv4_is_private") {
    return set(place(arguments[0]), Value::string(wanted ? "10.1.2.3" : "203.0.113.9"));
  }
  const bool of_list = name == "in" || name == "in~" || name == "!in" || name == "!in~";
  if (of_list) {
    if (name.starts_with('!') != wanted) choose_from_list(call);
    return;
  }
  if (name.starts_with("ipv4_is_in_") || name == "ipv4_is_match") {
    const auto ranges = constants_of(call);
    if (!wanted || ranges.empty()) return;
    const std::string range = to_text(dice_.one_of(ranges));
    return set(place(arguments[0]), Value::string(range.substr(0, range.find('/'))));
  }
  if (wanted && !name.starts_with('!') && arguments.size() > 1) contain(call);
}

void RowSolver::compare(const Expression::Call& call, bool wanted) {
  const Expression* left = &call.arguments[0];
  const Expression* right = &call.arguments[1];
  std::string_view op = call.function->name;
  if (!wanted) op = negated(op);
  if (plan::constant_of(*left) != nullptr) {
    std::swap(left, right);
    op = flipped(op);
  }
  const Value* constant = plan::constant_of(*right);
  if (constant == nullptr) {
    if (op == "!=" || op == "!~") return;
    // Two places that are to be alike, or one a little greater.
    Value value = fallback_("", left->type);
    set(place(*right), value);
    if (op[0] == '<') value = beside(value, -1, dice_);
    if (op[0] == '>') value = beside(value, 1, dice_);
    return set(place(*left), std::move(value));
  }
  if (constant->is_null()) return;
  if (left->type == Type::Bool && constant->type() == Type::Bool) {
    return wish(*left, (op == "==") == constant->as_bool());
  }
  ValueShape* shape = place(*left);
  if (shape == nullptr) return compare_length(*left, op, *constant);
  if (op == "==" || op == "=~") return set(shape, *constant);
  if (op == "!=" || op == "!~") {
    shape->filled = true;
    return;
  }
  const bool equal_too = op.size() == 2 && dice_.chance(30);
  if (equal_too) return set(shape, *constant);
  set(shape, beside(*constant, op[0] == '<' ? -1 : 1, dice_));
}

/// `array_length(x) > 2`, `strlen(x) >= 100`.
void RowSolver::compare_length(const Expression& left, std::string_view op, const Value& right) {
  const auto* call = std::get_if<Expression::Call>(&left.node);
  if (call == nullptr || call->arguments.empty()) return;
  const Value wanted = convert(right, Type::Long);
  if (wanted.is_null() || wanted.as_word() < 0 || wanted.as_word() > 3000) return;
  size_t length = static_cast<size_t>(wanted.as_word());
  if (op == ">" || op == "!=") ++length;
  if (op == "<" && length > 0) --length;
  const std::string_view name = call->function->name;
  const bool of_array = name == "array_length", of_text = name == "strlen";
  const bool counts = name == "countof";
  if (!of_array && !of_text && !counts) return;
  ValueShape* shape = place(call->arguments[0]);
  if (shape == nullptr) return;
  if (of_array && length > 0) shape->item(length - 1);
  if (of_text) shape->pieces.push_back(std::string(length, 'x'));
  if (!counts) return;
  const Value* needle = plan::constant_of(call->arguments[1]);
  for (size_t i = 0; needle != nullptr && i < std::min<size_t>(length, 50); ++i) {
    shape->pieces.push_back(call->arguments.size() > 2 ? regex_sample(needle->as_text(), dice_)
                                                       : std::string(needle->as_text()));
  }
}

void RowSolver::choose_from_list(const Expression::Call& call) {
  std::vector<Value> values = constants_of(call);
  if (!values.empty()) set(place(call.arguments[0]), values[dice_.below(values.size())]);
}

/// Operators whose first operand holds one of the others, or all of them.
void RowSolver::contain(const Expression::Call& call) {
  const std::string_view name = call.function->name;
  constexpr std::string_view starts[] = {"has", "contains", "startswith", "endswith", "matches"};
  if (std::ranges::none_of(starts, [&](auto start) { return name.starts_with(start); })) return;
  const std::vector<Value> values = constants_of(call);
  if (values.empty()) return;
  ValueShape* shape = place(call.arguments[0]);
  if (shape == nullptr) return;
  if (name == "has_all") {
    for (const Value& value : values) shape->pieces.push_back(to_text(value));
    return;
  }
  const std::string text = to_text(dice_.one_of(values));
  if (name.starts_with("startswith")) {
    shape->prefix = text;
  } else if (name.starts_with("endswith") || name.starts_with("hassuffix")) {
    shape->suffix = text;
  } else if (name.starts_with("matches")) {
    std::string sample = regex_sample(text, dice_);
    const bool anchored = text.starts_with('^') || text.find("$") != std::string::npos;
    if (anchored) return set(shape, Value::string(std::move(sample)));
    shape->pieces.push_back(std::move(sample));
  } else {
    shape->pieces.push_back(text);
  }
}

void RowSolver::meet(const MeetingPlace& meeting) {
  std::vector<Value>& values = meetings_[meeting.pool];
  if (values.empty()) {
    std::string name;
    plan::for_each_below(meeting.place, [&](const Expression& below) {
      const auto id = plan::column_of(below);
      const auto stored = id ? recipe_.columns.find(*id) : recipe_.columns.end();
      if (name.empty() && stored != recipe_.columns.end()) name = stored->second;
    });
    for (int i = 0; i < 3; ++i) {
      Value value = fallback_(name, meeting.place.type);
      for (int left = 5; left > 0 && value.is_null(); --left) {
        value = fallback_(name, meeting.place.type);
      }
      values.push_back(std::move(value));
    }
  }
  // The first one most often, so that groups grow.
  const size_t at = dice_.chance(60) ? 0 : dice_.below(values.size());
  if (!values[at].is_null()) set(place(meeting.place), values[at]);
}

void RowSolver::set(ValueShape* shape, Value value) {
  if (shape == nullptr || value.is_null()) return;
  shape->exact = std::move(value);
}

ValueShape* RowSolver::place(const Expression& expression) {
  if (depth_ > 100) return nullptr;
  if (const auto id = plan::column_of(expression)) return place_of_column(*id);
  const auto* call = std::get_if<Expression::Call>(&expression.node);
  if (call == nullptr || call->arguments.empty()) return nullptr;
  ++depth_;
  ValueShape* shape = place_of_call(*call);
  --depth_;
  return shape;
}

ValueShape* RowSolver::place_of_column(plan::ColumnId id) {
  const auto part = recipe_.parts.find(id);
  if (part == recipe_.parts.end()) {
    return recipe_.columns.contains(id) ? &shapes_[id] : nullptr;
  }
  ++depth_;
  ValueShape* whole = depth_ > 100 ? nullptr : place(part->second.whole);
  --depth_;
  if (whole == nullptr) return nullptr;
  if (part->second.parse == nullptr) return &whole->item(0);
  if (whole->parse != nullptr && whole->parse != part->second.parse) return nullptr;
  whole->parse = part->second.parse;
  return &whole->item(part->second.part);
}

ValueShape* RowSolver::place_of_call(const Expression::Call& call) {
  const std::string_view name = call.function->name;
  const auto& arguments = call.arguments;
  if (name == "[]") {
    ValueShape* object = place(arguments[0]);
    const Value* key = plan::constant_of(arguments[1]);
    if (object == nullptr || key == nullptr || key->is_null()) return nullptr;
    if (key->type() == Type::String) return &object->entry(key->as_text());
    const Value index = convert(*key, Type::Long);
    if (index.is_null()) return nullptr;
    if (index.as_word() >= 0) return &object->item(static_cast<size_t>(index.as_word()));
    return object->items.empty() ? &object->item(0) : object->items.back().get();
  }
  if (name == "todynamic" || name == "parse_json" || name == "parse_xml") {
    ValueShape* shape = place(arguments[0]);
    if (shape != nullptr && arguments[0].type == Type::String) {
      shape->form = name == "parse_xml" ? ValueShape::Form::Xml : ValueShape::Form::Json;
    }
    return shape;
  }
  if (name == "split" && arguments.size() > 1) {
    ValueShape* shape = place(arguments[0]);
    const Value* separator = plan::constant_of(arguments[1]);
    if (shape == nullptr || separator == nullptr) return nullptr;
    shape->form = ValueShape::Form::List;
    shape->separator = to_text(*separator);
    const Value* index = arguments.size() > 2 ? plan::constant_of(arguments[2]) : nullptr;
    if (index == nullptr) return shape;
    const Value at = convert(*index, Type::Long);
    return at.is_null() || at.as_word() < 0 ? nullptr
                                            : &shape->item(static_cast<size_t>(at.as_word()));
  }
  if (name == "extract" && arguments.size() > 2) {
    const Value* pattern = plan::constant_of(arguments[0]);
    const Value* group = plan::constant_of(arguments[1]);
    ValueShape* shape = place(arguments[2]);
    if (pattern == nullptr || group == nullptr || shape == nullptr) return nullptr;
    for (auto& extract : shape->extracts) {
      if (extract.pattern == pattern->as_text()) return extract.content.get();
    }
    const Value number = convert(*group, Type::Long);
    shape->extracts.push_back({std::string(pattern->as_text()),
                               number.is_null() ? 0 : static_cast<size_t>(number.as_word()),
                               std::make_unique<ValueShape>()});
    return shape->extracts.back().content.get();
  }
  if (name == "iff" || name == "case" || name == "strcat") {
    // The first argument that is no constant and no condition.
    for (size_t i = name == "strcat" ? 0 : 1; i < arguments.size(); ++i) {
      if (name == "case" && i % 2 == 0 && i + 1 < arguments.size()) continue;
      if (plan::constant_of(arguments[i]) == nullptr) return place(arguments[i]);
    }
    return nullptr;
  }
  for (const Transparent& one : transparent) {
    if (one.name == name && one.argument < arguments.size()) return place(arguments[one.argument]);
  }
  return nullptr;
}

}  // namespace vedette
