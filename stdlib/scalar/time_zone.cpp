#include "stdlib/scalar/time_zone.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include "runtime/value/datetime.h"

namespace vedette::stdlib {
namespace {

constexpr int64_t seconds_per_day = 86'400;
constexpr int64_t seconds_to_1970 = 62'135'596'800;  // from 0001-01-01

// ---- rules ----

/// Reads the pieces of a rule; every `take` removes what it read.
class RuleText {
 public:
  explicit RuleText(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// `CEST` or `<+03>`.
  bool take_name() {
    if (take('<')) {
      const size_t end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    size_t length = 0;
    while (length < rest_.size() && is_letter(rest_[length])) ++length;
    rest_.remove_prefix(length);
    return length >= 3;
  }
  std::optional<int> take_number() {
    int number = 0;
    size_t length = 0;
    while (length < rest_.size() && length < 4 && rest_[length] >= '0' && rest_[length] <= '9') {
      number = number * 10 + (rest_[length++] - '0');
    }
    rest_.remove_prefix(length);
    return length > 0 ? std::optional(number) : std::nullopt;
  }
  /// `[+-]h[:mm[:ss]]`, as seconds.
  std::optional<int64_t> take_time() {
    const bool negative = take('-');
    if (!negative) take('+');
    int64_t seconds = 0;
    for (const int64_t unit : {3600, 60, 1}) {
      if (unit != 3600 && !take(':')) break;
      const auto number = take_number();
      if (!number) return std::nullopt;
      seconds += *number * unit;
    }
    return negative ? -seconds : seconds;
  }
  /// `Mm.w.d[/time]`.
  std::optional<YearlyRule::Change> take_change() {
    YearlyRule::Change change;
    if (!take(',') || !take('M')) return std::nullopt;
    const auto month = take_number();
    if (!month || *month < 1 || *month > 12 || !take('.')) return std::nullopt;
    const auto week = take_number();
    if (!week || *week < 1 || *week > 5 || !take('.')) return std::nullopt;
    const auto day = take_number();
    if (!day || *day > 6) return std::nullopt;
    change = {.month = *month, .week = *week, .day = *day};
    if (take('/')) {
      const auto time = take_time();
      if (!time) return std::nullopt;
      change.seconds = *time;
    }
    return change;
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view rest_;
};

/// When a change happens in a year, in seconds since 1970 of the clock that it is written in.
int64_t moment_of(const YearlyRule::Change& change, int year) {
  const int64_t first = days_of_date(year, change.month, 1);
  const int64_t weekday = (first + 1) % 7;
  int64_t day = first + (change.day - weekday + 7) % 7 + (change.week - 1) * 7;
  if (day >= first + days_in_month(year, change.month)) day -= 7;
  return day * seconds_per_day + change.seconds - seconds_to_1970;
}

int64_t offset_by_rule(const YearlyRule& rule, int64_t utc) {
  if (!rule.has_summer) return rule.standard;
  const int64_t ticks = std::clamp<int64_t>(utc + rule.standard + seconds_to_1970, 0,
                                            max_datetime_ticks / ticks_per_second) *
                        ticks_per_second;
  const int year = date_of(Datetime{ticks}).year;
  const int64_t start = moment_of(rule.start, year) - rule.standard;
  const int64_t end = moment_of(rule.end, year) - rule.summer;
  const bool summer =
      start < end ? utc >= start && utc < end : utc >= start || utc < end;  // the south
  return summer ? rule.summer : rule.standard;
}

// ---- files ----

int64_t big_endian(std::string_view bytes, size_t at, size_t width) {
  uint64_t value = (static_cast<uint8_t>(bytes[at]) & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return static_cast<int64_t>(value);
}

constexpr size_t header_bytes = 44;

/// The six counts of a header, in the order of the file.
struct Counts {
  size_t utc_flags, standard_flags, leaps, changes, types, name_bytes;

  size_t bytes(size_t time_bytes) const {
    return changes * time_bytes + changes + types * 6 + name_bytes + leaps * (time_bytes + 4) +
           standard_flags + utc_flags;
  }
};

std::optional<Counts> read_counts(std::string_view bytes, size_t at) {
  if (at + header_bytes > bytes.size() || bytes.substr(at, 4) != "TZif") return std::nullopt;
  size_t counts[6];
  for (size_t i = 0; i < 6; ++i) {
    const int64_t count = big_endian(bytes, at + 20 + 4 * i, 4);
    if (count < 0 || count > 1'000'000) return std::nullopt;
    counts[i] = static_cast<size_t>(count);
  }
  return Counts{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

std::string zone_folder() {
  const char* folder = std::getenv("TZDIR");
  return folder != nullptr ? folder : "/usr/share/zoneinfo";
}

std::shared_ptr<const TimeZone> load_time_zone(const std::string& name) {
  if (!is_zone_name(name)) return nullptr;
  std::ifstream file(zone_folder() + "/" + name, std::ios::binary);
  if (!file) return nullptr;
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto zone = TimeZone::parse(bytes);
  return zone ? std::make_shared<const TimeZone>(*std::move(zone)) : nullptr;
}

}  // namespace

std::optional<YearlyRule> parse_yearly_rule(std::string_view text) {
  RuleText reader(text);
  YearlyRule rule;
  if (!reader.take_name()) return std::nullopt;
  const auto west = reader.take_time();
  if (!west) return std::nullopt;
  rule.standard = -*west;
  if (reader.done()) return rule;
  if (!reader.take_name()) return std::nullopt;
  rule.has_summer = true;
  rule.summer = rule.standard + 3600;
  if (reader.peek() != ',') {
    const auto summer_west = reader.take_time();
    if (!summer_west) return std::nullopt;
    rule.summer = -*summer_west;
  }
  const auto start = reader.take_change();
  const auto end = start ? reader.take_change() : std::nullopt;
  if (!end || !reader.done()) return std::nullopt;
  rule.start = *start;
  rule.end = *end;
  return rule;
}

std::optional<TimeZone> TimeZone::parse(std::string_view bytes) {
  const auto old_counts = read_counts(bytes, 0);
  if (!old_counts || bytes[4] < '2') return std::nullopt;
  const size_t header = header_bytes + old_counts->bytes(4);
  const auto counts = read_counts(bytes, header);
  if (!counts || counts->types == 0) return std::nullopt;
  const size_t times = header + header_bytes;
  const size_t end = times + counts->bytes(8);
  if (end > bytes.size()) return std::nullopt;
  const size_t type_numbers = times + counts->changes * 8;
  const size_t types = type_numbers + counts->changes;

  TimeZone zone;
  zone.first_offset_ = big_endian(bytes, types, 4);
  for (size_t i = 0; i < counts->changes; ++i) {
    const auto type = static_cast<uint8_t>(bytes[type_numbers + i]);
    if (type >= counts->types) return std::nullopt;
    zone.changes_.push_back(big_endian(bytes, times + 8 * i, 8));
    zone.offsets_.push_back(big_endian(bytes, types + 6 * size_t{type}, 4));
  }
  std::string_view footer = bytes.substr(end);
  if (!footer.empty() && footer.front() == '\n') footer.remove_prefix(1);
  zone.rule_ = parse_yearly_rule(footer.substr(0, footer.find('\n')));
  return zone;
}

int64_t TimeZone::offset_at(Datetime utc) const {
  const int64_t seconds = utc.ticks / ticks_per_second - seconds_to_1970;
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), seconds);
  if (next == changes_.end() && rule_) return offset_by_rule(*rule_, seconds);
  if (next == changes_.begin()) return first_offset_;
  return offsets_[static_cast<size_t>(next - changes_.begin()) - 1];
}

std::optional<Datetime> TimeZone::local_of(Datetime utc) const {
  return add_ticks(utc, offset_at(utc) * ticks_per_second);
}

std::optional<Datetime> TimeZone::utc_of(Datetime local) const {
  const auto guess = [&](int64_t ticks) {
    const auto moment = add_ticks(local, ticks).value_or(local);
    return offset_at(moment);
  };
  const int64_t before = guess(-ticks_per_day);
  const int64_t after = guess(ticks_per_day);
  const auto holds = [&](int64_t offset) {
    const auto utc = add_ticks(local, -offset * ticks_per_second);
    return utc && offset_at(*utc) == offset;
  };
  const int64_t offset = holds(before) && !holds(after) ? before : after;
  return add_ticks(local, -offset * ticks_per_second);
}

std::shared_ptr<const TimeZone> find_time_zone(const std::string& name) {
  static std::mutex lock;
  static std::map<std::string, std::shared_ptr<const TimeZone>> zones;
  const std::lock_guard guard(lock);
  const auto known = zones.find(name);
  if (known != zones.end()) return known->second;
  auto zone = load_time_zone(name);
  if (zone != nullptr) zones.emplace(name, zone);
  return zone;
}

const std::vector<std::string>& time_zone_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> found;
    const std::filesystem::path folder = zone_folder();
    std::error_code problem;
    std::filesystem::recursive_directory_iterator entry(folder, problem), end;
    for (; !problem && entry != end; entry.increment(problem)) {
      const std::string name = entry->path().lexically_relative(folder).string();
      // The same zones once more, in other time scales.
      if (name == "posix" || name == "right") entry.disable_recursion_pending();
      if (!is_zone_name(name) || !entry->is_regular_file(problem)) continue;
      char start[4] = {};
      std::ifstream(entry->path(), std::ios::binary).read(start, sizeof start);
      const bool zone = std::string_view(start, sizeof start) == "TZif";
      if (zone && name != "localtime" && name != "posixrules") found.push_back(name);
    }
    std::sort(found.begin(), found.end());
    return found;
  }();
  return names;
}

}  // namespace vedette::stdlib
