// `set name = value`: request properties.
#include <algorithm>
#include <map>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/bind/request_properties.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
#include "runtime/value/datetime.h"

namespace vedette::binding {
namespace {

constexpr std::string_view ignored[] = {"client_max_redirect_count",
                                        "client_results_reader_allow_varying_row_widths",
                                        "deferpartialqueryfailures",
                                        "materialized_view_shuffle",
                                        "materialized_view_shuffle_query",
                                        "maxoutputcolumns",
                                        "push_selection_through_aggregation",
                                        "query_cursor_after_default",
                                        "query_cursor_before_or_at_default",
                                        "query_cursor_current",
                                        "query_cursor_disabled",
                                        "query_cursor_scoped_tables",
                                        "query_datascope",
                                        "query_distribution_nodes_span",
                                        "query_fanout_nodes_percent",
                                        "query_fanout_threads_percent",
                                        "query_force_row_level_security",
                                        "query_log_query_parameters",
                                        "query_max_entities_in_union",
                                        "query_optimize_fts_at_relop",
                                        "query_python_debug",
                                        "query_results_apply_getschema",
                                        "query_results_cache_force_refresh",
                                        "query_results_cache_max_age",
                                        "query_results_cache_per_shard",
                                        "query_results_progressive_row_count",
                                        "query_results_progressive_update_period",
                                        "query_weakconsistency_session_id",
                                        "queryconsistency",
                                        "request_app_name",
                                        "request_block_row_level_security",
                                        "request_callout_disabled",
                                        "request_description",
                                        "request_external_data_disabled",
                                        "request_external_table_disabled",
                                        "request_impersonation_disabled",
                                        "request_readonly",
                                        "request_readonly_hardline",
                                        "request_remote_entities_disabled",
                                        "request_sandboxed_execution_disabled",
                                        "request_user",
                                        "results_error_reporting_placement",
                                        "results_progressive_enabled",
                                        "validatepermissions"};

constexpr std::string_view obeyed[] = {"best_effort",
                                       "max_memory_consumption_per_query_per_node",
                                       "maxmemoryconsumptionperiterator",
                                       "norequesttimeout",
                                       "notruncation",
                                       "query_datetimescope_column",
                                       "query_datetimescope_from",
                                       "query_datetimescope_to",
                                       "query_ingestionscope_from",
                                       "query_ingestionscope_to",
                                       "query_language",
                                       "query_now",
                                       "query_take_max_records",
                                       "servertimeout",
                                       "truncationmaxrecords",
                                       "truncationmaxsize"};

std::optional<Datetime> time_of(const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (value.type() == Type::Datetime) return Datetime{value.as_word()};
  if (value.type() == Type::String) return parse_datetime(value.as_text());
  return std::nullopt;
}

std::optional<int64_t> number_of(const Value& value) {
  if (value.is_null() || (value.type() != Type::Long && value.type() != Type::Int)) {
    return std::nullopt;
  }
  return value.as_word() < 0 ? std::nullopt : std::optional(value.as_word());
}

std::optional<std::chrono::nanoseconds> duration_of(const Value& value) {
  std::optional<Timespan> span;
  if (value.type() == Type::Timespan && !value.is_null()) span = Timespan{value.as_word()};
  if (value.type() == Type::String) span = parse_timespan(value.as_text());
  if (!span || span->ticks < 0 || span->ticks > INT64_MAX / 100) return std::nullopt;
  return std::chrono::nanoseconds(span->ticks * 100);
}

/// Takes a value where it is one; false otherwise.
template <typename T> bool take(std::optional<T>& into, std::optional<T> value) {
  if (!value) return false;
  into = std::move(value);
  return true;
}

}  // namespace

bool is_ignored_property(std::string_view name) {
  return std::find(std::begin(ignored), std::end(ignored), name) != std::end(ignored);
}

void QueryBinder::bind_set(const ast::Set& set) {
  const std::string& name = set.name.text;
  if (name == "query_bin_auto_size" || name == "query_bin_auto_at") {
    if (set.value) (name.ends_with("size") ? bin_auto_size_ : bin_auto_at_) = bind(*set.value);
    return;
  }
  if (std::find(std::begin(obeyed), std::end(obeyed), name) == std::end(obeyed)) {
    if (is_ignored_property(name)) return;
    diagnostics_->warning(code::unknown_property, set.name.span,
                          fmt::format("'{}' is not a request property that is known here; it is "
                                      "ignored",
                                      name),
                          did_you_mean(most_similar(name, std::span(obeyed))));
    return;
  }
  // A property without a value is switched on; a bare word is a text.
  Value value = Value::boolean(true);
  if (set.value) {
    const auto* word = std::get_if<ast::NameReference>(&set.value->node);
    const auto constant =
        word != nullptr ? Value::string(word->name.text) : constant_value(bind(*set.value).value);
    if (!constant) return;
    value = *constant;
  }
  const bool on = value.type() == Type::Bool ? !value.is_null() && value.as_bool()
                  : value.type() == Type::String
                      ? value.as_text() == "true" || value.as_text() == "True"
                      : number_of(value).value_or(0) != 0;
  bool understood = true;
  RequestProperties unused;
  RequestProperties& properties =
      environment.properties == nullptr ? unused : *environment.properties;
  if (name == "query_now") {
    const auto time = time_of(value);
    understood = time.has_value();
    if (time) environment.now = *time;
  } else if (name == "best_effort") {
    properties.best_effort = best_effort_ = on;
  } else if (name == "notruncation") {
    properties.no_truncation = on;
  } else if (name == "norequesttimeout") {
    if (on) properties.timeout = std::chrono::nanoseconds(0);
  } else if (name == "servertimeout") {
    understood = take(properties.timeout, duration_of(value));
  } else if (name.starts_with("max")) {
    understood = take(properties.memory_bytes, number_of(value));
  } else if (name == "query_take_max_records") {
    understood = take(properties.most_rows, number_of(value));
  } else if (name == "truncationmaxrecords") {
    understood = take(properties.truncation_rows, number_of(value));
  } else if (name == "truncationmaxsize") {
    understood = take(properties.truncation_bytes, number_of(value));
  } else if (name == "query_datetimescope_column") {
    understood = value.type() == Type::String;
    if (understood) environment.scope.column = std::string(value.as_text());
  } else if (name == "query_datetimescope_from") {
    understood = take(environment.scope.from, time_of(value));
  } else if (name == "query_datetimescope_to") {
    understood = take(environment.scope.to, time_of(value));
  } else if (name == "query_ingestionscope_from") {
    understood = take(environment.scope.ingested_from, time_of(value));
  } else if (name == "query_ingestionscope_to") {
    understood = take(environment.scope.ingested_before, time_of(value));
  } else if (name == "query_language") {
    const std::string language =
        value.type() == Type::String ? std::string(value.as_text()) : std::string();
    if (language != "kql" && language != "csl" && language != "kusto") {
      unsupported(set.value ? set.value->span : set.name.span,
                  fmt::format("queries are written in kql, not '{}'", language));
    }
  }
  if (!understood) {
    diagnostics_->warning(code::unknown_property, set.value ? set.value->span : set.name.span,
                          fmt::format("this is not a value for '{}'; it is ignored", name));
  }
}

Table QueryBinder::within_time_scope(Table table) {
  const plan::TimeScope& scope = environment.scope;
  const Span span = table.plan->span;
  std::vector<plan::Expression> conditions;
  const auto bound = [&](const plan::Column& column, std::optional<Datetime> from,
                         std::optional<Datetime> before) {
    const auto add = [&](std::string_view op, Datetime time) {
      std::vector<plan::Expression> sides;
      sides.push_back(plan::column(column, span));
      sides.push_back(plan::constant(Value::datetime(time), span));
      conditions.push_back(call(op, std::move(sides), span, Type::Bool));
    };
    if (from) add(">=", *from);
    if (before) add("<", *before);
  };
  plan::Schema output = table.columns();
  for (const plan::Column& column : output) {
    if (column.name == scope.column && column.type == Type::Datetime) {
      bound(column, scope.from, scope.to);
    }
  }
  if (scope.ingested_from || scope.ingested_before) {
    const auto make = [&] { return fresh(std::string(ingestion_time_column), Type::Datetime); };
    const plan::Column ingested = make();
    if (add_ingestion_time(*table.plan, ingested, make)) {
      output.push_back(ingested);
      bound(ingested, scope.ingested_from, scope.ingested_before);
    }
  }
  if (conditions.empty()) return table;
  table.plan = plan::make(plan::Filter{std::move(table.plan), all_of(std::move(conditions))},
                          std::move(output), span);
  return drop_ingestion_time(std::move(table));
}

}  // namespace vedette::binding
