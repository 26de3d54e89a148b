#include "runtime/table/retention.h"

#include <algorithm>
#include <cctype>

#include "runtime/base/format.h"
#include "runtime/value/datetime.h"
#include "runtime/value/json.h"

namespace vedette {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Periods below a day are printed without a day; policies are read by programs that want one.
std::string period_text(Timespan period) {
  std::string text = to_text(period);
  return text.find('.') > text.find(':') ? "0." + text : text;
}

}  // namespace

std::string RetentionPolicy::to_text() const {
  return fmt::format(R"({{"SoftDeletePeriod":"{}","Recoverability":"{}"}})",
                     period_text(soft_delete_period), recoverable ? "Enabled" : "Disabled");
}

std::optional<RetentionPolicy> parse_retention(std::string_view json, RetentionPolicy otherwise) {
  DynamicBuilder builder;
  if (!parse_json_text(json, builder) || !builder.view().is_object()) return std::nullopt;
  RetentionPolicy policy = otherwise;
  for (const DynamicView::Entry entry : builder.view().entries()) {
    const std::string name = lower_case(entry.key);
    const std::string value = lower_case(entry.value.as_text());
    if (name == "softdeleteperiod") {
      const auto period = parse_timespan(value);
      if (!period || period->ticks < 0) return std::nullopt;
      policy.soft_delete_period = *period;
    } else if (name == "recoverability") {
      if (value != "enabled" && value != "disabled") return std::nullopt;
      policy.recoverable = value == "enabled";
    } else {
      return std::nullopt;
    }
  }
  return policy;
}

}  // namespace vedette
