// Plugins that find patterns in discrete columns: autocluster, basket, diffpatterns.
#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"
#include "runtime/plugin/patterns.h"
#include "runtime/plugin/text_patterns.h"

namespace vedette::binding {
namespace {

using P = PluginParameter;

/// A number with a default that must lie within bounds.
/// The pages say 0.015; rules in use ask for less, and get it.
constexpr double least_threshold = 0.001;

double bounded(PluginCall& call, std::string_view parameter, double otherwise, double least,
               double most) {
  const std::optional<double> given = call.real(parameter);
  if (!given) return otherwise;
  if (*given >= least && *given <= most) return *given;
  // The binder of Kusto looks at no bounds, and rules rely on it.
  if (call.binder.environment.check_only) return otherwise;
  call.error(code::invalid_value, call.find(parameter)->span(),
             fmt::format("'{}' must lie between {} and {}", parameter, least, most));
  return otherwise;
}

/// The values that stand for any value: what the query says for a type, or the null.
std::vector<Value> wildcards_of(PluginCall& call) {
  std::vector<Value> given;
  for (const Bound* bound : call.all("CustomWildcard")) {
    if (const auto value = call.binder.constant_value(bound->value)) given.push_back(*value);
  }
  std::vector<Value> wildcards;
  for (const plan::Column& column : call.input.columns()) {
    Value wildcard = Value::null(column.type);
    for (const Value& value : given) {
      if (value.type() == column.type) wildcard = value;
    }
    wildcards.push_back(std::move(wildcard));
  }
  return wildcards;
}

/// The figures of a pattern, then the columns of the input under their own names.
plan::Schema with_input(PluginCall& call,
                        std::initializer_list<std::pair<std::string_view, Type>> figures) {
  plan::Schema output;
  for (const auto& [name, type] : figures) output.push_back(call.fresh(std::string(name), type));
  const plan::Schema columns = renewed(call.binder, call.input.columns());
  output.insert(output.end(), columns.begin(), columns.end());
  return output;
}

struct Reading {
  plugin::PatternParameters parameters;
  std::vector<plan::Expression> read;
};

Reading reading_of(PluginCall& call, const Bound* split) {
  Reading reading;
  const plan::Schema& columns = call.input.columns();
  const Bound* weight = call.find("WeightColumn");
  const auto is = [](const Bound* bound, const plan::Column& column) {
    return bound != nullptr && bound->column && bound->column->id == column.id;
  };
  reading.parameters.columns = columns.size();
  for (const plan::Column& column : columns) {
    reading.parameters.ignored.push_back(is(weight, column) || is(split, column));
  }
  reading.parameters.wildcards = wildcards_of(call);
  reading.read = expressions_of(columns, call.span);
  if (weight != nullptr) {
    reading.parameters.weighted = true;
    reading.read.push_back(call.binder.convert(weight->value, Type::Real));
  }
  if (split != nullptr) reading.read.push_back(call.binder.convert(split->value, Type::String));
  return reading;
}

Table bind_autocluster(PluginCall& call) {
  plan::Schema output =
      with_input(call, {{"SegmentId", Type::Long}, {"Count", Type::Long}, {"Percent", Type::Real}});
  const double size_weight = bounded(call, "SizeWeight", 0.5, 0, 1);
  const double seeds = bounded(call, "NumSeeds", 25, 1, 1000);
  if (call.broken || call.input.open) return call.empty(std::move(output), call.input.open);
  Reading reading = reading_of(call, nullptr);
  return call.apply(
      std::move(reading.read),
      plugin::autocluster(std::move(reading.parameters), size_weight, static_cast<int64_t>(seeds)),
      std::move(output));
}

Table bind_basket(PluginCall& call) {
  plan::Schema output =
      with_input(call, {{"SegmentId", Type::Long}, {"Count", Type::Long}, {"Percent", Type::Real}});
  const double threshold = bounded(call, "Threshold", 0.05, least_threshold, 1);
  const double dimensions = bounded(call, "MaxDimensions", 5, 1, 100);
  if (call.broken || call.input.open) return call.empty(std::move(output), call.input.open);
  Reading reading = reading_of(call, nullptr);
  return call.apply(
      std::move(reading.read),
      plugin::basket(std::move(reading.parameters), threshold, static_cast<int64_t>(dimensions)),
      std::move(output));
}

Table bind_diffpatterns(PluginCall& call) {
  plan::Schema output = with_input(call, {{"SegmentId", Type::Long},
                                          {"CountA", Type::Long},
                                          {"CountB", Type::Long},
                                          {"PercentA", Type::Real},
                                          {"PercentB", Type::Real},
                                          {"PercentDiffAB", Type::Real}});
  const double threshold = bounded(call, "Threshold", 0.05, least_threshold, 1);
  const double dimensions = bounded(call, "MaxDimensions", 100, 1, 100);
  const std::optional<Value> set_a = call.constant("SplitValueA");
  const std::optional<Value> set_b = call.constant("SplitValueB");
  const Bound* split = call.find("SplitColumn");
  if (call.broken || call.input.open || !set_a || !set_b || split == nullptr) {
    return call.empty(std::move(output), call.input.open);
  }
  Reading reading = reading_of(call, split);
  return call.apply(std::move(reading.read),
                    plugin::diffpatterns(
                        std::move(reading.parameters), threshold, static_cast<int64_t>(dimensions),
                        std::string(set_a->as_text()), std::string(set_b->as_text())),
                    std::move(output));
}

Table bind_text(PluginCall& call) {
  plan::Schema output = {
      call.fresh("Count_of_True", Type::Long), call.fresh("Count_of_False", Type::Long),
      call.fresh("Percent_of_True", Type::Real), call.fresh("Percent_of_False", Type::Real),
      call.fresh("Pattern", Type::String)};
  plugin::TextPatterns parameters;
  parameters.least_words = static_cast<int64_t>(bounded(call, "MinTokens", 1, 0, 200));
  parameters.threshold = bounded(call, "Threshold", 0.05, least_threshold, 1);
  parameters.most_words = static_cast<int64_t>(bounded(call, "MaxTokens", 20, 0, 20));
  const Bound* text = call.find("TextColumn");
  const Bound* condition = call.find("BooleanCondition");
  if (call.broken || text == nullptr || condition == nullptr) return call.empty(std::move(output));
  std::vector<plan::Expression> read;
  read.push_back(text->value);
  read.push_back(condition->value);
  return call.apply(std::move(read), plugin::text_patterns(parameters), std::move(output));
}

P weight_column() {
  return {"WeightColumn", "A column that says how many rows a row stands for.",
          P::Column,      number_types,
          "a number",     true,
          false,          true};
}
P wildcard() {
  return {"CustomWildcard",
          "What stands for any value in columns of the type it has; null and the empty text "
          "without it.",
          P::Scalar,
          any_type,
          {},
          true,
          true,
          true};
}
P threshold(std::string_view meaning) {
  return {"Threshold", meaning, P::Scalar, number_types, "a number", true, false, true};
}
P dimensions(std::string_view meaning) {
  return {"MaxDimensions", meaning, P::Scalar, integer_types, "a whole number", true, false, true};
}

}  // namespace

std::vector<Plugin> pattern_plugins() {
  return {
      {.name = "autocluster",
       .syntax = "T | evaluate autocluster([SizeWeight] [, WeightColumn] [, NumSeeds] "
                 "[, CustomWildcard, ...])",
       .summary = "A few patterns of equal values that many of the rows have. '~' asks for the "
                  "default of an argument.",
       .parameters = {{"SizeWeight",
                       "From 0 to 1: rather many values in common, or rather many rows. 0.5 "
                       "without it.",
                       P::Scalar, number_types, "a number", true, false, true},
                      weight_column(),
                      {"NumSeeds", "How many values the search begins with; 25 without it.",
                       P::Scalar, integer_types, "a whole number", true, false, true},
                      wildcard()},
       .examples = {{"range n from 1 to 10 step 1\n"
                     "| project Code = iff(n <= 6, 500, 100 + n), Host = iff(n <= 7, 'web', 'db')\n"
                     "| evaluate autocluster()",
                     "SegmentId:long  Count:long  Percent:real  Code:long  Host:string\n"
                     "0               6           60.0          500        web\n"
                     "1               3           30.0          null       db"}},
       .difference = "The search is ours: it begins with the most frequent values, adds values for "
                     "as long as the weighted geometric mean of the share of rows and of the "
                     "information in the values grows, and leaves out patterns whose rows others "
                     "cover by more than half.",
       .bind = bind_autocluster},
      {.name = "basket",
       .syntax = "T | evaluate basket([Threshold] [, WeightColumn] [, MaxDimensions] "
                 "[, CustomWildcard, ...])",
       .summary = "All patterns of equal values that a share of the rows has. Of patterns with the "
                  "same rows the one with the most values is shown. '~' asks for the default of an "
                  "argument.",
       .parameters = {threshold("The least share of rows, from 0.001 to 1; 0.05 without it."),
                      weight_column(),
                      dimensions("So many values at most that do not follow from others; 5 "
                                 "without it."),
                      wildcard()},
       .examples = {{"datatable(Os: string, Ok: bool) ['linux', true, 'linux', true, 'mac', true,\n"
                     "                                'linux', false]\n"
                     "| evaluate basket(0.5)",
                     "SegmentId:long  Count:long  Percent:real  Os:string  Ok:bool\n"
                     "0               2           50.0          linux      true\n"
                     "1               3           75.0          linux      null\n"
                     "2               3           75.0          \"\"         true"}},
       .difference = "All rows are counted, not a sample.",
       .bind = bind_basket},
      {.name = "diffpatterns",
       .syntax = "T | evaluate diffpatterns(SplitColumn, SplitValueA, SplitValueB "
                 "[, WeightColumn] [, Threshold] [, MaxDimensions] [, CustomWildcard, ...])",
       .summary = "Patterns of equal values that two sets of rows have in different shares. '~' "
                  "asks for the default of an argument.",
       .parameters = {{"SplitColumn", "The column that tells the sets apart.", P::Column},
                      {"SplitValueA", "Its value in set A, as text.", P::Scalar, Type::String,
                       "a text"},
                      {"SplitValueB", "Its value in set B, as text.", P::Scalar, Type::String,
                       "a text"},
                      weight_column(),
                      threshold("The least difference of the shares, from 0.001 to 1; 0.05 "
                                "without it."),
                      dimensions("So many values at most that do not follow from others."),
                      wildcard()},
       .examples = {{"range n from 1 to 20 step 1\n"
                     "| project Ok = n > 10, Os = iff(n <= 8, 'mac', 'linux')\n"
                     "| evaluate diffpatterns(Ok, 'false', 'true')\n"
                     "| project-away SegmentId, Ok",
                     "CountA:long  CountB:long  PercentA:real  PercentB:real  "
                     "PercentDiffAB:real  Os:string\n"
                     "8            0            80.0           0.0            80.0                "
                     "mac\n"
                     "2            10           20.0           100.0          80.0                "
                     "linux"}},
       .difference = "The choice among patterns is ours: one is left out when it is a part or an "
                     "extension of one with a greater difference, or shares four fifths of its "
                     "rows with it.",
       .bind = bind_diffpatterns},
      {.name = "diffpatterns_text",
       .syntax = "T | evaluate diffpatterns_text(TextColumn, BooleanCondition [, MinTokens] "
                 "[, Threshold] [, MaxTokens])",
       .summary = "Runs of words that texts have in different shares where a condition holds and "
                  "where it does not. '~' asks for the default of an argument.",
       .parameters = {{"TextColumn", "The column of texts.", P::Column, Type::String, "a text"},
                      {"BooleanCondition", "Tells the two sets apart.", P::Scalar, Type::Bool,
                       "a condition"},
                      {"MinTokens", "So many words at least; 1 without it.", P::Scalar,
                       integer_types, "a whole number", true, false, true},
                      threshold("The least difference of the shares, from 0.001 to 1; 0.05 "
                                "without it."),
                      {"MaxTokens", "So many words at most; 20 without it.", P::Scalar,
                       integer_types, "a whole number", true, false, true}},
       .examples = {{"datatable(Text: string, Ok: bool) [\n"
                     "  'login by ann failed', false, 'login by bob failed', false,\n"
                     "  'login by eve done', true]\n"
                     "| evaluate diffpatterns_text(Text, Ok, 1, 0.9)\n"
                     "| project Count_of_True, Count_of_False, Pattern",
                     "Count_of_True:long  Count_of_False:long  Pattern:string\n"
                     "1                   0                    login by eve done\n"
                     "0                   2                    failed"}},
       .difference = "The words of a pattern follow one another; there is no '*' between them.",
       .bind = bind_text},
  };
}

}  // namespace vedette::binding
