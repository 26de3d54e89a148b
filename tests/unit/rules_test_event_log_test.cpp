// Tests of rules whose rows come from a Windows event log.
#include <gtest/gtest.h>

#include "runtime/value/datetime.h"
#include "tests/harness/event_log_writer.h"
#include "tests/unit/rules_test_fixture.h"

namespace vedette::rules {
namespace {

/// A Windows event log as a fixture: rows of SecurityEvent, of WindowsEvent, and what is wrong with
/// files that are none.
TEST(RulesTestEventLog, GivesRows) {
  const TestFolder folder("rules_event_logs");
  EventLogWriter writer;
  for (int minute = 0; minute < 3; ++minute) {
    writer.add({.event_id = 4688,
                .time = parse_datetime(fmt::format("2025-12-31T11:5{}:00Z", minute)).value(),
                .user_id = {},
                .user_data = {},
                .data = {{"SubjectUserName", written_text("ann")},
                         {"SubjectDomainName", written_text("CONTOSO")},
                         {"CommandLine", written_text("vssadmin delete shadows")}}});
  }
  const std::string log = writer.finish();
  EventLogWriter other;
  other.add({.channel = "System",
             .event_id = 7045,
             .time = {},
             .user_id = {},
             .user_data = {},
             .data = {{"ServiceName", written_text("x")}}});
  std::string damaged = log;
  const size_t command = damaged.find(std::string("v\0s\0s\0", 6));
  damaged[command] = 'w';
  folder.write("fixtures/attack.evtx", log);
  folder.write("fixtures/short.evtx", log.substr(0, 20'000));
  folder.write("fixtures/text.evtx", "TimeGenerated,EventID\n");
  folder.write("fixtures/damaged.evtx", damaged);
  folder.write("fixtures/system.evtx", other.finish());
  folder.write("Rule.yaml", rule_text("union SecurityEvent, (WindowsEvent | extend CommandLine = "
                                      "tostring(EventData.CommandLine))\n"
                                      "| where CommandLine has \"shadows\"\n"
                                      "| project TimeGenerated, Account, CommandLine, EventID"));
  folder.write("Rule.test.yaml", R"(
now: 2025-12-31T12:00:00Z
tests:
- name: of SecurityEvent
  given: { SecurityEvent: { file: fixtures/attack.evtx } }
  expect:
    rows: 3
    contains: [ { Account: "CONTOSO\\ann", EventID: 4688, TimeGenerated: 2025-12-31T11:52:00Z } ]
- name: of WindowsEvent
  given: { WindowsEvent: { file: fixtures/attack.evtx } }
  expect: { rows: 3, contains: [ { CommandLine: vssadmin delete shadows } ] }
- name: cut off
  given: { SecurityEvent: { file: fixtures/short.evtx } }
  expect: { rows: 3 }
- name: no log
  given: { SecurityEvent: { file: fixtures/text.evtx } }
  expect: { rows: 0 }
- name: changed
  given: { SecurityEvent: { file: fixtures/damaged.evtx } }
  expect: { rows: 2 }
- name: of another channel
  given: { SecurityEvent: { file: fixtures/system.evtx } }
  expect: { rows: 0 }
)");
  const CatalogueSchemas schemas;
  const SuiteResult result = run_suite({folder.path()}, {.jobs = 1}, standard_library(), schemas);
  ASSERT_EQ(result.tests.size(), 6u);
  EXPECT_EQ(result.tests[0].status, TestStatus::Passed) << said(result.tests[0]);
  EXPECT_EQ(result.tests[1].status, TestStatus::Passed) << said(result.tests[1]);
  const std::string_view problems[] = {
      "short.evtx: the event log is cut off: its header speaks of 1 chunks of 64 KB",
      "text.evtx' is no Windows event log (EVTX): it does not begin with 'ElfFile'",
      "damaged.evtx: event 1: the chunk with the events of record numbers 1 to 3: the checksum of "
      "its events is wrong",
      "system.evtx: none of its events belongs to SecurityEvent; 1 of them are of the channel "
      "System",
  };
  for (size_t at = 0; at < std::size(problems); ++at) {
    const std::string text = said(result.tests[2 + at]);
    EXPECT_NE(text.find(problems[at]), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace vedette::rules
