#include "rules/alert/evidence.h"

#include <zlib.h>

#include "compiler/session/deep_stack.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/base64.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/xxhash64.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

std::string compressed(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  const int state =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_DEFAULT_COMPRESSION);
  check(state == Z_OK, "a text compresses into as many bytes as zlib said");
  out.resize(size);
  return out;
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "']";
}

}  // namespace

std::string replay_query(const AnalyticRule& rule, const Slot& slot, Visibility visibility) {
  const plan::TimeScope scope = scope_of(rule, slot, visibility);
  std::string query = fmt::format("set query_now = datetime({});\n", to_text(slot.at));
  const auto bound = [&](std::string_view property, const std::optional<Datetime>& time) {
    if (time) query += fmt::format("set {} = datetime({});\n", property, to_text(*time));
  };
  if (!scope.column.empty()) {
    query += fmt::format("set query_datetimescope_column = \"{}\";\n", scope.column);
  }
  bound("query_datetimescope_from", scope.from);
  bound("query_datetimescope_to", scope.to);
  bound("query_ingestionscope_from", scope.ingested_from);
  bound("query_ingestionscope_to", scope.ingested_before);
  return query + rule.query.text;
}

std::string event_query(const ResultRows& rows, size_t row) {
  std::string record;
  rows.append_object(record, row);
  const std::string text = base64_of(compressed(record));
  if (text.size() > most_evidence_bytes) return {};
  std::string schema;
  for (const auto& [name, type] : rows.columns()) {
    if (!schema.empty()) schema += ", ";
    schema += fmt::format("{}:{}", quoted_name(name), name_of(type));
  }
  return fmt::format(
      "let alertedEvent = datatable(compressedRec:string)['{}']\n"
      "| project raw = todynamic(zlib_decompress_from_base64_string(compressedRec))\n"
      "| evaluate bag_unpack(raw) : ({});\nalertedEvent",
      text, schema);
}

std::string narrowed_query(std::string query, const ResultRows& rows, size_t row) {
  // Behind the last statement there may be a semicolon, and a comment.
  session::run_on_deep_stack([&] {
    Diagnostics ignored;
    const ast::Query parsed = parse(query, ignored);
    if (!parsed.statements.empty()) query.resize(parsed.statements.back().span.end());
  });
  const auto hash = static_cast<int64_t>(xxhash64(rows.packed(row)));
  return fmt::format("{}\n| where hash(tostring(pack_all())) == long({})\n| take 1",
                     std::move(query), hash);
}

std::string evidence_json(const ResultRows& rows, size_t first, size_t last) {
  std::string out = "{\"columns\":[";
  for (const auto& [name, type] : rows.columns()) {
    if (out.back() != '[') out += ',';
    out += fmt::format("{{\"name\":{},\"type\":\"{}\"}}", json_string(name), name_of(type));
  }
  out += "],\"rows\":[";
  const size_t start = out.size();
  size_t row = first;
  for (; row < last; ++row) {
    std::string cells;
    rows.append_cells(cells, row);
    if (out.size() - start + cells.size() + 1 > most_evidence_bytes) break;
    if (row > first) out += ',';
    out += cells;
  }
  return out + fmt::format("],\"left_out\":{}}}", last - row);
}

std::string engine_version() {
  return "vedette " VEDETTE_VERSION;
}

}  // namespace vedette::rules
