// The made-up company whose day the demo shows: people, machines, and the intruder.
#pragma once

#include <string>
#include <vector>

#include "runtime/shell/demo/random.h"
#include "runtime/value/scalar.h"

namespace vedette::shell::demo {

struct Person {
  std::string name;     // "Ines Vogel"
  std::string account;  // "ines.vogel@alderbrook.example"
  std::string login;    // "ines.vogel"
  std::string device;   // "WS-0117"
  std::string address;  // in the office network
  std::string home;     // where they sign in from outside
  std::string city;
};

struct Company {
  std::vector<Person> people;
  std::vector<std::string> servers;
  std::vector<std::string> sites;  // addresses on the internet that people visit
};

/// People and machines of a company of `people`.
Company make_company(Random& random, int people);

/// The day of the demo: 2024-05-14, a Tuesday.
Datetime start_of_day();

/// A moment of that day.
Datetime at(int hour, int minute, int second = 0);

// What the intruder uses. All addresses are from ranges reserved for documentation.
constexpr std::string_view spray_address = "203.0.113.66";
constexpr std::string_view control_address = "198.51.100.23";
constexpr std::string_view drop_mailbox = "invoices.archive@mailbox.example";

/// The person whose account is taken over; every company has one.
const Person& victim_of(const Company& company);

}  // namespace vedette::shell::demo
