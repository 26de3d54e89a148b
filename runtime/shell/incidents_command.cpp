// `vedette incidents`: what the rules found, for those who look into it.
#include <cstdlib>

#include "rules/incident/incident_edit.h"
#include "rules/incident/incident_text.h"
#include "rules/schedule/publisher.h"
#include "rules/state/state.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/shell/commands.h"

namespace vedette::shell {
namespace {

template <typename Choice>
std::optional<Choice> choice_of(const std::string& text, std::initializer_list<Choice> choices) {
  for (const Choice choice : choices) {
    if (equal_ignoring_case(text, rules::name_of(choice))) return choice;
  }
  return std::nullopt;
}

rules::IncidentChange change_of(const IncidentUpdateArguments& arguments) {
  using enum rules::IncidentStatus;
  using enum rules::AlertSeverity;
  return {.status = choice_of(arguments.status, {New, Active, Closed}),
          .severity = choice_of(arguments.severity, {Informational, Low, Medium, High}),
          .title = arguments.title,
          .owner = arguments.owner,
          .classification = arguments.classification,
          .classification_reason = arguments.reason,
          .classification_comment = arguments.classification_comment,
          .add_labels = arguments.add_labels,
          .remove_labels = arguments.remove_labels,
          .comment = arguments.comment};
}

std::string who(const IncidentUpdateArguments& arguments) {
  if (!arguments.by.empty()) return arguments.by;
  const char* user = std::getenv("USER");
  return user == nullptr || *user == '\0' ? "somebody" : user;
}

}  // namespace

ExitCode run_incidents_list(const IncidentsArguments& arguments) {
  Workspace workspace({.database = arguments.database, .declared_tables = true});
  std::vector<rules::StoredIncident> incidents = rules::stored_incidents(workspace.session());
  const auto fits = [](std::string_view value, const std::string& wanted) {
    return wanted.empty() || equal_ignoring_case(value, wanted) ||
           (equal_ignoring_case(wanted, "open") && !equal_ignoring_case(value, "Closed"));
  };
  std::erase_if(incidents, [&](const rules::StoredIncident& incident) {
    return !fits(incident.status, arguments.status) || !fits(incident.severity, arguments.severity);
  });
  print_text(arguments.format == "json" ? rules::incident_list_json(incidents)
                                        : rules::incident_list_text(incidents));
  return ExitCode::Done;
}

ExitCode run_incidents_show(const IncidentsArguments& arguments) {
  Workspace workspace({.database = arguments.database, .declared_tables = true});
  const auto story = rules::incident_story(workspace.session(), arguments.number);
  if (!story) throw UsageError(fmt::format("there is no incident {}", arguments.number));
  print_text(arguments.format == "json" ? rules::incident_story_json(*story)
                                        : rules::incident_story_text(*story));
  return ExitCode::Done;
}

ExitCode run_incidents_update(const IncidentUpdateArguments& arguments) {
  const rules::IncidentChange change = change_of(arguments);
  if (change == rules::IncidentChange()) throw UsageError("nothing is to be changed; see --help");
  const Datetime now = time_or_now(arguments.now);
  const std::string by = who(arguments);
  const auto database = Database::open(arguments.database, OpenMode::ReadOnly);
  const auto state = rules::State::open(arguments.database);
  std::string words;
  {
    rules::Transaction transaction = state->begin();
    auto incident = state->find_incident(arguments.number);
    if (!incident) throw UsageError(fmt::format("there is no incident {}", arguments.number));
    words = rules::apply_change(*incident, change, by, now);
    if (!words.empty()) {
      state->record({.incident = incident->number, .at = now, .by = by, .change = words},
                    *incident);
    }
    transaction.commit();
  }
  print_text(
      fmt::format("incident {}: {}\n", arguments.number, words.empty() ? "as it was" : words));
  if (!rules::Publisher(*state, *database).publish(rules::PublishedAs::Committed)) {
    print_text("A scheduler is at work there; it puts the change into SecurityIncident.\n");
  }
  return ExitCode::Done;
}

}  // namespace vedette::shell
