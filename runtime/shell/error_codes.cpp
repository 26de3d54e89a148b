#include "runtime/shell/error_codes.h"

#include "rules/finding.h"
#include "runtime/base/format.h"

namespace vedette::shell {
namespace {

constexpr ErrorCode codes[] = {
    // Text that is no query.
    {"KQL0001", "Something else is expected at this place.", "KS001, KS005, KS006, KS198"},
    {"KQL0002", "A character means nothing here, or the text is not UTF-8.", "KS002"},
    {"KQL0003", "A string is not closed.", "KS001"},
    {"KQL0004", "A tabular operator is missing, or the word is none.", "KS176"},
    {"KQL0005", "An escape in a string is not known.", "KS004"},
    {"KQL0006", "A certain word is expected.", "KS005"},
    {"KQL0007", "`=` stands where a comparison is meant.", "KS141"},
    {"KQL0008", "An expression is missing.", "KS006"},
    {"KQL0009", "The query is too long, or nested too deeply.", "KS244, KS245"},
    {"KQL0010", "Two operators cannot follow each other directly.", "KS005"},
    {"KQL0012", "Only a number can be negative here.", "KS004"},
    {"KQL0013", "A datatable holds literals only.", "KS132"},
    {"KQL0014", "The parts of a name with wildcards must touch.", "KS005"},
    {"KQL0015", "Only the last statement of a function may be an expression.", "KS005"},
    {"KQL0016", "A function call is needed.", "KS117, KS124"},
    {"KQL0017", "No such chart.", "KS005"},
    {"KQL0018", "A join does not say what to join on.", "KS006"},
    // Commands.
    {"KQL0050", "No such command.", "KS300"},
    {"KQL0051", "A command is not written as it should be."},
    // Names.
    {"KQL0101", "No such table.", "KS204"},
    {"KQL0102", "No such name.", "KS142, KS109"},
    {"KQL0103", "No such function.", "KS143, KS211"},
    {"KQL0104", "A name means several columns.", "KS146"},
    {"KQL0105", "A name is declared already.", "KS201"},
    {"KQL0106", "A column is declared twice.", "KS171"},
    {"KQL0107", "No wildcard is allowed here.", "KS268"},
    {"KQL0108", "A column is expected.", "KS109"},
    {"KQL0109", "A function is named without its arguments.", "KS117"},
    // Types.
    {"KQL0120", "A value has the wrong type.",
     "KS107, KS134 to KS138, KS141, KS206, KS233 to KS235"},
    {"KQL0121", "An operator is not defined for these types.", "KS106"},
    {"KQL0122", "A single value is expected, not a table.", "KS108"},
    {"KQL0123", "A table is expected, not a single value.", "KS111"},
    {"KQL0124", "A dynamic value is not allowed here.", "KS116, KS241"},
    {"KQL0125", "This has neither elements nor properties.", "KS147"},
    {"KQL0126", "The values have no type in common.", "KS232"},
    {"KQL0127", "No such type.", "KS160"},
    // Calls.
    {"KQL0140", "Too many or too few arguments.", "KS118 to KS121"},
    {"KQL0141", "A function does not take arguments of these types.", "KS127"},
    {"KQL0142", "A constant is expected.", "KS129"},
    {"KQL0143", "A literal is expected.", "KS131, KS132"},
    {"KQL0144", "A value is none of those that are possible.", "KS140"},
    {"KQL0145", "`*` is not allowed here.", "KS191"},
    {"KQL0146", "An argument's name is not that of a parameter.", "KS196"},
    {"KQL0147", "A function calls itself.", "KS200, KS211"},
    {"KQL0148", "A constant cannot be used: it is no regular expression, no format ..."},
    // Aggregates, windows, plugins.
    {"KQL0160", "An aggregate is not allowed here.", "KS144"},
    {"KQL0161", "An aggregate is expected.", "KS236"},
    {"KQL0162", "A window function needs rows in a fixed order."},
    {"KQL0163", "A window function is not allowed here."},
    {"KQL0164", "A plugin is called where none may be.", "KS126, KS237"},
    // Operators.
    {"KQL0180", "An operator must be the first of its query.", "KS175"},
    {"KQL0181", "An operator cannot be the first of its query.", "KS174"},
    {"KQL0182", "An operator has no such parameter.", "KS179"},
    {"KQL0183", "A parameter of an operator has no such value.", "KS140, KS180"},
    {"KQL0184", "A join's condition compares something else than the two sides.",
     "KS145, KS182, KS183, KS227, KS242"},
    {"KQL0185", "A pattern to parse cannot be read so.", "KS100 to KS104"},
    {"KQL0186", "One column is expected, not several.", "KS113, KS184"},
    {"KQL0187", "More names than values.", "KS139"},
    {"KQL0188", "A datatable's values do not fill its rows.", "KS173"},
    {"KQL0189", "A table has no columns.", "KS190"},
    {"KQL0190", "A value is not possible here."},
    {"KQL0191", "A query has no result."},
    {"KQL0192", "Warning: there is no such watchlist; it has no items."},
    {"KQL0193", "Warning: a request property, or its value, is not known and is ignored."},
    {"KQL0194", "A pattern says nothing about these arguments."},
    {"KQL0195",
     "Warning: a column depends on rows (pivot, bag_unpack) and none brings it; it is null."},
    // The database.
    {"KQL0601", "A folder is no database, or of another version."},
    {"KQL0602", "A database is in use by another process."},
    {"KQL0603", "A database's list of tables is damaged."},
    {"KQL0604", "A database cannot be written to."},
    {"KQL0605", "A table's file is damaged."},
    {"KQL0606", "No such table, or the name is taken."},
    {"KQL0607", "A table's columns do not allow the change."},
    {"KQL0608", "A table was changed by somebody else meanwhile."},
    {"KQL0609", "No such stored function or entity group, or the name is taken."},
    {"KQL0610", "Lines were left out when data was ingested."},
    {"KQL0611", "Values became null when data was ingested."},
    // Running.
    {"KQL0701", "The query needs more memory than it may have."},
    {"KQL0702", "The query took longer than it may."},
    {"KQL0703", "The query was cancelled."},
    {"KQL0704", "There is no memory for another thread."},
    {"KQL0705", "A result is larger than the query's `truncationmax...` allows."},
    {"KQL0710", "A text is not a regular expression."},
    {"KQL0711", "`assert()` did not hold."},
    {"KQL0712", "A plugin counts over periods that are too many, or of no length."},
    {"KQL0720", "The step of make-series is not above zero."},
    {"KQL0721", "make-series would make arrays that are too long."},
    {"KQL0750", "Data outside cannot be read here."},
    {"KQL0751", "A place outside is not read from here; `--external` gives a file instead."},
    {"KQL0752", "Lines of text go to one column of type string."},
    {"KQL0753", "The format of data outside is not supported."},
    {"KQL0799", "A defect of Vedette. Please report it."},
    {"KQL0900", "Not supported yet."},
    {"KQL0901", "Another service would be needed, which is not called from here.", "KS125"},
    // The program.
    {"CLI0001", "A file cannot be read."},
    {"CLI0002", "The result cannot be written."},
    {"CLI0003", "A schema file is not as it should be."},
    {"CLI0004", "A query failed without a reason: a defect."},
    {"CLI0005", "A line of `batch` is no request."},
    {"CLI0006", "A file cannot be written."},
    {"CLI0007", "Reading of data was interrupted."},
    {"CLI0008", "A file of data cannot be read to its end."},
    {"CLI0009", "The logs of the demo could not all be read."},
    {"CLI0010", "A watchlist's file has no items."},
    {"CLI0011", "A file of functions is not as it should be."},
};

}  // namespace

std::span<const ErrorCode> error_codes() {
  return codes;
}

std::string errors_page() {
  std::string text =
      "# Errors\n\nWritten by `make docs`. Every error and warning has a code that stays the same "
      "from version to version; the text behind it may change. The last column names the codes of "
      "Kusto's own binder for the same kind of mistake.\n\n"
      "| code | meaning | Kusto |\n|---|---|---|\n";
  for (const ErrorCode& code : codes) {
    text += fmt::format("| {} | {} | {} |\n", code.code, code.meaning, code.reference);
  }
  text +=
      "\n## Rules\n\nCodes that begin with `RUL` are about analytic rules: their files, see "
      "[the checks of rules](../rules/checking.md), their tests, see [testing "
      "rules](../rules/testing.md), and their runs, see [how rules run](../rules/running.md). "
      "Findings about a rule's query have the codes above.\n\n| code | meaning |\n|---|---|\n";
  for (const rules::FindingCode& code : rules::finding_codes()) {
    text += fmt::format("| {} | {} |\n", code.code, code.meaning);
  }
  return text;
}

}  // namespace vedette::shell
