#include "runtime/kernel/dictionary_cache.h"

#include <cstdlib>
#include <new>
#include <thread>

#include "runtime/base/error.h"
#include "runtime/value/decimal.h"

namespace vedette {
namespace {

enum State : uint8_t { Unknown, Claimed, Ready };

template <typename T>
void store_all(char* values, std::span<const uint32_t> entries, const Reader& answers,
               Arena& arena) {
  T* into = reinterpret_cast<T*>(values);
  for (uint32_t at = 0; at < entries.size(); ++at) {
    if (!answers.valid(at)) continue;
    if constexpr (std::is_same_v<T, Text>) {
      into[entries[at]] = Text(arena.copy(answers.get<Text>(at)));
    } else {
      into[entries[at]] = answers.get<T>(at);
    }
  }
}

}  // namespace

EntryTable::EntryTable(uint32_t entries, Type type)
    : values_(nullptr, &std::free),
      states_(std::make_unique<std::atomic<uint8_t>[]>(entries == 0 ? 1 : entries)) {
  // Zeroed pages that nobody writes to cost nothing, so large dictionaries of few used entries do
  // not either.
  const size_t count = entries == 0 ? 1 : entries;
  values_.reset(static_cast<char*>(std::calloc(count, bytes_of(layout_of(type)))));
  if (values_ == nullptr) throw std::bad_alloc();
  dictionary_.size = entries;
  dictionary_.id = Dictionary::next_id();
  dictionary_.entries = {.type = type, .values = values_.get()};
  if (type != Type::String) {
    validity_ = std::make_unique<uint64_t[]>(words_for(count));
    std::memset(validity_.get(), 0xff, words_for(count) * sizeof(uint64_t));
    dictionary_.entries.validity = validity_.get();
  }
}

size_t EntryTable::bytes() const {
  return dictionary_.size * (bytes_of(layout_of(dictionary_.entries.type)) + 1);
}

void EntryTable::claim(const uint32_t* codes, Selection selection, std::vector<uint32_t>& claimed,
                       std::vector<uint32_t>& awaited) {
  if (ready_.load(std::memory_order_acquire) == dictionary_.size) return;
  for_each_row(selection, [&](uint32_t row) {
    const uint32_t code = codes[row];
    auto& state = states_[code];
    uint8_t seen = state.load(std::memory_order_acquire);
    if (seen == Ready) return;
    if (seen == Unknown && state.compare_exchange_strong(seen, Claimed)) {
      claimed.push_back(code);
    } else if (seen == Claimed) {
      awaited.push_back(code);  // by another thread, or by this one a moment ago
    }
  });
}

bool EntryTable::claim_rest(std::vector<uint32_t>& claimed) {
  uint32_t entry = next_rest_.load(std::memory_order_relaxed);
  for (; entry < dictionary_.size && claimed.size() < static_cast<size_t>(batch_rows); ++entry) {
    uint8_t seen = Unknown;
    if (states_[entry].compare_exchange_strong(seen, Claimed)) claimed.push_back(entry);
  }
  next_rest_.store(entry, std::memory_order_relaxed);
  return !claimed.empty();
}

void EntryTable::publish(std::span<const uint32_t> claimed, const Vector& answers, Arena& arena) {
  const Reader reader(answers);
  char* values = values_.get();
  switch (layout_of(dictionary_.entries.type)) {
    case Layout::Byte:
      store_all<uint8_t>(values, claimed, reader, arena);
      break;
    case Layout::Word:
    case Layout::Double:
      store_all<int64_t>(values, claimed, reader, arena);
      break;
    case Layout::Decimal:
    case Layout::Guid:
      store_all<Guid>(values, claimed, reader, arena);
      break;
    case Layout::Text:
      store_all<Text>(values, claimed, reader, arena);
      break;
  }
  if (validity_ != nullptr && !reader.all_valid()) {
    for (uint32_t at = 0; at < claimed.size(); ++at) {
      if (reader.valid(at)) continue;
      std::atomic_ref<uint64_t>(validity_[claimed[at] / 64])
          .fetch_and(~(uint64_t{1} << (claimed[at] % 64)), std::memory_order_relaxed);
    }
  }
  if (dictionary_.entries.type == Type::Bool) {
    for (uint32_t at = 0; at < claimed.size(); ++at) {
      if (!reader.valid(at) || reader.get<uint8_t>(at) != 0) any_other_ = true;
    }
  }
  for (const uint32_t entry : claimed) states_[entry].store(Ready, std::memory_order_release);
  ready_.fetch_add(static_cast<uint32_t>(claimed.size()), std::memory_order_acq_rel);
}

void EntryTable::await(std::span<const uint32_t> awaited) const {
  for (const uint32_t entry : awaited) {
    while (states_[entry].load(std::memory_order_acquire) != Ready) std::this_thread::yield();
  }
}

EntryTable& DictionaryCache::table(uint64_t call, const Dictionary& dictionary, Type answers) {
  const std::lock_guard lock(mutex_);
  auto& table = tables_[{call, dictionary.id}];
  if (table == nullptr) {
    auto made = std::make_unique<EntryTable>(dictionary.size, answers);
    if (account_) account_(static_cast<int64_t>(made->bytes()));
    table_of_answers_[made->dictionary().id] = made.get();
    table = std::move(made);
  }
  return *table;
}

const EntryTable* DictionaryCache::table_of(const Dictionary& dictionary) {
  const std::lock_guard lock(mutex_);
  const auto found = table_of_answers_.find(dictionary.id);
  return found == table_of_answers_.end() ? nullptr : found->second;
}

Arena& DictionaryCache::make_arena() {
  const std::lock_guard lock(mutex_);
  return *arenas_.emplace_back(std::make_unique<Arena>());
}

void DictionaryCache::report(int64_t bytes, int64_t entries) {
  evaluated_.fetch_add(entries, std::memory_order_relaxed);
  if (bytes != 0 && account_) account_(bytes);
}

}  // namespace vedette
