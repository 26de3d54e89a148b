// Results as text: a table for people, JSON, NDJSON, CSV and Markdown for everything else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/session/session.h"
#include "runtime/shell/terminal.h"

namespace vedette::shell {

enum class OutputFormat { Table, Json, Ndjson, Csv, Markdown };

/// `table`, `json`, `ndjson`, `csv` or `markdown`.
std::optional<OutputFormat> output_format_of_name(std::string_view name);

/// A cell as KQL prints it: `2024-05-01T09:00:00Z` with as many digits as it needs, `1.02:03:04`,
/// `null`.
std::string cell_text(const Value& value);

/// The tables of a result in one format, tables apart by an empty line.
std::string write_tables(const std::vector<ResultTable>& tables, OutputFormat format,
                         const Terminal& terminal);

/// A box of aligned columns. On a terminal, wide cells are cut, and columns that do not fit are
/// counted below the box; so are rows beyond the first thousand.
std::string write_box(const ResultTable& table, const Terminal& terminal);

/// `{"name":...,"columns":[{"name","type"}],"rows":[[..]]}`.
void append_json_table(std::string& out, const ResultTable& table);

/// One object a row.
std::string write_ndjson(const ResultTable& table);

/// RFC 4180 with a header. Null is nothing, the empty string is `""`.
std::string write_csv(const ResultTable& table);

std::string write_markdown(const ResultTable& table);

}  // namespace vedette::shell
