// From ANTLR's parse tree to ours. Inside this folder only: everything here speaks ANTLR.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "KqlLexer.h"
#include "KqlParser.h"
#include "compiler/syntax/ast.h"
#include "runtime/base/error.h"

namespace vedette {

/// The text of a query with the tokens read from it. ANTLR counts code points, spans count bytes.
class TokenText {
 public:
  explicit TokenText(std::string_view text);

  Span span(const antlr4::Token& token) const;
  std::string_view text(const antlr4::Token& token) const;
  std::string_view text(Span span) const { return text_.substr(span.start, span.length); }
  uint32_t size() const { return static_cast<uint32_t>(text_.size()); }

 private:
  uint32_t byte_of(size_t code_point) const;

  std::string_view text_;
  std::vector<uint32_t> starts_;  // byte offset of each code point; empty for pure ASCII
};

/// Thrown where a tree would become deeper than the rest of the compiler can walk.
struct TooDeep {
  Span span;
};

/// Builds the tree of one statement after the other. What the grammar let pass and the language
/// does not goes to the diagnostics.
class TreeBuilder {
 public:
  using Grammar = grammar::KqlParser;
  using Context = antlr4::ParserRuleContext;

  TreeBuilder(const TokenText& tokens, Diagnostics& diagnostics)
      : tokens_(tokens), diagnostics_(diagnostics) {}

  // build_query.cpp
  ast::Statement statement(Grammar::StatementContext* context);

 private:
  // build_query.cpp: statements
  ast::Let let(Grammar::LetStatementContext* context);
  ast::FunctionDeclaration function_declaration(Grammar::FunctionDeclarationContext* context);
  void function_body(Grammar::FunctionBodyContext* context, ast::FunctionDeclaration& function);
  ast::FunctionParameter function_parameter(Grammar::FunctionParameterContext* context);
  std::vector<ast::FunctionParameter> function_parameters(
      Grammar::FunctionParametersContext* context);
  ast::DeclarePattern declare_pattern(Grammar::DeclarePatternContext* context);
  ast::Statement declare(Grammar::DeclareStatementContext* context);
  ast::RowSchema row_schema(Grammar::RowSchemaContext* context);
  ast::ColumnDeclaration schema_column(Grammar::SchemaColumnContext* context);
  ast::TypeOf type_of(Grammar::TypeOfContext* context);

  // build_query.cpp: pipes and what operators share
  ast::ExpressionPtr pipe(Grammar::PipeExpressionContext* context);
  /// `source | steps` in `where`; the source alone when there are no steps.
  ast::ExpressionPtr piped(ast::ExpressionPtr source, Grammar::SourceStepContext* first,
                           const std::vector<Grammar::StepContext*>& steps, Span where);
  ast::ExpressionPtr subquery(Grammar::SubqueryContext* context);
  ast::ExpressionPtr entity(Grammar::EntityContext* context);
  ast::ExpressionPtr wildcard(Grammar::WildcardContext* context);
  ast::Parameter parameter(Grammar::ParameterContext* context);
  ast::Parameters parameters(const std::vector<Grammar::ParameterContext*>& contexts);
  ast::Parameters hints(const std::vector<Grammar::HintContext*>& contexts);
  ast::Parameters options(const std::vector<Grammar::ExpandOptionContext*>& contexts);
  ast::ExpressionPtr parameter_value(Grammar::ParameterValueContext* context);
  ast::Parameter property(Grammar::PropertyContext* context);
  ast::Parameters properties(Grammar::PropertiesContext* context);

  // build_step.cpp, build_other_steps.cpp: one function for each operator
  ast::Step step(Grammar::StepContext* context);
  ast::Step source_step(Grammar::SourceStepContext* context);
  ast::Step step_of(antlr4::tree::ParseTree* tree);
  ast::Where where(Grammar::WhereStepContext* context);
  ast::Summarize summarize(Grammar::SummarizeStepContext* context);
  ast::MakeSeries make_series(Grammar::MakeSeriesStepContext* context);
  ast::TopNested top_nested(Grammar::TopNestedStepContext* context);
  ast::Reduce reduce(Grammar::ReduceStepContext* context);
  ast::ProjectReorder project_reorder(Grammar::ProjectReorderStepContext* context);
  ast::Join join(Grammar::JoinStepContext* context);
  ast::Lookup lookup(Grammar::LookupStepContext* context);
  ast::Union unite(Grammar::UnionStepContext* context);
  ast::Find find(Grammar::FindStepContext* context);
  ast::Find::Column find_column(Grammar::FindColumnContext* context);
  ast::Search search(Grammar::SearchStepContext* context);
  ast::ExpressionPtr find_table(Grammar::FindTableContext* context);
  ast::Evaluate evaluate(Grammar::EvaluateStepContext* context);
  ast::Invoke invoke(Grammar::InvokeStepContext* context);
  ast::Parse parse(Grammar::ParseStepContext* context);
  ast::ParseKv parse_kv(Grammar::ParseKvStepContext* context);
  ast::MvExpand mv_expand(Grammar::MvExpandStepContext* context);
  ast::MvApply mv_apply(Grammar::MvApplyStepContext* context);
  ast::ExpandItem expand_item(Grammar::ExpandItemContext* context);
  ast::Facet facet(Grammar::FacetStepContext* context);
  ast::Fork fork(Grammar::ForkStepContext* context);
  ast::Partition partition(Grammar::PartitionStepContext* context);
  ast::PartitionBy partition_by(Grammar::PartitionByStepContext* context);
  ast::MacroExpand macro_expand(Grammar::MacroExpandStepContext* context);
  ast::Scan scan(Grammar::ScanStepContext* context);
  ast::MakeGraph make_graph(Grammar::MakeGraphStepContext* context);
  ast::GraphMatch graph_match(Grammar::GraphMatchStepContext* context);
  ast::GraphPattern graph_pattern(Grammar::GraphPatternContext* context);
  ast::GraphPattern::Edge graph_edge(Grammar::GraphEdgeContext* context);
  ast::GraphToTable graph_to_table(Grammar::GraphToTableStepContext* context);
  ast::Render render(Grammar::RenderStepContext* context);
  ast::Expressions columns(Grammar::ColumnPatternsContext* context);
  ast::ExpressionPtr column(Grammar::ColumnPatternContext* context);

  // build_expression.cpp
  ast::ExpressionPtr expression(Grammar::ExpressionContext* context);
  ast::Expressions expressions(const std::vector<Grammar::ExpressionContext*>& contexts);
  ast::ExpressionPtr operand(Grammar::OperandContext* context);
  ast::ExpressionPtr combine(Grammar::ExpressionContext* context, ast::ExpressionPtr left,
                             bool extend_logical);
  ast::ExpressionPtr in_list(Grammar::InListContext* context, ast::ExpressionPtr value);
  ast::ExpressionPtr path(Grammar::PathContext* context);
  ast::ExpressionPtr simple_path(Grammar::SimplePathContext* context);
  ast::ExpressionPtr with_suffix(Grammar::SuffixContext* context, ast::ExpressionPtr object);
  ast::ExpressionPtr primary(Grammar::PrimaryContext* context);
  ast::ExpressionPtr call(Grammar::CallContext* context);
  ast::NamedExpressions arguments(Grammar::ArgumentsContext* context);
  ast::ExpressionPtr datatable(Grammar::DatatableContext* context);
  ast::ExpressionPtr external_data(Grammar::ExternalDataContext* context);
  ast::ExpressionPtr inline_external_table(Grammar::InlineExternalTableContext* context);
  ast::ExpressionPtr materialized_view_combine(Grammar::MaterializedViewCombineContext* context);
  ast::ExpressionPtr name_reference(Context* context);
  ast::NamedExpression named(Grammar::NamedExpressionContext* context);
  ast::NamedExpression unnamed(ast::ExpressionPtr value);
  ast::NamedExpressions named_list(Grammar::NamedExpressionsContext* context);
  ast::OrderedExpression ordered(Grammar::OrderedExpressionContext* context);
  std::vector<ast::OrderedExpression> ordered_list(Grammar::OrderedExpressionsContext* context);
  ast::ExpressionPtr literal_expression(Grammar::LiteralContext* context,
                                        Grammar::SignContext* sign);
  ast::ExpressionPtr signed_literal(ast::Literal value, Span place, Grammar::SignContext* sign);
  ast::Literal literal(Grammar::LiteralContext* context);
  ast::Literal plain_literal(Grammar::PlainLiteralContext* context);
  ast::Literal string_literal(Grammar::StringContext* context);
  ast::ExpressionPtr dynamic_literal(Grammar::DynamicLiteralContext* context);
  ast::DynamicValue dynamic_value(Grammar::DynamicValueContext* context);
  std::string decode(antlr4::Token* token);

  // build_expression.cpp: names and places
  ast::Name name(Context* context);
  ast::Name type_name(Grammar::TypeNameContext* context);
  ast::Name token_name(antlr4::Token* token);
  Span span(Context* context) const;
  Span span(antlr4::Token* token) const { return tokens_.span(*token); }
  Span span(antlr4::tree::TerminalNode* node) const { return span(node->getSymbol()); }
  template <typename Node> ast::ExpressionPtr make(Node node, Span span) {
    auto expression = std::make_unique<ast::Expression>();
    expression->node = std::move(node);
    expression->span = span;
    return expression;
  }
  void error(std::string_view code, Span span, std::string message, std::string suggestion = {}) {
    diagnostics_.syntax_error(code, span, std::move(message), std::move(suggestion));
  }

  /// Counts levels of the tree being built; throws TooDeep beyond the limit.
  class Deeper;

  const TokenText& tokens_;
  Diagnostics& diagnostics_;
  int depth_ = 0;
};

/// How deep a tree may be: every later phase walks it by recursion.
constexpr int max_tree_depth = 2000;

class TreeBuilder::Deeper {
 public:
  Deeper(TreeBuilder& builder, int levels, Span span) : builder_(builder), levels_(levels) {
    if (builder_.depth_ + levels > max_tree_depth) throw TooDeep{span};
    builder_.depth_ += levels;
  }
  ~Deeper() { builder_.depth_ -= levels_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  TreeBuilder& builder_;
  int levels_;
};

}  // namespace vedette
