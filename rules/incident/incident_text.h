// Incidents for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "rules/incident/stored_incident.h"

namespace vedette::rules {

/// One line an incident, under a line of headings.
std::string incident_list_text(const std::vector<StoredIncident>& incidents);
/// An array of objects.
std::string incident_list_json(const std::vector<StoredIncident>& incidents);

/// What happened, to whom, in the order it happened, and what was done about it.
std::string incident_story_text(const IncidentStory& story);
std::string incident_story_json(const IncidentStory& story);

/// How people write an entity: `ann@contoso.example`, `CONTOSO\ann`, `web01.contoso.example`.
std::string entity_text(const Entity& entity);

}  // namespace vedette::rules
