// One JSON request a line in, one JSON answer a line out: how other programs talk to us.
#include <chrono>
#include <iostream>

#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/diagnostic_view.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/result_view.h"
#include "runtime/value/datetime.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::shell {
namespace {

struct Request {
  std::string id = "null";  // as JSON
  std::string query;
  std::optional<Datetime> now;
  std::string problem;  // why it is not a request; empty when it is one
};

Request read_request(std::string_view line, DynamicBuilder& builder) {
  Request request;
  builder.clear();
  if (!parse_json_text(line, builder)) {
    request.problem = "the request is not JSON";
    return request;
  }
  const DynamicView root = builder.view();
  if (!root.is_object()) {
    request.problem = "the request is not a JSON object";
    return request;
  }
  request.id = to_json(root.find("id"));
  const DynamicView query = root.find("query");
  if (!query.is_string()) {
    request.problem = "the request has no text in \"query\"";
    return request;
  }
  request.query = query.as_text();
  const DynamicView now = root.find("now");
  if (!now.is_null()) {
    request.now = parse_datetime(now.as_text());
    if (!request.now) request.problem = "\"now\" is not a time";
  }
  return request;
}

const Diagnostic& first_error(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::Error) return diagnostic;
  }
  static const Diagnostic unexplained = {.kind = ErrorKind::Runtime,
                                         .code = "CLI0004",
                                         .message = "the query failed without a reason",
                                         .span = {}};
  return unexplained;
}

/// A result without rows, as `--check` gives it.
void append_columns_only(std::string& out, const ResultTable& table) {
  ResultTable columns;
  columns.name = table.name;
  columns.columns = table.columns;
  append_json_table(out, columns);
}

/// `"warnings":[...]`, if there are any.
void append_warnings(std::string& out, std::string_view query,
                     const std::vector<Diagnostic>& diagnostics) {
  std::string list;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::Warning) continue;
    list += (list.empty() ? "" : ",") + to_json(query, diagnostic);
  }
  if (!list.empty()) out += R"(,"warnings":[)" + list + ']';
}

std::string answer(const Request& request, const BatchArguments& arguments, Workspace& workspace) {
  std::string line = fmt::format(R"({{"id":{})", request.id);
  if (!request.problem.empty()) {
    const Diagnostic bad = {
        .kind = ErrorKind::Syntax, .code = "CLI0005", .message = request.problem, .span = {}};
    return line + R"(,"ok":false,"error":)" + to_json("", bad) + "}\n";
  }
  QueryOptions options = workspace.options();
  if (request.now) options.now = request.now;
  const auto begun = std::chrono::steady_clock::now();
  const QueryResult result = arguments.check ? workspace.session().check(request.query, options)
                                             : workspace.run(request.query, options);
  const auto elapsed = std::chrono::steady_clock::now() - begun;
  if (!result.ok) {
    return line + R"(,"ok":false,"error":)" +
           to_json(request.query, first_error(result.diagnostics)) + "}\n";
  }
  line += R"(,"ok":true)";
  append_warnings(line, request.query, result.diagnostics);
  line += R"(,"tables":[)";
  for (size_t i = 0; i < result.tables.size(); ++i) {
    if (i > 0) line += ',';
    if (arguments.check) {
      append_columns_only(line, result.tables[i]);
    } else {
      append_json_table(line, result.tables[i]);
    }
  }
  line += fmt::format(R"(],"elapsed_us":{}}})",
                      std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
  return line + '\n';
}

}  // namespace

ExitCode run_batch(const BatchArguments& arguments) {
  WorkspaceOptions options = arguments.workspace;
  options.may_make_database = !arguments.check;
  Workspace workspace(options);
  DynamicBuilder builder;
  std::ios::sync_with_stdio(false);
  for (std::string line; !interrupted() && std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    print_text(answer(read_request(line, builder), arguments, workspace));
  }
  return interrupted() ? ExitCode::Cancelled : ExitCode::Done;
}

}  // namespace vedette::shell
