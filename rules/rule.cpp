#include "rules/rule.h"

namespace vedette::rules {

std::string_view name_of(RuleKind kind) {
  switch (kind) {
    case RuleKind::Scheduled:
      return "Scheduled";
    case RuleKind::NearRealTime:
      return "NRT";
    case RuleKind::Hunting:
      return "Hunting";
  }
  return "";
}

std::string_view name_of(AlertSeverity severity) {
  constexpr std::string_view names[] = {"Informational", "Low", "Medium", "High"};
  return names[static_cast<size_t>(severity)];
}

std::string_view name_of(Trigger trigger) {
  constexpr std::string_view names[] = {"GreaterThan", "LessThan", "Equal", "NotEqual"};
  return names[static_cast<size_t>(trigger)];
}

bool fires(const AnalyticRule& rule, int64_t rows) {
  switch (rule.trigger) {
    case Trigger::GreaterThan:
      return rows > rule.threshold;
    case Trigger::LessThan:
      return rows < rule.threshold;
    case Trigger::Equal:
      return rows == rule.threshold;
    case Trigger::NotEqual:
      return rows != rule.threshold;
  }
  return false;
}

}  // namespace vedette::rules
