#include "compiler/plan/explain.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette::plan {
namespace {

using Names = std::unordered_map<ColumnId, std::string>;

void add_names(const Schema& schema, Names& names) {
  for (const Column& column : schema) names[column.id] = column.name;
}

std::string name_of_column(ColumnId id, const Names& names) {
  const auto found = names.find(id);
  return found == names.end() ? fmt::format("#{}", id) : found->second;
}

bool is_word(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

/// Operators stand between their arguments; what looks like a function's name is one, unless it is
/// one of these.
bool is_infix(std::string_view name) {
  constexpr std::string_view words[] = {
      "and",       "or",           "has",      "has_cs",      "hasprefix",  "hasprefix_cs",
      "hassuffix", "hassuffix_cs", "contains", "contains_cs", "startswith", "startswith_cs",
      "endswith",  "endswith_cs",  "in",       "has_any",     "has_all",    "like",
      "likecs",    "notlike",      "notlikecs"};
  return !is_word(name) || std::find(std::begin(words), std::end(words), name) != std::end(words);
}

std::string text_of(const Expression& expression, const Names& names, bool inner);

std::string text_of_call(const Expression::Call& call, const Names& names, bool inner) {
  const std::string_view name = call.function->name;
  const auto argument = [&](size_t at) { return text_of(call.arguments[at], names, true); };
  const auto wrap = [&](std::string text) { return inner ? "(" + text + ")" : text; };
  const size_t count = call.arguments.size();
  if (name == "[]" && count == 2) return fmt::format("{}[{}]", argument(0), argument(1));
  if ((name == "between" || name == "!between") && count == 3) {
    return wrap(fmt::format("{} {} ({} .. {})", argument(0), name, argument(1), argument(2)));
  }
  if (call.function->hidden && is_infix(name) && count == 2) {
    return wrap(fmt::format("{} {} {}", argument(0), name, argument(1)));
  }
  if ((name == "and" || name == "or") && count > 2) {
    std::string text = argument(0);
    for (size_t i = 1; i < count; ++i) text += fmt::format(" {} {}", name, argument(i));
    return wrap(std::move(text));
  }
  std::string text;
  for (const Expression& part : call.arguments) {
    if (!text.empty()) text += ", ";
    text += text_of(part, names, false);
  }
  return fmt::format("{}({})", name, text);
}

std::string text_of(const Expression& expression, const Names& names, bool inner) {
  if (const auto* value = std::get_if<Expression::Constant>(&expression.node)) {
    return explain(value->value);
  }
  if (const auto* ref = std::get_if<Expression::ColumnRef>(&expression.node)) {
    return name_of_column(ref->column, names);
  }
  if (const auto* call = std::get_if<Expression::Call>(&expression.node)) {
    return text_of_call(*call, names, inner);
  }
  const auto& subquery = std::get<Expression::Subquery>(expression.node);
  return subquery.gives == Expression::Subquery::Gives::FirstCell ? "toscalar(...)" : "(...)";
}

/// Writes steps with indentation, and collects the names of columns as it goes up.
class Explainer {
 public:
  std::string run(const Node& node) {
    collect(node);
    write(node, 0);
    return std::move(text_);
  }

 private:
  void collect(const Node& node) {
    add_names(node.output, names_);
    for_each_input(node, [&](const auto& input) { collect(*input); });
    if (const auto* shared = std::get_if<Shared>(&node.step)) collect(*shared->input);
    if (const auto* parse = std::get_if<Parse>(&node.step)) {
      for (const auto& part : parse->parts) {
        if (part.result) names_[part.result->id] = part.result->name;
      }
    }
  }

  std::string text(const Expression& expression) const {
    return text_of(expression, names_, false);
  }

  std::string list(const std::vector<Expression>& expressions) const {
    std::string result;
    for (const Expression& expression : expressions) {
      if (!result.empty()) result += ", ";
      result += text(expression);
    }
    return result;
  }

  static std::string columns(const Schema& schema) {
    std::string result;
    for (const Column& column : schema) {
      if (!result.empty()) result += ", ";
      result += column.name;
    }
    return result;
  }

  /// `name`, or `name = expression` where it is not the column of that name.
  std::string named(const std::string& name, const Expression& expression) const {
    const std::string value = text(expression);
    const bool same = std::holds_alternative<Expression::ColumnRef>(expression.node);
    return same && value == name ? name : fmt::format("{} = {}", name, value);
  }

  std::string line(const Scan& s, const Node& node) const {
    std::string result = fmt::format("scan {}", s.table);
    if (!node.output.empty()) result += " [" + columns(node.output) + "]";
    constexpr std::string_view signs[] = {"==", "<", "<=", ">", ">="};
    for (const PruneTerm& term : s.prune) {
      result += fmt::format("  {} {} {}", name_of_column(term.column, names_),
                            signs[static_cast<int>(term.compare)], explain(term.value));
    }
    return result;
  }
  std::string line(const Fetch& s, const Node&) const {
    std::string names;
    for (const Scan::Stored& stored : s.columns) {
      if (!names.empty()) names += ", ";
      names += stored.name;
    }
    return fmt::format("fetch {} [{}]", s.table, names);
  }
  std::string line(const External& s, const Node& node) const {
    return fmt::format("external {} [{}]", s.sources.empty() ? "" : s.sources[0],
                       columns(node.output));
  }
  std::string line(const Values& s, const Node& node) const {
    return fmt::format("values {} rows [{}]", s.rows.size(), columns(node.output));
  }
  std::string line(const Range& s, const Node& node) const {
    return fmt::format("range {} from {} to {} step {}", columns(node.output), explain(s.first),
                       explain(s.last), explain(s.step));
  }
  std::string line(const Filter& s, const Node&) const { return "filter " + text(s.predicate); }
  std::string line(const Project& s, const Node& node) const {
    std::string result;
    for (size_t i = 0; i < s.expressions.size(); ++i) {
      if (i > 0) result += ", ";
      result += named(node.output[i].name, s.expressions[i]);
    }
    return "project " + result;
  }
  std::string line(const Aggregate& s, const Node& node) const {
    std::string calls;
    for (const AggregateCall& call : s.aggregates) {
      if (!calls.empty()) calls += ", ";
      std::string arguments = list(call.arguments);
      for (const Expression& condition : call.condition) {
        arguments += (arguments.empty() ? "if " : " if ") + text(condition);
      }
      calls += fmt::format("{} = {}({})", columns(call.results), call.function->name, arguments);
    }
    std::string keys;
    for (size_t i = 0; i < s.keys.size(); ++i) {
      if (i > 0) keys += ", ";
      keys += named(node.output[i].name, s.keys[i]);
    }
    std::string result = "aggregate";
    if (!calls.empty()) result += " " + calls;
    if (!keys.empty()) result += " by " + keys;
    return result;
  }
  std::string line(const Sort& s, const Node&) const {
    std::string keys;
    for (const Sort::Key& key : s.keys) {
      if (!keys.empty()) keys += ", ";
      keys += text(key.expression) + (key.descending ? " desc" : " asc");
      if (key.nulls_first == key.descending)
        keys += key.nulls_first ? " nulls first" : " nulls last";
    }
    return s.limit ? fmt::format("top {} by {}", *s.limit, keys) : "sort by " + keys;
  }
  std::string line(const Limit& s, const Node&) const { return fmt::format("take {}", s.rows); }
  std::string line(const Join& s, const Node&) const {
    constexpr std::string_view kinds[] = {"innerunique", "inner",     "leftouter",
                                          "rightouter",  "fullouter", "leftsemi",
                                          "leftanti",    "rightsemi", "rightanti"};
    std::string keys;
    for (size_t i = 0; i < s.left_keys.size(); ++i) {
      keys += fmt::format("{}{} == {}", i > 0 ? " and " : "", text(s.left_keys[i]),
                          text(s.right_keys[i]));
    }
    return fmt::format("join {} on {}{}", kinds[static_cast<int>(s.kind)], keys,
                       s.copies ? "  equal pairs counted" : "");
  }
  std::string line(const Union&, const Node& node) const {
    return fmt::format("union [{}]", columns(node.output));
  }
  std::string line(const Expand& s, const Node&) const {
    std::string items;
    for (const Expand::Item& item : s.items) {
      if (!items.empty()) items += ", ";
      items +=
          fmt::format("{}:{}", named(item.result.name, item.source), name_of(item.result.type));
    }
    std::string result = "expand " + items;
    if (s.index) result += fmt::format("  index {}", s.index->name);
    if (s.limit) result += fmt::format("  limit {}", *s.limit);
    return result;
  }
  std::string line(const Parse& s, const Node&) const {
    std::string result =
        fmt::format("{} {} with", s.drop_failures ? "parse-where" : "parse", text(s.source));
    for (const Parse::Part& part : s.parts) {
      if (part.star) result += " *";
      if (!part.text.empty()) result += " " + explain(Value::string(part.text));
      if (part.result)
        result += fmt::format(" {}:{}", part.result->name, name_of(part.result->type));
    }
    return result;
  }
  std::string line(const Window& s, const Node&) const {
    std::string calls;
    for (const Window::Call& call : s.calls) {
      if (!calls.empty()) calls += ", ";
      calls += fmt::format("{} = {}({})", call.result.name, call.function, list(call.arguments));
    }
    return "window " + calls;
  }
  std::string line(const Sample& s, const Node&) const { return fmt::format("sample {}", s.rows); }
  std::string line(const Apply& s, const Node&) const {
    std::string result = s.function->describe();
    for (const auto& arguments : s.arguments) result += fmt::format(" [{}]", list(arguments));
    if (!s.expressions.empty()) result += fmt::format(" computing {}", list(s.expressions));
    return result;
  }
  std::string line(const Shared& s, const Node&) const { return fmt::format("shared {}", s.id); }

  void write(const Node& node, int depth) {
    const std::string step = std::visit([&](const auto& s) { return line(s, node); }, node.step);
    text_ += fmt::format("{:{}}{}\n", "", depth * 2, step);
    for_each_expression(node, [&](const Expression& expression) {
      for_each_below(expression, [&](const Expression& part) {
        const auto* subquery = std::get_if<Expression::Subquery>(&part.node);
        if (subquery == nullptr) return;
        text_ += fmt::format("{:{}}where ... is\n", "", depth * 2 + 4);
        collect(*subquery->plan);
        write(*subquery->plan, depth + 3);
      });
    });
    for_each_input(node, [&](const auto& input) { write(*input, depth + 1); });
    if (const auto* shared = std::get_if<Shared>(&node.step)) write(*shared->input, depth + 1);
  }

  Names names_;
  std::string text_;
};

}  // namespace

std::string explain(const Node& node) {
  return Explainer().run(node);
}

std::string explain(const QueryPlan& query) {
  std::string text;
  for (size_t i = 0; i < query.outputs.size(); ++i) {
    if (i > 0) text += fmt::format("{}:\n", query.outputs[i].name);
    text += explain(*query.outputs[i].plan);
  }
  return text;
}

std::string explain(const Expression& expression, const Schema& schema) {
  Names names;
  add_names(schema, names);
  return text_of(expression, names, false);
}

}  // namespace vedette::plan
