#include <array>

#include "runtime/base/format.h"
#include "runtime/shell/demo/logs.h"

namespace vedette::shell::demo {
namespace {

struct Outcome {
  std::string_view code;
  std::string_view description;
};

constexpr Outcome success = {"0", ""};
constexpr Outcome wrong_password = {"50126", "Invalid username or password."};
constexpr Outcome needs_second_factor = {"50074", "Strong authentication is required."};
constexpr Outcome expired = {"50173", "The session has expired."};

constexpr std::array<std::string_view, 8> applications = {
    "Mail", "Files", "Chat", "Timesheets", "Freight Desk", "Customs Portal", "Travel", "Payroll"};
constexpr std::array<std::string_view, 4> agents = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0", "Mozilla/5.0 (iPhone) Mobile/15E148",
    "Mozilla/5.0 (Macintosh) Safari/605.1.15", "Mail/16.78 (Windows)"};

void write(std::string& out, Datetime time, const Person& person, std::string_view address,
           std::string_view city, std::string_view application, std::string_view agent,
           const Outcome& outcome) {
  JsonLine(out)
      .time("TimeGenerated", time)
      .text("UserPrincipalName", person.account)
      .text("UserDisplayName", person.name)
      .text("IPAddress", address)
      .text("Location", city)
      .text("AppDisplayName", application)
      .text("UserAgent", agent)
      .text("ResultType", outcome.code)
      .text("ResultDescription", outcome.description)
      .json("DeviceDetail",
            fmt::format(R"({{"displayName":"{}","trustType":"{}"}})",
                        city == "Unknown" ? "" : person.device, city == "Unknown" ? "" : "Joined"))
      .end();
}

/// One password tried on many accounts, slowly; it fits one of them.
PlantedEvents password_spray(Random& random, const Company& company) {
  PlantedEvents events;
  constexpr std::string_view agent = "python-requests/2.31.0";
  Datetime time = at(6, 41);
  const size_t accounts = std::min<size_t>(64, company.people.size());
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < accounts; ++i) {
      const Person& person = company.people[i];
      const bool fits = round == 1 && &person == &victim_of(company);
      time.ticks += random.between(9, 31) * ticks_per_second;
      events.emplace(time, [&person, fits, agent](std::string& out, Datetime when) {
        write(out, when, person, spray_address, "Unknown", "Mail", agent,
              fits ? success : wrong_password);
      });
    }
  }
  for (const auto& [hour, application] :
       {std::pair{8, "Mail"}, std::pair{9, "Files"}, std::pair{13, "Mail"}}) {
    events.emplace(at(hour, 12, 8), [&company, application](std::string& out, Datetime when) {
      write(out, when, victim_of(company), spray_address, "Unknown", application, agents[0],
            success);
    });
  }
  return events;
}

}  // namespace

int64_t write_sign_ins(const std::string& path, int64_t rows, Random& random,
                       const Company& company) {
  const auto everyday = [&](std::string& out, Datetime time) {
    const Person& person = random.pick<Person>(company.people);
    const double luck = random.fraction();
    const Outcome& outcome = luck < 0.93    ? success
                             : luck < 0.96  ? wrong_password
                             : luck < 0.985 ? needs_second_factor
                                            : expired;
    const std::string_view address =
        random.chance(0.7) ? std::string_view("192.0.2.1") : person.home;
    write(out, time, person, address, person.city,
          random.pick_favourite<std::string_view>(applications),
          random.pick_favourite<std::string_view>(agents), outcome);
  };
  return write_log(path, rows, random, everyday, password_spray(random, company));
}

}  // namespace vedette::shell::demo
