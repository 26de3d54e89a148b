#include "runtime/exec/parse.h"

#include "runtime/base/format.h"
#include "runtime/column/column_builder.h"
#include "runtime/exec/parse_pattern.h"
#include "runtime/value/convert.h"

namespace vedette::exec {
namespace {

/// A text as a value of a type; null when it is none.
Value value_of(std::string_view text, Type type) {
  return convert(Value::string(std::string(text)), type);
}

}  // namespace

ParseStage::ParseStage(ParseParameters parameters)
    : parameters_(std::move(parameters)),
      pattern_(std::make_unique<const ParsePattern>(parameters_)) {}

ParseStage::~ParseStage() = default;

std::string ParseStage::describe() const {
  std::string pattern;
  for (const auto& part : parameters_.parts) {
    if (part.star) pattern += " *";
    if (!part.text.empty()) pattern += fmt::format(" '{}'", part.text);
    if (part.result) pattern += fmt::format(" {}", name_of(*part.result));
  }
  return fmt::format("parse {} with{}", parameters_.source, pattern);
}

bool ParseStage::push(Batch& batch, Worker&, Local*, Emit& onward) {
  const Reader source(batch.columns[parameters_.source]);
  const bool strict = parameters_.mode != ParseParameters::Mode::Relaxed;
  std::vector<ColumnBuilder> columns;
  for (const Type type : pattern_->types()) columns.emplace_back(type);
  std::vector<std::string_view> found;
  uint16_t* kept = batch.arena->array<uint16_t>(batch.selection.count).data();
  uint32_t count = 0;
  for_each_row(batch.selection, [&](uint32_t row) {
    bool matches = pattern_->match(source.get<Text>(row).view(), found);
    // All values are looked at before any is kept: a strict pattern takes a row as a whole.
    for (size_t i = 0; matches && strict && i < columns.size(); ++i) {
      const Type type = columns[i].type();
      if (type != Type::String) matches = !value_of(found[i], type).is_null();
    }
    if (!matches && parameters_.drop_failures) return;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!matches) {
        columns[i].append_null();
      } else if (columns[i].type() == Type::String) {
        columns[i].append_text(found[i]);
      } else {
        columns[i].append(value_of(found[i], columns[i].type()));
      }
    }
    kept[count++] = static_cast<uint16_t>(row);
  });
  const Selection rows{kept, count};
  Batch parsed{.rows = count, .selection = {nullptr, count}, .columns = {}, .arena = batch.arena};
  for (const Vector& column : batch.columns) {
    parsed.columns.push_back(gather(column, rows, *batch.arena));
  }
  for (const ColumnBuilder& column : columns) parsed.columns.push_back(column.vector());
  return onward.push(parsed);
}

}  // namespace vedette::exec
