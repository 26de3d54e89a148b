#include "rules/test/fixture_table.h"

#include <algorithm>
#include <map>

#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

constexpr std::string_view time_column = "TimeGenerated";

/// What a value is called in a message.
std::string shown(const WrittenValue& value) {
  return value.is_text() ? fmt::format("'{}'", value.text) : to_json(value);
}

std::string hint_for(Type type) {
  if (type == Type::Datetime) return "write 2026-01-02T12:00:00Z, -7m or now";
  if (type == Type::Timespan) return "write 1h, 00:05:00 or 1.02:00:00";
  if (type == Type::Bool) return "write true or false";
  return {};
}

/// Appends the rows of one table.
class RowWriter {
 public:
  RowWriter(FixtureTable& table, const GivenTable& given, const RowDefaults& defaults,
            const std::string& file, Findings& findings)
      : table_(table), given_(given), defaults_(defaults), file_(file), findings_(findings) {}

  void write() {
    add_columns();
    time_ = column_of_type(time_column, Type::Datetime);
    if (defaults_.stored_table) {
      timestamp_ = column_of_type("Timestamp", Type::Datetime);
      type_ = column_of_type("Type", Type::String);
    }
    for (const GivenRow& row : given_.rows) write_rows(row);
  }

 private:
  std::optional<size_t> column_of_type(std::string_view name, Type type) const {
    const auto found = table_.find(name);
    return found && table_.columns()[*found].second == type ? found : std::nullopt;
  }

  /// Columns that the rows have and nobody has declared.
  void add_columns() {
    if (defaults_.stored_table && table_.columns().empty()) {
      table_.add_column(std::string(time_column), Type::Datetime);
    }
    std::map<std::string, Type> types;
    std::vector<std::string> order;
    const auto note = [&](const std::string& name, const WrittenValue& value) {
      if (table_.find(name)) return;
      const auto type = type_of(value);
      const auto [known, fresh] = types.emplace(name, type.value_or(Type::Error));
      if (fresh) order.push_back(name);
      if (!type || fresh) return;
      const bool wider = known->second == Type::Long && *type == Type::Real;
      if (known->second == Type::Error || wider) known->second = *type;
    };
    for (const GivenRow& row : given_.rows) {
      for (const auto& [name, value] : row.cells) note(name.text, value);
      for (const auto& [name, value] : row.vary) {
        if (value.kind != WrittenValue::Kind::List) note(name.text, value);
        for (const WrittenValue& item : value.items) note(name.text, item);
      }
    }
    for (const std::string& name : order) {
      Type type = name == time_column ? Type::Datetime : types.at(name);
      if (type == Type::Error || (defaults_.texts && type != Type::Dynamic)) type = Type::String;
      table_.add_column(name, type);
    }
  }

  void write_rows(const GivenRow& row) {
    size_t rows = 1;
    for (const auto& [name, values] : row.vary) rows = std::max(rows, values.items.size());
    if (row.repeat) rows = static_cast<size_t>(*row.repeat);
    const size_t errors = findings_.errors();
    for (size_t i = 0; i < rows && findings_.errors() == errors; ++i) {
      write_row(row, static_cast<int64_t>(i));
    }
  }

  void write_row(const GivenRow& row, int64_t number) {
    std::optional<Datetime> time, timestamp;
    bool has_type = false;
    const auto write = [&](const Written& name, const WrittenValue& written) {
      const size_t column = *table_.find(name.text);
      const auto value = typed(row, column, name, with_number(written, number), number);
      if (!value) return;
      table_.set(column, *value);
      if (column == time_ && !value->is_null()) time = Datetime{value->as_word()};
      if (column == timestamp_ && !value->is_null()) timestamp = Datetime{value->as_word()};
      has_type = has_type || column == type_;
    };
    for (const auto& [name, value] : row.cells) {
      const bool varied = std::ranges::any_of(
          row.vary, [&](const auto& other) { return other.first.text == name.text; });
      if (!varied) write(name, value);
    }
    for (const auto& [name, values] : row.vary) {
      const bool list = values.kind == WrittenValue::Kind::List;
      write(name, list ? values.items[static_cast<size_t>(number) % values.items.size()] : values);
    }
    if (!time && defaults_.stored_table) {
      time = timestamp.value_or(later(row, default_row_time(defaults_.now), number));
      if (time_) table_.set(*time_, Value::datetime(*time));
    }
    if (timestamp_ && !timestamp) table_.set(*timestamp_, Value::datetime(*time));
    if (type_ && !has_type) table_.set(*type_, Value::string(table_.name()));
    const Timespan delay = row.ingestion_delay.value_or(given_.ingestion_delay);
    table_.end_row({time.value_or(defaults_.now).ticks + delay.ticks});
  }

  Datetime later(const GivenRow& row, Datetime time, int64_t number) const {
    return add_ticks(time, row.every.ticks * number).value_or(time);
  }

  std::optional<Value> typed(const GivenRow& row, size_t column, const Written& name,
                             const WrittenValue& written, int64_t number) {
    const Type type = table_.columns()[column].second;
    const auto value = value_as(written, type, defaults_.now);
    if (!value) {
      findings_.error("RUL0303", file_, written.place.line > 0 ? written.place : name.place,
                      fmt::format("{}.{}", table_.name(), name.text),
                      fmt::format("{} is not a {}, the type of column '{}' of {}", shown(written),
                                  name_of(type), name.text, table_.name()),
                      hint_for(type));
      return std::nullopt;
    }
    // `every` moves the time of the row, and all others that are told from now.
    const bool moves = type == Type::Datetime && !value->is_null() && row.every.ticks != 0 &&
                       (column == time_ || relative_time(written.text));
    if (!moves) return value;
    return Value::datetime(later(row, {value->as_word()}, number));
  }

  FixtureTable& table_;
  const GivenTable& given_;
  const RowDefaults& defaults_;
  const std::string& file_;
  Findings& findings_;
  std::optional<size_t> time_, timestamp_, type_;
};

}  // namespace

Datetime default_row_time(Datetime now) {
  return {now.ticks - ticks_per_minute};
}

FixtureTable::FixtureTable(std::string name, const plan::TableColumns& columns)
    : name_(std::move(name)) {
  for (const auto& [column, type] : columns) add_column(column, type);
}

std::optional<size_t> FixtureTable::find(std::string_view column) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].first == column) return i;
  }
  return std::nullopt;
}

size_t FixtureTable::add_column(const std::string& name, Type type) {
  if (const auto found = find(name)) return *found;
  columns_.emplace_back(name, type);
  data_.emplace_back(type);
  return columns_.size() - 1;
}

void FixtureTable::pad(size_t column) {
  while (data_[column].size() < rows()) data_[column].append_null();
}

void FixtureTable::set(size_t column, const Value& value) {
  pad(column);
  if (data_[column].size() == rows()) data_[column].append(value);
}

void FixtureTable::append_column(size_t column, const ColumnBuilder& values) {
  pad(column);
  for (size_t first = 0; first < values.size(); first += batch_rows) {
    const auto rows = static_cast<uint32_t>(std::min<size_t>(batch_rows, values.size() - first));
    data_[column].append_rows(values.vector(first), {nullptr, rows});
  }
}

void FixtureTable::finish() {
  for (size_t i = 0; i < data_.size(); ++i) pad(i);
}

void append_rows(FixtureTable& table, const GivenTable& given, const RowDefaults& defaults,
                 const std::string& file, Findings& findings) {
  RowWriter(table, given, defaults, file, findings).write();
}

}  // namespace vedette::rules
