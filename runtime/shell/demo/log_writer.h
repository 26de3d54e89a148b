// Writes one log file of the demo: everyday events over a day, planted ones in between.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "runtime/shell/demo/random.h"
#include "runtime/value/scalar.h"

namespace vedette::shell::demo {

/// One JSON object on a line.
class JsonLine {
 public:
  explicit JsonLine(std::string& out) : out_(out) { out_ += '{'; }

  JsonLine& text(std::string_view key, std::string_view value);
  JsonLine& number(std::string_view key, int64_t value);
  JsonLine& time(std::string_view key, Datetime value);
  JsonLine& json(std::string_view key, std::string_view value);
  void end() { out_ += "}\n"; }

 private:
  void begin(std::string_view key);

  std::string& out_;
  bool first_ = true;
};

/// Appends one event that happens at a moment to the text of the log.
using WriteEvent = std::function<void(std::string& out, Datetime time)>;

/// What happens at fixed moments, by time.
using PlantedEvents = std::multimap<Datetime, WriteEvent>;

/// Writes `rows` everyday events, spread as a working day spreads them, and the planted ones, in
/// the order of time. Returns how many lines there are. Throws QueryError when it cannot write.
int64_t write_log(const std::string& path, int64_t rows, Random& random, const WriteEvent& everyday,
                  const PlantedEvents& planted);

}  // namespace vedette::shell::demo
