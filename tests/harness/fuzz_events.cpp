// libFuzzer target: a Windows event log with any bytes changed must be read to its end, and what
// was changed must not go unnoticed. The input is a list of changes: two bytes of place, one of
// value; behind them, if a place is beyond the log, where to cut it off.
#include <cstdint>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/chunk_reader.h"
#include "runtime/ingest/evtx/event_log.h"
#include "runtime/ingest/evtx/event_parser.h"
#include "runtime/table/catalogue.h"
#include "runtime/value/datetime.h"
#include "tests/harness/event_log_writer.h"

namespace vedette {
namespace {

constexpr size_t file_header_bytes = 4096;
constexpr size_t events_at = file_header_bytes + 512;

std::string sample_log() {
  EventLogWriter writer;
  for (int number = 0; number < 8; ++number) {
    const Datetime time = {days_of_date(2024, 5, 1) * 864'000'000'000 + number * 10'000'000ll};
    writer.add({.event_id = 4688,
                .time = time,
                .user_id = {},
                .user_data = {},
                .data = {{"SubjectUserName", written_text("ann")},
                         {"NewProcessId", written_number(EventValueType::HexInt64, 77)},
                         {"CommandLine", written_text(fmt::format("run {}", number))}}});
    writer.add({.provider = "PowerShell",
                .channel = "Windows PowerShell",
                .event_id = 800,
                .time = time,
                .user_id = written_sid({5, 18}),
                .user_data = {},
                .data = {{"", written_texts({"a", "", "c"})}}});
    writer.add({.event_id = 1102,
                .time = time,
                .user_id = {},
                .user_data = "LogFileCleared",
                .data = {{"SubjectUserName", written_text("bob")}}});
  }
  return writer.finish();
}

/// What became of the records of a log.
struct Outcome {
  uint64_t rows = 0;
  uint64_t complaints = 0;
};

Outcome read_log(const std::string& log, std::string_view table) {
  Outcome outcome;
  const auto source = open_memory(log);
  const auto known = find_catalogue_table(table);
  const auto mapping = std::make_shared<Mapping>(known->columns, known->columns.size());
  const auto parser = make_event_parser(table);
  ParsedChunk parsed;
  try {
    ChunkReader reader(*source, {InputFormat::EventLog}, "log");
    Chunk chunk;
    while (reader.next(chunk)) {
      parser->parse(chunk, mapping, parsed);
      uint64_t left_out = 0;
      for (const auto& [channel, count] : parsed.left_out) left_out += count;
      check(parsed.rows + parsed.refused.size() + left_out == chunk.records.size(),
            "each record becomes a row, is refused or left out");
      outcome.rows += parsed.rows;
      outcome.complaints += parsed.refused.size() + parsed.doubts.size();
    }
  } catch (const QueryError&) {
    ++outcome.complaints;
  }
  return outcome;
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const std::string sample = sample_log();
  static const size_t used = little_endian(sample.data() + file_header_bytes + 0x30, 4);
  static const Outcome whole = read_log(sample, "WindowsEvent");
  check(whole.rows == 24 && whole.complaints == 0, "the log is good before it is changed");
  std::string log = sample;
  bool events_changed = false;
  for (size_t at = 0; at + 3 <= size; at += 3) {
    const size_t place = data[at] + 256 * data[at + 1] + file_header_bytes;
    if (place >= file_header_bytes + used) {
      log.resize(std::min(log.size(), place));
      continue;
    }
    if (place >= log.size()) continue;
    log[place] = static_cast<char>(data[at + 2]);
  }
  for (size_t at = events_at; at < std::min(log.size(), file_header_bytes + used); ++at) {
    events_changed = events_changed || log[at] != sample[at];
  }
  for (const std::string_view table : {"SecurityEvent", "WindowsEvent", "Event"}) {
    const Outcome outcome = read_log(log, table);
    const bool noticed = outcome.complaints > 0;
    check(noticed || (!events_changed && log.size() == sample.size()), "a change is noticed");
  }
  return 0;
}
