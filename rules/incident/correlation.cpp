#include "rules/incident/correlation.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "rules/check/attack.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

const std::string* identifier(const Entity& entity, std::string_view name) {
  for (const auto& [key, value] : entity.identifiers) {
    if (key == name) return &value;
  }
  return nullptr;
}

/// The domain of an account, in whichever form the rule gave it.
const std::string* domain_of(const Entity& account) {
  for (const std::string_view name : {"UPNSuffix", "DnsDomain", "NTDomain"}) {
    if (const std::string* domain = identifier(account, name)) return domain;
  }
  return nullptr;
}

struct UniqueIdentifier {
  std::string_view kind, identifier;
};

/// What tells one entity from all others, without anything else.
constexpr UniqueIdentifier unique_identifiers[] = {
    {"account", "Sid"},
    {"account", "AadUserId"},
    {"account", "ObjectGuid"},
    {"host", "HostName"},
    {"host", "NetBiosName"},
    {"ip", "Address"},
    {"filehash", "Value"},
    {"mailbox", "MailboxPrimaryAddress"},
    {"cloud-application", "AppId"},
};

/// A host by its first label, whether the rule gave the domain or not.
std::string comparable(const UniqueIdentifier& unique, std::string_view value, Arena& arena) {
  std::string_view text = lower_case(value, arena);
  if (unique.kind == "host") text = text.substr(0, text.find('.'));
  return fmt::format("{}:{}", unique.kind, text);
}

std::vector<std::string> names_of(const Alert& alert, bool sought) {
  std::vector<std::string> names;
  Arena arena;
  for (const Entity& entity : alert.entities) {
    for (const UniqueIdentifier& unique : unique_identifiers) {
      if (entity.kind != unique.kind) continue;
      const std::string* value = identifier(entity, unique.identifier);
      if (value != nullptr) names.push_back(comparable(unique, *value, arena));
    }
    const std::string* name = entity.kind == "account" ? identifier(entity, "Name") : nullptr;
    if (name == nullptr) continue;
    const std::string_view account = lower_case(*name, arena);
    const std::string* domain = domain_of(entity);
    if (domain != nullptr) {
      names.push_back(fmt::format("account:{}@{}", account, lower_case(*domain, arena)));
      names.push_back(fmt::format(
          "{}:{}", sought ? "account without domain" : "account of some domain", account));
    } else {
      names.push_back(fmt::format("account without domain:{}", account));
      if (sought) names.push_back(fmt::format("account of some domain:{}", account));
    }
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

/// `CredentialAccess` as people write it: `credential access`.
std::string spelled_out(std::string_view tactic) {
  std::string text;
  for (const char c : tactic) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !text.empty()) text += ' ';
    text += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

/// Along an attack, from looking around to the damage.
auto stage_of(const std::string& tactic) {
  return std::ranges::find(attack_tactics(), tactic) - attack_tactics().begin();
}

}  // namespace

std::vector<std::string> names_shared(const Alert& alert) {
  return names_of(alert, false);
}

std::vector<std::string> names_sought(const Alert& alert) {
  return names_of(alert, true);
}

std::string multistage_title(const std::vector<std::string>& tactics) {
  if (tactics.empty()) return "Multi-stage incident";
  std::vector<std::string> stages = tactics;
  std::ranges::stable_sort(stages, {}, [](const std::string& tactic) { return stage_of(tactic); });
  std::string title = "Multi-stage incident: ";
  for (size_t i = 0; i < stages.size(); ++i) {
    if (i > 0) title += i + 1 == stages.size() ? " and " : ", ";
    title += spelled_out(stages[i]);
  }
  return title;
}

}  // namespace vedette::rules
