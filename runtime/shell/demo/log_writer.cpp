#include "runtime/shell/demo/log_writer.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/shell/demo/company.h"
#include "runtime/value/datetime.h"
#include "runtime/value/render.h"

namespace vedette::shell::demo {
namespace {

/// How busy each hour is.
constexpr std::array<double, 24> activity = {1,  1,  1,  1,  1,  2,  5, 12, 20, 24, 24, 22,
                                             15, 20, 24, 23, 20, 14, 7, 4,  3,  2,  2,  1};

/// The moment of the day at which the `share` of all activity has happened.
Datetime moment_of(double share) {
  double total = 0;
  for (const double hour : activity) total += hour;
  double left = share * total;
  for (size_t hour = 0; hour < activity.size(); ++hour) {
    if (left < activity[hour]) {
      const double hours = static_cast<double>(hour) + left / activity[hour];
      const auto ticks = static_cast<int64_t>(hours * static_cast<double>(ticks_per_hour));
      return {start_of_day().ticks + ticks / ticks_per_millisecond * ticks_per_millisecond};
    }
    left -= activity[hour];
  }
  return at(23, 59, 59);
}

}  // namespace

void JsonLine::begin(std::string_view key) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, key);
  out_ += ':';
}

JsonLine& JsonLine::text(std::string_view key, std::string_view value) {
  begin(key);
  append_json_string(out_, value);
  return *this;
}

JsonLine& JsonLine::number(std::string_view key, int64_t value) {
  begin(key);
  out_ += std::to_string(value);
  return *this;
}

JsonLine& JsonLine::time(std::string_view key, Datetime value) {
  return text(key, to_text(value));
}

JsonLine& JsonLine::json(std::string_view key, std::string_view value) {
  begin(key);
  out_ += value;
  return *this;
}

int64_t write_log(const std::string& path, int64_t rows, Random& random, const WriteEvent& everyday,
                  const PlantedEvents& planted) {
  std::ofstream file(path, std::ios::binary);
  std::string out;
  auto next_planted = planted.begin();
  for (int64_t row = 0; row <= rows; ++row) {
    // One moment from each of `rows` equal shares of the day's activity: in order, never regular.
    const double share = (static_cast<double>(row) + random.fraction()) / static_cast<double>(rows);
    const Datetime time = moment_of(share);
    for (; next_planted != planted.end() && (next_planted->first <= time || row == rows);
         ++next_planted) {
      next_planted->second(out, next_planted->first);
    }
    if (row < rows) everyday(out, time);
    if (out.size() > (1 << 20) || row == rows) {
      file.write(out.data(), static_cast<std::streamsize>(out.size()));
      out.clear();
    }
  }
  file.close();
  if (!file) {
    throw QueryError(ErrorKind::Runtime, "CLI0006",
                     fmt::format("{}: {}", path, std::strerror(errno)));
  }
  return rows + static_cast<int64_t>(planted.size());
}

}  // namespace vedette::shell::demo
