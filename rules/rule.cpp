#include "rules/rule.h"

namespace vedette::rules {

Place AnalyticRule::place_of(std::string_view field) const {
  const auto known = field_places.find(field);
  return known == field_places.end() ? place : known->second;
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
