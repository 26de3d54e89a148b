#include "runtime/exec/expand.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/column/column_builder.h"
#include "runtime/value/convert.h"

namespace vedette::exec {
namespace {

/// The elements of one item, gathered for the batch that is being made.
struct Elements {
  explicit Elements(Type type) : column(type) {}
  ColumnBuilder column;        // for all types but dynamic
  std::vector<Text> dynamics;  // point to the source or the arena
  std::vector<uint8_t> present;
};

struct Work : Local {
  Arena arena;
  DynamicBuilder builder;
  std::vector<Elements> items;
  std::vector<uint16_t> rows;  // of the input, one an element
  std::vector<int64_t> indexes;
  std::string text;

  void clear() {
    for (Elements& elements : items) {
      elements.column.clear();
      elements.dynamics.clear();
      elements.present.clear();
    }
    rows.clear();
    indexes.clear();
    arena.clear();
  }
};

size_t element_count(DynamicView value) {
  return value.is_array() || value.is_object() ? value.size() : 1;
}

DynamicView element_at(DynamicView value, size_t at, bool bags_as_arrays, Work& work) {
  if (value.is_array()) return value.at(static_cast<int64_t>(at));
  if (!value.is_object()) return value;
  const std::string_view key = value.key_at(at);
  if (bags_as_arrays) {
    work.builder.begin_array();
    work.builder.add_string(key);
    work.builder.add(value.value_at(at));
    work.builder.end_array();
  } else {
    work.builder.begin_object();
    work.builder.key(key);
    work.builder.add(value.value_at(at));
    work.builder.end_object();
  }
  return DynamicView(work.builder.finish(work.arena));
}

/// Types are cast, strings are not parsed as numbers; times and guids are strings in JSON.
void append_as(Type type, DynamicView element, Elements& into, std::string& text) {
  if (type == Type::Dynamic) {
    into.dynamics.push_back(Text(element.bytes()));
    into.present.push_back(element.is_null() ? 0 : 1);
    return;
  }
  if (element.is_null()) return into.column.append_null();
  if (type == Type::String) {
    text.clear();
    append_text(text, element);
    return into.column.append_text(text);
  }
  const bool parses = type == Type::Datetime || type == Type::Timespan || type == Type::Guid;
  if (element.is_string() && !parses) return into.column.append_null();
  into.column.append(convert(element, type));
}

Vector vector_of(const Elements& elements, Arena& arena) {
  if (elements.column.type() != Type::Dynamic) return elements.column.vector();
  const size_t count = elements.dynamics.size();
  const auto words = arena.array<uint64_t>(words_for(count));
  std::memset(words.data(), 0xff, words.size_bytes());
  for (size_t i = 0; i < count; ++i) {
    if (elements.present[i] == 0) clear_bit(words.data(), i);
  }
  return {.type = Type::Dynamic, .values = elements.dynamics.data(), .validity = words.data()};
}

bool push_elements(const ExpandParameters& parameters, const Batch& from, Work& work,
                   Emit& onward) {
  if (work.rows.empty()) return true;
  const auto count = static_cast<uint32_t>(work.rows.size());
  Batch batch{.rows = count, .selection = {nullptr, count}, .columns = {}, .arena = &work.arena};
  for (const auto& output : parameters.outputs) {
    switch (output.what) {
      case ExpandParameters::Output::What::Column:
        batch.columns.push_back(
            gather(from.columns[output.number], {work.rows.data(), count}, work.arena));
        break;
      case ExpandParameters::Output::What::Item:
        batch.columns.push_back(vector_of(work.items[output.number], work.arena));
        break;
      case ExpandParameters::Output::What::Index:
        batch.columns.push_back({.type = Type::Long, .values = work.indexes.data()});
        break;
    }
  }
  const bool more = onward.push(batch);
  work.clear();
  return more;
}

}  // namespace

std::string ExpandStage::describe() const {
  std::string items;
  for (const auto& item : parameters_.items) {
    if (!items.empty()) items += ", ";
    items += fmt::format("{} as {}", item.source, name_of(item.type));
  }
  return fmt::format("expand [{}]", items);
}

std::unique_ptr<Local> ExpandStage::make_local(Worker&) {
  auto work = std::make_unique<Work>();
  for (const auto& item : parameters_.items) work->items.emplace_back(item.type);
  return work;
}

bool ExpandStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<Work&>(*local);
  const auto full = static_cast<size_t>(worker.query.limits().batch_rows);
  std::vector<Reader> sources;
  for (const auto& item : parameters_.items) sources.emplace_back(batch.columns[item.source]);
  std::vector<DynamicView> values(sources.size());
  const auto most =
      static_cast<size_t>(std::max<int64_t>(0, parameters_.limit.value_or(INT64_MAX)));
  work.clear();
  for (uint32_t at = 0; at < batch.selection.count; ++at) {
    const uint32_t row = batch.selection[at];
    size_t count = 0;
    for (size_t i = 0; i < sources.size(); ++i) {
      values[i] =
          sources[i].valid(row) ? DynamicView(sources[i].get<Text>(row).view()) : DynamicView();
      count = std::max(count, element_count(values[i]));
    }
    count = std::min(count, most);
    for (size_t element = 0; element < count; ++element) {
      work.rows.push_back(static_cast<uint16_t>(row));
      work.indexes.push_back(static_cast<int64_t>(element));
      for (size_t i = 0; i < sources.size(); ++i) {
        const bool there = element < element_count(values[i]);
        append_as(parameters_.items[i].type,
                  there ? element_at(values[i], element, parameters_.bags_as_arrays, work)
                        : DynamicView(),
                  work.items[i], work.text);
      }
      if (work.rows.size() >= full && !push_elements(parameters_, batch, work, onward)) {
        return false;
      }
    }
  }
  return push_elements(parameters_, batch, work, onward);
}

}  // namespace vedette::exec
