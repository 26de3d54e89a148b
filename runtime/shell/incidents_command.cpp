// `vedette incidents`: what the rules found, for those who look into it.
#include "rules/incident/incident_text.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/shell/commands.h"

namespace vedette::shell {

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

}  // namespace vedette::shell
