// The forms a rule is written in, one reader each.
#pragma once

#include "rules/load/fields.h"
#include "rules/rule.h"

namespace vedette::rules {

/// A YAML template of the public rule repository, or a hunting query in the same form.
AnalyticRule read_template(Fields& fields, const std::string& file);

/// An ARM resource: `kind`, and the rule in `properties`.
AnalyticRule read_resource(Fields& resource, Fields& properties, const std::string& file);

/// A saved search of the category "Hunting Queries".
AnalyticRule read_saved_search(Fields& resource, Fields& properties, const std::string& file);

/// A custom detection as Microsoft Graph describes it.
AnalyticRule read_custom_detection(Fields& fields, const std::string& file);

/// Old rules name entities by columns such as IPCustomEntity instead of mapping them.
void add_implied_entities(AnalyticRule& rule);

}  // namespace vedette::rules
