#include "runtime/shell/demo/company.h"

#include <array>
#include <set>

#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette::shell::demo {
namespace {

constexpr std::array<std::string_view, 40> first_names = {
    "Ines",  "Jonas", "Maya",  "Tomas", "Lucia", "Emil",  "Noor",  "Pavel", "Greta", "Amir",
    "Hanna", "Diego", "Yuki",  "Otto",  "Sara",  "Marek", "Leila", "Hugo",  "Anouk", "Rasmus",
    "Priya", "Felix", "Ewa",   "Kofi",  "Lena",  "Mateo", "Zoe",   "Ivan",  "Nadia", "Oskar",
    "Alma",  "Bruno", "Clara", "Dario", "Elif",  "Fatou", "Goran", "Helga", "Ilse",  "Joris"};
constexpr std::array<std::string_view, 40> last_names = {
    "Vogel",   "Lindt",   "Okafor", "Novak",  "Reyes",  "Holm",  "Haddad", "Sokol",
    "Brandt",  "Farah",   "Meyer",  "Castro", "Tanaka", "Weiss", "Lund",   "Kowal",
    "Aziz",    "Martin",  "Dubois", "Berg",   "Sharma", "Koch",  "Zielen", "Mensah",
    "Fischer", "Silva",   "Petrov", "Keller", "Moreau", "Dahl",  "Santos", "Conti",
    "Roth",    "Bianchi", "Demir",  "Diallo", "Horvat", "Engel", "Peters", "Bakker"};
constexpr std::array<std::string_view, 8> cities = {"Hamburg", "Rotterdam", "Gdansk", "Antwerp",
                                                    "Lyon",    "Aarhus",    "Genoa",  "Bremen"};
constexpr std::array<std::string_view, 6> server_names = {"SRV-FILE01", "SRV-FILE02", "SRV-DC01",
                                                          "SRV-DC02",   "SRV-SQL01",  "SRV-APP01"};

constexpr size_t victim = 27;

}  // namespace

Company make_company(Random& random, int people) {
  Company company;
  std::set<std::string> taken;
  while (static_cast<int>(company.people.size()) < people) {
    const auto first = random.pick<std::string_view>(first_names);
    const auto last = random.pick<std::string_view>(last_names);
    Person person;
    person.name = fmt::format("{} {}", first, last);
    if (!taken.insert(person.name).second) continue;
    person.login = fmt::format("{}.{}", first, last);
    for (char& letter : person.login) letter = static_cast<char>(std::tolower(letter));
    person.account = person.login + "@alderbrook.example";
    const auto number = static_cast<int>(company.people.size());
    person.device = fmt::format("WS-{:04}", 100 + number * 3);
    person.address = fmt::format("10.20.{}.{}", number / 200, 10 + number % 200);
    person.home = fmt::format("192.0.2.{}", random.between(1, 254));
    person.city = random.pick<std::string_view>(cities);
    company.people.push_back(std::move(person));
  }
  company.servers.assign(server_names.begin(), server_names.end());
  for (int i = 0; i < 300; ++i) {
    company.sites.push_back(fmt::format("198.18.{}.{}", i / 16, 1 + i % 16 * 13));
  }
  return company;
}

Datetime start_of_day() {
  return *datetime_of({.year = 2024, .month = 5, .day = 14});
}

Datetime at(int hour, int minute, int second) {
  return {start_of_day().ticks + hour * ticks_per_hour + minute * ticks_per_minute +
          second * ticks_per_second};
}

const Person& victim_of(const Company& company) {
  return company.people[victim % company.people.size()];
}

}  // namespace vedette::shell::demo
