#include "runtime/exec/group_table.h"

#include <algorithm>

#include "runtime/exec/filter_project.h"

namespace vedette::exec {
namespace {

// Combinations of codes that are worth an array.
constexpr uint64_t most_codes = 1 << 20;
// Memory for such arrays; beyond it keys are looked up like any others.
constexpr size_t most_code_bytes = 64 << 20;

}  // namespace

GroupLayout::GroupLayout(const AggregateParameters& parameters)
    : parameters_(parameters), keys_(parameters.key_types) {
  bytes_ = (2 + keys_.words()) * sizeof(uint64_t);
  for (const auto& call : parameters.calls) {
    states_.push_back(bytes_);
    bytes_ += (call.body->state_bytes + 7) / 8 * 8;
  }
}

void GroupLayout::merge(AggregateContext& context, char* into, char* from) const {
  for (size_t i = 0; i < states_.size(); ++i) {
    parameters_.calls[i].body->merge(context, state(into, i), state(from, i));
  }
  order(into) = std::min(order(into), order(from));
}

void GroupIndex::reserve(size_t groups) {
  size_t slots = slots_.size();
  while (groups * 2 > slots) slots *= 2;
  if (slots > slots_.size()) resize(slots);
}

char* GroupIndex::find(uint64_t hash, const uint64_t* key) const {
  const uint64_t tag = hash & ~pointer_bits;
  for (uint64_t at = hash & mask_; slots_[at] != 0; at = (at + 1) & mask_) {
    if ((slots_[at] & ~pointer_bits) != tag) continue;
    char* group = reinterpret_cast<char*>(slots_[at] & pointer_bits);
    if (GroupLayout::hash(group) == hash && keys_.equal(GroupLayout::key(group), key)) return group;
  }
  return nullptr;
}

void GroupIndex::insert(char* group) {
  groups_.push_back(group);
  if (groups_.size() * 2 > slots_.size()) {
    resize(slots_.size() * 4);
  } else {
    place(group);
  }
}

void GroupIndex::replace(char* group, char* by) {
  uint64_t at = GroupLayout::hash(group) & mask_;
  while (slots_[at] != slot_of(group)) at = (at + 1) & mask_;
  slots_[at] = slot_of(by);
}

void GroupIndex::place(char* group) {
  uint64_t at = GroupLayout::hash(group) & mask_;
  while (slots_[at] != 0) at = (at + 1) & mask_;
  slots_[at] = slot_of(group);
}

void GroupIndex::resize(size_t slots) {
  slots_.assign(slots, 0);
  mask_ = slots - 1;
  // In the order they lie in memory.
  for (char* group : groups_) place(group);
}

GroupTable::GroupTable(const GroupLayout& layout, MemoryAccount& memory)
    : layout_(layout), memory_(memory), encoder_(layout.keys()), index_(layout.keys()) {
  context_.arena = &states_memory_;
}

GroupTable::~GroupTable() {
  const auto& calls = layout_.parameters().calls;
  for (size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].body->destroy == nullptr) continue;
    for (char* group : groups()) calls[i].body->destroy(layout_.state(group, i));
  }
}

char* GroupTable::make_group(uint64_t hash, const uint64_t* key, uint64_t place) {
  char* group = groups_memory_.allocate(layout_.bytes(), 8);
  GroupLayout::hash(group) = hash;
  GroupLayout::order(group) = place;
  std::memcpy(GroupLayout::key(group), key, layout_.keys().words() * sizeof(uint64_t));
  layout_.keys().own(GroupLayout::key(group), encoder_.stable(), states_memory_);
  const auto& calls = layout_.parameters().calls;
  for (size_t i = 0; i < calls.size(); ++i) {
    calls[i].body->create(layout_.state(group, i), calls[i].argument_types);
  }
  index_.insert(group);
  return group;
}

void GroupTable::make_single_group() {
  if (!groups().empty()) return;
  const uint64_t no_key = 0;  // no nulls, no values
  make_group(1, &no_key, 0);
}

void GroupTable::add(const Batch& batch, uint64_t first_place) {
  if (layout_.parameters().keys.empty()) {
    make_single_group();
  } else {
    find_groups(batch, first_place);
  }
  for (size_t i = 0; i < layout_.parameters().calls.size(); ++i) add_call(batch, i);
  if (!context_.failure_code.empty()) {
    throw QueryError(ErrorKind::Runtime, context_.failure_code,
                     std::string(context_.failure_message));
  }
  account();
}

void GroupTable::account() {
  memory_.set(static_cast<int64_t>(groups_memory_.reserved() + states_memory_.reserved() +
                                   index_.bytes() + code_bytes_) +
              context_.memory);
}

void GroupTable::find_groups(const Batch& batch, uint64_t first_place) {
  found_.resize(batch.selection.count);
  keys_.clear();
  for (const uint32_t key : layout_.parameters().keys) keys_.push_back(batch.columns[key]);
  if (!find_by_code(keys_, batch.selection, first_place)) {
    find_by_key(keys_, batch.selection, first_place, nullptr);
  }
}

void GroupTable::find_by_key(std::span<const Vector> keys, Selection selection,
                             uint64_t first_place, const uint32_t* places) {
  encoder_.encode(keys, selection);
  const bool large = index_.bytes() > (256 << 10);
  constexpr uint32_t ahead = 16;
  for (uint32_t at = 0; at < selection.count; ++at) {
    if (large && at + ahead < selection.count) index_.prefetch(encoder_.hash(at + ahead));
    const uint64_t hash = encoder_.hash(at);
    const uint64_t* key = encoder_.key(at);
    const uint32_t place = places == nullptr ? at : places[at];
    char* group = index_.find(hash, key);
    if (group == nullptr) group = make_group(hash, key, first_place + place);
    found_[place] = group;
  }
}

bool GroupTable::find_by_code(std::span<const Vector> keys, Selection selection,
                              uint64_t first_place) {
  uint64_t combinations = 1;
  std::vector<uint64_t> ids;
  for (const Vector& key : keys) {
    if (key.shape != Shape::Dictionary) return false;
    combinations *= std::max<uint64_t>(1, key.dictionary->size);
    if (combinations > most_codes && keys.size() > 1) return false;
    ids.push_back(key.dictionary->id);
  }
  auto known = groups_of_codes_.find(ids);
  if (known == groups_of_codes_.end()) {
    if (code_bytes_ + combinations * sizeof(char*) > most_code_bytes) return false;
    known = groups_of_codes_.emplace(std::move(ids), std::vector<char*>(combinations)).first;
    code_bytes_ += combinations * sizeof(char*);
  }
  char** groups = known->second.data();
  codes_.resize(selection.count);
  uint32_t at = 0;
  for_each_row(selection, [&](uint32_t row) { codes_[at++] = keys[0].codes[row]; });
  for (size_t i = 1; i < keys.size(); ++i) {
    at = 0;
    for_each_row(selection, [&](uint32_t row) {
      codes_[at] = codes_[at] * keys[i].dictionary->size + keys[i].codes[row];
      ++at;
    });
  }
  missing_.clear();
  for (at = 0; at < selection.count; ++at) {
    found_[at] = groups[codes_[at]];
    if (found_[at] == nullptr) missing_.push_back(at);
  }
  if (missing_.empty()) return true;
  rows_.clear();
  for (const uint32_t place : missing_) rows_.push_back(static_cast<uint16_t>(selection[place]));
  find_by_key(keys, {rows_.data(), static_cast<uint32_t>(rows_.size())}, first_place,
              missing_.data());
  for (const uint32_t place : missing_) groups[codes_[place]] = found_[place];
  return true;
}

void GroupTable::add_call(const Batch& batch, size_t number) {
  const auto& call = layout_.parameters().calls[number];
  arguments_.clear();
  for (const uint32_t argument : call.arguments) arguments_.push_back(batch.columns[argument]);
  const bool one_state = layout_.parameters().keys.empty();
  const size_t offset = layout_.state_offset(number);
  Selection selection = batch.selection;
  states_.clear();
  if (call.condition) {
    const Reader condition(batch.columns[*call.condition]);
    rows_.clear();
    uint32_t at = 0;
    for_each_row(batch.selection, [&](uint32_t row) {
      if (condition.valid(row) && condition.get<uint8_t>(row) != 0) {
        rows_.push_back(static_cast<uint16_t>(row));
        if (!one_state) states_.push_back(found_[at] + offset);
      }
      ++at;
    });
    if (rows_.empty()) return;
    selection = {rows_.data(), static_cast<uint32_t>(rows_.size())};
  } else if (!one_state) {
    states_.resize(selection.count);
    for (uint32_t at = 0; at < selection.count; ++at) states_[at] = found_[at] + offset;
  }
  if (one_state) states_.assign(1, groups()[0] + offset);
  AddCall add{context_, arguments_, selection, states_.data(), one_state};
  call.body->add(add);
}

}  // namespace vedette::exec
