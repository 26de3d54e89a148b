// Plugins that need a service outside: their columns are known, and they never run here.
#include <algorithm>

#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

using P = PluginParameter;

/// What to do in place of a plugin.
std::string_view instead_of(std::string_view name) {
  if (name == "python" || name == "r" || name == "csharp") {
    return "write the result to a file (`vedette query --format json`) and run the script on it";
  }
  if (name.starts_with("http_") || name == "external_datatable") {
    return "fetch the data to a file, and read it with `externaldata` or `vedette ingest`";
  }
  if (name.starts_with("ai_")) return "write the texts to a file and send them from a script";
  if (name.starts_with("execute_")) return "run the query by itself";
  if (name.starts_with("infer_")) return "`vedette ingest` finds out the columns of files";
  return "export the rows to a file, and read it with `externaldata` or `vedette ingest`";
}

void reject(PluginCall& call) {
  if (call.broken) return;
  call.broken = true;
  call.binder.needs_service(
      call.call.function.span,
      fmt::format("plugin '{}' needs a service outside of Vedette, which runs queries on its own",
                  call.plugin.name),
      std::string(instead_of(call.plugin.name)));
}

Table bind_unknown_columns(PluginCall& call) {
  reject(call);
  return call.empty({}, true);
}

/// `typeof(*, Name: type)` as the first argument says the columns.
Table bind_script(PluginCall& call) {
  reject(call);
  const auto* type = call.call.arguments.empty()
                         ? nullptr
                         : std::get_if<ast::TypeOf>(&call.call.arguments[0].value->node);
  if (type == nullptr) return call.empty({}, true);
  plan::Schema output;
  const bool star =
      type->columns.star || std::any_of(type->columns.columns.begin(), type->columns.columns.end(),
                                        [](const auto& column) { return column.type.text == "*"; });
  if (star) output = renewed(call.binder, call.input.columns());
  const plan::Schema more = call.binder.columns_of(type->columns);
  output.insert(output.end(), more.begin(), more.end());
  return call.empty(std::move(output), star && call.input.open);
}

Table bind_http(PluginCall& call) {
  reject(call);
  return call.empty(
      {call.fresh("ResponseHeaders", Type::Dynamic), call.fresh("ResponseBody", Type::Dynamic)});
}

Table bind_text_schema(PluginCall& call) {
  reject(call);
  if (call.plugin.name == "infer_storage_schema") {
    return call.empty({call.fresh("CslSchema", Type::String)});
  }
  return call.empty({}, true);
}

Table bind_model(PluginCall& call) {
  const bool errors = call.flag("IncludeErrorMessages");
  reject(call);
  const std::string_view name = call.plugin.name;
  const std::string_view what = name == "ai_embed_text"   ? "embedding"
                                : name == "ai_embeddings" ? "embeddings"
                                                          : "completion";
  const Type type = what == "completion" ? Type::String : Type::Dynamic;
  const std::string asked =
      call.arguments.empty() ? std::string() : call.arguments[0].bound.name.value_or("");
  plan::Schema output = renewed(call.binder, call.input.columns());
  output.push_back(call.fresh(fmt::format("{}_{}", asked, what), type));
  if (errors) output.push_back(call.fresh(fmt::format("{}_{}_error", asked, what), Type::String));
  return call.empty(std::move(output), call.input.open);
}

P text(std::string_view name, std::string_view meaning) {
  return {name, meaning, P::Scalar, Type::String, "a text"};
}
P bag(std::string_view name, std::string_view meaning) {
  return {name, meaning, P::Scalar, Type::Dynamic, "a bag", true};
}

Plugin record(std::string_view name, std::string_view syntax, std::string_view summary,
              std::vector<P> parameters, Table (*bind)(PluginCall&)) {
  return {.name = name,
          .syntax = syntax,
          .summary = summary,
          .parameters = std::move(parameters),
          .difference =
              "Known by its arguments and columns, and never run: it needs a service "
              "outside (KQL0901).",
          .bind = bind};
}

Plugin request(std::string_view name, std::string_view syntax, std::string_view summary) {
  return record(
      name, syntax, summary,
      {text("connection_string", "Where the database is."),
       text("query", "The query to run there."),
       bag("parameters", "Values of the query's parameters."), bag("options", "Further options.")},
      bind_unknown_columns);
}

Plugin script(std::string_view name, std::string_view syntax, std::string_view summary) {
  return record(name, syntax, summary,
                {{"OutputSchema", "typeof() with the columns of the result.", P::TypeLiteral},
                 text("Script", "The code to run."),
                 bag("Arguments", "Values for the code."),
                 bag("Artifacts", "Files for the code.")},
                bind_script);
}

Plugin model(std::string_view name, std::string_view syntax, std::string_view summary) {
  return record(name, syntax, summary,
                {{"Text", "What to ask the model."},
                 text("ConnectionString", "Where the model is."),
                 bag("Options", "Further options."),
                 {"IncludeErrorMessages", "Is there a column of errors?", P::Scalar, Type::Bool,
                  "true or false", true}},
                bind_model);
}

}  // namespace

std::vector<Plugin> service_plugins() {
  const P uri = {"Uri", "The address.", P::Constant, Type::String, "a text"};
  const P content = {"Content", "What is sent.", P::Constant, Type::String, "a text", true};
  const P headers = bag("RequestHeaders", "Headers of the request.");
  const P options = bag("Options", "Further options.");
  return {
      model("ai_chat_completion",
            "T | evaluate ai_chat_completion(Text, ConnectionString [, Options] "
            "[, IncludeErrorMessages])",
            "Answers of a language model to conversations."),
      model("ai_chat_completion_prompt",
            "T | evaluate ai_chat_completion_prompt(Text, ConnectionString [, Options] "
            "[, IncludeErrorMessages])",
            "Answers of a language model to texts."),
      model("ai_embed_text",
            "T | evaluate ai_embed_text(Text, ConnectionString [, Options] "
            "[, IncludeErrorMessages])",
            "Texts as vectors of a language model; the old name of ai_embeddings."),
      model("ai_embeddings",
            "T | evaluate ai_embeddings(Text, ConnectionString [, Options] "
            "[, IncludeErrorMessages])",
            "Texts as vectors of a language model."),
      record("azure_digital_twins_query_request",
             "evaluate azure_digital_twins_query_request(endpoint, query)",
             "Rows of a query to Azure Digital Twins.",
             {text("endpoint", "Where the service is."), text("query", "The query to run there.")},
             bind_unknown_columns),
      request("cosmosdb_sql_request",
              "evaluate cosmosdb_sql_request(connection_string, query [, parameters] [, options])",
              "Rows of a query to Azure Cosmos DB."),
      script("csharp", "T | evaluate csharp(OutputSchema, Script [, Arguments])",
             "What C# code makes of the rows."),
      request("dax_request",
              "evaluate dax_request(connection_string, query [, parameters] [, options])",
              "Rows of a DAX query."),
      record("execute_query", "evaluate execute_query(connection_string, query)",
             "Rows of a query to another cluster.",
             {text("connection_string", "Where the cluster is."), text("query", "The query.")},
             bind_unknown_columns),
      record("execute_show_command", "evaluate execute_show_command(connection_string, command)",
             "Rows of a management command.",
             {text("connection_string", "Where the cluster is."), text("command", "The command.")},
             bind_unknown_columns),
      record("external_datatable", "evaluate external_datatable()", "Rows of an outside table.", {},
             bind_unknown_columns),
      record("http_request", "evaluate http_request(Uri [, RequestHeaders] [, Options])",
             "The answer of a web service to GET.", {uri, headers, options}, bind_http),
      record("http_request_post",
             "evaluate http_request_post(Uri [, RequestHeaders] [, Options] [, Content])",
             "The answer of a web service to POST.", {uri, headers, options, content}, bind_http),
      record("infer_storage_schema", "evaluate infer_storage_schema(Options)",
             "The schema of files in cloud storage.",
             {{"Options", "Where the files are.", P::Scalar, Type::Dynamic, "a bag"}},
             bind_text_schema),
      record("infer_storage_schema_with_suggestions",
             "evaluate infer_storage_schema_with_suggestions(Options)",
             "Schemas that files in cloud storage may have.",
             {{"Options", "Where the files are.", P::Scalar, Type::Dynamic, "a bag"}},
             bind_text_schema),
      request("mysql_request",
              "evaluate mysql_request(connection_string, query [, parameters] [, options])",
              "Rows of a query to MySQL."),
      request("postgresql_request",
              "evaluate postgresql_request(connection_string, query [, parameters] [, options])",
              "Rows of a query to PostgreSQL."),
      script("python", "T | evaluate python(OutputSchema, Script [, Arguments] [, Artifacts])",
             "What Python code makes of the rows."),
      script("r", "T | evaluate r(OutputSchema, Script [, Arguments])",
             "What R code makes of the rows."),
      request("sql_request",
              "evaluate sql_request(connection_string, query [, parameters] [, options])",
              "Rows of a query to SQL Server."),
  };
}

}  // namespace vedette::binding
