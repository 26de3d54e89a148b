// parse, parse-where.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

using Part = ast::Parse::Part;

bool is_literal(const Part& part) {
  return std::holds_alternative<ast::Parse::Literal>(part);
}

/// Where the parts of a pattern may stand: a star before a text, a column after one.
void check_order(QueryBinder& binder, const std::vector<Part>& pattern, size_t i) {
  if (const auto* star = std::get_if<ast::Parse::Star>(&pattern[i])) {
    if (i + 1 < pattern.size() && !is_literal(pattern[i + 1])) {
      binder.error(code::bad_pattern, star->span, "a text must follow `*`");
    }
    const auto* before = i == 0 ? nullptr : std::get_if<ast::Parse::Column>(&pattern[i - 1]);
    const bool of_text = before != nullptr && (before->type.text.empty() ||
                                               type_of_name(before->type.text) == Type::String);
    if (of_text) {
      binder.error(code::bad_pattern, star->span,
                   "`*` after a text column leaves open where the column ends");
    }
  }
  if (const auto* column = std::get_if<ast::Parse::Column>(&pattern[i])) {
    if (i > 0 && !is_literal(pattern[i - 1])) {
      binder.error(code::bad_pattern, column->name.span, "a column must follow a text");
    }
  }
}

}  // namespace

Table bind_parse(StepContext context, const ast::Parse& parse) {
  QueryBinder& binder = context.binder;
  Table& input = context.input;
  binder.check_parameters(parse.parameters,
                          {{"kind", ParameterRule::Word, {"simple", "relaxed", "regex"}},
                           {"flags", ParameterRule::Anything}});
  plan::Parse step{.source = failed(context.span()).value};
  const std::string kind = QueryBinder::word_of(parse.parameters, "kind", "simple");
  if (kind == "relaxed") step.mode = plan::Parse::Mode::Relaxed;
  if (kind == "regex") step.mode = plan::Parse::Mode::Regex;
  step.regex_flags = QueryBinder::word_of(parse.parameters, "flags");
  step.drop_failures = parse.only_matching;
  binder.with_windows(input, [&] {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    Bound source = binder.bind(*parse.expression);
    binder.check_scalar(source);
    step.source = binder.convert(std::move(source.value), Type::String);
  });
  plan::Schema results;
  for (size_t i = 0; i < parse.pattern.size(); ++i) {
    check_order(binder, parse.pattern, i);
    if (const auto* literal = std::get_if<ast::Parse::Literal>(&parse.pattern[i])) {
      step.parts.push_back({.text = literal->text});
    } else if (const auto* column = std::get_if<ast::Parse::Column>(&parse.pattern[i])) {
      const Type type = column->type.text.empty() ? Type::String : binder.type_of(column->type);
      const bool had = std::any_of(results.begin(), results.end(), [&](const plan::Column& c) {
        return c.name == column->name.text;
      });
      if (had) {
        binder.error(code::duplicate_column, column->name.span,
                     fmt::format("column '{}' is declared twice", column->name.text));
        continue;
      }
      results.push_back(binder.fresh(column->name.text, type));
      step.parts.push_back({.result = results.back()});
    } else {
      step.parts.push_back({.star = true});
    }
  }
  const plan::Schema before = input.columns();
  plan::Schema output = before;
  output.insert(output.end(), results.begin(), results.end());
  step.input = std::move(input.plan);
  input.plan = plan::make(std::move(step), output, context.span());
  return add_or_replace(binder, std::move(input), before, results, context.span());
}

Table add_or_replace(QueryBinder& binder, Table table, const plan::Schema& before,
                     const plan::Schema& results, Span span) {
  // A column that is there already takes the new value, at its old place.
  plan::Schema shown = before;
  for (const plan::Column& result : results) {
    const auto old = std::find_if(shown.begin(), shown.end(), [&](const plan::Column& column) {
      return column.name == result.name;
    });
    if (old == shown.end()) {
      shown.push_back(result);
    } else {
      *old = result;
    }
  }
  return binder.keep_columns(std::move(table), shown, span);
}

}  // namespace vedette::binding
