// Plugins about the order of rows: sequence_detect, funnels, rows_near, rolling_percentile.
#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "compiler/bind/plugins/timeline.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/plugin/sequences.h"
#include "runtime/value/convert.h"

namespace vedette::binding {
namespace {

using P = PluginParameter;

Table bind_rows_near(PluginCall& call) {
  plan::Schema output = renewed(call.binder, call.input.columns());
  const int64_t before = call.integer("NumRows").value_or(0);
  const int64_t after = call.integer("RowsAfter").value_or(before);
  const Bound* condition = call.find("Condition");
  if (call.broken || call.input.open || condition == nullptr) {
    return call.empty(std::move(output), call.input.open);
  }
  if (before < 0 || after < 0) {
    call.error(code::invalid_value, call.call.function.span,
               "rows_near takes numbers of rows that are not negative");
  }
  std::vector<plan::Expression> read;
  read.push_back(condition->value);
  for (plan::Expression& column : expressions_of(call.input.columns(), call.span)) {
    read.push_back(std::move(column));
  }
  Table result = call.apply(std::move(read), plugin::rows_near(before, after), std::move(output));
  result.serialized = true;
  return result;
}

/// A number as the name of a column shows it; 0 when it is not written out.
std::string number_text(const Bound* bound) {
  const Value* value = bound == nullptr ? nullptr : plan::constant_of(bound->value);
  if (value == nullptr || value->is_null()) return "0";
  if (value->type() == Type::Real) return fmt::format("{}", value->as_real());
  return layout_of(value->type()) == Layout::Word ? fmt::format("{}", value->as_word()) : "0";
}

Table bind_rolling_percentile(PluginCall& call) {
  plan::Schema output;
  call.add_columns(output, "IndexColumn");
  call.add_columns(output, "Dimension");
  const Bound* value = call.find("ValueColumn");
  const bool known = value != nullptr && value->column;
  output.push_back(call.fresh(
      fmt::format("rolling_{}_percentile_{}_{}", number_text(call.find("BinsPerWindow")),
                  known ? value->column->name : "value", number_text(call.find("Percentile"))),
      known ? value->type() : Type::Long));
  plugin::RollingPercentile parameters{.percentile = call.real("Percentile").value_or(0)};
  parameters.bins = call.integer("BinsPerWindow").value_or(1);
  parameters.axis.type = known && call.find("IndexColumn") != nullptr
                             ? call.find("IndexColumn")->type()
                             : Type::Datetime;
  parameters.axis.step = length_of(call, "BinSize", "IndexColumn");
  if (call.broken) return call.empty(std::move(output));
  if (parameters.percentile < 0 || parameters.percentile > 100 || parameters.bins < 1) {
    call.error(code::invalid_value, call.call.function.span,
               "rolling_percentile takes a percentile from 0 to 100 and at least one bin");
  }
  std::vector<plan::Expression> read;
  for (const std::string_view name : {"ValueColumn", "IndexColumn", "Dimension"}) {
    for (const Bound* bound : call.all(name)) read.push_back(bound->value);
  }
  return call.apply(std::move(read), plugin::rolling_percentile(std::move(parameters)),
                    std::move(output));
}

Table bind_sequence_detect(PluginCall& call) {
  plan::Schema output;
  call.add_columns(output, "Dimension");
  const Bound* time = call.find("TimelineColumn");
  const std::vector<const Bound*> steps = call.all("Expr");
  for (const Bound* step : steps) {
    const std::string name =
        step->name.value_or("") + "_" + (time == nullptr ? "" : time->name.value_or(""));
    output.push_back(call.fresh(name, time == nullptr ? Type::Datetime : time->type()));
  }
  output.push_back(call.fresh("Duration", Type::Timespan));
  plugin::SequenceDetect parameters{.type = time == nullptr ? Type::Datetime : time->type(),
                                    .steps = steps.size(),
                                    .longest_step = length_of(call, "MaxSequenceStepWindow"),
                                    .longest = length_of(call, "MaxSequenceSpan")};
  if (call.broken) return call.empty(std::move(output));
  std::vector<plan::Expression> read;
  for (const std::string_view name : {"TimelineColumn", "Expr", "Dimension"}) {
    for (const Bound* bound : call.all(name)) read.push_back(bound->value);
  }
  return call.apply(std::move(read), plugin::sequence_detect(std::move(parameters)),
                    std::move(output));
}

/// The first expression and all conditions behind it are steps; what follows are dimensions.
std::optional<size_t> parameter_of_sequence(const PluginCall& call, size_t argument) {
  if (argument <= 3) return argument;
  const Temporarily rows(call.binder.rows, std::optional(rows_of(call.input)));
  for (size_t i = 4; i <= argument; ++i) {
    const Bound bound =
        call.binder.bind_quietly([&] { return call.binder.bind(*call.call.arguments[i].value); });
    if (bound.type() != Type::Bool) return 4;
  }
  return 3;
}

std::vector<Value> items_of(PluginCall& call, std::string_view parameter) {
  std::vector<Value> items;
  const std::optional<Value> given = call.constant(parameter);
  if (!given || given->is_null() || given->type() != Type::Dynamic) return items;
  const DynamicView view(given->as_text());
  for (size_t i = 0; view.is_array() && i < view.size(); ++i) {
    items.push_back(Value::dynamic(std::string(view.at(static_cast<int64_t>(i)).bytes())));
  }
  return items;
}

std::vector<std::string> texts_of(PluginCall& call, std::string_view parameter) {
  std::vector<std::string> texts;
  for (const Value& item : items_of(call, parameter)) texts.push_back(to_text(item));
  return texts;
}

/// Id, time, state, and the state as text.
Table funnel_input(PluginCall& call) {
  Projection projection;
  for (const std::string_view name : {"IdColumn", "TimelineColumn", "StateColumn"}) {
    const Bound& bound = *call.find(name);
    projection.add({call.fresh(std::string(name), bound.type()), bound.value, 0});
  }
  const Bound& state = *call.find("StateColumn");
  projection.add(
      {call.fresh("Text", Type::String), call.binder.convert(state.value, Type::String), 0});
  return call.binder.project(std::move(call.input), projection, call.span);
}

Table bind_funnel(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const Bound* time = call.find("TimelineColumn");
  const Bound* state = call.find("StateColumn");
  plugin::Funnel parameters{.axis = axis_of(call, "Step"),
                            .longest_step = length_of(call, "MaxSequenceStepWindow"),
                            .sequence = texts_of(call, "Sequence")};
  const auto schema = [&](bool previous, bool next) {
    plan::Schema output;
    if (time != nullptr && time->column) {
      output.push_back(call.fresh(time->column->name, time->type()));
    }
    const Type type = state == nullptr ? Type::String : state->type();
    if (previous) output.push_back(call.fresh("prev", type));
    if (next) output.push_back(call.fresh("next", type));
    output.push_back(call.fresh("dcount", Type::Long));
    output.push_back(call.fresh("samples", Type::Dynamic));
    return output;
  };
  if (call.broken || time == nullptr || state == nullptr) return call.empty(schema(true, true));
  const Table shared = binder.share(funnel_input(call), call.span);
  std::vector<Table> tables;
  for (const auto& [previous, next] :
       {std::pair{true, true}, std::pair{true, false}, std::pair{false, true}}) {
    parameters.previous = previous, parameters.next = next;
    call.input = binder.copy(shared);
    std::vector<plan::Expression> read = expressions_of(call.input.columns(), call.span);
    tables.push_back(
        call.apply(std::move(read), plugin::funnel(parameters), schema(previous, next)));
  }
  // Further steps go on from the first of the three.
  Table result = std::move(tables[0]);
  if (!binder.environment.check_only) {
    Table all = binder.unknown_table(call.span);
    all.only_siblings = true;
    all.siblings.push_back(std::move(result));
    all.siblings.push_back(std::move(tables[1]));
    all.siblings.push_back(std::move(tables[2]));
    return all;
  }
  return result;
}

Table bind_completion(PluginCall& call) {
  plan::Schema output;
  call.add_columns(output, "TimelineColumn");
  if (const Bound* state = call.find("StateColumn"); state != nullptr && state->column) {
    output.push_back(call.fresh(state->column->name, Type::String));
  }
  output.push_back(call.fresh("Period", Type::Timespan));
  output.push_back(call.fresh("dcount", Type::Long));
  plugin::FunnelCompletion parameters{.axis = axis_of(call, "BinSize"),
                                      .sequence = texts_of(call, "Sequence")};
  const bool times =
      parameters.axis.type == Type::Datetime || parameters.axis.type == Type::Timespan;
  for (const Value& item : items_of(call, "MaxSequencePeriods")) {
    const Value allowed = convert(item, times ? Type::Timespan : Type::Long);
    if (!allowed.is_null()) parameters.allowed.push_back(allowed);
  }
  if (call.broken) return call.empty(std::move(output));
  call.input = funnel_input(call);
  std::vector<plan::Expression> read = expressions_of(call.input.columns(), call.span);
  return call.apply(std::move(read), plugin::funnel_completion(std::move(parameters)),
                    std::move(output));
}

Table bind_intersect(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const std::vector<const Bound*> sketches = call.all("hll");
  plan::Schema output = call.input.columns();
  Projection projection;
  for (const plan::Column& column : call.input.columns()) projection.add(binder.pass(column));
  constexpr size_t most = 10;  // the number of unions doubles with each
  if (sketches.size() > most) {
    call.error(code::invalid_value, call.call.function.span,
               "dcount_intersect takes at most 10 sets here");
  }
  for (size_t i = 0; i < sketches.size(); ++i) {
    const plan::Column count = call.fresh(fmt::format("s{}", i), Type::Long);
    output.push_back(count);
    if (call.broken) continue;
    // The sizes of all unions of the first sets, with changing signs.
    std::optional<plan::Expression> sum;
    for (size_t chosen = 1; chosen < size_t{1} << (i + 1); ++chosen) {
      std::vector<plan::Expression> sets;
      for (size_t k = 0; k <= i; ++k) {
        if ((chosen >> k & 1) != 0) sets.push_back(sketches[k]->value);
      }
      const bool plus = sets.size() % 2 == 1;
      if (sets.size() > 1) {
        plan::Expression merged =
            binder.call("hll_merge", std::move(sets), call.span, Type::Dynamic);
        sets.clear();
        sets.push_back(std::move(merged));
      }
      plan::Expression size = binder.call("dcount_hll", std::move(sets), call.span, Type::Long);
      std::vector<plan::Expression> both;
      both.push_back(sum ? std::move(*sum) : plan::constant(Value::int64(0), call.span));
      both.push_back(std::move(size));
      sum = binder.call(plus ? "+" : "-", std::move(both), call.span, Type::Long);
    }
    projection.add({count, std::move(*sum), 0});
  }
  if (call.broken) return call.empty(std::move(output), call.input.open);
  return binder.project(std::move(call.input), projection, call.span);
}

P column(std::string_view name, std::string_view meaning, Types types = any_type,
         std::string_view wanted = {}) {
  return {name, meaning, P::Column, types, wanted};
}
P timeline() {
  return column("TimelineColumn", "The column that tells when.", summable_types,
                "a number or time");
}
P at(std::string_view name, std::string_view meaning) {
  return {name, meaning, P::Constant, summable_types, "a number or time"};
}
P array(std::string_view name, std::string_view meaning) {
  return {name, meaning, P::Constant, Type::Dynamic, "an array"};
}
P dimension() {
  return {"Dimension",
          "Columns whose values are looked at apart.",
          P::Column,
          orderable_types,
          "a column that is not dynamic",
          true,
          true};
}

}  // namespace

std::vector<Plugin> sequence_plugins() {
  constexpr std::string_view text_states = "Its values, in the order that is looked for.";
  return {
      {.name = "dcount_intersect",
       .syntax = "T | evaluate dcount_intersect(hll, hll, ...)",
       .summary = "How many values the first set has, the first two have in common, the first "
                  "three, and so on; sets are answers of hll().",
       .parameters = {{"hll", "A set.", P::Scalar, Type::Dynamic, "an answer of hll()"},
                      {"hll", "More sets.", P::Scalar, Type::Dynamic, "an answer of hll()", false,
                       true}},
       .examples = {{"range n from 1 to 6 step 1\n"
                     "| summarize a = hll(n), b = hll(iff(n % 2 == 0, n, 2))\n"
                     "| evaluate dcount_intersect(a, b) | project s0, s1",
                     "s0:long  s1:long\n6        3"}},
       .difference = "At most 10 sets.",
       .bind = bind_intersect},
      {.name = "funnel_sequence",
       .syntax = "T | evaluate funnel_sequence(IdColumn, TimelineColumn, Start, End, "
                 "MaxSequenceStepWindow, Step, StateColumn, Sequence)",
       .summary = "Ids that went through a sequence of states, by what came before and after it. "
                  "Three results: by both, by the state before, by the state after.",
       .parameters = {column("IdColumn", "The column that tells who."), timeline(),
                      at("Start", "Where the first period begins."),
                      at("End", "Where the last period ends."),
                      at("MaxSequenceStepWindow", "The longest time from one state to the next."),
                      at("Step", "The length of a period."),
                      column("StateColumn", "The column of states."),
                      array("Sequence", text_states)},
       .difference = "States of an id follow one another when no other row of the id is between "
                     "them. No further operator can follow.",
       .bind = bind_funnel},
      {.name = "funnel_sequence_completion",
       .syntax = "T | evaluate funnel_sequence_completion(IdColumn, TimelineColumn, Start, End, "
                 "BinSize, StateColumn, Sequence, MaxSequencePeriods)",
       .summary = "How many ids reach each state of a sequence within some time of its first.",
       .parameters = {column("IdColumn", "The column that tells who."), timeline(),
                      at("Start", "Where the first period begins."),
                      at("End", "Where the last period ends."),
                      at("BinSize", "The length of a period."),
                      column("StateColumn", "The column of states."),
                      array("Sequence", text_states),
                      array("MaxSequencePeriods", "The times allowed; each is counted apart.")},
       .examples =
           {{"datatable(User: string, Time: datetime, Page: string) [\n"
             "  'ann', datetime(2024-05-01 10:00), 'home', 'ann', datetime(2024-05-01 10:05), "
             "'pay',\n"
             "  'bob', datetime(2024-05-01 11:00), 'home', 'bob', datetime(2024-05-01 15:00), "
             "'pay']\n"
             "| evaluate funnel_sequence_completion(User, Time, datetime(2024-05-01), "
             "datetime(2024-05-02), 7d, Page, dynamic(['home', 'pay']), dynamic([1h, 1d]))\n"
             "| project Page, Period, dcount",
             "Page:string  Period:timespan  dcount:long\n"
             "home         01:00:00         2\n"
             "pay          01:00:00         1\n"
             "home         1.00:00:00       2\n"
             "pay          1.00:00:00       2"}},
       .bind = bind_completion},
      {.name = "rolling_percentile",
       .syntax = "T | evaluate rolling_percentile(ValueColumn, Percentile, IndexColumn, BinSize, "
                 "BinsPerWindow [, Dimension, ...])",
       .summary = "A percentile of the values in a window of bins that ends with each bin.",
       .parameters = {column("ValueColumn", "The column of values.", summable_types,
                             "a number or time"),
                      {"Percentile", "From 0 to 100.", P::Constant, number_types, "a number"},
                      column("IndexColumn", "The column along which the window moves.",
                             summable_types, "a number or time"),
                      at("BinSize", "The size of a bin."),
                      {"BinsPerWindow", "So many bins.", P::Constant, integer_types,
                       "a whole number"},
                      dimension()},
       .examples = {{"range n from 1 to 6 step 1 | evaluate rolling_percentile(n, 50, n, 2, 2)",
                     "n:long  rolling_2_percentile_n_50:long\n"
                     "0       1\n"
                     "2       2\n"
                     "4       3\n"
                     "6       5"}},
       .difference = "The percentile is exact.",
       .bind = bind_rolling_percentile},
      {.name = "rows_near",
       .syntax = "T | evaluate rows_near(Condition, NumRows [, RowsAfter])",
       .summary = "Rows that meet a condition, and those just before and after them.",
       .parameters = {{"Condition", "What to look for.", P::Scalar, Type::Bool, "a condition"},
                      {"NumRows", "So many rows before and after.", P::Constant, integer_types,
                       "a whole number"},
                      {"RowsAfter", "So many rows after, if it is another number.", P::Constant,
                       integer_types, "a whole number", true}},
       .examples = {{"range n from 1 to 9 step 1 | evaluate rows_near(n == 5, 1)",
                     "n:long\n4\n5\n6"}},
       .bind = bind_rows_near},
      {.name = "sequence_detect",
       .syntax = "T | evaluate sequence_detect(TimelineColumn, MaxSequenceStepWindow, "
                 "MaxSequenceSpan, Name = Expr, ... [, Dimension, ...])",
       .summary = "Rows that meet one condition after the other, in order of time.",
       .parameters = {timeline(),
                      at("MaxSequenceStepWindow", "The longest time from one step to the next."),
                      at("MaxSequenceSpan", "The longest time for all steps."),
                      {"Expr", "The conditions, one a step.", P::Scalar, Type::Bool, "a condition",
                       false, true},
                      dimension()},
       .examples =
           {{"datatable(Time: datetime, User: string, Act: string) [\n"
             "  datetime(2024-05-01 10:00), 'ann', 'fail', datetime(2024-05-01 10:01), 'ann', "
             "'login',\n"
             "  datetime(2024-05-01 10:02), 'bob', 'login']\n"
             "| evaluate sequence_detect(Time, 5m, 1h, a = (Act == 'fail'), b = (Act == 'login'), "
             "User)\n"
             "| project User, b_Time, Duration",
             "User:string  b_Time:datetime               Duration:timespan\n"
             "ann          2024-05-01 10:01              00:01:00"}},
       .difference = "All combinations of rows are shown that meet the conditions in time.",
       .bind = bind_sequence_detect,
       .parameter_of = parameter_of_sequence},
  };
}

}  // namespace vedette::binding
