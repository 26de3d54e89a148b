// Plugins that count who was active when: activity_metrics and its kin.
#include "runtime/plugin/activity.h"

#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "compiler/bind/plugins/timeline.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

using P = PluginParameter;
using plugin::Activity;

/// The period and the dimensions, then figures.
plan::Schema schema_of(PluginCall& call,
                       std::initializer_list<std::pair<std::string_view, Type>> figures) {
  plan::Schema output;
  call.add_columns(output, "TimelineColumn");
  call.add_columns(output, "Dimension");
  for (const auto& [name, type] : figures) output.push_back(call.fresh(std::string(name), type));
  return output;
}

Table run(PluginCall& call, Activity::Kind kind, plan::Schema output, Activity parameters) {
  if (call.broken) return call.empty(std::move(output));
  parameters.kind = kind;
  std::vector<plan::Expression> read;
  for (const std::string_view name : {"IdColumn", "TimelineColumn", "Dimension"}) {
    for (const Bound* bound : call.all(name)) read.push_back(bound->value);
  }
  return call.apply(std::move(read), plugin::activity(std::move(parameters)), std::move(output));
}

Table bind_counts(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"count", Type::Long},
                                         {"dcount", Type::Long},
                                         {"new_dcount", Type::Long},
                                         {"aggregated_dcount", Type::Long}});
  Activity parameters{.kind = Activity::Counts, .axis = axis_of(call, "Step")};
  return run(call, Activity::Counts, std::move(output), std::move(parameters));
}

Table bind_metrics(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"dcount_values", Type::Long},
                                         {"dcount_newvalues", Type::Long},
                                         {"retention_rate", Type::Real},
                                         {"churn_rate", Type::Real}});
  Activity parameters{.kind = Activity::Metrics, .axis = axis_of(call, "Window")};
  return run(call, Activity::Metrics, std::move(output), std::move(parameters));
}

Table bind_engagement(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"dcount_activities_inner", Type::Long},
                                         {"dcount_activities_outer", Type::Long},
                                         {"activity_ratio", Type::Real}});
  Activity parameters{.kind = Activity::Engagement, .axis = axis_of(call, "InnerActivityWindow")};
  parameters.window = length_of(call, "OuterActivityWindow");
  return run(call, Activity::Engagement, std::move(output), std::move(parameters));
}

Table bind_sliding(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"Count", Type::Long}, {"Dcount", Type::Long}});
  Activity parameters{.kind = Activity::Sliding, .axis = axis_of(call, "Bin")};
  parameters.window = length_of(call, "LookbackWindow");
  return run(call, Activity::Sliding, std::move(output), std::move(parameters));
}

Table bind_active_users(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"dcount", Type::Long}});
  Activity parameters{.kind = Activity::ActiveUsers, .axis = axis_of(call, "Bin")};
  parameters.window = length_of(call, "LookbackWindow");
  parameters.period = length_of(call, "Period");
  parameters.least = call.integer("ActivePeriodsCount").value_or(1);
  return run(call, Activity::ActiveUsers, std::move(output), std::move(parameters));
}

Table bind_sessions(PluginCall& call) {
  plan::Schema output = schema_of(call, {{"count_sessions", Type::Long}});
  Activity parameters{.kind = Activity::Sessions, .axis = axis_of(call, "Bin")};
  parameters.window = length_of(call, "LookBackWindow");
  return run(call, Activity::Sessions, std::move(output), std::move(parameters));
}

Table bind_cohorts(PluginCall& call) {
  plan::Schema output;
  if (const Bound* time = call.find("TimelineColumn"); time != nullptr && time->column) {
    output.push_back(call.fresh("from_" + time->column->name, time->type()));
    output.push_back(call.fresh("to_" + time->column->name, time->type()));
  }
  call.add_columns(output, "Dimension");
  for (const auto& [name, type] :
       {std::pair{"dcount_new_values", Type::Long}, std::pair{"dcount_retained_values", Type::Long},
        std::pair{"dcount_churn_values", Type::Long}, std::pair{"retention_rate", Type::Real},
        std::pair{"churn_rate", Type::Real}}) {
    output.push_back(call.fresh(name, type));
  }
  Activity parameters{.kind = Activity::Cohorts, .axis = axis_of(call, "Window")};
  if (call.find("Cohort") != nullptr) parameters.cohort = place_of(call, "Cohort");
  const Bound* id = call.find("IdColumn");
  std::optional<plan::Expression> known;
  if (call.table && id != nullptr && !call.table->columns().empty()) {
    known = call.binder.convert(plan::column(call.table->columns()[0], call.span), id->type());
  }
  Table result = run(call, Activity::Cohorts, std::move(output), std::move(parameters));
  if (auto* step = std::get_if<plan::Apply>(&result.plan->step); step != nullptr && known) {
    step->inputs.push_back(std::move(call.table->plan));
    step->arguments.push_back({std::move(*known)});
  }
  return result;
}

/// With one argument after the columns it is the window: start and end are left out.
std::optional<size_t> parameter_of_metrics(const PluginCall& call, size_t argument) {
  if (call.call.arguments.size() == 3 && argument == 2) return 4;
  return std::nullopt;
}

/// With two arguments after the columns they are the windows.
std::optional<size_t> parameter_of_engagement(const PluginCall& call, size_t argument) {
  if (call.call.arguments.size() == 4 && argument >= 2) return argument + 2;
  return std::nullopt;
}

std::optional<size_t> parameter_of_cohorts(const PluginCall& call, size_t argument) {
  if (argument < 5) return argument;
  const ast::Expression& value = *call.call.arguments[argument].value;
  const auto* name = std::get_if<ast::NameReference>(&value.node);
  if (name != nullptr && rows_of(call.input).find(name->name.text) != nullptr) return 6;
  const Temporarily rows(call.binder.rows, std::optional(rows_of(call.input)));
  return call.binder.is_tabular(value) ? 7 : argument == 5 ? 5 : 6;
}

P id_column() {
  return {"IdColumn", "The column that tells who was active.", P::Column};
}
P timeline() {
  return {"TimelineColumn", "The column that tells when.", P::Column, summable_types,
          "a number or time"};
}
P at(std::string_view name, std::string_view meaning, bool optional = false) {
  return {name, meaning, P::Constant, summable_types, "a number or time", optional};
}
P step(std::string_view name) {
  return {name, "The length of a period, or 'week', 'month' or 'year'.", P::Constant,
          summable_types | Types{Type::String}, "a number or time"};
}
P dimension() {
  return {"Dimension",
          "Columns whose values are counted apart.",
          P::Column,
          orderable_types,
          "a column that is not dynamic",
          true,
          true};
}
P start(bool optional = false) {
  return at("Start", "Where the first period begins.", optional);
}
P end(bool optional = false) {
  return at("End", "Where the last period ends; that moment is included.", optional);
}

constexpr std::string_view empty_periods = "Periods without rows are not shown.";

}  // namespace

std::vector<Plugin> activity_plugins() {
  constexpr std::string_view data =
      "datatable(User: string, Day: datetime) ['ann', datetime(2024-05-01),\n"
      "  'bob', datetime(2024-05-01), 'ann', datetime(2024-05-02), 'eve', datetime(2024-05-03)]\n";
  static const std::string counts =
      std::string(data) +
      "| evaluate activity_counts_metrics(User, Day, datetime(2024-05-01), "
      "datetime(2024-05-03), 1d)";
  static const std::string metrics =
      std::string(data) +
      "| evaluate activity_metrics(User, Day, datetime(2024-05-01), datetime(2024-05-02), 1d)\n"
      "| project dcount_values, dcount_newvalues, retention_rate";
  static const std::string engagement =
      std::string(data) +
      "| evaluate activity_engagement(User, Day, datetime(2024-05-01), datetime(2024-05-03), "
      "1d, 2d)\n| project Day, activity_ratio";
  static const std::string sliding =
      std::string(data) +
      "| evaluate sliding_window_counts(User, Day, datetime(2024-05-01), datetime(2024-05-03), "
      "2d, 1d)";
  static const std::string active =
      std::string(data) +
      "| evaluate active_users_count(User, Day, datetime(2024-05-01), datetime(2024-05-03), "
      "3d, 1d, 2, 1d)";
  static const std::string sessions =
      std::string(data) +
      "| evaluate session_count(User, Day, datetime(2024-05-01), datetime(2024-05-03), 7d, 1d)";
  static const std::string cohorts =
      std::string(data) +
      "| evaluate new_activity_metrics(User, Day, datetime(2024-05-01), datetime(2024-05-02), "
      "1d)\n| project to_Day, dcount_retained_values, churn_rate";
  return {
      {.name = "active_users_count",
       .syntax = "T | evaluate active_users_count(IdColumn, TimelineColumn, Start, End, "
                 "LookbackWindow, Period, ActivePeriodsCount, Bin [, Dimension, ...])",
       .summary = "How many ids were active again and again: seen, in the time before a row and "
                  "with it, in so many different periods.",
       .parameters = {id_column(), timeline(), start(), end(),
                      at("LookbackWindow", "How far back a row looks."),
                      at("Period", "Rows of one such stretch count once."),
                      at("ActivePeriodsCount", "So many stretches at least."), step("Bin"),
                      dimension()},
       .examples = {{active,
                     "Day:datetime                  dcount:long\n"
                     "2024-05-02                    1"}},
       .difference = empty_periods,
       .bind = bind_active_users},
      {.name = "activity_counts_metrics",
       .syntax = "T | evaluate activity_counts_metrics(IdColumn, TimelineColumn, Start, End, Step "
                 "[, Dimension, ...])",
       .summary = "Rows, ids, new ids and all ids so far, period by period.",
       .parameters = {id_column(), timeline(), start(), end(), step("Step"), dimension()},
       .examples = {{counts,
                     "Day:datetime                  count:long  dcount:long  new_dcount:long  "
                     "aggregated_dcount:long\n"
                     "2024-05-01                    2           2            2                2\n"
                     "2024-05-02                    1           1            0                2\n"
                     "2024-05-03                    1           1            1                3"}},
       .difference = empty_periods,
       .bind = bind_counts},
      {.name = "activity_engagement",
       .syntax = "T | evaluate activity_engagement(IdColumn, TimelineColumn, [Start, End,] "
                 "InnerActivityWindow, OuterActivityWindow [, Dimension, ...])",
       .summary = "Ids of each period against the ids of a longer window that ends with it.",
       .parameters = {id_column(), timeline(), start(true), end(true), step("InnerActivityWindow"),
                      at("OuterActivityWindow", "The longer window."), dimension()},
       .examples = {{engagement,
                     "Day:datetime                  activity_ratio:real\n"
                     "2024-05-01                    1.0\n"
                     "2024-05-02                    0.5\n"
                     "2024-05-03                    0.5"}},
       .difference = empty_periods,
       .bind = bind_engagement,
       .parameter_of = parameter_of_engagement},
      {.name = "activity_metrics",
       .syntax = "T | evaluate activity_metrics(IdColumn, TimelineColumn, [Start, End,] Window "
                 "[, Dimension, ...])",
       .summary = "Ids, ids that were not there in the period before, and the shares of those of "
                  "the period before that came back and that did not.",
       .parameters = {id_column(), timeline(), start(true), end(true), step("Window"), dimension()},
       .examples = {{metrics,
                     "dcount_values:long  dcount_newvalues:long  retention_rate:real\n"
                     "2                   2                      NaN\n"
                     "1                   0                      0.5"}},
       .difference = empty_periods,
       .bind = bind_metrics,
       .parameter_of = parameter_of_metrics},
      {.name = "new_activity_metrics",
       .syntax = "T | evaluate new_activity_metrics(IdColumn, TimelineColumn, Start, End, Window "
                 "[, Cohort] [, Dimension, ...] [, Lookback])",
       .summary = "What becomes of the ids that are new in a period, in each later period.",
       .parameters =
           {id_column(),
            timeline(),
            start(),
            end(),
            step("Window"),
            at("Cohort", "The only period whose new ids are followed.", true),
            dimension(),
            {"Lookback", "A table of ids that are not new.", P::Tabular, any_type, {}, true}},
       .examples = {{cohorts,
                     "to_Day:datetime               dcount_retained_values:long  "
                     "churn_rate:real\n"
                     "2024-05-01                    2                            0.0\n"
                     "2024-05-02                    1                            0.5\n"
                     "2024-05-02                    0                            NaN"}},
       .bind = bind_cohorts,
       .parameter_of = parameter_of_cohorts},
      {.name = "session_count",
       .syntax = "T | evaluate session_count(IdColumn, TimelineColumn, Start, End, Bin, "
                 "LookBackWindow [, Dimension, ...])",
       .summary = "Sessions that were active, period by period. A session of an id goes on for as "
                  "long as its rows are no further apart than LookBackWindow.",
       .parameters = {id_column(), timeline(), start(), end(), step("Bin"),
                      at("LookBackWindow", "The longest pause within a session."), dimension()},
       .examples = {{sessions,
                     "Day:datetime                  count_sessions:long\n"
                     "2024-05-01                    3"}},
       .difference = empty_periods,
       .bind = bind_sessions},
      {.name = "sliding_window_counts",
       .syntax = "T | evaluate sliding_window_counts(IdColumn, TimelineColumn, Start, End, "
                 "LookbackWindow, Bin [, Dimension, ...])",
       .summary = "Rows and ids of a window that ends with each period.",
       .parameters = {id_column(), timeline(), start(), end(),
                      at("LookbackWindow", "The length of the window."), step("Bin"), dimension()},
       .examples = {{sliding,
                     "Day:datetime                  Count:long  Dcount:long\n"
                     "2024-05-01                    2           2\n"
                     "2024-05-02                    3           2\n"
                     "2024-05-03                    2           2"}},
       .difference = "Windows without rows are not shown.",
       .bind = bind_sliding},
  };
}

}  // namespace vedette::binding
