#include "runtime/shell/external_files.h"

#include <algorithm>
#include <map>

#include "rules/load/externals.h"
#include "runtime/base/arena.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/ingest/ingest.h"
#include "runtime/ingest/positional.h"
#include "runtime/shell/workspace.h"
#include "runtime/value/json.h"

namespace vedette::shell {
namespace {

using Files = std::map<std::string, std::string>;

const std::string& path_of(const Files& files, const std::string& source) {
  auto found = files.find(source);
  if (found == files.end()) found = files.find(std::string(rules::bare_address(source)));
  if (found != files.end()) return found->second;
  if (source.find("://") == std::string::npos) return source;
  throw QueryError(ErrorKind::Runtime, "KQL0751",
                   fmt::format("'{0}' is not read from here; --external {0}=FILE gives a file in "
                               "its place",
                               source));
}

/// The format by name, or by how the source is called.
std::string format_of(const std::string& format, std::string_view source) {
  if (!format.empty()) {
    std::string lower = format;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
  }
  source = source.substr(0, source.find('?'));
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (source.ends_with(packed)) source.remove_suffix(packed.size());
  }
  for (const std::string_view known :
       {"tsv", "psv", "scsv", "txt", "raw", "multijson", "json", "parquet"}) {
    if (source.ends_with(std::string(".") + std::string(known))) return std::string(known);
  }
  return source.ends_with(".jsonl") || source.ends_with(".ndjson") ? "json" : "csv";
}

void read_lines(std::string_view text, bool whole, bool skip_first,
                std::vector<ColumnBuilder>& columns) {
  if (columns[0].type() != Type::String) {
    throw QueryError(ErrorKind::Semantic, "KQL0752", "lines of text go to a column of type string");
  }
  while (!text.empty()) {
    const size_t end = whole ? text.size() : std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!whole && line.ends_with('\r')) line.remove_suffix(1);
    if (std::exchange(skip_first, false)) continue;
    columns[0].append_text(sanitized_utf8(line));
    for (size_t i = 1; i < columns.size(); ++i) columns[i].append_null();
  }
}

void read_records(const std::string& text, const IngestOptions& options, const std::string& source,
                  std::vector<ColumnBuilder>& columns) {
  const auto database = Database::in_memory();
  database->create_table({.name = options.table, .columns = options.columns});
  const IngestReport report = ingest_text(*database, options, text, source);
  if (!report.stopped.empty()) {
    throw QueryError(ErrorKind::Runtime, "ING0002",
                     fmt::format("'{}' is not read to its end: {}", source, report.stopped));
  }
  Arena arena;
  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find(options.table);
  for (const auto& extent : table.extents) {
    ExtentReader reader(extent, *table.schema);
    for (uint32_t first = 0; first < extent->rows(); first += page_rows) {
      arena.clear();
      const uint32_t rows = std::min(page_rows, extent->rows() - first);
      for (uint32_t i = 0; i < columns.size(); ++i) {
        columns[i].append_rows(reader.read(i, first, rows, arena), {nullptr, rows});
      }
    }
  }
}

}  // namespace

std::map<std::string, std::string> external_mappings(const std::vector<std::string>& mappings) {
  Files files;
  for (const std::string& mapping : mappings) {
    if (!mapping.starts_with('@')) {
      const size_t equals = mapping.rfind('=');  // addresses may have some
      if (equals == 0 || equals == std::string::npos) {
        throw UsageError(fmt::format("--external takes URL=PATH or @FILE, not '{}'", mapping));
      }
      files[mapping.substr(0, equals)] = mapping.substr(equals + 1);
      continue;
    }
    DynamicBuilder builder;
    if (!parse_json_text(read_text(mapping.substr(1)), builder) || !builder.view().is_object()) {
      throw UsageError(fmt::format("{} is not a JSON object of URLs and paths", mapping.substr(1)));
    }
    for (const auto& [url, path] : builder.view().entries()) {
      files[std::string(url)] = std::string(path.as_text());
    }
  }
  return files;
}

ExternalReader external_files(const std::vector<std::string>& mappings) {
  return [files = external_mappings(mappings)](const std::vector<std::string>& sources,
                                               const std::string& format, bool ignore_first_record,
                                               const plan::TableColumns& columns) {
    std::vector<ColumnBuilder> data;
    IngestOptions options{.table = "external"};
    for (const auto& [name, type] : columns) {
      data.emplace_back(type);
      options.columns.push_back({name, type});
    }
    options.use_catalogue = false;
    options.add_columns = false;
    options.rejects_path = "none";
    options.threads = 1;
    for (const std::string& source : sources) {
      const std::string kind = format_of(format, source);
      std::string text = read_whole(path_of(files, source));
      if (kind == "txt" || kind == "raw") {
        read_lines(text, kind == "raw", ignore_first_record, data);
        continue;
      }
      const std::map<std::string, char> delimiters = {{"csv", ','},   {"tsv", '\t'},
                                                      {"tsve", '\t'}, {"psv", '|'},
                                                      {"scsv", ';'},  {"sohsv", '\x01'}};
      const auto delimiter = delimiters.find(kind);
      if (delimiter != delimiters.end()) {
        options.dialect = {InputFormat::Delimited, delimiter->second};
        text = with_header(text, delimiter->second, options.columns, ignore_first_record);
      } else if (kind == "json" || kind == "multijson") {
        options.dialect = {};
        if (text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
      } else if (kind == "parquet") {
        options.dialect = {InputFormat::Parquet};
      } else {
        throw QueryError(ErrorKind::Unsupported, "KQL0753",
                         fmt::format("the format '{}' is not supported here", kind));
      }
      read_records(text, options, source, data);
    }
    return data;
  };
}

}  // namespace vedette::shell
