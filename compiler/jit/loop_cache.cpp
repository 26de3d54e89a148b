#include "compiler/jit/loop_cache.h"

namespace vedette::jit {

std::optional<LoopCache::LoopPointer> LoopCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->loop;
}

void LoopCache::add(const std::string& key, LoopPointer loop, size_t bytes) {
  // Unloading code takes a while and locks of LLVM's.
  Entries leaving;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    const auto entry = found->second;
    bytes_ -= entry->bytes;
    by_key_.erase(found);
    leaving.splice(leaving.end(), entries_, entry);
  }
  entries_.push_front({key, std::move(loop), bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  leaving.splice(leaving.end(), too_much());
}

void LoopCache::set_limits(CodeLimits limits) {
  Entries leaving;
  const std::lock_guard lock(mutex_);
  limits_ = limits;
  leaving = too_much();
}

LoopCache::Entries LoopCache::too_much() {
  Entries leaving;
  while (entries_.size() > limits_.loops || bytes_ > limits_.bytes) {
    const auto last = std::prev(entries_.end());
    bytes_ -= last->bytes;
    by_key_.erase(last->key);
    leaving.splice(leaving.end(), entries_, last);
  }
  return leaving;
}

CodeLimits LoopCache::limits() const {
  const std::lock_guard lock(mutex_);
  return limits_;
}

size_t LoopCache::loops() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

size_t LoopCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace vedette::jit
