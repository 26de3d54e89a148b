// fork, facet, partition, scan.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/per_group.h"
#include "runtime/base/format.h"

namespace vedette::binding {

Table bind_fork(StepContext context, const ast::Fork& fork) {
  QueryBinder& binder = context.binder;
  const Table shared = binder.share(std::move(context.input), context.span());
  Table result = binder.unknown_table(context.span());
  result.only_siblings = true;
  for (size_t i = 0; i < fork.branches.size(); ++i) {
    const ast::Fork::Branch& branch = fork.branches[i];
    Table one = binder.bind_subquery(*branch.subquery, binder.copy(shared));
    if (branch.name) {
      one.result_name = branch.name->text;
    }
    result.siblings.push_back(std::move(one));
  }
  return result;
}

Table bind_facet(StepContext context, const ast::Facet& facet) {
  QueryBinder& binder = context.binder;
  const Table shared = binder.share(std::move(context.input), context.span());
  Table result = binder.unknown_table(context.span());
  result.only_siblings = true;
  if (facet.with) {
    result.siblings.push_back(binder.bind_subquery(*facet.with, binder.copy(shared)));
  }
  for (const ast::ExpressionPtr& expression : facet.by) {
    Table input = binder.copy(shared);
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    Bound by = binder.bind(*expression);
    if (binder.check_column(by)) binder.check_not_dynamic(by);
    const plan::Column key = by.column ? *by.column : binder.fresh("Column1", by.type());
    plan::AggregateCall call =
        binder.aggregate_call("count", {}, "count_" + key.name, context.span());
    plan::Schema output = {key, call.results[0]};
    plan::Aggregate group;
    group.keys.push_back(std::move(by.value));
    group.aggregates.push_back(std::move(call));
    group.input = std::move(input.plan);
    result.siblings.push_back(
        Table{.plan = plan::make(std::move(group), std::move(output), context.span())});
  }
  return result;
}

Table bind_partition(StepContext context, const ast::Partition& partition) {
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  std::optional<plan::Column> key;
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    const Bound by = binder.bind(*partition.by);
    if (binder.check_column(by)) binder.check_not_dynamic(by);
    key = by.column;
  }
  const bool serialized = context.input.serialized;
  if (partition.braces || !key) {
    if (partition.braces) {
      binder.cannot_run_yet(context.step.keyword_span,
                            "'partition' with a query in braces is not supported yet");
    }
    ScopePtr inner = binder.scope;
    if (key) {
      Bound value = failed(span);
      value.value.type = key->type;
      inner = declare(inner, key->name, std::move(value));
    }
    const Temporarily names(binder.scope, inner);
    Table result = partition.braces
                       ? binder.bind_table(*partition.subquery)
                       : binder.bind_subquery(*partition.subquery, std::move(context.input));
    return binder.empty_table(result.columns(), span, result.open);
  }
  const plan::Node* leaf = context.input.plan.get();
  Table result = binder.bind_subquery(*partition.subquery, std::move(context.input));
  const plan::Schema columns = result.columns();
  PerGroup(binder, leaf, {*key}, {}).apply(result.plan);
  const bool ordered = result.serialized && !serialized;
  result = binder.keep_columns(std::move(result), columns, span);
  result.serialized = ordered;
  return result;
}

Table bind_scan(StepContext context, const ast::Scan& scan) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(scan.parameters,
                          {{"kind", ParameterRule::Word}, {"with_match_id", ParameterRule::Name}});
  binder.cannot_run_yet(context.step.keyword_span, "operator 'scan' is not supported yet");
  plan::Schema output = context.input.columns();
  for (const ast::Scan::Declaration& declaration : scan.declarations) {
    output.push_back(binder.fresh(declaration.name.text, binder.type_of(declaration.type)));
  }
  const std::string match_id = QueryBinder::word_of(scan.parameters, "with_match_id", "match_id");
  output.push_back(binder.fresh(match_id, Type::Long));
  return binder.empty_table(std::move(output), context.span(), context.input.open);
}

}  // namespace vedette::binding
