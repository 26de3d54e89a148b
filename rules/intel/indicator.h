// Indicators of threats: from files to the tables that rules match logs against.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"
#include "rules/intel/pattern.h"

namespace vedette::rules {

/// One indicator, whatever it was written in.
struct Indicator {
  std::string id;  // "indicator--<GUID>"
  std::string pattern;
  std::vector<Observable> observables;  // each becomes a row
  std::string description;
  std::string threat_type;
  std::string traffic_light;  // "white", "amber" ...; empty: not said
  std::vector<std::string> tags;
  int64_t confidence = 0;  // 0 to 100
  bool revoked = false;
  std::optional<Datetime> created, modified, valid_from, valid_until;
  std::string json;  // the object it came from; made when it came from a line of text
};

/// Something else that a bundle says: who attacks, with what.
struct ThreatObject {
  std::string id;
  std::string type;
  std::string json;
};

/// What a file holds.
struct IndicatorFile {
  std::vector<Indicator> indicators;
  std::vector<ThreatObject> objects;
  size_t skipped = 0;              // indicators that no value alone can meet
  std::string first_skipped = {};  // why the first of them
};

/// Reads a STIX 2.1 bundle, an array of STIX objects or an object that holds one. Throws QueryError
/// RUL0401 when the text is nothing of that.
IndicatorFile read_stix(std::string_view text);

/// Indicators of a table of texts, one a row, whose columns are found by their names: `value` (or
/// `indicator`, `ioc`), and as far as they are there `type`, `id`, `confidence`, `description`,
/// `threattype`, `tags`, `tlp`, `validfrom`, `validuntil` (or `expires`), `revoked`. Without a type
/// the value tells. Throws QueryError RUL0401 when there is no column of values.
IndicatorFile read_indicator_rows(const ResultTable& rows, std::string_view source);

/// Where a value would be met, by how it looks or by what it is called: `203.0.113.9`, `a.example`,
/// `https://a.example/x`, a hash, `ann@a.example`. Nothing when it looks like nothing known.
std::optional<Observable> observable_of(std::string_view value, std::string_view type = {});

/// Indicators without an end are valid until then.
Datetime end_of_validity(const Indicator& indicator);

/// Rows of ThreatIntelIndicators, of the older ThreatIntelligenceIndicator, and of
/// ThreatIntelObjects, as they stand at `now`.
ResultTable indicator_rows(const IndicatorFile& file, std::string_view source, Datetime now);
ResultTable old_indicator_rows(const IndicatorFile& file, std::string_view source, Datetime now);
ResultTable threat_object_rows(const IndicatorFile& file, std::string_view source, Datetime now);

}  // namespace vedette::rules
