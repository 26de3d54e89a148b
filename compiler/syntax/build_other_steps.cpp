// Tabular operators: calls, text and arrays, subqueries, graphs, charts.
#include <algorithm>
#include <array>

#include "compiler/syntax/tree_builder.h"

namespace vedette {

using Grammar = grammar::KqlParser;

namespace {

constexpr std::array<std::string_view, 21> chart_types = {
    "table",       "list",        "barchart",         "piechart",
    "ladderchart", "timechart",   "linechart",        "anomalychart",
    "pivotchart",  "areachart",   "stackedareachart", "scatterchart",
    "timepivot",   "columnchart", "timeline",         "3Dchart",
    "card",        "treemap",     "plotly",           "graph",
    "sankey"};

/// Whether the last link of a path is a call.
bool ends_in_call(const ast::ExpressionPtr& path) {
  if (const auto* member = std::get_if<ast::Member>(&path->node))
    return ends_in_call(member->member);
  return std::holds_alternative<ast::Call>(path->node);
}

}  // namespace

// ---- Calls ----

ast::Invoke TreeBuilder::invoke(Grammar::InvokeStepContext* context) {
  ast::Invoke result{path(context->path())};
  if (!ends_in_call(result.call)) {
    error("KQL0016", result.call->span, "'invoke' needs a function call", "add parentheses");
  }
  return result;
}

ast::Evaluate TreeBuilder::evaluate(Grammar::EvaluateStepContext* context) {
  ast::Evaluate result;
  result.parameters = parameters(context->parameter());
  result.call = path(context->path());
  if (!ends_in_call(result.call)) {
    error("KQL0016", result.call->span, "'evaluate' needs a plugin call", "add parentheses");
  }
  if (context->rowSchema()) result.schema = row_schema(context->rowSchema());
  return result;
}

// ---- Text and arrays ----

ast::Parse TreeBuilder::parse(Grammar::ParseStepContext* context) {
  ast::Parse result;
  result.only_matching = context->PARSE_WHERE() != nullptr;
  result.parameters = parameters(context->parameter());
  result.expression = expression(context->expression());
  for (auto* part : context->patternPart()) {
    if (part->STAR()) {
      result.pattern.push_back(ast::Parse::Star{span(part)});
    } else if (auto* literal = part->STRING_LITERAL()) {
      // Adjacent strings are one, as everywhere.
      auto* before = result.pattern.empty()
                         ? nullptr
                         : std::get_if<ast::Parse::Literal>(&result.pattern.back());
      if (before == nullptr) {
        result.pattern.push_back(ast::Parse::Literal{decode(literal->getSymbol()), span(part)});
      } else {
        before->text += decode(literal->getSymbol());
        before->span = vedette::join(before->span, span(part));
      }
    } else {
      ast::Parse::Column column{name(part->declaredName()), {}};
      if (part->typeName()) column.type = type_name(part->typeName());
      result.pattern.push_back(std::move(column));
    }
  }
  return result;
}

ast::ParseKv TreeBuilder::parse_kv(Grammar::ParseKvStepContext* context) {
  return {expression(context->expression()), row_schema(context->rowSchema()),
          properties(context->properties())};
}

ast::ExpandItem TreeBuilder::expand_item(Grammar::ExpandItemContext* context) {
  ast::ExpandItem item;
  item.span = span(context);
  item.expression.span = item.span;
  if (context->namedExpression()) item.expression = named(context->namedExpression());
  if (context->typeOf()) item.type = type_of(context->typeOf());
  return item;
}

ast::MvExpand TreeBuilder::mv_expand(Grammar::MvExpandStepContext* context) {
  ast::MvExpand result;
  result.legacy = context->MV_EXPAND()->getText() == "mvexpand";
  result.parameters = options(context->expandOption());
  for (auto* item : context->expandItem()) {
    result.items.push_back(expand_item(item));
    if (result.items.back().expression.value == nullptr) {
      error("KQL0008", {span(item).start, 0}, "an expression is missing before 'to'");
    }
  }
  if (context->expression()) result.limit = expression(context->expression());
  return result;
}

ast::MvApply TreeBuilder::mv_apply(Grammar::MvApplyStepContext* context) {
  ast::MvApply result;
  result.parameters = options(context->expandOption());
  for (auto* item : context->expandItem()) result.items.push_back(expand_item(item));
  ast::Expressions values = expressions(context->expression());
  if (context->LIMIT()) result.limit = std::move(values.front());
  if (context->ID()) result.context_id = std::move(values.back());
  result.subquery = subquery(context->subquery());
  return result;
}

// ---- Queries within queries ----

ast::Facet TreeBuilder::facet(Grammar::FacetStepContext* context) {
  ast::Facet result;
  for (auto* item : context->path()) result.by.push_back(path(item));
  if (context->subquery()) result.with = subquery(context->subquery());
  if (context->step()) {
    ast::Pipe single;
    single.steps.push_back(step(context->step()));
    result.with = make(std::move(single), span(context->step()));
  }
  return result;
}

ast::Fork TreeBuilder::fork(Grammar::ForkStepContext* context) {
  ast::Fork result;
  for (auto* item : context->forkBranch()) {
    ast::Fork::Branch branch;
    branch.span = span(item);
    if (item->declaredName()) branch.name = name(item->declaredName());
    branch.subquery = subquery(item->subquery());
    result.branches.push_back(std::move(branch));
  }
  return result;
}

ast::Partition TreeBuilder::partition(Grammar::PartitionStepContext* context) {
  ast::Partition result;
  result.parameters = parameters(context->parameter());
  result.by = simple_path(context->simplePath());
  if (context->call()) result.scope = call(context->call());
  if (context->dynamicLiteral()) result.scope = dynamic_literal(context->dynamicLiteral());
  result.braces = context->LBRACE() != nullptr;
  result.subquery = result.braces ? pipe(context->pipeExpression()) : subquery(context->subquery());
  return result;
}

ast::PartitionBy TreeBuilder::partition_by(Grammar::PartitionByStepContext* context) {
  ast::PartitionBy result;
  result.parameters = parameters(context->parameter());
  result.by = simple_path(context->simplePath());
  if (context->literal()) result.id = literal_expression(context->literal(), nullptr);
  result.subquery = subquery(context->subquery());
  return result;
}

ast::MacroExpand TreeBuilder::macro_expand(Grammar::MacroExpandStepContext* context) {
  ast::MacroExpand result;
  result.parameters = parameters(context->parameter());
  if (auto* group = context->entityGroup()) {
    result.entities = make(ast::EntityGroup{expressions(group->expression())}, span(group));
  } else if (context->simplePath()) {
    result.entities = simple_path(context->simplePath());
  } else {
    for (auto* link : context->call()) {
      ast::ExpressionPtr next = call(link);
      if (result.entities == nullptr) {
        result.entities = std::move(next);
        continue;
      }
      const Span where = vedette::join(result.entities->span, next->span);
      result.entities = make(ast::Member{std::move(result.entities), std::move(next)}, where);
    }
  }
  if (context->declaredName()) result.scope = name(context->declaredName());
  for (auto* item : context->statement()) result.statements.push_back(statement(item));
  return result;
}

ast::Scan TreeBuilder::scan(Grammar::ScanStepContext* context) {
  ast::Scan result;
  result.parameters = parameters(context->parameter());
  if (context->orderedExpressions()) result.order_by = ordered_list(context->orderedExpressions());
  result.partition_by = expressions(context->expression());
  for (ast::FunctionParameter& declared : function_parameters(context->functionParameters())) {
    result.declarations.push_back({std::move(declared.name), std::move(declared.type),
                                   std::move(declared.default_value), declared.span});
  }
  for (auto* item : context->scanState()) {
    ast::Scan::State state;
    state.name = name(item->declaredName());
    state.optional = item->OPTIONAL() != nullptr;
    if (item->anyName()) state.output = name(item->anyName());
    state.condition = expression(item->expression());
    for (auto* assignment : item->scanAssignment()) {
      state.assignments.push_back({name(assignment->declaredName()),
                                   expression(assignment->expression()), span(assignment)});
    }
    state.span = span(item);
    result.states.push_back(std::move(state));
  }
  return result;
}

// ---- Graphs ----

ast::MakeGraph TreeBuilder::make_graph(Grammar::MakeGraphStepContext* context) {
  ast::MakeGraph result;
  result.parameters = parameters(context->parameter());
  result.source = name(context->name(0));
  result.target = name(context->name(1));
  result.directed = context->GREATER() != nullptr;
  for (auto* item : context->graphNodes()) {
    result.nodes.push_back({path(item->path()), name(item->name())});
  }
  if (context->declaredName()) result.node_id = name(context->declaredName());
  if (context->PARTITIONED_BY()) {
    result.partitioned_by = name(context->name(2));
    result.subquery = subquery(context->subquery());
  }
  return result;
}

ast::GraphPattern::Edge TreeBuilder::graph_edge(Grammar::GraphEdgeContext* context) {
  using Direction = ast::GraphPattern::Edge::Direction;
  ast::GraphPattern::Edge edge;
  edge.span = span(context);
  edge.brackets = context->LBRACKET() != nullptr;
  if (context->LESS()) edge.direction = Direction::Backward;
  if (context->GREATER()) edge.direction = Direction::Forward;
  if (context->name()) edge.name = name(context->name());
  if (auto* range = context->graphEdgeRange()) {
    edge.least = path(range->path(0));
    edge.most = path(range->path(1));
  }
  return edge;
}

ast::GraphPattern TreeBuilder::graph_pattern(Grammar::GraphPatternContext* context) {
  ast::GraphPattern pattern;
  pattern.span = span(context);
  for (antlr4::tree::ParseTree* child : context->children) {
    if (auto* node = dynamic_cast<Grammar::GraphNodeContext*>(child)) {
      ast::GraphPattern::Node part{{}, span(node)};
      if (node->name()) part.name = name(node->name());
      pattern.parts.push_back(std::move(part));
    } else {
      pattern.parts.push_back(graph_edge(static_cast<Grammar::GraphEdgeContext*>(child)));
    }
  }
  return pattern;
}

ast::GraphMatch TreeBuilder::graph_match(Grammar::GraphMatchStepContext* context) {
  ast::GraphMatch result;
  result.shortest_paths = context->GRAPH_SHORTEST_PATHS() != nullptr;
  result.parameters = parameters(context->parameter());
  for (auto* item : context->graphPattern()) result.patterns.push_back(graph_pattern(item));
  if (context->expression()) result.where = expression(context->expression());
  result.project = named_list(context->namedExpressions());
  return result;
}

ast::GraphToTable TreeBuilder::graph_to_table(Grammar::GraphToTableStepContext* context) {
  ast::GraphToTable result;
  for (auto* item : context->graphOutput()) {
    ast::GraphToTable::Output output;
    output.nodes = item->NODES() != nullptr;
    if (item->declaredName()) output.name = name(item->declaredName());
    output.parameters = parameters(item->parameter());
    output.span = span(item);
    result.outputs.push_back(std::move(output));
  }
  return result;
}

// ---- Charts ----

ast::Render TreeBuilder::render(Grammar::RenderStepContext* context) {
  ast::Render result;
  result.chart = name(context->name());
  if (std::find(chart_types.begin(), chart_types.end(), result.chart.text) == chart_types.end()) {
    error("KQL0017", result.chart.span, "'" + result.chart.text + "' is not a chart");
  }
  for (auto* option : context->renderOption()) {
    if (option->parameter() != nullptr) {
      result.parameters.push_back(parameter(option->parameter()));
    } else if (option->expression() != nullptr) {
      result.parameters.push_back({token_name(option->WITH()->getSymbol()),
                                   expression(option->expression()), span(option)});
    } else {
      ast::NameList list;
      for (auto* item : option->name()) list.names.push_back(name(item));
      const Span where = vedette::join(list.names.front().span, list.names.back().span);
      result.parameters.push_back(
          {token_name(option->BY()->getSymbol()), make(std::move(list), where), span(option)});
    }
  }
  if (context->renderProperties() == nullptr) return result;
  for (auto* item : context->renderProperties()->renderProperty()) {
    ast::ExpressionPtr value = expression(item->expression());
    const auto* first = std::get_if<ast::NameReference>(&value->node);
    if (!item->name().empty() && first == nullptr) {
      error("KQL0012", span(item->name(0)), "only columns are given as a list");
    } else if (!item->name().empty()) {
      ast::NameList list;
      list.names.push_back(first->name);
      for (auto* further : item->name()) list.names.push_back(name(further));
      const Span where = vedette::join(list.names.front().span, list.names.back().span);
      value = make(std::move(list), where);
    }
    result.properties.push_back({name(item->declaredName()), std::move(value), span(item)});
  }
  return result;
}

}  // namespace vedette
