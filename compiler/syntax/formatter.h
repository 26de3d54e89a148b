// The formatter's workings, shared by its source files.
#pragma once

#include <string>
#include <string_view>

#include "compiler/syntax/format.h"

namespace vedette {

/// How tightly an expression holds together; a looser one inside a tighter one needs parentheses.
enum class Tightness { Pipe, Or, And, Equality, Relation, Sum, Product, Text, Sign, Path };

class Formatter {
 public:
  explicit Formatter(const FormatOptions& options) : options_(options) {}

  // format.cpp
  std::string query(const ast::Query& query);
  std::string statement(const ast::Statement& statement);
  std::string statements(const std::vector<ast::Statement>& statements, std::string_view separator);

  // format_expression.cpp
  /// In parentheses if it is looser than `least`.
  std::string expression(const ast::Expression& expression, Tightness least = Tightness::Or);
  std::string expression(const ast::ExpressionPtr& pointer, Tightness least = Tightness::Or) {
    return expression(*pointer, least);
  }
  std::string list(const ast::Expressions& expressions, Tightness least = Tightness::Or);
  std::string named(const ast::NamedExpression& named, Tightness least = Tightness::Or);
  std::string named_list(const ast::NamedExpressions& list, Tightness least = Tightness::Or);
  std::string ordered(const ast::OrderedExpression& ordered, Tightness least = Tightness::Or);
  std::string ordered_list(const std::vector<ast::OrderedExpression>& list,
                           Tightness least = Tightness::Or);
  std::string parameters(const ast::Parameters& parameters);
  std::string properties(const ast::Parameters& properties);
  std::string schema(const ast::RowSchema& schema);
  /// The source and the steps of a pipe, without the bars.
  std::vector<std::string> pipe_parts(const ast::Pipe& pipe);
  /// `(...)` around a query: on one line where it fits, indented otherwise.
  std::string enclosed(const ast::Expression& expression, char open = '(', char close = ')');

  /// An expression that a suffix can follow.
  std::string object(const ast::ExpressionPtr& pointer);

  // format_step.cpp
  std::string step(const ast::Step& step);
  /// The tables of `find in (...)` and `search in (...)`.
  std::string searched(const ast::Expressions& tables);

  // One overload for each node of the tree.
  std::string text(const ast::Literal& literal);
  std::string text(const ast::DynamicLiteral& literal);
  std::string text(const ast::DynamicValue& value);
  std::string text(const ast::TypeOf& type);
  std::string text(const ast::NameReference& reference);
  std::string text(const ast::Wildcard& wildcard);
  std::string text(const ast::Star& star);
  std::string text(const ast::Member& member);
  std::string text(const ast::Element& element);
  std::string text(const ast::Call& call);
  std::string text(const ast::Unary& unary);
  std::string text(const ast::Binary& binary);
  std::string text(const ast::Logical& logical);
  std::string text(const ast::Between& between);
  std::string text(const ast::InList& list);
  std::string text(const ast::Pipe& pipe);
  std::string text(const ast::Datatable& table);
  std::string text(const ast::ExternalData& data);
  std::string text(const ast::InlineExternalTable& table);
  std::string text(const ast::DataScope& scope);
  std::string text(const ast::MaterializedViewCombine& combine);
  std::string text(const ast::EntityGroup& group);
  std::string text(const ast::NameList& list);

  std::string text(const ast::Where& step);
  std::string text(const ast::Extend& step);
  std::string text(const ast::Project& step);
  std::string text(const ast::ProjectAway& step);
  std::string text(const ast::ProjectKeep& step);
  std::string text(const ast::ProjectRename& step);
  std::string text(const ast::ProjectReorder& step);
  std::string text(const ast::ProjectByNames& step);
  std::string text(const ast::Serialize& step);
  std::string text(const ast::Print& step);
  std::string text(const ast::Summarize& step);
  std::string text(const ast::Distinct& step);
  std::string text(const ast::Count& step);
  std::string text(const ast::MakeSeries& step);
  std::string text(const ast::TopHitters& step);
  std::string text(const ast::TopNested& step);
  std::string text(const ast::Reduce& step);
  std::string text(const ast::Sort& step);
  std::string text(const ast::Take& step);
  std::string text(const ast::Top& step);
  std::string text(const ast::Sample& step);
  std::string text(const ast::SampleDistinct& step);
  std::string text(const ast::Join& step);
  std::string text(const ast::Lookup& step);
  std::string text(const ast::Union& step);
  std::string text(const ast::Find& step);
  std::string text(const ast::Search& step);
  std::string text(const ast::Invoke& step);
  std::string text(const ast::Evaluate& step);
  std::string text(const ast::Parse& step);
  std::string text(const ast::ParseKv& step);
  std::string text(const ast::MvExpand& step);
  std::string text(const ast::MvApply& step);
  std::string text(const ast::ExpandItem& item);
  std::string text(const ast::As& step);
  std::string text(const ast::Facet& step);
  std::string text(const ast::Fork& step);
  std::string text(const ast::Partition& step);
  std::string text(const ast::PartitionBy& step);
  std::string text(const ast::MacroExpand& step);
  std::string text(const ast::Scan& step);
  std::string text(const ast::MakeGraph& step);
  std::string text(const ast::GraphPattern& pattern);
  std::string text(const ast::GraphMatch& step);
  std::string text(const ast::GraphToTable& step);
  std::string text(const ast::GraphMarkComponents& step);
  std::string text(const ast::GraphWhere& step);
  std::string text(const ast::Range& step);
  std::string text(const ast::GetSchema& step);
  std::string text(const ast::Consume& step);
  std::string text(const ast::ExecuteAndCache& step);
  std::string text(const ast::AssertSchema& step);
  std::string text(const ast::Render& step);

  std::string text(const ast::Let& statement);
  std::string text(const ast::ExpressionStatement& statement);
  std::string text(const ast::Set& statement);
  std::string text(const ast::DeclareQueryParameters& statement);
  std::string text(const ast::DeclarePattern& statement);
  std::string text(const ast::Restrict& statement);
  std::string text(const ast::Alias& statement);
  std::string text(const ast::Command& statement);
  std::string text(const ast::FunctionParameter& parameter);
  std::string text(const ast::FunctionDeclaration& function);

 private:
  std::string body(const ast::FunctionDeclaration& function);
  std::string function_parameters(const std::vector<ast::FunctionParameter>& parameters);

  FormatOptions options_;
};

/// The parts with the separator between them.
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
std::string comma_join(const std::vector<std::string>& parts);

/// `text` with `indent` spaces before each line but the first. Lines inside multi-line literals do
/// not occur: strings are written with escapes.
std::string indented(std::string_view text, size_t indent);

}  // namespace vedette
