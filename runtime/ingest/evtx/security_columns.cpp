#include "runtime/ingest/evtx/security_columns.h"

#include <algorithm>

#include "runtime/base/utf8.h"
#include "runtime/ingest/evtx/security_titles.h"

namespace vedette {

namespace {

/// `Domain\User`; sets `user`. Empty without a user in the event.
std::string account_in(const WindowsEvent& event, std::string_view user_name,
                       std::string_view domain_name, std::string_view& user) {
  if (!event.find(user_name, user)) return {};
  const std::string_view domain = event.text_of(domain_name);
  // Some providers give both in one.
  if (domain.empty() && user.find('\\') != std::string_view::npos) return std::string(user);
  return std::string(domain) + "\\" + std::string(user);
}

}  // namespace

EventAccounts accounts_of(const WindowsEvent& event) {
  constexpr std::string_view logons[] = {"4624", "4625", "4634", "4647", "4648"};
  EventAccounts accounts;
  std::string_view subject_user;
  std::string_view target_user;
  std::string_view user;
  accounts.subject = account_in(event, "SubjectUserName", "SubjectDomainName", subject_user);
  accounts.target = account_in(event, "TargetUserName", "TargetDomainName", target_user);
  const bool logon =
      std::find(std::begin(logons), std::end(logons), event.event_id) != std::end(logons);
  if (!accounts.target.empty() && (logon || accounts.subject.empty())) {
    accounts.account = accounts.target;
    user = target_user;
  } else if (!accounts.subject.empty()) {
    accounts.account = accounts.subject;
    user = subject_user;
  } else {
    accounts.account = account_in(event, "AccountName", "AccountDomain", user);
  }
  const std::string_view name = user.substr(0, user.find('@'));  // Kerberos adds the domain
  if (!accounts.account.empty()) accounts.type = name.ends_with('$') ? "Machine" : "User";
  return accounts;
}

std::string activity_of(std::string_view event_id) {
  std::string activity(event_id);
  const std::string_view title = security_event_title(event_id);
  if (!title.empty()) activity.append(" - ").append(title);
  return activity;
}

std::string_view logon_type_name(std::string_view logon_type) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"0", "0 - System"},
      {"2", "2 - Interactive"},
      {"3", "3 - Network"},
      {"4", "4 - Batch"},
      {"5", "5 - Service"},
      {"7", "7 - Unlock"},
      {"8", "8 - NetworkCleartext"},
      {"9", "9 - NewCredentials"},
      {"10", "10 - RemoteInteractive"},
      {"11", "11 - CachedInteractive"},
      {"12", "12 - CachedRemoteInteractive"},
      {"13", "13 - CachedUnlock"},
  };
  for (const auto& [type, name] : names) {
    if (type == logon_type) return name;
  }
  return {};
}

std::string_view process_of(const WindowsEvent& event) {
  std::string_view path;
  if (!event.find("NewProcessName", path)) event.find("ProcessName", path);
  const size_t slash = path.find_last_of("\\/");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_security_channel(std::string_view channel) {
  constexpr std::string_view locker = "Microsoft-Windows-AppLocker/";
  return equal_ignoring_case(channel, "Security") ||
         equal_ignoring_case(channel.substr(0, locker.size()), locker);
}

}  // namespace vedette
