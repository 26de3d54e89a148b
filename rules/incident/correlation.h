// Which alerts of different rules are about the same accounts, machines, addresses and files.
#pragma once

#include <string>
#include <vector>

#include "rules/alert/alert.h"

namespace vedette::rules {

/// Puts alerts of different rules into one incident when they name someone or something in common,
/// as an extended-detection portal does; a rule's own grouping goes first. Incidents that exist are
/// never merged: people know them by their numbers.
struct Correlation {
  bool enabled = false;
  /// How long after its last alert an incident takes another one.
  Timespan window = {ticks_per_day};
  /// Alerts of an incident that takes no more from other groups, as that of multistage attacks
  /// does.
  size_t most_alerts = 100;
};

/// What an alert is about, as names that other alerts may share: accounts by name and suffix, by
/// SID and object id; hosts, addresses, mailboxes, file hashes and applications. Letter case does
/// not count. Processes, files and URLs are not taken: too many alerts have them in common.
std::vector<std::string> names_shared(const Alert& alert);

/// The names under which an incident has to be looked up to find those that `alert` belongs to. An
/// account without a domain (`ann`) is any account of that name (`ann@contoso.example`), but two
/// with different domains are not the same.
std::vector<std::string> names_sought(const Alert& alert);

/// What an incident of several rules is called: the stages of the attack in their order.
std::string multistage_title(const std::vector<std::string>& tactics);

}  // namespace vedette::rules
