#include "runtime/ingest/evtx/event_log.h"

#include <zlib.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/evtx/event_value.h"

namespace vedette {

namespace {

constexpr size_t chunk_header_bytes = 512;
constexpr size_t record_header_bytes = 24;
constexpr size_t smallest_record = record_header_bytes + 4;
constexpr std::string_view record_signature{"**\0\0", 4};

uint64_t number(std::string_view text, size_t at, size_t bytes) {
  return little_endian(text.data() + at, bytes);
}

uint32_t checksum(uint32_t before, std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(before, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

bool all_zero(std::string_view text) {
  return text.find_first_not_of('\0') == std::string_view::npos;
}

/// Whether a record begins at `at`: its size stands at both of its ends.
bool record_at(std::string_view text, size_t at, size_t end) {
  if (at > end || end - at < smallest_record || text.substr(at, 4) != record_signature) {
    return false;
  }
  const size_t size = number(text, at + 4, 4);
  return size >= smallest_record && size <= end - at && number(text, at + size - 4, 4) == size;
}

/// The place of the next record behind one that is damaged, or `end`. Records begin at multiples
/// of eight.
size_t next_record(std::string_view text, size_t at, size_t end) {
  for (at = (at / 8 + 1) * 8; at < end; at += 8) {
    if (record_at(text, at, end)) return at;
  }
  return end;
}

std::string reason_of_gap(std::string_view text, size_t at, size_t end, bool cut_off) {
  const bool begins = end - at >= record_header_bytes && text.substr(at, 4) == record_signature;
  const std::string which =
      begins ? fmt::format("the event with record number {}", number(text, at + 8, 8))
             : fmt::format("{} bytes where an event should be", end - at);
  if (begins && cut_off) return which + " is cut off by the end of the file";
  return begins ? which + " is damaged: its two sizes differ" : which + " hold none";
}

/// Compares checksums and counts with what is there.
std::string doubt_about(std::string_view text, size_t end, size_t events) {
  const uint32_t header = checksum(checksum(0, text.substr(0, 0x78)), text.substr(0x80, 0x180));
  if (header != number(text, 0x7c, 4)) return "the checksum of its header is wrong";
  if (checksum(0, text.substr(chunk_header_bytes, end - chunk_header_bytes)) !=
      number(text, 0x34, 4)) {
    return "the checksum of its events is wrong";
  }
  const uint64_t first = number(text, 0x08, 8);
  const uint64_t last = number(text, 0x10, 8);
  const uint64_t promised = last >= first ? last - first + 1 : 0;
  if (promised > events && promised < event_chunk_bytes) {
    return fmt::format("it says that it holds {} events and has {}", promised, events);
  }
  return {};
}

EventRecord record_of(std::string_view text, size_t at) {
  const size_t size = number(text, at + 4, 4);
  return {at,
          size,
          at + record_header_bytes,
          at + size - 4,
          number(text, at + 8, 8),
          number(text, at + 16, 8)};
}

/// In the copy of a log in use, the header of a chunk may be older than its last events. Their
/// numbers go on where the others end; those of events that the chunk held earlier do not.
size_t add_late_records(std::string_view text, size_t at, std::vector<EventRecord>& records) {
  uint64_t next = records.empty() ? number(text, 0x08, 8) : records.back().number + 1;
  size_t added = 0;
  while (record_at(text, at, text.size()) && number(text, at + 8, 8) == next) {
    records.push_back(record_of(text, at));
    at += records.back().size;
    ++next;
    ++added;
  }
  return added;
}

class EventLogFramer : public Framer {
 public:
  size_t frame(std::string_view text, bool at_end, std::vector<RecordPlace>&) override {
    size_t at = 0;
    if (!header_seen_) {
      if (!at_end && text.size() < event_chunk_bytes) return 0;
      at = read_header(text);
    }
    const size_t header = at;
    while (text.size() - at >= event_chunk_bytes) {
      chunks_ += text.substr(at).starts_with(event_chunk_signature);
      at += event_chunk_bytes;
    }
    if (at_end && at < text.size()) {
      cut_off_ = !all_zero(text.substr(at));
      at = text.size();
    }
    if (at_end && text.empty()) complain();
    header_seen_ = header_seen_ || at > header || at_end;
    return header_seen_ ? at : 0;
  }

  bool leaves_lines() const override { return true; }

 private:
  size_t read_header(std::string_view text) {
    const size_t size = event_log_header_bytes(text);
    if (size == 0) {
      throw QueryError(ErrorKind::Runtime, "ING0003",
                       "this is no Windows event log (EVTX): it does not begin with 'ElfFile'");
    }
    if (text.size() < size) {
      throw QueryError(ErrorKind::Runtime, "ING0002",
                       "the event log ends in the middle of its header");
    }
    promised_ = number(text, 0x2a, 2);
    return size;
  }

  /// The number of chunks in the header has 16 bits; that of a log in use may be an old one.
  void complain() const {
    if (!cut_off_ && chunks_ >= promised_) return;
    throw QueryError(
        ErrorKind::Runtime, "ING0002",
        fmt::format("the event log is cut off: its header speaks of {} chunks of 64 KB, and {} {} "
                    "whole",
                    promised_, chunks_, chunks_ == 1 ? "is" : "are"));
  }

  bool header_seen_ = false;
  bool cut_off_ = false;
  uint64_t chunks_ = 0;
  uint64_t promised_ = 0;
};

}  // namespace

size_t event_log_header_bytes(std::string_view text) {
  if (!text.starts_with(event_log_signature)) return 0;
  const size_t said = text.size() >= 0x2a ? number(text, 0x28, 2) : 0;
  return said >= 128 ? said : 4096;
}

EventChunk read_event_chunk(std::string_view text) {
  EventChunk chunk;
  if (all_zero(text)) return chunk;
  if (!text.starts_with(event_chunk_signature) || text.size() < chunk_header_bytes) {
    chunk.gaps.push_back({0, text.size(), "a chunk of events has no header (no 'ElfChnk')"});
    return chunk;
  }
  const bool cut_off = text.size() < event_chunk_bytes;
  const size_t used = number(text, 0x30, 4);
  const bool known = used >= chunk_header_bytes && used <= event_chunk_bytes;
  const size_t end = known ? std::min(used, text.size()) : text.size();
  size_t at = chunk_header_bytes;
  while (at < end) {
    if (record_at(text, at, end)) {
      chunk.records.push_back(record_of(text, at));
      at += chunk.records.back().size;
      continue;
    }
    // Without a place where the events end, what is behind the last one is no gap.
    const size_t next = next_record(text, at, end);
    if (next == end && !known) break;
    chunk.gaps.push_back({at, next - at, reason_of_gap(text, at, next, cut_off && next == end)});
    at = next;
  }
  const size_t late = known ? add_late_records(text, end, chunk.records) : 0;
  if (late > 0) {
    chunk.doubt = fmt::format("its header is older than its last {} events", late);
  } else if (!cut_off) {
    chunk.doubt = known ? doubt_about(text, end, chunk.records.size() + chunk.gaps.size())
                        : "it does not say where its events end";
  }
  return chunk;
}

std::unique_ptr<Framer> make_event_log_framer() {
  return std::make_unique<EventLogFramer>();
}

}  // namespace vedette
