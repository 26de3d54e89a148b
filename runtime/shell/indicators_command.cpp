// `vedette indicators`: what is known to be bad, as the tables that rules match logs against.
#include "rules/alert/table_rows.h"
#include "rules/intel/indicator.h"
#include "runtime/base/format.h"
#include "runtime/ingest/positional.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/terminal.h"
#include "runtime/shell/text_rows.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

rules::IndicatorFile read_file(const std::string& path, const std::string& source) {
  const std::string text = path == "-" ? read_text(path) : read_whole(path);
  const size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  const bool json = first != std::string::npos && (text[first] == '{' || text[first] == '[');
  if (json) return rules::read_stix(std::string_view(text).substr(first));
  const auto items = read_text_rows(text, path);
  Session session(standard_library(), items.get());
  const QueryResult result = session.run("Items", {.threads = 1});
  check(result.ok, "the rows of a file can be read back");
  return rules::read_indicator_rows(result.tables[0], source);
}

}  // namespace

ExitCode run_indicators_import(const IndicatorsArguments& arguments) {
  const Datetime now = time_or_now(arguments.now);
  const auto database = Database::open(arguments.database, OpenMode::Create);
  for (const std::string& path : arguments.files) {
    const rules::IndicatorFile file = read_file(path, arguments.source);
    Appender indicators =
        rules::append_rows_to(*database, rules::indicator_rows(file, arguments.source, now));
    Appender older =
        rules::append_rows_to(*database, rules::old_indicator_rows(file, arguments.source, now));
    Appender objects =
        rules::append_rows_to(*database, rules::threat_object_rows(file, arguments.source, now));
    Appender* const all[] = {&indicators, &older, &objects};
    database->commit(all);
    const size_t indicators_read = file.indicators.size(), others = file.objects.size();
    print_text(fmt::format("{}: {} indicator{}, {} other object{}\n", path, indicators_read,
                           indicators_read == 1 ? "" : "s", others, others == 1 ? "" : "s"));
    if (file.skipped > 0) {
      fmt::print(stderr, "{}: {} left out, which no value alone can meet; first {}\n", path,
                 file.skipped, file.first_skipped);
    }
  }
  return ExitCode::Done;
}

}  // namespace vedette::shell
