// Tabular operators: columns, grouping, order, joins. The others: build_other_steps.cpp.
#include "compiler/syntax/tree_builder.h"

namespace vedette {

using Grammar = grammar::KqlParser;

ast::Step TreeBuilder::step(Grammar::StepContext* context) {
  return step_of(context->children[0]);
}

ast::Step TreeBuilder::source_step(Grammar::SourceStepContext* context) {
  return step_of(context->children[0]);
}

ast::Step TreeBuilder::step_of(antlr4::tree::ParseTree* tree) {
  auto* context = static_cast<Context*>(tree);
  ast::Step result;
  result.span = span(context);
  result.keyword_span = span(context->getStart());
  const auto is = [&]<typename Wanted>(Wanted*& x) {
    x = dynamic_cast<Wanted*>(tree);
    return x != nullptr;
  };
  const auto build = [&](auto&& node) { result.node = std::forward<decltype(node)>(node); };

  if (Grammar::WhereStepContext* x = nullptr; is(x)) build(where(x));
  if (Grammar::ExtendStepContext* x = nullptr; is(x)) {
    build(ast::Extend{named_list(x->namedExpressions())});
  }
  if (Grammar::ProjectStepContext* x = nullptr; is(x)) {
    build(ast::Project{named_list(x->namedExpressions())});
  }
  if (Grammar::ProjectAwayStepContext* x = nullptr; is(x)) {
    build(ast::ProjectAway{columns(x->columnPatterns())});
  }
  if (Grammar::ProjectKeepStepContext* x = nullptr; is(x)) {
    build(ast::ProjectKeep{columns(x->columnPatterns())});
  }
  if (Grammar::ProjectRenameStepContext* x = nullptr; is(x)) {
    build(ast::ProjectRename{named_list(x->namedExpressions())});
  }
  if (Grammar::ProjectReorderStepContext* x = nullptr; is(x)) build(project_reorder(x));
  if (Grammar::ProjectByNamesStepContext* x = nullptr; is(x)) {
    build(ast::ProjectByNames{expressions(x->expression())});
  }
  if (Grammar::SerializeStepContext* x = nullptr; is(x)) {
    build(ast::Serialize{hints(x->hint()), named_list(x->namedExpressions())});
  }
  if (Grammar::PrintStepContext* x = nullptr; is(x)) {
    build(ast::Print{named_list(x->namedExpressions())});
  }
  if (Grammar::SummarizeStepContext* x = nullptr; is(x)) build(summarize(x));
  if (Grammar::DistinctStepContext* x = nullptr; is(x)) {
    build(ast::Distinct{hints(x->hint()), named_list(x->namedExpressions())});
  }
  if (Grammar::CountStepContext* x = nullptr; is(x)) {
    ast::Count count;
    if (x->declaredName()) count.name = name(x->declaredName());
    build(std::move(count));
  }
  if (Grammar::MakeSeriesStepContext* x = nullptr; is(x)) build(make_series(x));
  if (Grammar::TopHittersStepContext* x = nullptr; is(x)) {
    ast::TopHitters hitters{expression(x->expression(0)), named(x->namedExpression()), nullptr};
    if (x->expression(1)) hitters.by = expression(x->expression(1));
    build(std::move(hitters));
  }
  if (Grammar::TopNestedStepContext* x = nullptr; is(x)) build(top_nested(x));
  if (Grammar::ReduceStepContext* x = nullptr; is(x)) build(reduce(x));
  if (Grammar::SortStepContext* x = nullptr; is(x)) {
    build(ast::Sort{parameters(x->parameter()), ordered_list(x->orderedExpressions())});
  }
  if (Grammar::TakeStepContext* x = nullptr; is(x)) {
    build(ast::Take{hints(x->hint()), expression(x->expression())});
  }
  if (Grammar::TopStepContext* x = nullptr; is(x)) {
    build(ast::Top{hints(x->hint()), expression(x->expression()), ordered(x->orderedExpression())});
  }
  if (Grammar::SampleStepContext* x = nullptr; is(x)) {
    build(ast::Sample{hints(x->hint()), expression(x->expression())});
  }
  if (Grammar::SampleDistinctStepContext* x = nullptr; is(x)) {
    build(ast::SampleDistinct{hints(x->hint()), expression(x->expression()),
                              named(x->namedExpression())});
  }
  if (Grammar::JoinStepContext* x = nullptr; is(x)) build(join(x));
  if (Grammar::LookupStepContext* x = nullptr; is(x)) build(lookup(x));
  if (Grammar::UnionStepContext* x = nullptr; is(x)) build(unite(x));
  if (Grammar::FindStepContext* x = nullptr; is(x)) build(find(x));
  if (Grammar::SearchStepContext* x = nullptr; is(x)) build(search(x));
  if (Grammar::InvokeStepContext* x = nullptr; is(x)) build(invoke(x));
  if (Grammar::EvaluateStepContext* x = nullptr; is(x)) build(evaluate(x));
  if (Grammar::ParseStepContext* x = nullptr; is(x)) build(parse(x));
  if (Grammar::ParseKvStepContext* x = nullptr; is(x)) build(parse_kv(x));
  if (Grammar::MvExpandStepContext* x = nullptr; is(x)) build(mv_expand(x));
  if (Grammar::MvApplyStepContext* x = nullptr; is(x)) build(mv_apply(x));
  if (Grammar::AsStepContext* x = nullptr; is(x)) {
    build(ast::As{parameters(x->parameter()), name(x->declaredName())});
  }
  if (Grammar::FacetStepContext* x = nullptr; is(x)) build(facet(x));
  if (Grammar::ForkStepContext* x = nullptr; is(x)) build(fork(x));
  if (Grammar::PartitionStepContext* x = nullptr; is(x)) build(partition(x));
  if (Grammar::PartitionByStepContext* x = nullptr; is(x)) build(partition_by(x));
  if (Grammar::MacroExpandStepContext* x = nullptr; is(x)) build(macro_expand(x));
  if (Grammar::ScanStepContext* x = nullptr; is(x)) build(scan(x));
  if (Grammar::MakeGraphStepContext* x = nullptr; is(x)) build(make_graph(x));
  if (Grammar::GraphMatchStepContext* x = nullptr; is(x)) build(graph_match(x));
  if (Grammar::GraphToTableStepContext* x = nullptr; is(x)) build(graph_to_table(x));
  if (Grammar::GraphMarkComponentsStepContext* x = nullptr; is(x)) {
    build(ast::GraphMarkComponents{parameters(x->parameter())});
  }
  if (Grammar::GraphWhereStepContext* x = nullptr; is(x)) {
    build(ast::GraphWhere{x->GRAPH_WHERE_NODES() != nullptr, expression(x->expression())});
  }
  if (Grammar::RangeStepContext* x = nullptr; is(x)) {
    build(ast::Range{name(x->name()), expression(x->expression(0)), expression(x->expression(1)),
                     expression(x->expression(2))});
  }
  if (Grammar::GetSchemaStepContext* x = nullptr; is(x)) {
    build(ast::GetSchema{parameters(x->parameter())});
  }
  if (Grammar::ConsumeStepContext* x = nullptr; is(x)) {
    build(ast::Consume{parameters(x->parameter())});
  }
  if (Grammar::ExecuteAndCacheStepContext* x = nullptr; is(x)) build(ast::ExecuteAndCache{});
  if (Grammar::AssertSchemaStepContext* x = nullptr; is(x)) {
    build(ast::AssertSchema{row_schema(x->rowSchema())});
  }
  if (Grammar::RenderStepContext* x = nullptr; is(x)) build(render(x));
  return result;
}

// ---- Columns ----

ast::Where TreeBuilder::where(Grammar::WhereStepContext* context) {
  ast::NamedExpression predicate = named(context->namedExpression());
  if (!predicate.names.empty()) {
    // KQL takes `where a = true` as naming the value, and so as `where true`.
    auto* item = context->namedExpression();
    diagnostics_.warning("KQL0007", span(item->ASSIGN()),
                         "'=' names the value, it does not compare", "did you mean '=='?");
  }
  return {hints(context->hint()), std::move(predicate.value)};
}

ast::ProjectReorder TreeBuilder::project_reorder(Grammar::ProjectReorderStepContext* context) {
  using Direction = ast::OrderedExpression::Direction;
  ast::ProjectReorder result;
  for (auto* item : context->reorderedColumn()) {
    ast::OrderedExpression reordered;
    reordered.expression = unnamed(column(item->columnPattern()));
    if (item->ASC()) reordered.direction = Direction::Ascending;
    if (item->DESC()) reordered.direction = Direction::Descending;
    if (item->GRANNY_ASC()) reordered.direction = Direction::GrannyAscending;
    if (item->GRANNY_DESC()) reordered.direction = Direction::GrannyDescending;
    reordered.span = span(item);
    result.columns.push_back(std::move(reordered));
  }
  return result;
}

// ---- Grouping ----

ast::Summarize TreeBuilder::summarize(Grammar::SummarizeStepContext* context) {
  ast::Summarize result;
  result.parameters = hints(context->hint());
  result.has_by = context->BY() != nullptr;
  const auto lists = context->namedExpressions();
  if (!lists.empty() && (lists.size() == 2 || !result.has_by)) {
    result.aggregates = named_list(lists.front());
  }
  if (result.has_by) result.by = named_list(lists.back());
  if (auto* bin = context->legacyBin()) {
    ast::NamedExpression size = unnamed(expression(bin->expression()));
    size.names.push_back(token_name(bin->BIN()->getSymbol()));
    size.span = span(bin);
    result.bin = std::move(size);
  }
  return result;
}

ast::MakeSeries TreeBuilder::make_series(Grammar::MakeSeriesStepContext* context) {
  ast::MakeSeries result;
  result.parameters = options(context->expandOption());
  for (auto* item : context->seriesAggregate()) {
    ast::MakeSeries::Aggregate aggregate{named(item->namedExpression()), nullptr};
    if (item->expression()) aggregate.default_value = expression(item->expression());
    result.aggregates.push_back(std::move(aggregate));
  }
  result.on = named(context->namedExpression());
  auto* range = context->seriesRange();
  ast::Expressions bounds = expressions(range->expression());
  result.in_range = range->IN() != nullptr;
  result.step = std::move(bounds.back());
  if (result.in_range || range->FROM()) result.from = std::move(bounds.front());
  if (result.in_range || range->TO()) result.to = std::move(bounds[bounds.size() - 2]);
  result.by = named_list(context->namedExpressions());
  return result;
}

ast::TopNested TreeBuilder::top_nested(Grammar::TopNestedStepContext* context) {
  ast::TopNested result;
  for (auto* item : context->topNestedLevel()) {
    ast::TopNested::Level level;
    ast::Expressions values = expressions(item->expression());
    level.of = named(item->namedExpression());
    if (item->WITH()) {
      ast::Name others = name(item->declaredName());
      if (others.text != "others") error("KQL0006", others.span, "expected 'others'");
      level.others = unnamed(std::move(values.back()));
      level.others->span = vedette::join(others.span, level.others->span);
      level.others->names.push_back(std::move(others));
      values.pop_back();
    }
    if (!values.empty()) level.count = std::move(values.front());
    level.by = ordered(item->orderedExpression());
    level.span = span(item);
    result.levels.push_back(std::move(level));
  }
  return result;
}

ast::Reduce TreeBuilder::reduce(Grammar::ReduceStepContext* context) {
  ast::Reduce result{parameters(context->parameter()), named(context->namedExpression()), {}};
  for (auto* item : context->property()) result.properties.push_back(property(item));
  return result;
}

// ---- Bringing tables together ----

ast::Join TreeBuilder::join(Grammar::JoinStepContext* context) {
  ast::Join result;
  result.parameters = parameters(context->parameter());
  ast::Expressions parts = expressions(context->expression());
  result.right = std::move(parts.front());
  parts.erase(parts.begin());
  if (context->WHERE()) {
    result.where = std::move(parts.front());
  } else {
    result.on = std::move(parts);
    if (!context->ON()) {
      error("KQL0018", span(context), "'join' does not say what to join on",
            "add 'on' and a column of both sides");
    }
  }
  return result;
}

ast::Lookup TreeBuilder::lookup(Grammar::LookupStepContext* context) {
  ast::Lookup result;
  result.parameters = parameters(context->parameter());
  result.on = expressions(context->expression());
  result.right = std::move(result.on.front());
  result.on.erase(result.on.begin());
  return result;
}

ast::Union TreeBuilder::unite(Grammar::UnionStepContext* context) {
  ast::Union result;
  result.parameters = parameters(context->parameter());
  for (auto* item : context->entity()) result.tables.push_back(entity(item));
  return result;
}

ast::ExpressionPtr TreeBuilder::find_table(Grammar::FindTableContext* context) {
  ast::ExpressionPtr table = entity(context->entity());
  if (context->asStep() == nullptr) return table;
  ast::Pipe named_table;
  named_table.source = std::move(table);
  named_table.steps.push_back(step_of(context->asStep()));
  return make(std::move(named_table), span(context));
}

ast::Find::Column TreeBuilder::find_column(Grammar::FindColumnContext* context) {
  ast::Find::Column result;
  result.span = span(context);
  result.pack = context->PACK() != nullptr;
  if (context->STAR()) {
    result.name = token_name(context->STAR()->getSymbol());
  } else {
    result.name = name(context->name());
    if (context->typeName()) result.type = type_name(context->typeName());
  }
  return result;
}

ast::Find TreeBuilder::find(Grammar::FindStepContext* context) {
  ast::Find result;
  if (context->DATASCOPE()) result.data_scope = name(context->anyName());
  result.parameters = parameters(context->parameter());
  for (auto* item : context->findTable()) result.tables.push_back(find_table(item));
  result.has_where = context->WHERE() != nullptr;
  result.predicate = expression(context->expression());
  result.project_smart = context->PROJECT_SMART() != nullptr;
  bool away = false;
  for (antlr4::tree::ParseTree* child : context->children) {
    if (auto* token = dynamic_cast<antlr4::tree::TerminalNode*>(child)) {
      away = away || token->getSymbol()->getType() == Grammar::PROJECT_AWAY;
    } else if (auto* column = dynamic_cast<Grammar::FindColumnContext*>(child)) {
      (away ? result.project_away : result.project).push_back(find_column(column));
    }
  }
  return result;
}

ast::Search TreeBuilder::search(Grammar::SearchStepContext* context) {
  ast::Search result;
  if (context->DATASCOPE()) result.data_scope = name(context->anyName());
  result.parameters = parameters(context->parameter());
  for (auto* item : context->findTable()) result.tables.push_back(find_table(item));
  result.predicate = expression(context->expression());
  return result;
}

}  // namespace vedette
