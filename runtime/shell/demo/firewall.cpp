#include <array>

#include "runtime/base/format.h"
#include "runtime/shell/demo/logs.h"

namespace vedette::shell::demo {
namespace {

void write(std::string& out, Datetime time, std::string_view source, std::string_view destination,
           int64_t port, std::string_view action, int64_t sent, int64_t received) {
  JsonLine(out)
      .time("TimeGenerated", time)
      .text("DeviceVendor", "Alderbrook")
      .text("DeviceProduct", "Perimeter")
      .text("DeviceAction", action)
      .text("SourceIP", source)
      .text("DestinationIP", destination)
      .number("DestinationPort", port)
      .text("Protocol", port == 53 ? "udp" : "tcp")
      .number("SentBytes", sent)
      .number("ReceivedBytes", received)
      .end();
}

/// A call home about every minute until the end of the day, and a large upload in the night.
PlantedEvents command_and_control(Random& random, const Company& company) {
  PlantedEvents events;
  const Person& victim = victim_of(company);
  for (Datetime time = at(10, 33, 52); time < at(23, 58);
       time.ticks += (60 + random.between(-4, 4)) * ticks_per_second) {
    const int64_t sent = random.between(380, 460);
    events.emplace(time, [&victim, sent](std::string& out, Datetime when) {
      write(out, when, victim.address, control_address, 443, "allow", sent, sent / 3);
    });
  }
  for (int part = 0; part < 24; ++part) {
    const int64_t sent = random.between(88'000'000, 104'000'000);
    events.emplace(at(22, 2 + part, 7), [&victim, sent](std::string& out, Datetime when) {
      write(out, when, victim.address, control_address, 443, "allow", sent, 5120);
    });
  }
  return events;
}

}  // namespace

int64_t write_firewall(const std::string& path, int64_t rows, Random& random,
                       const Company& company) {
  constexpr std::array<int64_t, 5> ports = {443, 53, 80, 8443, 22};
  const auto everyday = [&](std::string& out, Datetime time) {
    const Person& person = random.pick<Person>(company.people);
    const int64_t port = random.pick_favourite<int64_t>(ports);
    const bool blocked = random.chance(port == 22 ? 0.4 : 0.02);
    const double size = random.fraction() * random.fraction() * random.fraction();
    write(out, time, person.address,
          port == 53 ? "10.20.0.2" : random.pick_favourite<std::string>(company.sites), port,
          blocked ? "deny" : "allow", blocked ? 60 : 400 + static_cast<int64_t>(size * 90'000),
          blocked ? 0 : 700 + static_cast<int64_t>(size * 2'000'000));
  };
  return write_log(path, rows, random, everyday, command_and_control(random, company));
}

}  // namespace vedette::shell::demo
