// Columns of SecurityEvent that agents compute from the data of an event.
#pragma once

#include <string>
#include <string_view>

#include "runtime/ingest/evtx/windows_event.h"

namespace vedette {

/// An account as `Domain\User`; empty when the event names none.
struct EventAccounts {
  std::string subject;    // who acts
  std::string target;     // who is acted upon
  std::string account;    // the one of the event: the target of logons, else the subject
  std::string_view type;  // of `account`: `Machine` or `User`
};

EventAccounts accounts_of(const WindowsEvent& event);

/// `4688 - A new process has been created.`; the number alone for an event without a known title.
std::string activity_of(std::string_view event_id);

/// `3 - Network` for 3; empty for an unknown type.
std::string_view logon_type_name(std::string_view logon_type);

/// The last part of the path of the process that the event is about.
std::string_view process_of(const WindowsEvent& event);

/// Whether events of a channel go to SecurityEvent.
bool is_security_channel(std::string_view channel);

}  // namespace vedette
