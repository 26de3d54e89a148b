#include "stdlib/scalar/value_set.h"

#include <algorithm>
#include <cmath>

#include "runtime/base/hash.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"

namespace vedette::stdlib {
namespace {

template <typename T> bool holds(const std::vector<T>& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

template <typename T> void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void TextSet::add(std::string_view text) {
  if (has(text)) return;
  if ((size_ + 1) * 2 > slots_.size()) grow();
  const uint64_t hash = hash_bytes(text);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].used) at = (at + 1) & mask;
  slots_[at] = {hash, Text(text), true};
  lengths_ |= uint64_t{1} << (text.size() & 63);
  ++size_;
}

bool TextSet::has(std::string_view text) const {
  if ((lengths_ >> (text.size() & 63) & 1) == 0) return false;
  const uint64_t hash = hash_bytes(text);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].used; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && slots_[at].text.view() == text) return true;
  }
  return false;
}

void TextSet::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(std::max<size_t>(8, old.size() * 2), {});
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (!slot.used) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].used) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

void ValueSet::add(const AnyScalar& value) {
  if (value.kind == DynamicKind::Array) {
    for (DynamicView item : value.view.items()) add(scalar_of(item));
    return;
  }
  if (value.is_null()) return;
  std::string buffer;
  std::string_view text = texts_memory_.copy(text_of(value, buffer));
  if (ignore_case_) text = lower_case(text, texts_memory_);
  texts_.add(text);
  switch (value.kind) {
    case DynamicKind::Bool:
    case DynamicKind::Long:
      longs_.push_back(value.word);
      break;
    case DynamicKind::Real:
      reals_.push_back(value.real);
      if (const auto whole = long_of(value.real); whole && double(*whole) == value.real) {
        longs_.push_back(*whole);
      }
      break;
    case DynamicKind::Decimal:
      decimals_.push_back(value.decimal);
      reals_.push_back(to_real(value.decimal));
      break;
    case DynamicKind::Datetime:
      datetimes_.push_back(value.word);
      break;
    case DynamicKind::Timespan:
      timespans_.push_back(value.word);
      break;
    case DynamicKind::Guid:
      guids_.push_back(value.guid);
      break;
    case DynamicKind::String:
      if (const auto flag = parse_bool(value.text); flag && !parse_long(value.text)) {
        longs_.push_back(*flag);
      }
      if (const auto whole = parse_long(value.text)) longs_.push_back(*whole);
      if (const auto real = parse_real(value.text)) reals_.push_back(*real);
      if (const auto time = parse_datetime(value.text)) datetimes_.push_back(time->ticks);
      if (const auto span = parse_timespan(value.text)) timespans_.push_back(span->ticks);
      if (const auto guid = parse_guid(value.text)) guids_.push_back(*guid);
      break;
    default:
      break;
  }
}

void ValueSet::finish() {
  for (const int64_t whole : longs_) reals_.push_back(static_cast<double>(whole));
  std::erase_if(reals_, [](double real) { return std::isnan(real); });
  sort_unique(longs_);
  sort_unique(reals_);
  sort_unique(datetimes_);
  sort_unique(timespans_);
  sort_unique(guids_);
}

bool ValueSet::has(const AnyScalar& value) const {
  switch (value.kind) {
    case DynamicKind::Bool:
    case DynamicKind::Long:
      return has_long(value.word);
    case DynamicKind::Real:
      return holds(reals_, value.real);
    case DynamicKind::Decimal:
      return std::find(decimals_.begin(), decimals_.end(), value.decimal) != decimals_.end() ||
             holds(reals_, to_real(value.decimal));
    case DynamicKind::Datetime:
      return holds(datetimes_, value.word);
    case DynamicKind::Timespan:
      return holds(timespans_, value.word);
    case DynamicKind::Guid:
      return holds(guids_, value.guid);
    case DynamicKind::String:
      return has_text(value.text);
    case DynamicKind::Array:
    case DynamicKind::Object: {
      std::string buffer;
      return has_text(text_of(value, buffer));
    }
    case DynamicKind::Null:
      return false;
  }
  return false;
}

bool ValueSet::has_text(std::string_view text) const {
  if (!ignore_case_) return texts_.has(text);
  char small[256];
  if (text.size() <= sizeof small && is_ascii(text)) {
    for (size_t at = 0; at < text.size(); ++at) {
      const char c = text[at];
      small[at] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return texts_.has({small, text.size()});
  }
  Arena memory(1024);
  return texts_.has(lower_case(text, memory));
}

bool ValueSet::has_long(int64_t value) const {
  return holds(longs_, value);
}

}  // namespace vedette::stdlib
