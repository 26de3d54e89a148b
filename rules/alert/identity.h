// GUIDs that a replay makes again: names of alerts, runs and incidents.
#pragma once

#include <string>
#include <string_view>

#include "rules/rule.h"
#include "rules/run/slot.h"

namespace vedette::rules {

/// The GUID of a text: the same for the same text, on every machine, for ever.
std::string guid_of(std::string_view text);

/// The rule's id as alerts write it, in lower case; one made of its file and name when it has none.
std::string guid_of_rule(const AnalyticRule& rule);

/// One run of a rule: rule and time, not when it was run.
std::string guid_of_run(const AnalyticRule& rule, const Slot& slot);

/// What stands for the workspace in texts that name one.
std::string guid_of_workspace();

}  // namespace vedette::rules
