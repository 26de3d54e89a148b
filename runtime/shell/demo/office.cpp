#include <array>

#include "runtime/base/format.h"
#include "runtime/shell/demo/logs.h"

namespace vedette::shell::demo {
namespace {

constexpr std::array<std::string_view, 7> operations = {
    "FileAccessed",   "MailItemsAccessed", "FileModified", "FilePreviewed",
    "FileDownloaded", "FileUploaded",      "New-InboxRule"};
constexpr std::array<std::string_view, 6> folders = {"Contracts", "Invoices",  "Customs",
                                                     "Routes",    "Personnel", "Claims"};

void write(std::string& out, Datetime time, const Person& person, std::string_view address,
           std::string_view operation, std::string_view object, std::string_view parameters) {
  const bool mail = operation.starts_with("Mail") || operation == "New-InboxRule";
  JsonLine(out)
      .time("TimeGenerated", time)
      .text("OfficeWorkload", mail ? "Exchange" : "SharePoint")
      .text("Operation", operation)
      .text("UserId", person.account)
      .text("ClientIP", address)
      .text("OfficeObjectId", object)
      .json("Parameters", parameters)
      .end();
}

std::string document(Random& random) {
  const auto folder = random.pick<std::string_view>(folders);
  return fmt::format("/sites/operations/{}/{}-{:05}.docx", folder, folder,
                     random.between(1, 40'000));
}

/// Mail about invoices is forwarded and hidden, then contracts are carried away.
PlantedEvents collection(Random& random, const Company& company) {
  PlantedEvents events;
  const Person& victim = victim_of(company);
  events.emplace(at(8, 26, 17), [&victim](std::string& out, Datetime time) {
    const std::string parameters = fmt::format(
        R"([{{"Name":"SubjectContainsWords","Value":"invoice;payment"}},)"
        R"({{"Name":"ForwardTo","Value":"{}"}},{{"Name":"DeleteMessage","Value":"True"}}])",
        drop_mailbox);
    write(out, time, victim, spray_address, "New-InboxRule", "Rule: .", parameters);
  });
  Datetime time = at(9, 14);
  for (int i = 0; i < 412; ++i) {
    time.ticks += random.between(600, 2600) * ticks_per_millisecond;
    const std::string object =
        fmt::format("/sites/operations/Contracts/Contracts-{:05}.docx", 1200 + i);
    events.emplace(time, [&victim, object](std::string& out, Datetime when) {
      write(out, when, victim, spray_address, "FileDownloaded", object, "[]");
    });
  }
  return events;
}

}  // namespace

int64_t write_office(const std::string& path, int64_t rows, Random& random,
                     const Company& company) {
  const auto everyday = [&](std::string& out, Datetime time) {
    const Person& person = random.pick<Person>(company.people);
    auto operation = random.pick_favourite<std::string_view>(operations);
    const bool rule = operation == "New-InboxRule" && random.chance(0.01);
    if (operation == "New-InboxRule" && !rule) operation = operations[0];
    write(out, time, person, random.chance(0.8) ? person.address : person.home, operation,
          rule ? "Rule: Newsletters" : document(random),
          rule ? R"([{"Name":"MoveToFolder","Value":"Newsletters"}])" : "[]");
  };
  return write_log(path, rows, random, everyday, collection(random, company));
}

}  // namespace vedette::shell::demo
