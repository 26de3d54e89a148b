#include "compiler/command/journal.h"

#include <unistd.h>

#include <cstring>

#include "runtime/base/hash.h"
#include "runtime/table/system_time.h"

namespace vedette::command {
namespace {

constexpr size_t kept_text = 64 << 10;

/// Tells requests of one process, and of several, from each other.
Guid request_id(Datetime started, uint64_t number) {
  const auto process = static_cast<uint64_t>(getpid());
  const uint64_t words[2] = {
      hash_bytes(std::to_string(started.ticks) + '.' + std::to_string(process)),
      hash_bytes(std::to_string(number))};
  Guid id;
  std::memcpy(id.bytes.data(), words, sizeof words);
  return id;
}

}  // namespace

void Journal::add(std::string command, std::string_view text, Datetime started,
                  const QueryResult& result) {
  PastRequest request{.command = std::move(command),
                      .text = std::string(text.substr(0, kept_text)),
                      .started = started,
                      .duration = {system_time().ticks - started.ticks},
                      .ok = result.ok,
                      .statistics = result.statistics};
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity != Severity::Error || !request.failure.empty()) continue;
    request.failure = std::string(diagnostic.code) + ": " + diagnostic.message;
  }
  for (const ResultTable& table : result.tables) request.rows.push_back(table.rows);
  const std::lock_guard lock(mutex_);
  request.id = request_id(started, count_++);
  requests_.push_back(std::move(request));
  if (requests_.size() > kept) requests_.pop_front();
}

std::vector<PastRequest> Journal::requests() const {
  const std::lock_guard lock(mutex_);
  return {requests_.begin(), requests_.end()};
}

}  // namespace vedette::command
