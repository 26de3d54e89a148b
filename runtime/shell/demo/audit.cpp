#include <array>

#include "runtime/base/format.h"
#include "runtime/shell/demo/logs.h"

namespace vedette::shell::demo {
namespace {

struct Change {
  std::string_view operation;
  std::string_view category;
};

constexpr std::array<Change, 7> changes = {{{"Update user", "UserManagement"},
                                            {"Change user password", "UserManagement"},
                                            {"Add member to group", "GroupManagement"},
                                            {"Update device", "Device"},
                                            {"User registered security info", "UserManagement"},
                                            {"Remove member from group", "GroupManagement"},
                                            {"Consent to application", "ApplicationManagement"}}};

void write(std::string& out, Datetime time, const Person& initiator, std::string_view address,
           const Change& change, std::string_view target) {
  JsonLine(out)
      .time("TimeGenerated", time)
      .text("OperationName", change.operation)
      .text("Category", change.category)
      .text("Result", "success")
      .json("InitiatedBy",
            fmt::format(R"({{"user":{{"userPrincipalName":"{}","ipAddress":"{}"}}}})",
                        initiator.account, address))
      .json("TargetResources", fmt::format(R"([{{"displayName":"{}","type":"User"}}])", target))
      .end();
}

/// The intruder adds a second factor of their own, and consents to an application that reads mail.
PlantedEvents persistence(const Company& company) {
  PlantedEvents events;
  events.emplace(at(8, 19, 44), [&company](std::string& out, Datetime time) {
    write(out, time, victim_of(company), spray_address, changes[4], victim_of(company).name);
  });
  events.emplace(at(8, 31, 2), [&company](std::string& out, Datetime time) {
    write(out, time, victim_of(company), spray_address, changes[6], "Mail Archive Assistant");
  });
  return events;
}

}  // namespace

int64_t write_audit(const std::string& path, int64_t rows, Random& random, const Company& company) {
  const auto everyday = [&](std::string& out, Datetime time) {
    const Person& initiator = random.pick_favourite<Person>(company.people);
    const Person& target = random.pick<Person>(company.people);
    write(out, time, initiator, initiator.address, random.pick_favourite<Change>(changes),
          target.name);
  };
  return write_log(path, rows, random, everyday, persistence(company));
}

}  // namespace vedette::shell::demo
