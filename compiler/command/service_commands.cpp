// Commands about the program that answers, and what it was asked.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "compiler/command/commands.h"
#include "compiler/command/journal.h"
#include "runtime/base/format.h"
#include "runtime/value/dynamic_builder.h"
#include "runtime/value/guid.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette::command {
namespace {

constexpr std::string_view application = "vedette";

std::string user_name() {
  const char* name = std::getenv("USER");
  return name == nullptr ? "local" : name;
}

Value principal() {
  return text("localuser=" + user_name());
}

/// A value of a dynamic column; the text is JSON of ours.
Value dynamic(const std::string& json) {
  DynamicBuilder builder;
  check(parse_json_text(json, builder), "commands write correct JSON");
  return Value::dynamic(std::string(builder.view().bytes()));
}

Value state_of(const PastRequest& request) {
  return text(request.ok ? "Completed" : "Failed");
}

Value extents_of(const PastRequest& request) {
  const QueryStatistics& seen = request.statistics;
  return dynamic(fmt::format(
      R"({{"TotalExtentsCount":{},"ScannedExtentsCount":{},"ScannedRowsCount":{},"ReadBytes":{}}})",
      seen.extents_total, seen.extents_total - seen.extents_skipped, seen.rows_scanned,
      seen.bytes_read));
}

Value results_of(const PastRequest& request) {
  std::string tables;
  for (const size_t rows : request.rows) {
    tables += fmt::format(R"({}{{"RowCount":{}}})", tables.empty() ? "" : ",", rows);
  }
  return dynamic(
      fmt::format(R"({{"TableCount":{},"TablesStatistics":[{}]}})", request.rows.size(), tables));
}

Value activity_of(const PastRequest& request) {
  return text(fmt::format("{};{}", application, to_text(request.id)));
}

Value ended(const PastRequest& request) {
  return Value::datetime({request.started.ticks + request.duration.ticks});
}

Rows query_rows() {
  return Rows({{"ClientActivityId", Type::String},
               {"Text", Type::String},
               {"Database", Type::String},
               {"StartedOn", Type::Datetime},
               {"LastUpdatedOn", Type::Datetime},
               {"Duration", Type::Timespan},
               {"State", Type::String},
               {"RootActivityId", Type::Guid},
               {"User", Type::String},
               {"FailureReason", Type::String},
               {"TotalCpu", Type::Timespan},
               {"CacheStatistics", Type::Dynamic},
               {"Application", Type::String},
               {"MemoryPeak", Type::Long},
               {"ScannedExtentsStatistics", Type::Dynamic},
               {"Principal", Type::String},
               {"ClientRequestProperties", Type::Dynamic},
               {"ResultSetStatistics", Type::Dynamic},
               {"WorkloadGroup", Type::String}});
}

ResultTable show_queries(CommandContext& context, const Arguments&) {
  Rows rows = query_rows();
  for (const PastRequest& request : context.host.journal().requests()) {
    if (!request.command.empty()) continue;
    rows.add({activity_of(request), text(request.text), text(context.database_name()),
              Value::datetime(request.started), ended(request), Value::timespan(request.duration),
              state_of(request), Value::guid(request.id), text(user_name()), text(request.failure),
              Value::null(Type::Timespan), dynamic("{}"), text(application),
              Value::int64(request.statistics.peak_memory), extents_of(request), principal(),
              dynamic("{}"), results_of(request), text("default")});
  }
  return std::move(rows).finish();
}

/// Commands and queries wait for each other, so none runs beside this one.
ResultTable show_running_queries(CommandContext&, const Arguments&) {
  return query_rows().finish();
}

ResultTable show_past_commands(CommandContext& context, const Arguments&) {
  Rows rows({{"ClientActivityId", Type::String},
             {"CommandType", Type::String},
             {"Text", Type::String},
             {"Database", Type::String},
             {"StartedOn", Type::Datetime},
             {"LastUpdatedOn", Type::Datetime},
             {"Duration", Type::Timespan},
             {"State", Type::String},
             {"RootActivityId", Type::Guid},
             {"User", Type::String},
             {"FailureReason", Type::String},
             {"Application", Type::String},
             {"Principal", Type::String},
             {"TotalCpu", Type::Timespan},
             {"ResourcesUtilization", Type::Dynamic},
             {"WorkloadGroup", Type::String}});
  for (const PastRequest& request : context.host.journal().requests()) {
    if (request.command.empty()) continue;
    rows.add({activity_of(request), text(request.command), text(request.text),
              text(context.database_name()), Value::datetime(request.started), ended(request),
              Value::timespan(request.duration), state_of(request), Value::guid(request.id),
              text(user_name()), text(request.failure), text(application), principal(),
              Value::null(Type::Timespan),
              dynamic(fmt::format(R"({{"MemoryPeak":{}}})", request.statistics.peak_memory)),
              text("default")});
  }
  return std::move(rows).finish();
}

ResultTable show_commands_and_queries(CommandContext& context, const Arguments&) {
  Rows rows({{"ClientActivityId", Type::String},
             {"CommandType", Type::String},
             {"Text", Type::String},
             {"Database", Type::String},
             {"StartedOn", Type::Datetime},
             {"LastUpdatedOn", Type::Datetime},
             {"Duration", Type::Timespan},
             {"State", Type::String},
             {"FailureReason", Type::String},
             {"RootActivityId", Type::Guid},
             {"User", Type::String},
             {"Application", Type::String},
             {"Principal", Type::String},
             {"ClientRequestProperties", Type::Dynamic},
             {"TotalCpu", Type::Timespan},
             {"MemoryPeak", Type::Long},
             {"CacheStatistics", Type::Dynamic},
             {"ScannedExtentsStatistics", Type::Dynamic},
             {"ResultSetStatistics", Type::Dynamic},
             {"WorkloadGroup", Type::String}});
  for (const PastRequest& request : context.host.journal().requests()) {
    rows.add({activity_of(request),
              text(request.command.empty() ? "Query" : request.command),
              text(request.text),
              text(context.database_name()),
              Value::datetime(request.started),
              ended(request),
              Value::timespan(request.duration),
              state_of(request),
              text(request.failure),
              Value::guid(request.id),
              text(user_name()),
              text(application),
              principal(),
              dynamic("{}"),
              Value::null(Type::Timespan),
              Value::int64(request.statistics.peak_memory),
              dynamic("{}"),
              extents_of(request),
              results_of(request),
              text("default")});
  }
  return std::move(rows).finish();
}

ResultTable show_failures(CommandContext& context, const Arguments&) {
  Rows rows({{"OperationId", Type::Guid},
             {"Database", Type::String},
             {"Table", Type::String},
             {"FailedOn", Type::Datetime},
             {"IngestionSourcePath", Type::String},
             {"Details", Type::String},
             {"FailureKind", Type::String},
             {"RootActivityId", Type::Guid},
             {"OperationKind", Type::String},
             {"OriginatesFromUpdatePolicy", Type::Bool},
             {"ErrorCode", Type::String},
             {"Principal", Type::String},
             {"ShouldRetry", Type::Bool},
             {"User", Type::String},
             {"IngestionProperties", Type::String}});
  Database* database = context.host.database();
  if (database == nullptr) return std::move(rows).finish();
  for (const IngestionFailure& failure : database->ingestion_failures()) {
    rows.add({extent_guid(0), text(context.database_name()), text(failure.table),
              Value::datetime(failure.at), text(failure.source), text(failure.details),
              text("Permanent"), extent_guid(0), text("DataIngestPull"), Value::boolean(false),
              text(failure.error_code), principal(), Value::boolean(false), text(user_name()),
              text("")});
  }
  return std::move(rows).finish();
}

int64_t machine_memory(int kind) {
  return static_cast<int64_t>(sysconf(kind)) * sysconf(_SC_PAGESIZE);
}

int64_t processors() {
  return std::max<int64_t>(1, std::thread::hardware_concurrency());
}

ResultTable show_cluster(CommandContext& context, const Arguments&) {
  Rows rows({{"NodeId", Type::String},
             {"Address", Type::String},
             {"Name", Type::String},
             {"StartTime", Type::Datetime},
             {"IsAdmin", Type::Bool},
             {"MachineTotalMemory", Type::Long},
             {"MachineAvailableMemory", Type::Long},
             {"ProcessorCount", Type::Int},
             {"EnvironmentDescription", Type::String},
             {"ProductVersion", Type::String}});
  rows.add({text("local"), text("localhost"), text(application), Value::null(Type::Datetime),
            Value::boolean(true), Value::int64(machine_memory(_SC_PHYS_PAGES)),
            Value::int64(machine_memory(_SC_AVPHYS_PAGES)),
            Value::int32(static_cast<int32_t>(processors())), text("one process on one machine"),
            text(fmt::format("Vedette {}", context.host.version()))});
  return std::move(rows).finish();
}

ResultTable show_diagnostics(CommandContext& context, const Arguments&) {
  Rows rows({{"IsHealthy", Type::Bool},
             {"EnvironmentDescription", Type::String},
             {"IsScaleOutRequired", Type::Bool},
             {"MachinesTotal", Type::Long},
             {"MachinesOffline", Type::Long},
             {"NodeLastRestartedOn", Type::Datetime},
             {"ExtentsTotal", Type::Long},
             {"TotalOriginalDataSize", Type::Real},
             {"TotalExtentSize", Type::Real},
             {"BuildVersion", Type::String},
             {"ProductVersion", Type::String},
             {"NotHealthyReason", Type::String},
             {"IsAttentionRequired", Type::Bool},
             {"AttentionRequiredReason", Type::String},
             {"FailedIngestOperations", Type::Long},
             {"MaxExtentsInSingleTable", Type::Long},
             {"TableWithMaxExtents", Type::String},
             {"NumberOfDatabases", Type::Long}});
  const auto snapshot = context.snapshot();
  size_t extents = 0, most = 0;
  double bytes = 0;
  std::string widest;
  for (const Table& table : snapshot->tables()) {
    extents += table.extents.size();
    bytes += static_cast<double>(table.stored_bytes());
    if (table.extents.size() <= most) continue;
    most = table.extents.size();
    widest = table.schema->name;
  }
  const Database* database = context.host.database();
  const size_t failures = database == nullptr ? 0 : database->ingestion_failures().size();
  rows.add({Value::boolean(true), text("one process on one machine"), Value::boolean(false),
            Value::int64(1), Value::int64(0), Value::null(Type::Datetime),
            Value::int64(static_cast<int64_t>(extents)), Value::null(Type::Real),
            Value::real(bytes), text(context.host.version()),
            text(fmt::format("Vedette {}", context.host.version())), text(""),
            Value::boolean(false), text(""), Value::int64(static_cast<int64_t>(failures)),
            Value::int64(static_cast<int64_t>(most)), text(widest), Value::int64(1)});
  return std::move(rows).finish();
}

/// What may go on at once: one change of the database, and nothing of a service's upkeep.
ResultTable show_capacity(CommandContext&, const Arguments& arguments) {
  Rows rows({{"Resource", Type::String},
             {"Total", Type::Long},
             {"Consumed", Type::Long},
             {"Remaining", Type::Long},
             {"Origin", Type::String}});
  const std::pair<std::string_view, int64_t> resources[] = {
      {"ingestions", 1},         {"extents-merge", 0},     {"extents-partition", 0},
      {"data-export", 0},        {"materialized-view", 0}, {"stored-query-results", 0},
      {"queries", processors()},
  };
  for (const auto& [name, total] : resources) {
    if (!arguments.words.empty() && !arguments.has(name)) continue;
    rows.add({text(name), Value::int64(total), Value::int64(0), Value::int64(total),
              text("one process on one machine")});
  }
  return std::move(rows).finish();
}

ResultTable show_principals(CommandContext& context, const Arguments& arguments) {
  if (arguments.has("database") && !arguments.names.empty()) {
    check_database(context, arguments.names[0]);
  } else if (!arguments.names.empty()) {
    existing_table(*context.snapshot(), arguments.names[0]);
  }
  Rows rows({{"Role", Type::String},
             {"PrincipalType", Type::String},
             {"PrincipalDisplayName", Type::String},
             {"PrincipalObjectId", Type::String},
             {"PrincipalFQN", Type::String},
             {"Notes", Type::String}});
  rows.add({text("AllDatabasesAdmin"), text("Local User"), text(user_name()), text(""), principal(),
            text("whoever may read and write the directory of the database")});
  return std::move(rows).finish();
}

ResultTable show_version(CommandContext& context, const Arguments&) {
  Rows rows({{"BuildVersion", Type::String},
             {"BuildTime", Type::Datetime},
             {"ServiceType", Type::String},
             {"ProductVersion", Type::String}});
  rows.add({text(context.host.version()), Value::null(Type::Datetime), text("Vedette"),
            text(fmt::format("Vedette {}", context.host.version()))});
  return std::move(rows).finish();
}

ResultTable show_plan(CommandContext& context, const Arguments& arguments) {
  const Explanation explanation =
      context.host.session().explain(arguments.rest.text, context.options);
  for (const Diagnostic& problem : explanation.diagnostics) {
    if (problem.severity != Severity::Error) continue;
    throw QueryError(problem.kind, problem.code, problem.message,
                     {problem.span.start + arguments.rest.start, problem.span.length});
  }
  Rows rows({{"ResultType", Type::String}, {"Format", Type::String}, {"Content", Type::String}});
  const std::string& query = arguments.rest.text;
  const size_t first = std::min(query.find_first_not_of(" \t\r\n"), query.size());
  rows.add({text("QueryText"), text("csl"), text(query.substr(first))});
  rows.add({text("RelopTree"), text("text"), text(explanation.plan)});
  rows.add({text("Pipelines"), text("text"), text(explanation.pipelines)});
  rows.add({text("Stats"), text("json"),
            text(fmt::format(R"({{"PlanSize":{}}})", explanation.plan.size()))});
  return std::move(rows).finish();
}

}  // namespace

std::vector<Command> service_commands() {
  return {
      {".show version", "The version of Vedette.", show_version},
      {".show cluster", "The machine that answers.", show_cluster},
      {".show diagnostics", "How the machine and the database are.", show_diagnostics},
      {".show capacity "
       "[ingestions|queries|extents-merge|extents-partition|data-export|materialized-view|stored-"
       "query-results]",
       "How much may go on at once.", show_capacity},
      {".show principals", "Who may do what: everybody who may read the directory.",
       show_principals},
      {".show cluster principals", "Who may do what.", show_principals},
      {".show database|table NAME principals", "Who may do what.", show_principals},
      {".show queries", "The last 1,000 queries of this process.", show_queries},
      {".show running queries", "Nothing: queries and commands wait for each other.",
       show_running_queries},
      {".show commands", "The last 1,000 commands of this process.", show_past_commands},
      {".show commands-and-queries", "The last 1,000 commands and queries of this process.",
       show_commands_and_queries},
      {".show ingestion failures",
       "The last 1,000 inputs that were refused, whole or in part; the database keeps them.",
       show_failures},
      {".show queryplan QUERY", "How a query would be run.", show_plan},
  };
}

}  // namespace vedette::command
