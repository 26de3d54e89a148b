// What the service adds to the language: watchlists and device lookups, over stored tables.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/bind/service_tables.h"
#include "compiler/syntax/literal_text.h"
#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {
namespace {

const plan::TableColumns network_columns = {{"Timestamp", Type::Datetime},
                                            {"DeviceId", Type::String},
                                            {"IPAddresses", Type::Dynamic},
                                            {"NetworkAdapterType", Type::String},
                                            {"ConnectedNetworks", Type::Dynamic}};

std::string quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '\'';
}

std::string quoted_name(std::string_view name) {
  return fmt::format("[{}]", quoted(name));
}

/// `datatable(...)` of these columns without rows.
std::string empty_datatable(const plan::TableColumns& columns) {
  std::string text;
  for (const auto& [name, type] : columns) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ", ", quoted_name(name), name_of(type));
  }
  return fmt::format("(datatable({})[])", text);
}

}  // namespace

std::string watchlist_table(std::string_view alias) {
  return std::string(watchlist_prefix) + std::string(alias);
}

std::string QueryBinder::stored_or_empty(const std::string& table,
                                         const plan::TableColumns& columns) const {
  const std::optional<plan::TableColumns> stored = find_stored(table);
  if (!stored) return empty_datatable(columns);
  const bool usable = std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
    return std::any_of(stored->begin(), stored->end(),
                       [&](const auto& other) { return other.first == column.first; });
  });
  return usable ? quoted_name(table) : empty_datatable(columns);
}

Table QueryBinder::bind_own_text(const std::string& text, std::optional<Table> input) {
  Diagnostics problems;
  own_texts_.push_back(std::make_unique<ast::Query>(parse(input ? "T" + text : text, problems)));
  check(!problems.any_errors() && own_texts_.back()->statements.size() == 1,
        "the binder writes correct KQL");
  const auto* statement =
      std::get_if<ast::ExpressionStatement>(&own_texts_.back()->statements[0].node);
  check(statement != nullptr, "the binder writes expressions");
  const Temporarily no_scope(scope, ScopePtr());
  const Temporarily no_rows(rows, std::optional<RowScope>());
  const Temporarily in_rows(place, Place::Rows);
  if (!input) return bind_table(*statement->expression);
  auto* pipe = std::get_if<ast::Pipe>(&statement->expression->node);
  check(pipe != nullptr, "the binder writes pipes");
  pipe->source = nullptr;
  return bind_pipe(*pipe, std::move(input), {});
}

Table QueryBinder::watchlist_aliases(Span span) {
  plan::Values values;
  for (const std::string& table : all_tables()) {
    if (!table.starts_with(watchlist_prefix)) continue;
    values.rows.push_back({Value::string(table.substr(watchlist_prefix.size()))});
  }
  return Table{.plan =
                   plan::make(std::move(values), {fresh("WatchlistAlias", Type::String)}, span)};
}

void QueryBinder::warn_of_missing_watchlist(const std::string& alias, Span span) {
  if (fuzzy || declaring_ > 0) return;
  std::vector<std::string> aliases;
  for (const std::string& table : all_tables()) {
    if (table.starts_with(watchlist_prefix))
      aliases.push_back(table.substr(watchlist_prefix.size()));
  }
  diagnostics_->warning(
      code::missing_watchlist, span,
      fmt::format("there is no watchlist '{}'; `vedette watchlist import` makes one", alias),
      did_you_mean(most_similar(alias, aliases)));
}

Table QueryBinder::bind_service_table(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (name == "_GetWatchlistAlias") return watchlist_aliases(span);
  std::vector<Bound> arguments = bind_arguments(call);
  if (!check_argument_count(name, arguments.size(), 1, 2, call.function.span)) {
    return unknown_table(span);
  }
  std::vector<std::optional<Value>> values;
  for (const Bound& argument : arguments) values.push_back(constant_value(argument.value));
  const bool has_text = values[0] && values[0]->type() == Type::String && !values[0]->is_null();
  if (name == "AssignedIPAddresses" && has_text && !environment.check_only) {
    std::string until;
    if (values.size() == 2 && values[1] && values[1]->type() == Type::Datetime &&
        !values[1]->is_null()) {
      until = fmt::format(" and Timestamp <= datetime_add('microsecond', {}, datetime(0001-01-01))",
                          values[1]->as_word() / 10);
    }
    return bind_own_text(
        fmt::format(
            "{} | where DeviceId == {}{} | top 1 by Timestamp | mv-expand a = "
            "todynamic(IPAddresses) | project Timestamp, IPAddress = tostring(a.IPAddress), "
            "IPType = tostring(a.AddressType), NetworkAdapterType, ConnectedNetworks = "
            "todynamic(ConnectedNetworks)",
            stored_or_empty("DeviceNetworkInfo", network_columns), quoted(values[0]->as_text()),
            until),
        std::nullopt);
  }
  plan::Schema columns;
  for (const auto& [column, type] : columns_of_service_table(name)) {
    columns.push_back(fresh(column, type));
  }
  bool open = name == "_GetWatchlist";
  if (open && has_text) {
    const std::string alias(values[0]->as_text());
    if (std::optional<Table> stored = stored_table(watchlist_table(alias), span)) {
      stored->name.clear();
      return std::move(*stored);
    }
    const auto known = environment.watchlists.find(alias);
    if (known != environment.watchlists.end()) {
      open = false;
      for (const auto& [column, type] : known->second) {
        const bool had = std::any_of(columns.begin(), columns.end(),
                                     [&](const plan::Column& c) { return c.name == column; });
        if (!had) columns.push_back(fresh(column, type));
      }
    }
    if (!environment.check_only) {
      // As in the service: a list that is not there has no items.
      open = false;
      warn_of_missing_watchlist(alias, arguments[0].span());
    }
  } else if (!has_text) {
    cannot_run_yet(span, fmt::format("the argument of '{}' must be a constant text", name));
  }
  Table table = empty_table(std::move(columns), span, open);
  return table;
}

Table QueryBinder::invoke_service_function(const std::string& name, const ast::Call* call,
                                           Table input, Span span) {
  // The column that says which rows are meant, by its name or as text.
  std::string column = name == "DeviceFromIP" ? "" : name == "SeenBy" ? "DeviceId" : "SHA1";
  Span place_of = span;
  if (call != nullptr && !call->arguments.empty() && call->arguments[0].value) {
    const ast::Expression& argument = *call->arguments[0].value;
    place_of = argument.span;
    if (const auto* reference = std::get_if<ast::NameReference>(&argument.node)) {
      column = reference->name.text;
    } else if (const auto value = constant_value(bind(argument).value);
               value && value->type() == Type::String) {
      column = std::string(value->as_text());
    }
  }
  const auto found = std::find_if(input.columns().begin(), input.columns().end(),
                                  [&](const plan::Column& c) { return c.name == column; });
  if (found == input.columns().end() && !input.open) {
    error(code::column_expected, place_of,
          column.empty()
              ? fmt::format("'{}' needs the column to look up", name)
              : fmt::format("'{}' looks up the column '{}', which is not there", name, column),
          suggest_column(column));
  }
  const plan::TableColumns added = *columns_added_by(name);
  if (found == input.columns().end() || environment.check_only) {
    plan::Schema output = input.columns();
    for (const auto& [column_name, type] : added) output.push_back(fresh(column_name, type));
    make_names_unique(output);
    return empty_table(std::move(output), span, input.open);
  }
  std::string right, key;
  if (name == "FileProfile") {
    key = column.find("SHA256") != std::string::npos ? "SHA256"
          : column.find("MD5") != std::string::npos  ? "MD5"
                                                     : "SHA1";
    std::string names;
    for (const auto& [column_name, type] : added) {
      names += fmt::format("{}{} = to{}({})", names.empty() ? "" : ", ", column_name, name_of(type),
                           column_name);
    }
    right = fmt::format(
        "{} | where isnotempty({}) | project {} | summarize take_any(*) by {} | "
        "project-reorder SHA1, SHA256, MD5",
        stored_or_empty("FileProfile", added), key, names, key);
  } else if (name == "DeviceFromIP") {
    key = "IP";
    right = fmt::format(
        "{} | mv-expand a = todynamic(IPAddresses) | extend IP = "
        "tostring(a.IPAddress) | where isnotempty(IP) | summarize arg_max(Timestamp, "
        "DeviceId) by IP | project IP, DeviceId",
        stored_or_empty("DeviceNetworkInfo", network_columns));
  } else {
    key = "Seen";
    right = fmt::format(
        "{} | project Seen = DeviceId, DeviceId = SeenByDeviceId | where "
        "isnotempty(Seen) | distinct Seen, DeviceId",
        stored_or_empty("DeviceSeenBy",
                        {{"DeviceId", Type::String}, {"SeenByDeviceId", Type::String}}));
  }
  Table joined = bind_own_text(
      fmt::format(" | join kind=leftouter ({}) on $left.{} == $right.{}{}", right,
                  quoted_name(column), key, name == "SeenBy" ? " | project-away Seen" : ""),
      std::move(input));
  return joined;
}

}  // namespace vedette::binding
