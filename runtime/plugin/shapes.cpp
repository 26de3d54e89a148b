#include "runtime/plugin/shapes.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "runtime/plugin/cells.h"
#include "runtime/value/convert.h"

namespace vedette::plugin {
namespace {

class SpreadFunction : public TableFunction {
 public:
  explicit SpreadFunction(Spread parameters) : parameters_(std::move(parameters)) {
    for (size_t i = 0; i < parameters_.names.size(); ++i) {
      place_of_.emplace(parameters_.names[i], i);
    }
  }
  std::string describe() const override { return "pivot"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const size_t keys = parameters_.keys;
    const size_t width = parameters_.names.size();
    const Codes groups = number_rows(input, 0, keys);
    const Cells names(input.columns[keys]), values(input.columns[keys + 1]);
    constexpr uint32_t none = UINT32_MAX;
    call.set_memory(static_cast<int64_t>(groups.count() * width * sizeof(uint32_t)));
    std::vector<uint32_t> row_of_cell(groups.count() * width, none);
    for (size_t row = 0; row < input.rows; ++row) {
      const auto place = place_of_.find(std::string(names.text(row)));
      if (place == place_of_.end()) continue;
      row_of_cell[groups.of_row[row] * width + place->second] = static_cast<uint32_t>(row);
    }
    Pacer pacer(call);
    for (size_t group = 0; group < groups.count(); ++group) {
      for (size_t k = 0; k < keys; ++k) {
        Cells(input.columns[k]).append_to(call.out[k], groups.first_row[group]);
      }
      for (size_t i = 0; i < width; ++i) {
        pacer.step();
        const uint32_t row = row_of_cell[group * width + i];
        if (row == none) {
          call.out[keys + i].append(parameters_.missing);
        } else {
          values.append_to(call.out[keys + i], row);
        }
      }
    }
  }

 private:
  const Spread parameters_;
  std::unordered_map<std::string, size_t> place_of_;
};

/// A cell as `narrow` shows it: times with a blank between day and hour, True and False.
std::string narrow_text(const Value& value) {
  if (value.is_null()) return {};
  if (value.type() == Type::Bool) return value.as_bool() ? "True" : "False";
  std::string text = to_text(value);
  if (value.type() == Type::Datetime && text.size() > 10 && text.back() == 'Z') {
    text[10] = ' ';
    text.pop_back();
  }
  return text;
}

class NarrowFunction : public TableFunction {
 public:
  explicit NarrowFunction(std::vector<std::string> names) : names_(std::move(names)) {}
  std::string describe() const override { return "narrow"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    Pacer pacer(call);
    for (size_t row = 0; row < input.rows; ++row) {
      for (size_t i = 0; i < names_.size(); ++i) {
        pacer.step();
        call.out[0].append_word(static_cast<int64_t>(row));
        call.out[1].append_text(names_[i]);
        call.out[2].append_text(narrow_text(Cells(input.columns[i]).value(row)));
      }
    }
  }

 private:
  const std::vector<std::string> names_;
};

std::string_view system_name(std::string_view type) {
  const std::pair<std::string_view, std::string_view> names[] = {
      {"bool", "System.SByte"},        {"int", "System.Int32"},
      {"long", "System.Int64"},        {"real", "System.Double"},
      {"string", "System.String"},     {"datetime", "System.DateTime"},
      {"timespan", "System.TimeSpan"}, {"guid", "System.Guid"},
      {"dynamic", "System.Object"},    {"decimal", "System.Data.SqlTypes.SqlDecimal"}};
  for (const auto& [type_name, system] : names) {
    if (type_name == type) return system;
  }
  return {};
}

class MergeFunction : public TableFunction {
 public:
  explicit MergeFunction(bool preserve_order) : preserve_order_(preserve_order) {}
  std::string describe() const override { return "schema_merge"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const Cells names(input.columns[0]), ordinals(input.columns[1]), types(input.columns[2]);
    struct Column {
      std::string name, type;
      int64_t ordinal;
      std::string problem;
    };
    std::vector<Column> columns;
    for (size_t row = 0; row < input.rows; ++row) {
      const std::string_view name = names.text(row);
      const int64_t ordinal = ordinals.is_null(row) ? 0 : ordinals.word(row);
      Column* known = nullptr;
      for (Column& column : columns) {
        if (column.name == name) known = &column;
      }
      if (known == nullptr) {
        columns.push_back({std::string(name), std::string(types.text(row)), ordinal, {}});
        continue;
      }
      if (preserve_order_ && known->ordinal != ordinal) {
        known->problem = "columns are out of order";
      }
      known->ordinal = std::max(known->ordinal, ordinal);
      known->type = common(known->type, types.text(row), known->problem);
    }
    if (!preserve_order_) {
      // Each column goes where the last of the schemas has it; equal places stay in order.
      std::vector<Column> ordered;
      for (Column& column : columns) {
        const auto after = std::find_if(ordered.begin(), ordered.end(), [&](const Column& other) {
          return other.ordinal > column.ordinal;
        });
        ordered.insert(after, std::move(column));
      }
      columns = std::move(ordered);
    }
    int64_t at = 0;
    // Columns in their place come first, in their order.
    for (const bool good : {true, false}) {
      for (const Column& column : columns) {
        if (column.problem.empty() != good) continue;
        const std::string type = good ? column.type : "ERROR(" + column.problem + ")";
        call.out[0].append_text(column.name);
        call.out[1].append_word(good ? at++ : -1);
        call.out[2].append_text(good ? std::string(system_name(type))
                                     : "ERROR(unknown CSL type:" + type + ")");
        call.out[3].append_text(type);
      }
    }
  }

 private:
  static std::string common(const std::string& a, std::string_view b, std::string& problem) {
    if (a == b) return a;
    constexpr std::string_view widening[] = {"int", "long", "real"};
    size_t place_a = 3, place_b = 3;
    for (size_t i = 0; i < 3; ++i) {
      if (widening[i] == a) place_a = i;
      if (widening[i] == b) place_b = i;
    }
    if (place_a < 3 && place_b < 3) return std::string(widening[std::max(place_a, place_b)]);
    problem = "column types do not match";
    return a;
  }

  const bool preserve_order_;
};

std::string_view type_name(DynamicKind kind) {
  switch (kind) {
    case DynamicKind::Null:
      return "";
    case DynamicKind::Bool:
      return "bool";
    case DynamicKind::Long:
      return "long";
    case DynamicKind::Real:
      return "real";
    case DynamicKind::Decimal:
      return "decimal";
    case DynamicKind::String:
      return "string";
    case DynamicKind::Datetime:
      return "datetime";
    case DynamicKind::Timespan:
      return "timespan";
    case DynamicKind::Guid:
      return "guid";
    default:
      return "dynamic";
  }
}

struct BagSlots {
  std::map<std::string, std::string_view, std::less<>> types;  // nulls have none

  void see(AggregateContext& context, std::string_view key, std::string_view type) {
    const auto at = types.find(key);
    if (at == types.end()) {
      types.emplace(key, type);
      context.memory += static_cast<int64_t>(key.size() + 96);
    } else if (at->second.empty()) {
      at->second = type;
    } else if (!type.empty() && at->second != type) {
      at->second = "dynamic";
    }
  }
  void add(AggregateContext& context, Dynamic value) {
    const DynamicView bag(value);
    if (!bag.is_object()) return;
    for (size_t i = 0; i < bag.size(); ++i) {
      see(context, bag.key_at(i), type_name(bag.value_at(i).kind()));
    }
  }
  void merge(AggregateContext& context, const BagSlots& other) {
    for (const auto& [key, type] : other.types) see(context, key, type);
  }
  Dynamic result(AggregateContext& context) {
    DynamicBuilder builder;
    builder.begin_object();
    for (const auto& [key, type] : types) {
      builder.key(key);
      builder.add_string(type.empty() ? "dynamic" : type);
    }
    builder.end_object();
    return builder.finish(*context.arena);
  }
};

}  // namespace

std::shared_ptr<const TableFunction> spread(Spread parameters) {
  return std::make_shared<SpreadFunction>(std::move(parameters));
}

std::shared_ptr<const TableFunction> narrow(std::vector<std::string> names) {
  return std::make_shared<NarrowFunction>(std::move(names));
}

std::shared_ptr<const TableFunction> merge_schemas(bool preserve_order) {
  return std::make_shared<MergeFunction>(preserve_order);
}

const AggregateFunction& bag_slots() {
  static const AggregateFunction function = {
      .name = "bag_slots",
      .summary = "The keys of bags and the types of their values.",
      .bodies = {aggregate<BagSlots>()},
      .hidden = true,
  };
  return function;
}

}  // namespace vedette::plugin
