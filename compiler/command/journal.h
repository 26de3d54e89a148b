// What a process was asked: its queries and commands, for `.show queries` and its kin.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/value/value.h"

namespace vedette::command {

/// A query or a command that has ended.
struct PastRequest {
  std::string command;  // what kind of command, such as TableCreate; empty for a query
  std::string text;     // the first 64 KB
  Datetime started = {0};
  Timespan duration = {0};
  bool ok = false;
  std::string failure;  // the first error
  QueryStatistics statistics;
  std::vector<size_t> rows;  // of each table of its result
  Guid id;
};

/// The newest requests of this process, oldest first. Safe to use from several threads.
class Journal {
 public:
  static constexpr size_t kept = 1000;

  void add(std::string command, std::string_view text, Datetime started, const QueryResult& result);
  std::vector<PastRequest> requests() const;

 private:
  mutable std::mutex mutex_;
  std::deque<PastRequest> requests_;
  uint64_t count_ = 0;
};

}  // namespace vedette::command
