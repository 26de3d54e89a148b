// fork, facet.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
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

}  // namespace vedette::binding
