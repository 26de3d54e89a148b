// The loops that may be used again, and no more of them than the limits allow.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "compiler/jit/jit.h"
#include "runtime/kernel/compiled_loop.h"

namespace vedette::jit {

/// Loops by their keys; the one whose use is longest ago leaves first. A loop that has left lives
/// on while somebody uses it. Safe to call from several threads.
class LoopCache {
 public:
  using LoopPointer = std::shared_ptr<const CompiledLoop>;

  explicit LoopCache(CodeLimits limits) : limits_(limits) {}

  /// What was added under the key, nullptr for a loop that cannot be compiled; nothing if there is
  /// no entry.
  std::optional<LoopPointer> find(const std::string& key);
  /// Adds or replaces an entry. `bytes` is what its code takes.
  void add(const std::string& key, LoopPointer loop, size_t bytes);
  /// Takes effect at once.
  void set_limits(CodeLimits limits);

  CodeLimits limits() const;
  size_t loops() const;
  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    LoopPointer loop;
    size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // the last used first

  /// Moves what is too much to the result, which is to be destroyed without the lock.
  Entries too_much();

  mutable std::mutex mutex_;
  CodeLimits limits_;
  size_t bytes_ = 0;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace vedette::jit
