#include <algorithm>
#include <array>
#include <cctype>

#include "compiler/syntax/formatter.h"
#include "compiler/syntax/literal_text.h"

namespace vedette {

namespace {

Tightness tightness(ast::BinaryOperator op) {
  using Op = ast::BinaryOperator;
  switch (op) {
    case Op::Add:
    case Op::Subtract:
      return Tightness::Sum;
    case Op::Multiply:
    case Op::Divide:
    case Op::Modulo:
      return Tightness::Product;
    case Op::Equal:
    case Op::NotEqual:
      return Tightness::Equality;
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual:
      return Tightness::Relation;
    default:
      return Tightness::Text;
  }
}

Tightness tighter(Tightness by) {
  return static_cast<Tightness>(static_cast<int>(by) + 1);
}

bool starts_with_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+');
}

Tightness tightness(const ast::Expression& expression) {
  if (std::holds_alternative<ast::Pipe>(expression.node)) return Tightness::Pipe;
  if (const auto* logical = std::get_if<ast::Logical>(&expression.node)) {
    return logical->op == ast::LogicalOperator::And ? Tightness::And : Tightness::Or;
  }
  if (const auto* binary = std::get_if<ast::Binary>(&expression.node)) return tightness(binary->op);
  if (std::holds_alternative<ast::Between>(expression.node) ||
      std::holds_alternative<ast::InList>(expression.node)) {
    return Tightness::Equality;
  }
  if (std::holds_alternative<ast::Unary>(expression.node)) return Tightness::Sign;
  return Tightness::Path;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// Whether a number or timespan may stand without its type: `5`, `0x1F`, `1.5e3`, `2.5h`.
bool stands_alone(ast::LiteralKind kind, std::string_view text) {
  if (starts_with_sign(text)) text.remove_prefix(1);
  if (kind == ast::LiteralKind::Long) {
    if (all_digits(text)) return true;
    if (!text.starts_with("0x") && !text.starts_with("0X")) return false;
    text.remove_prefix(2);
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
  }
  const auto skip_digits = [&text] {
    const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end > 0;
  };
  if (!skip_digits()) return false;
  bool fraction = false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!skip_digits()) return false;
    fraction = true;
  }
  if (kind == ast::LiteralKind::Timespan) {
    constexpr auto units = std::to_array<std::string_view>(
        {"d",           "day",          "days",  "h",      "hr",
         "hrs",         "hour",         "hours", "m",      "min",
         "minute",      "minutes",      "s",     "sec",    "second",
         "seconds",     "ms",           "milli", "millis", "millisec",
         "millisecond", "milliseconds", "micro", "micros", "microsec",
         "microsecond", "microseconds", "nano",  "nanos",  "nanosec",
         "nanosecond",  "nanoseconds",  "tick",  "ticks"});
    return std::find(units.begin(), units.end(), text) != units.end();
  }
  if (text.empty()) return fraction;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (starts_with_sign(text)) text.remove_prefix(1);
  return all_digits(text);
}

bool ends_with_hint(std::string_view text) {
  constexpr std::string_view hint = "hint";
  if (!text.ends_with(hint)) return false;
  text.remove_suffix(hint.size());
  return text.empty() || !(std::isalnum(static_cast<unsigned char>(text.back())) ||
                           text.back() == '_' || text.back() == '$');
}

/// Whether `name(` begins a literal, so that a call of that name needs a space.
bool begins_literal(std::string_view name) {
  constexpr auto words =
      std::to_array<std::string_view>({"bool", "int", "int32", "long", "int64", "real", "double",
                                       "decimal", "time", "timespan", "datetime", "date", "guid"});
  return std::find(words.begin(), words.end(), name) != words.end();
}

std::string_view type_word(ast::LiteralKind kind) {
  switch (kind) {
    case ast::LiteralKind::Bool:
      return "bool";
    case ast::LiteralKind::Int:
      return "int";
    case ast::LiteralKind::Long:
      return "long";
    case ast::LiteralKind::Real:
      return "real";
    case ast::LiteralKind::Decimal:
      return "decimal";
    case ast::LiteralKind::Datetime:
      return "datetime";
    case ast::LiteralKind::Timespan:
      return "timespan";
    case ast::LiteralKind::Guid:
      return "guid";
    case ast::LiteralKind::String:
    case ast::LiteralKind::Dynamic:
      break;
  }
  return "string";
}

}  // namespace

std::string Formatter::expression(const ast::Expression& expression, Tightness least) {
  std::string inside;
  Tightness own = tightness(expression);
  if (const auto* query = std::get_if<ast::Pipe>(&expression.node)) {
    return own < least || options_.all_parentheses ? enclosed(expression) : text(*query);
  }
  inside = std::visit([this](const auto& node) { return text(node); }, expression.node);
  if (std::holds_alternative<ast::Literal>(expression.node) && starts_with_sign(inside)) {
    own = Tightness::Sign;
  }
  const bool parentheses = own < least || (options_.all_parentheses && own < Tightness::Sign);
  return parentheses ? '(' + inside + ')' : inside;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string comma_join(const std::vector<std::string>& parts) {
  return joined(parts, ", ");
}

std::string Formatter::list(const ast::Expressions& expressions, Tightness least) {
  std::vector<std::string> parts;
  for (const ast::ExpressionPtr& item : expressions) parts.push_back(expression(item, least));
  return comma_join(parts);
}

std::string Formatter::named(const ast::NamedExpression& named, Tightness least) {
  std::vector<std::string> names;
  for (const ast::Name& name : named.names) names.push_back(quote_name(name.text));
  std::string text;
  if (named.parenthesized) {
    text = '(' + comma_join(names) + ") = ";
  } else if (!names.empty()) {
    text = names.front() + " = ";
  }
  return named.value ? text + expression(named.value, least) : text;
}

std::string Formatter::named_list(const ast::NamedExpressions& list, Tightness least) {
  std::vector<std::string> parts;
  for (const ast::NamedExpression& item : list) parts.push_back(named(item, least));
  return comma_join(parts);
}

std::string Formatter::ordered(const ast::OrderedExpression& ordered, Tightness least) {
  using Direction = ast::OrderedExpression::Direction;
  using Nulls = ast::OrderedExpression::Nulls;
  std::string text = named(ordered.expression, least);
  switch (ordered.direction) {
    case Direction::Default:
      break;
    case Direction::Ascending:
      text += " asc";
      break;
    case Direction::Descending:
      text += " desc";
      break;
    case Direction::GrannyAscending:
      text += " granny-asc";
      break;
    case Direction::GrannyDescending:
      text += " granny-desc";
      break;
  }
  if (ordered.nulls == Nulls::First) text += " nulls first";
  if (ordered.nulls == Nulls::Last) text += " nulls last";
  return text;
}

std::string Formatter::ordered_list(const std::vector<ast::OrderedExpression>& list,
                                    Tightness least) {
  std::vector<std::string> parts;
  for (const ast::OrderedExpression& item : list) parts.push_back(ordered(item, least));
  return comma_join(parts);
}

std::string Formatter::parameters(const ast::Parameters& parameters) {
  std::string text;
  for (const ast::Parameter& parameter : parameters) {
    const std::string& name = parameter.name.text;
    text += ' ' + (name.starts_with("hint.") ? name : quote_name(name)) + '=' +
            expression(parameter.value, Tightness::Sign);
  }
  return text;
}

std::string Formatter::properties(const ast::Parameters& properties) {
  std::vector<std::string> parts;
  for (const ast::Parameter& property : properties) {
    const std::string& name = property.name.text;
    parts.push_back((name.starts_with("hint.") ? name : quote_name(name)) + '=' +
                    expression(property.value));
  }
  return '(' + comma_join(parts) + ')';
}

std::string Formatter::schema(const ast::RowSchema& schema) {
  std::vector<std::string> parts;
  if (schema.star) parts.push_back("*");
  for (const ast::ColumnDeclaration& column : schema.columns) {
    parts.push_back(column.name.text.empty()
                        ? column.type.text
                        : quote_name(column.name.text) + ": " + column.type.text);
  }
  return '(' + comma_join(parts) + ')';
}

// ---- Literals ----

std::string Formatter::text(const ast::Literal& literal) {
  if (literal.kind == ast::LiteralKind::String) {
    return (literal.obfuscated ? "h" : "") + quote_string(literal.text);
  }
  const bool sole_word =
      literal.kind == ast::LiteralKind::Bool &&
      (literal.text == "true" || literal.text == "false" || literal.text == "True" ||
       literal.text == "False" || literal.text == "TRUE" || literal.text == "FALSE");
  const bool number = literal.kind == ast::LiteralKind::Long ||
                      literal.kind == ast::LiteralKind::Real ||
                      literal.kind == ast::LiteralKind::Timespan;
  if (sole_word || (number && stands_alone(literal.kind, literal.text))) return literal.text;
  return std::string(type_word(literal.kind)) + '(' + literal.text + ')';
}

std::string Formatter::text(const ast::DynamicLiteral& literal) {
  return "dynamic(" + text(literal.value) + ')';
}

std::string Formatter::text(const ast::DynamicValue& value) {
  using Kind = ast::DynamicValue::Kind;
  std::vector<std::string> parts;
  switch (value.kind) {
    case Kind::Null:
      return "null";
    case Kind::Bool:
      return value.text;
    case Kind::Number: {
      const bool plain = stands_alone(ast::LiteralKind::Long, value.text) ||
                         stands_alone(ast::LiteralKind::Real, value.text);
      return plain ? value.text : "long(" + value.text + ')';
    }
    case Kind::String:
      return quote_string(value.text);
    case Kind::Typed:
      return text(value.typed);
    case Kind::Array:
      for (const ast::DynamicValue& item : value.items) parts.push_back(text(item));
      return '[' + comma_join(parts) + ']';
    case Kind::Object:
      for (size_t i = 0; i < value.items.size(); ++i) {
        parts.push_back(quote_string(value.keys[i]) + ": " + text(value.items[i]));
      }
      return '{' + comma_join(parts) + '}';
  }
  return {};
}

std::string Formatter::text(const ast::TypeOf& type) {
  return "typeof" + schema(type.columns);
}

// ---- Names, paths, calls ----

std::string Formatter::text(const ast::NameReference& reference) {
  return quote_name(reference.name.text);
}

std::string Formatter::text(const ast::Wildcard& wildcard) {
  return wildcard.pattern;
}

std::string Formatter::text(const ast::Star&) {
  return "*";
}

std::string Formatter::object(const ast::ExpressionPtr& pointer) {
  const std::string text = expression(pointer, Tightness::Path);
  const bool scope_ends_here = std::holds_alternative<ast::DataScope>(pointer->node);
  // `2.a` would begin with the number `2.`.
  const bool number = std::holds_alternative<ast::Literal>(pointer->node) && is_digit(text.back());
  if (number || scope_ends_here) return '(' + text + ')';
  // `hint.a` would be an option's name.
  return ends_with_hint(text) ? text + ' ' : text;
}

std::string Formatter::text(const ast::Member& member) {
  return object(member.object) + '.' + expression(member.member);
}

std::string Formatter::text(const ast::Element& element) {
  return object(element.object) + '[' + expression(element.index) + ']';
}

std::string Formatter::text(const ast::Call& call) {
  std::string name = quote_function_name(call.function.text) + parameters(call.parameters);
  if (begins_literal(name)) name += ' ';
  const ast::NamedExpressions& arguments = call.arguments;
  const bool one_query = arguments.size() == 1 && arguments[0].names.empty() &&
                         std::holds_alternative<ast::Pipe>(arguments[0].value->node);
  if (one_query) return name + enclosed(*arguments[0].value);
  return name + '(' + named_list(arguments) + ')';
}

std::string Formatter::text(const ast::DataScope& scope) {
  return object(scope.table) + " datascope=" + quote_name(scope.scope.text);
}

std::string Formatter::text(const ast::NameList& list) {
  std::vector<std::string> names;
  for (const ast::Name& name : list.names) names.push_back(quote_name(name.text));
  return comma_join(names);
}

// ---- Operators ----

std::string Formatter::text(const ast::Unary& unary) {
  std::string operand = expression(unary.operand, Tightness::Path);
  // `-2` would be one literal, and `+2` the same as `2`.
  if (is_digit(operand[0])) operand = '(' + operand + ')';
  return (unary.op == ast::UnaryOperator::Minus ? '-' : '+') + operand;
}

std::string Formatter::text(const ast::Binary& binary) {
  const Tightness own = tightness(binary.op);
  const bool chains = own == Tightness::Sum || own == Tightness::Product;
  return expression(binary.left, chains ? own : tighter(own)) + ' ' +
         std::string(spelling(binary.op)) + ' ' + expression(binary.right, tighter(own));
}

std::string Formatter::text(const ast::Logical& logical) {
  const bool is_and = logical.op == ast::LogicalOperator::And;
  const Tightness least = is_and ? Tightness::Equality : Tightness::And;
  std::string text;
  for (const ast::ExpressionPtr& operand : logical.operands) {
    if (!text.empty()) text += is_and ? " and " : " or ";
    text += expression(operand, least);
  }
  return text;
}

std::string Formatter::text(const ast::Between& between) {
  return expression(between.value, Tightness::Relation) +
         (between.negated ? " !between (" : " between (") + expression(between.low) + " .. " +
         expression(between.high) + ')';
}

std::string Formatter::text(const ast::InList& in) {
  const std::string value =
      expression(in.value, Tightness::Relation) + ' ' + std::string(spelling(in.op)) + ' ';
  if (in.list.size() == 1 && std::holds_alternative<ast::Pipe>(in.list.front()->node)) {
    return value + enclosed(*in.list.front());
  }
  return value + '(' + list(in.list) + ')';
}

// ---- Tables in place ----

std::string Formatter::text(const ast::Datatable& table) {
  std::string out = "datatable" + parameters(table.parameters) + schema(table.schema) + '[';
  const size_t columns = std::max<size_t>(1, table.schema.columns.size());
  const bool rows = table.values.size() > columns;
  for (size_t i = 0; i < table.values.size(); ++i) {
    if (rows && i % columns == 0) out += "\n    ";
    out += expression(table.values[i]);
    if (i + 1 < table.values.size()) out += rows && (i + 1) % columns == 0 ? "," : ", ";
  }
  return out + (rows ? "\n]" : "]");
}

std::string Formatter::text(const ast::ExternalData& data) {
  std::string out = "externaldata" + parameters(data.parameters) + schema(data.schema) + '[' +
                    list(data.uris) + ']';
  if (!data.properties.empty()) out += " with " + properties(data.properties);
  return out;
}

std::string Formatter::text(const ast::InlineExternalTable& table) {
  return table.text;
}

std::string Formatter::text(const ast::MaterializedViewCombine& combine) {
  return "materialized-view-combine (" + expression(combine.view, Tightness::Pipe) + ") base (" +
         expression(combine.base, Tightness::Pipe) + ") delta (" +
         expression(combine.delta, Tightness::Pipe) + ") aggregations (" +
         text(std::get<ast::Pipe>(combine.aggregations->node)) + ')';
}

std::string Formatter::text(const ast::EntityGroup& group) {
  return "entity_group [" + list(group.entities) + ']';
}

// ---- Pipes ----

std::vector<std::string> Formatter::pipe_parts(const ast::Pipe& pipe) {
  std::vector<std::string> parts;
  if (pipe.source) parts.push_back(expression(pipe.source));
  for (const ast::Step& item : pipe.steps) parts.push_back(step(item));
  return parts;
}

std::string Formatter::text(const ast::Pipe& pipe) {
  return joined(pipe_parts(pipe), "\n| ");
}

std::string Formatter::enclosed(const ast::Expression& expression, char open, char close) {
  const auto* query = std::get_if<ast::Pipe>(&expression.node);
  if (query == nullptr) return open + this->expression(expression) + close;
  // Each part is written once and then put on one line or several: trying both from the tree would
  // double the work with each level.
  const std::vector<std::string> parts = pipe_parts(*query);
  const std::string line = joined(parts, " | ");
  const size_t limit = options_.width * 3 / 4;
  if (line.size() <= limit && line.find('\n') == std::string::npos) return open + line + close;
  return std::string(1, open) + "\n    " + indented(joined(parts, "\n| "), 4) + '\n' + close;
}

std::string indented(std::string_view text, size_t indent) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(indent, ' ');
  }
  return out;
}

std::string format(const ast::Expression& expression, const FormatOptions& options) {
  return Formatter(options).expression(expression, Tightness::Pipe);
}

}  // namespace vedette
