#include "runtime/table/dictionary_encoder.h"

#include "runtime/base/hash.h"

namespace vedette::storage {
namespace {

constexpr size_t first_slots = 1024;

}  // namespace

DictionaryEncoder::DictionaryEncoder() : slots_(first_slots) {}

uint32_t DictionaryEncoder::code_of(std::string_view bytes) {
  const uint32_t hash = static_cast<uint32_t>(hash_bytes(bytes));
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].code != none) {
    if (slots_[at].hash == hash && entries_[slots_[at].code].view() == bytes) {
      return slots_[at].code;
    }
    at = (at + 1) & mask;
  }
  const uint32_t code = size();
  slots_[at] = {hash, code};
  entries_.push_back(Text(heap_.copy(bytes)));
  if (entries_.size() * 2 > slots_.size()) grow();
  return code;
}

uint32_t DictionaryEncoder::code_of_null() {
  if (null_code_ == none) {
    null_code_ = size();
    entries_.push_back({});
  }
  return null_code_;
}

void DictionaryEncoder::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code == none) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].code != none) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

void DictionaryEncoder::clear() {
  slots_.assign(first_slots, {});
  entries_.clear();
  null_code_ = none;
  heap_.clear();
}

}  // namespace vedette::storage
