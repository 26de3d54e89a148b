#include "runtime/shell/demo/hunt.h"

#include <array>

namespace vedette::shell::demo {
namespace {

constexpr std::array<HuntStep, 5> steps = {{
    {"Does one address fail to sign in to many accounts?",
     R"(SigninLogs
| where ResultType == "50126"
| summarize Accounts = dcount(UserPrincipalName), Failures = count(),
            First = min(TimeGenerated), Last = max(TimeGenerated) by IPAddress
| where Accounts > 30 and Failures < 3 * Accounts
| top 3 by Accounts)",
     "A password spray: a few tries on each of many accounts, slowly, from one address."},
    {"Did it get in anywhere?",
     R"(let spray = SigninLogs
    | where ResultType == "50126" and UserAgent startswith "python"
    | distinct IPAddress;
SigninLogs
| where ResultType == "0" and IPAddress in (spray)
| project TimeGenerated, UserPrincipalName, AppDisplayName, IPAddress, Location
| sort by TimeGenerated asc)",
     "One account opened: the last password fitted, and the visitor came back."},
    {"What did that account do from there?",
     R"(union withsource = Log
    (OfficeActivity | where ClientIP == "203.0.113.66"
     | extend What = iff(Operation == "New-InboxRule",
                         strcat(Operation, ", forward to ", todynamic(Parameters)[1].Value), Operation)),
    (AuditLogs | where tostring(InitiatedBy.user.ipAddress) == "203.0.113.66"
     | extend What = strcat(OperationName, ": ", TargetResources[0].displayName))
| summarize Times = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by What
| sort by First asc)",
     "It stayed (a second factor, an application), hid the mail about invoices, took contracts."},
    {"What ran on the owner's machine?",
     R"(DeviceProcessEvents
| where ProcessCommandLine has_any ("EncodedCommand", "urlcache", "comsvcs", "shadows")
    or (FileName =~ "net.exe" and ProcessCommandLine has "Domain Admins")
| project TimeGenerated, DeviceName, AccountName, InitiatingProcessFileName,
          Command = substring(ProcessCommandLine, 0, 60)
| sort by TimeGenerated asc)",
     "A document started a shell; credentials were taken, then the file server's backups."},
    {"Who calls home, minute by minute, and how much left?",
     R"(CommonSecurityLog
| where DeviceAction == "allow" and DestinationPort == 443
| summarize Minutes = dcount(bin(TimeGenerated, 1m)), Connections = count(),
            Machines = dcount(SourceIP), SentMB = round(sum(SentBytes) / 1e6, 1)
            by DestinationIP
| where Machines == 1 and Minutes > 300
| top 5 by Minutes)",
     "One machine, one destination, every minute until midnight, and 2.3 GB at ten in the "
     "evening."},
}};

}  // namespace

std::span<const HuntStep> hunt() {
  return steps;
}

}  // namespace vedette::shell::demo
