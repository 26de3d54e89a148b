// The outer layout of Windows event logs (EVTX): a file header, then chunks of 64 KB that hold the
// records of events and can be read one without the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ingest/framer.h"

namespace vedette {

constexpr std::string_view event_log_signature{"ElfFile\0", 8};
constexpr std::string_view event_chunk_signature{"ElfChnk\0", 8};
constexpr size_t event_chunk_bytes = 64 * 1024;

/// Bytes of the file header that `text` begins with; 0 if it begins with none.
size_t event_log_header_bytes(std::string_view text);

/// An event of a chunk, its places counted from the chunk's beginning.
struct EventRecord {
  size_t start = 0;
  size_t size = 0;
  size_t xml_start = 0;
  size_t xml_end = 0;
  uint64_t number = 0;   // its EventRecordID
  uint64_t written = 0;  // in units of 100 nanoseconds since 1601
};

/// A part of a chunk that should hold events and does not.
struct EventGap {
  size_t start = 0;
  size_t size = 0;
  std::string reason;
};

/// What the layout of a chunk says.
struct EventChunk {
  std::vector<EventRecord> records;
  std::vector<EventGap> gaps;
  std::string doubt;  // why records that look well may be damaged or missing; empty: none
};

/// Finds the events of a chunk; `text` is shorter than a chunk where the file is cut off. A chunk
/// of zeros is one that was never used.
EventChunk read_event_chunk(std::string_view text);

/// Cuts a log into whole chunks, the first with the file header before it; what is left of one at
/// the end comes too. Throws QueryError `ING0003` when the text is no event log, and at the end
/// `ING0002` when the log is shorter than it says.
std::unique_ptr<Framer> make_event_log_framer();

}  // namespace vedette
