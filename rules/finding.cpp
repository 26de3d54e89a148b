#include "rules/finding.h"

namespace vedette::rules {

void Findings::error(std::string_view code, std::string_view file, Place place, std::string field,
                     std::string message, std::string hint) {
  add({FindingLevel::Error, std::string(code), std::move(message), std::move(hint),
       std::string(file), place, std::move(field)});
}

void Findings::warning(std::string_view code, std::string_view file, Place place, std::string field,
                       std::string message, std::string hint) {
  add({FindingLevel::Warning, std::string(code), std::move(message), std::move(hint),
       std::string(file), place, std::move(field)});
}

void Findings::add(Finding finding) {
  if (finding.level == FindingLevel::Error) ++errors_;
  list_.push_back(std::move(finding));
}

const std::vector<FindingCode>& finding_codes() {
  static const std::vector<FindingCode> codes = {
      {"RUL0001", "The file cannot be read."},
      {"RUL0002", "The file is not YAML or JSON."},
      {"RUL0003", "The file holds no rule."},
      {"RUL0004", "A rule of a kind that has no query of its own; it is left out."},
      {"RUL0005", "A list of known rules is not as it has to be."},
      {"RUL0010", "A field that every rule needs is missing."},
      {"RUL0011", "A field has the wrong shape: a list, an object or a text was expected."},
      {"RUL0012", "A field is not known; it changes nothing."},
      {"RUL0013", "A value is not one of those allowed."},
      {"RUL0014", "A value is not a number, a truth value, a duration or a GUID."},
      {"RUL0015", "A field is written twice."},
      {"RUL0016", "A value is computed when a template is deployed; nobody knows it here."},
      {"RUL0020", "A duration is outside of what the scheduler takes."},
      {"RUL0021", "The rule looks back less far than the time between its runs: it has gaps."},
      {"RUL0023", "A threshold is outside of what the scheduler takes."},
      {"RUL0024", "A text is too long."},
      {"RUL0030", "Not a tactic of MITRE ATT&CK."},
      {"RUL0031", "Not the form of a technique of MITRE ATT&CK."},
      {"RUL0032", "None of the rule's tactics has this technique."},
      {"RUL0040", "Not an entity type."},
      {"RUL0041", "Not an identifier of the entity type."},
      {"RUL0042", "The identifiers do not tell one entity from another."},
      {"RUL0043", "A mapping has too many or too few identifiers, or one of them twice."},
      {"RUL0044", "The rule maps too many entities."},
      {"RUL0045", "The query's result has no such column."},
      {"RUL0046", "A column holds an array or an object, which is not mapped."},
      {"RUL0047", "Not the name of a column that can be mapped."},
      {"RUL0050", "A custom detail is not as it has to be."},
      {"RUL0051", "An alert's text uses too many columns."},
      {"RUL0052", "Grouping by selected details selects none."},
      {"RUL0053", "Not a property of alerts that can be set, or set twice."},
      {"RUL0054", "Alerts are grouped by what the rule's alerts do not have."},
      {"RUL0060", "The query gives several results; a rule has one."},
      {"RUL0061", "The query searches all tables."},
      {"RUL0062", "The query has no filter on time of its own, and looks back far."},
      {"RUL0063", "A name is declared and never used."},
      {"RUL0064", "The query reads further back than the rule's period."},
      {"RUL0065", "The query asks for less time than lies between the rule's runs: it has gaps."},
      {"RUL0066", "A column is declared, and the database has none of it."},
      {"RUL0067", "A table that the query reads is not in the database, or has no rows."},
      {"RUL0068", "Nothing stands in for an address that the query reads."},
      {"RUL0070", "Two rules have the same id."},
      {"RUL0201", "A run of the rule gave several results."},
      {"RUL0300", "The file of tests holds no tests."},
      {"RUL0301", "There is no rule for a file of tests."},
      {"RUL0302", "Two tests of a file have the same name."},
      {"RUL0303", "A value that a test gives does not fit its column."},
      {"RUL0304", "Not a number or a range of numbers."},
      {"RUL0305", "A file with rows for a test cannot be read, or does not fit its table."},
      {"RUL0306", "A test expects nothing."},
      {"RUL0307", "What a test gives is neither a table nor a function."},
      {"RUL0308", "An expectation that this kind of test cannot have."},
      {"RUL0309", "A rule without a schedule was to be simulated."},
      {"RUL0310", "A file of another tool has no tests that can be taken over."},
      {"RUL0311", "A mock of another tool's test is left out."},
      {"RUL0312", "Logs that a test needs have to be fetched."},
      {"RUL0313", "A test gives rows to something that its rule does not read."},
      {"RUL0314", "A test gives a column that neither the table nor the rule knows."},
      {"RUL0401", "A file of indicators that is neither a STIX bundle nor a table with values."},
      {"RUL0402",
       "A file of externals that is not a list of addresses and files, or a file that it names "
       "and that is not there."},
      {"RUL0403", "A file of limits that is not a list of rules, times and sizes."},
      {"RUL0404", "An entry of a file of limits means none of the rules."},
      {"RUL0411", "A change that an incident cannot have."},
      {"RUL0601", "The state of the rules cannot be opened, or is of a newer version."},
      {"RUL0602", "The state of the rules cannot be read or written."},
      {"RUL0603", "No such rule has run in this database."},
      {"RUL0604", "A rule has no slot at this time, or it is not due yet."},
      {"RUL0605", "A run needs what earlier runs found, and another process owns the tables."},
      {"RUL0606", "Another process runs the rules of this database."},
  };
  return codes;
}

}  // namespace vedette::rules
