#include "runtime/shell/text_rows.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"

namespace vedette::shell {

std::unique_ptr<Database> read_text_rows(const std::string& text, const std::string& path) {
  IngestOptions options{.table = "Items"};
  options.use_catalogue = false;
  options.rejects_path = "none";
  options.threads = 1;
  const auto sample = Database::in_memory();
  const IngestReport report = ingest_text(*sample, options, text, path);
  if (!report.stopped.empty()) {
    throw QueryError(ErrorKind::Runtime, "CLI0008", fmt::format("{}: {}", path, report.stopped));
  }
  const auto snapshot = sample->snapshot();
  const Table* found = snapshot->find("Items");
  if (found == nullptr || found->rows() == 0) {
    throw QueryError(ErrorKind::Runtime, "CLI0010", fmt::format("{}: there are no items", path));
  }
  for (const ColumnSchema& column : found->schema->columns) {
    const Type type = column.type == Type::Dynamic ? Type::Dynamic : Type::String;
    options.columns.push_back({column.name, type});
  }
  options.add_columns = false;
  auto items = Database::in_memory();
  ingest_text(*items, options, text, path);
  return items;
}

}  // namespace vedette::shell
