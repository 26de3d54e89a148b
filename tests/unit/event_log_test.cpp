// Windows event logs (EVTX), written here and read back: the rows they become, and what is said of
// logs that are damaged.
#include "runtime/ingest/evtx/event_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compiler/session/session.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/evtx/binary_xml.h"
#include "runtime/ingest/ingest.h"
#include "runtime/value/datetime.h"
#include "runtime/value/render.h"
#include "stdlib/stdlib.h"
#include "tests/harness/event_log_writer.h"

namespace vedette {
namespace {

constexpr size_t header_bytes = 4096;

Datetime at_second(int second) {
  return {days_of_date(2024, 5, 1) * 864'000'000'000 + second * 10'000'000ll + 1234567};
}

WrittenEvent logon(int second) {
  return {.event_id = 4624,
          .time = at_second(second),
          .user_id = {},
          .user_data = {},
          .data = {{"SubjectUserName", written_text("-")},
                   {"SubjectDomainName", written_text("-")},
                   {"TargetUserSid", written_sid({5, 21, 1, 2, 3, 1104})},
                   {"TargetUserName", written_text("ann")},
                   {"TargetDomainName", written_text("CONTOSO")},
                   {"TargetLogonId", written_number(EventValueType::HexInt64, 0x3e7)},
                   {"LogonType", written_number(EventValueType::UInt32, 3)},
                   {"IpAddress", written_text("203.0.113.9")},
                   {"KeyLength", written_text("-")}}};
}

WrittenEvent process(int second, const std::string& command) {
  return {.event_id = 4688,
          .task = 13312,
          .time = at_second(second),
          .user_id = {},
          .user_data = {},
          .data = {{"SubjectUserName", written_text("WS1$")},
                   {"SubjectDomainName", written_text("CONTOSO")},
                   {"NewProcessId", written_number(EventValueType::HexInt64, 0x6)},
                   {"NewProcessName", written_text("C:\\Windows\\System32\\cmd.exe")},
                   {"CommandLine", written_text(command)}}};
}

WrittenEvent script(int second) {
  return {.provider = "PowerShell",
          .channel = "Windows PowerShell",
          .event_id = 800,
          .level = 4,
          .task = 8,
          .keywords = 0x80000000000000,
          .time = at_second(second),
          .user_id = written_sid({5, 18}),
          .user_data = {},
          .data = {{"", written_texts({"one <&>", "", "three"})}}};
}

std::string log_of(const std::vector<WrittenEvent>& events) {
  EventLogWriter writer;
  for (const WrittenEvent& event : events) writer.add(event);
  return writer.finish();
}

/// A table of the events of a log, and what the ingest said.
struct Taken {
  std::unique_ptr<Database> database = Database::in_memory();
  IngestReport report;

  /// The only row of a query as a JSON array.
  std::string row(const std::string& query) const {
    Session session(standard_library(), database.get());
    const QueryResult result = session.run(query);
    if (!result.ok) return result.diagnostics[0].message;
    if (result.tables[0].rows != 1) return fmt::format("{} rows", result.tables[0].rows);
    std::string text = "[";
    for (const auto& column : result.tables[0].data) {
      if (text.size() > 1) text += ',';
      append_json_cell(text, value_at(column.vector(), 0));
    }
    return text + "]";
  }
};

Taken take(std::string_view log, const std::string& table, bool catalogue = true) {
  Taken taken;
  const IngestOptions options{.table = table, .use_catalogue = catalogue, .rejects_path = "none"};
  taken.report = ingest_text(*taken.database, options, log, "test.evtx");
  return taken;
}

std::string refusal_of(std::string_view log, const std::string& name) {
  const auto database = Database::in_memory();
  try {
    ingest_text(*database, {.table = "WindowsEvent", .rejects_path = "none"}, log, name);
  } catch (const QueryError& error) {
    return fmt::format("{} {}", error.code, error.message);
  }
  return "taken";
}

TEST(EventLog, SecurityEventHasTheColumnsOfItsData) {
  const Taken taken = take(log_of({logon(1), process(2, "cmd /c \"a\" > b & c")}), "SecurityEvent");
  EXPECT_EQ(taken.report.rows, 2u);
  EXPECT_EQ(name_of(taken.report.dialect), "evtx");
  EXPECT_TRUE(taken.report.new_columns.empty());
  EXPECT_TRUE(taken.report.misfits.empty());
  EXPECT_EQ(taken.report.repeated_fields, 0u);
  EXPECT_EQ(
      taken.row("SecurityEvent | where EventID == 4624 | project TimeGenerated, Computer, "
                "EventSourceName, Channel, Task, Level, Activity, Account, AccountType, "
                "SubjectAccount, TargetAccount, TargetLogonId, LogonType, LogonTypeName, "
                "IpAddress, KeyLength, TargetUserSid, Keywords, EventRecordId"),
      R"(["2024-05-01T00:00:01.1234567Z","ws1.example.com","Microsoft-Windows-Security-Auditing",)"
      R"("Security",12544,"0","4624 - An account was successfully logged on.","CONTOSO\\ann",)"
      R"("User","-\\-","CONTOSO\\ann","0x3e7",3,"3 - Network","203.0.113.9",null,)"
      R"("S-1-5-21-1-2-3-1104","0x8020000000000000","1"])");
  EXPECT_EQ(taken.row("SecurityEvent | where EventID == 4688 | project Account, AccountType, "
                      "Process, NewProcessId, CommandLine, EventData"),
            R"(["CONTOSO\\WS1$","Machine","cmd.exe","0x6","cmd /c \"a\" > b & c",)"
            R"("<EventData xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\r\n)"
            R"(  <Data Name=\"SubjectUserName\">WS1$</Data>\r\n)"
            R"(  <Data Name=\"SubjectDomainName\">CONTOSO</Data>\r\n)"
            R"(  <Data Name=\"NewProcessId\">0x6</Data>\r\n)"
            R"(  <Data Name=\"NewProcessName\">C:\\Windows\\System32\\cmd.exe</Data>\r\n)"
            R"(  <Data Name=\"CommandLine\">cmd /c \"a\" &gt; b &amp; c</Data>\r\n</EventData>"])");
}

TEST(EventLog, AccountsAreThoseOfTheEvent) {
  const auto accounts = [](std::vector<std::pair<std::string, WrittenValue>> data, uint16_t id) {
    WrittenEvent event = logon(1);
    event.event_id = id;
    event.data = std::move(data);
    return take(log_of({event}), "SecurityEvent")
        .row(
            "SecurityEvent | project Account, AccountType, SubjectAccount, TargetAccount, "
            "Activity");
  };
  const WrittenValue ann = written_text("ann");
  const WrittenValue host = written_text("WS1$");
  const WrittenValue domain = written_text("CONTOSO");
  EXPECT_EQ(accounts({{"SubjectUserName", host},
                      {"SubjectDomainName", domain},
                      {"TargetUserName", ann},
                      {"TargetDomainName", domain}},
                     4720),
            R"(["CONTOSO\\WS1$","Machine","CONTOSO\\WS1$","CONTOSO\\ann",)"
            R"("4720 - A user account was created."])");
  EXPECT_EQ(
      accounts({{"TargetUserName", written_text("WS1$@CONTOSO")}, {"TargetDomainName", domain}},
               4769),
      R"(["CONTOSO\\WS1$@CONTOSO","Machine","","CONTOSO\\WS1$@CONTOSO",)"
      R"("4769 - A Kerberos service ticket was requested."])");
  EXPECT_EQ(
      accounts({{"AccountName", ann}, {"AccountDomain", domain}}, 4778),
      R"(["CONTOSO\\ann","User","","","4778 - A session was reconnected to a Window Station."])");
  EXPECT_EQ(accounts({{"Other", ann}}, 9999), R"(["","","","","9999"])");
}

TEST(EventLog, QueriesThatTakeTheXmlApartFindTheirFields) {
  const Taken taken = take(log_of({logon(1), process(2, "whoami")}), "SecurityEvent");
  EXPECT_EQ(taken.row(R"(SecurityEvent | where EventID == 4688
                         | parse EventData with * 'CommandLine">' Command "<" * | project Command)"),
            R"(["whoami"])");
  EXPECT_EQ(taken.row(R"(SecurityEvent | where EventID == 4624
                         | extend Data = parse_xml(EventData).EventData.Data
                         | mv-expand Data | where Data["@Name"] == "TargetUserName"
                         | project tostring(Data["#text"]))"),
            R"(["ann"])");
}

TEST(EventLog, SecurityEventTakesItsChannelsAlone) {
  WrittenEvent forwarded = logon(2);
  forwarded.channel = "security";
  const Taken taken = take(log_of({logon(1), script(3), forwarded, script(4)}), "SecurityEvent");
  EXPECT_EQ(taken.report.rows, 2u);
  EXPECT_EQ(taken.report.refused, 0u);
  ASSERT_EQ(taken.report.left_out.size(), 1u);
  EXPECT_EQ(taken.report.left_out[0].channel, "Windows PowerShell");
  EXPECT_EQ(taken.report.left_out[0].count, 2u);
  EXPECT_EQ(taken.row("SecurityEvent | summarize make_set(EventRecordId)"), R"([["1","3"]])");
}

TEST(EventLog, WindowsEventHasTheDataAsOneDynamicValue) {
  WrittenEvent cleared = logon(3);
  cleared.event_id = 1102;
  cleared.user_data = "LogFileCleared";
  cleared.data = {{"SubjectUserName", written_text("ann")}, {"Sid", written_sid({5, 18})}};
  const Taken taken = take(log_of({logon(1), script(2), cleared}), "WindowsEvent");
  EXPECT_EQ(taken.report.rows, 3u);
  EXPECT_EQ(taken.row("WindowsEvent | where EventID == 4624 | project Provider, EventLevel, "
                      "EventLevelName, Task, EventData"),
            R"(["Microsoft-Windows-Security-Auditing",0,"LogAlways",12544,{"SubjectUserName":"-",)"
            R"("SubjectDomainName":"-","TargetUserSid":"S-1-5-21-1-2-3-1104",)"
            R"("TargetUserName":"ann","TargetDomainName":"CONTOSO","TargetLogonId":"0x3e7",)"
            R"("LogonType":"3","IpAddress":"203.0.113.9","KeyLength":"-"}])");
  EXPECT_EQ(taken.row("WindowsEvent | where EventID == 800 | project SystemUserId, EventLevelName, "
                      "EventData"),
            R"(["S-1-5-18","Information",{"Data":["one <&>","","three"]}])");
  EXPECT_EQ(taken.row("WindowsEvent | where EventID == 1102 | project EventData"),
            R"([{"SubjectUserName":"ann","Sid":"S-1-5-18"}])");
}

TEST(EventLog, EventHasTheXmlOfAgents) {
  const Taken taken = take(log_of({script(2)}), "Event");
  EXPECT_EQ(taken.row("Event | project Source, EventLog, EventLevel, EventLevelName, EventID, "
                      "EventCategory, UserName, ParameterXml"),
            R"(["PowerShell","Windows PowerShell",4,"Information",800,8,"NT AUTHORITY\\SYSTEM",)"
            R"("<Param>one &lt;&amp;&gt;</Param><Param></Param><Param>three</Param>"])");
  EXPECT_EQ(taken.row("Event | project tostring(parse_xml(EventData).DataItem.EventData.Data[2])"),
            R"(["three"])");
}

TEST(EventLog, TablesWithoutColumnsGetOneForEachPiece) {
  const Taken security = take(log_of({process(1, "dir")}), "SecurityEvent", false);
  EXPECT_EQ(security.row("SecurityEvent | project EventID, CommandLine, Process"),
            R"([4688,"dir","cmd.exe"])");
  const Taken other = take(log_of({process(1, "dir")}), "Log", false);
  EXPECT_EQ(other.row("Log | project EventID, EventData.CommandLine, Channel"),
            R"([4688,"dir","Security"])");
}

TEST(EventLog, ManyEventsKeepTheirOrder) {
  EventLogWriter writer;
  for (int second = 0; second < 3000; ++second) {
    writer.add(second % 3 == 0 ? logon(second) : process(second, fmt::format("run {}", second)));
  }
  const std::string log = writer.finish();
  EXPECT_GT(log.size(), 10 * event_chunk_bytes);
  const Taken taken = take(log, "SecurityEvent");
  EXPECT_EQ(taken.report.rows, 3000u);
  EXPECT_EQ(taken.report.doubtful, 0u);
  EXPECT_EQ(taken.report.stopped, "");
  EXPECT_EQ(taken.row("SecurityEvent | serialize | extend n = row_number() "
                      "| summarize count(), countif(EventRecordId != tostring(n)), "
                      "countif(TimeGenerated != datetime(2024-05-01 00:00:01.1234567) "
                      "+ (n - 2) * 1s)"),
            "[3000,0,0]");
}

TEST(EventLog, TextIsKeptBeyondTheFirstPlane) {
  WrittenEvent event = process(1, "gr\u00fc\u00df \U0001f600 \u65e5\u672c");
  event.data.push_back({"Broken", {static_cast<uint8_t>(EventValueType::String), "a\0\x00\xd8"}});
  event.data.back().second.bytes = std::string("a\0\x00\xd8z\0", 6);
  const Taken taken = take(log_of({event}), "WindowsEvent");
  EXPECT_EQ(taken.row("WindowsEvent | project EventData.CommandLine, EventData.Broken"),
            "[\"gr\u00fc\u00df \U0001f600 \u65e5\u672c\",\"a\ufffdz\"]");
  EXPECT_EQ(taken.report.repaired_records, 1u);
}

TEST(EventLog, ValuesAreShownAsWindowsShowsThem) {
  Arena texts;
  bool repaired = false;
  const auto shown = [&](EventValueType type, std::string_view bytes) {
    return std::string(text_of_event_value(type, bytes, texts, repaired).value_or("(none)"));
  };
  const auto number = [&](EventValueType type, uint64_t value) {
    return shown(type, written_number(type, value).bytes);
  };
  EXPECT_EQ(number(EventValueType::Int8, 0xff), "-1");
  EXPECT_EQ(number(EventValueType::UInt8, 0xff), "255");
  EXPECT_EQ(number(EventValueType::Int64, ~0ull), "-1");
  EXPECT_EQ(number(EventValueType::HexInt32, 6), "0x6");
  EXPECT_EQ(number(EventValueType::HexInt64, 0x1fffff), "0x1fffff");
  EXPECT_EQ(number(EventValueType::Size, 16), "0x10");
  EXPECT_EQ(number(EventValueType::Bool, 1), "true");
  EXPECT_EQ(number(EventValueType::FileTime, 0), "1601-01-01T00:00:00.0000000Z");
  EXPECT_EQ(number(EventValueType::FileTime, ~0ull), "0xffffffffffffffff");
  EXPECT_EQ(shown(EventValueType::Binary, "\x01\xab"), "01AB");
  EXPECT_EQ(shown(EventValueType::AnsiString, "caf\xe9"), "caf\u00e9");
  EXPECT_EQ(shown(EventValueType::Null, ""), "");
  EXPECT_EQ(shown(EventValueType::UInt32, "\x01\x02"), "(none)");
  EXPECT_EQ(shown(EventValueType::Sid, std::string_view("\1\5\0\0\0\0\0\5", 8)), "(none)");
  EXPECT_EQ(shown(EventValueType::Guid,
                  "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e"
                  "\x0f\x10"),
            "{04030201-0605-0807-090a-0b0c0d0e0f10}");
  EXPECT_EQ(shown(EventValueType::SystemTime,
                  std::string_view("\xe8\7\5\0\3\0\1\0\x0a\0\x0b\0\x0c\0\x0d\0", 16)),
            "2024-05-01T10:11:12.013Z");
}

TEST(EventLog, FilesThatAreNoLogsAreRefused) {
  const std::string log = log_of({logon(1)});
  EXPECT_EQ(refusal_of("", "x.evtx"),
            "ING0003 'x.evtx' is no Windows event log (EVTX): it does not begin with 'ElfFile'");
  EXPECT_EQ(refusal_of("a,b\n1,2\n", "x.evtx"),
            "ING0003 'x.evtx' is no Windows event log (EVTX): it does not begin with 'ElfFile'");
  EXPECT_EQ(refusal_of(log, "named otherwise"), "taken");
  const auto database = Database::in_memory();
  const IngestReport report = ingest_text(
      *database, {.table = "T", .dialect = {InputFormat::EventLog}, .rejects_path = "none"},
      "{\"a\":1}", "x");
  EXPECT_EQ(report.stopped,
            "this is no Windows event log (EVTX): it does not begin with 'ElfFile'");
}

TEST(EventLog, LogsThatAreCutOffGiveWhatIsThere) {
  const std::string log = log_of({logon(1), process(2, "dir"), process(3, "exit")});
  const Taken whole = take(log, "WindowsEvent");
  EXPECT_EQ(whole.report.rows, 3u);
  EXPECT_EQ(whole.report.stopped, "");
  uint64_t most = 0;
  for (size_t size = header_bytes; size < log.size(); size += size < 12'000 ? 37 : 4001) {
    const Taken part = take(log.substr(0, size), "WindowsEvent");
    EXPECT_NE(part.report.stopped, "") << size;
    EXPECT_GE(part.report.rows, most) << size;
    most = part.report.rows;
  }
  EXPECT_EQ(most, 3u);
  EXPECT_EQ(take(log.substr(0, 100), "WindowsEvent").report.stopped,
            "the event log ends in the middle of its header");
}

TEST(EventLog, AnEventThatIsCutOffIsNamed) {
  const std::string log = log_of({logon(1), process(2, "dir")});
  const size_t second = log.find("**", header_bytes + 512 + 1);
  ASSERT_NE(second, std::string::npos);
  const Taken part = take(log.substr(0, second + 200), "WindowsEvent");
  EXPECT_EQ(part.report.rows, 1u);
  ASSERT_EQ(part.report.first_refused.size(), 1u);
  EXPECT_EQ(part.report.first_refused[0].line, 2u);
  EXPECT_EQ(part.report.first_refused[0].reason,
            "the event with record number 2 is cut off by the end of the file");
  EXPECT_EQ(part.report.stopped,
            "the event log is cut off: its header speaks of 1 chunks of 64 KB, and 0 are whole");
}

TEST(EventLog, DamagedEventsAreRefusedAndTheOthersTaken) {
  std::string log = log_of({logon(1), process(2, "dir"), process(3, "exit")});
  const size_t second = log.find("**", header_bytes + 512 + 1);
  log[second + 24 + 4] = '\x3c';  // no token
  const Taken taken = take(log, "WindowsEvent");
  EXPECT_EQ(taken.report.rows, 2u);
  ASSERT_EQ(taken.report.first_refused.size(), 1u);
  EXPECT_EQ(taken.report.first_refused[0].line, 2u);
  EXPECT_EQ(taken.report.first_refused[0].reason,
            "the event with record number 2 cannot be read: its binary XML holds an unknown token "
            "0x3c");
  EXPECT_EQ(taken.report.doubtful, 1u);  // the checksum

  std::string sizes = log_of({logon(1), process(2, "dir"), process(3, "exit")});
  sizes[second + 4] = static_cast<char>(sizes[second + 4] + 8);
  const Taken others = take(sizes, "WindowsEvent");
  EXPECT_EQ(others.report.rows, 2u);
  ASSERT_EQ(others.report.first_refused.size(), 1u);
  EXPECT_EQ(others.report.first_refused[0].line, 2u);
  EXPECT_EQ(others.report.first_refused[0].reason,
            "the event with record number 2 is damaged: its two sizes differ");
  EXPECT_EQ(others.row("WindowsEvent | summarize make_set(EventRecordId)"), R"([["1","3"]])");
}

TEST(EventLog, ChangedTextIsTakenWithADoubt) {
  std::string log = log_of({process(1, "dir")});
  const std::string command("d\0i\0r\0", 6);
  log[log.find(command)] = 'D';
  const Taken taken = take(log, "WindowsEvent");
  EXPECT_EQ(taken.row("WindowsEvent | project EventData.CommandLine"), R"(["Dir"])");
  ASSERT_EQ(taken.report.first_doubts.size(), 1u);
  EXPECT_EQ(taken.report.first_doubts[0].reason,
            "the chunk with the events of record numbers 1 to 1: the checksum of its events is "
            "wrong");
  const auto database = Database::in_memory();
  EXPECT_THROW(
      ingest_text(*database, {.table = "T", .rejects_path = "none", .strict = true}, log, "x.evtx"),
      QueryError);
  EXPECT_EQ(database->snapshot()->find("T")->rows(), 0u);
}

/// A record that swallows the one behind it, as tools that hide events leave it.
TEST(EventLog, EventsThatWereTakenOutAreMissed) {
  std::string log = log_of({logon(1), process(2, "hidden"), process(3, "exit")});
  const size_t first = header_bytes + 512;
  const size_t first_size = little_endian(log.data() + first + 4, 4);
  const size_t second_size = little_endian(log.data() + first + first_size + 4, 4);
  const size_t both = first_size + second_size;
  log[first + 4] = static_cast<char>(both & 255);
  log[first + 5] = static_cast<char>(both >> 8);
  log[first + both - 4] = static_cast<char>(both & 255);
  log[first + both - 3] = static_cast<char>(both >> 8);
  const Taken taken = take(log, "WindowsEvent");
  EXPECT_EQ(taken.report.rows, 2u);
  EXPECT_EQ(taken.report.doubtful, 1u);
  // With a right checksum the numbers still tell.
  const size_t used = little_endian(log.data() + header_bytes + 0x30, 4);
  const EventChunk chunk =
      read_event_chunk(with_event_checksums(log.substr(header_bytes, event_chunk_bytes), used));
  EXPECT_EQ(chunk.doubt, "it says that it holds 3 events and has 2");
}

/// The copy of a log that Windows is writing to.
TEST(EventLog, EventsBehindTheEndOfAnOldHeaderAreTaken) {
  const std::string log = log_of({logon(1), process(2, "dir"), process(3, "exit")});
  const std::string_view chunk = std::string_view(log).substr(header_bytes);
  const EventChunk all = read_event_chunk(chunk);
  ASSERT_EQ(all.records.size(), 3u);
  EXPECT_EQ(all.doubt, "");
  std::string old(chunk);
  const size_t used = all.records[1].start;
  old[0x10] = 1;  // the last record number
  old[0x30] = static_cast<char>(used & 255);
  old[0x31] = static_cast<char>(used >> 8);
  old = with_event_checksums(old, used);
  const EventChunk late = read_event_chunk(old);
  EXPECT_EQ(late.records.size(), 3u);
  EXPECT_EQ(late.doubt, "its header is older than its last 2 events");
  // Events that the chunk held in an earlier life have other numbers.
  old[all.records[1].start + 8] = 100;
  EXPECT_EQ(read_event_chunk(old).records.size(), 1u);
  EXPECT_EQ(read_event_chunk(old).doubt, "");
}

TEST(EventLog, RefusedEventsAreKeptInHexadecimal) {
  std::string log = log_of({logon(1), process(2, "dir")});
  log[header_bytes + 512 + 24 + 4] = '\x3c';
  const std::string path =
      std::filesystem::temp_directory_path() / fmt::format("vedette-event-log-{}", getpid());
  const auto database = Database::in_memory();
  const IngestReport report =
      ingest_text(*database, {.table = "T", .rejects_path = path}, log, "x.evtx");
  EXPECT_EQ(report.refused, 1u);
  std::ifstream file(path, std::ios::binary);
  const std::string rejects{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(rejects.find("\"line\":1,"), std::string::npos) << rejects;
  EXPECT_NE(rejects.find("\"record\":\"2a2a0000"), std::string::npos) << rejects;
  std::filesystem::remove(path);
}

/// A template that holds itself twice would never end.
TEST(EventLog, TemplatesCannotGrowWithoutEnd) {
  std::string chunk(512, '\0');
  const auto number = [&](uint64_t value, size_t bytes) {
    for (size_t at = 0; at < bytes; ++at) chunk += static_cast<char>(value >> (8 * at) & 255);
  };
  const size_t definition = chunk.size() + 14;
  const auto instance = [&](size_t of) {
    number(0x010c, 2);
    number(7, 4);
    number(of, 4);
  };
  number(0x0001010f, 4);
  instance(definition);
  chunk.append(20, '\0');
  number(2 * 14, 4);
  for (int time = 0; time < 2; ++time) {
    instance(definition);
    number(0, 4);  // no values
  }
  number(0, 4);
  BinaryXmlReader reader;
  reader.begin_chunk(chunk);
  Arena texts;
  EXPECT_EQ(reader.read(512, chunk.size(), texts), nullptr);
  EXPECT_EQ(reader.problem(), "its elements nest too deeply");
}

}  // namespace
}  // namespace vedette
