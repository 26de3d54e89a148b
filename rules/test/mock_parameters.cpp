#include "rules/test/mock_parameters.h"

#include <algorithm>
#include <vector>

#include "compiler/syntax/parse.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

struct Argument {
  std::string name;  // empty: by place
  std::string_view text;
  size_t statement = 0;  // where the statement begins that it stands in
};

/// The calls of one function, argument by argument.
class Calls {
 public:
  Calls(std::string_view query, std::string_view function)
      : query_(query), tokens_(tokens_of(query)) {
    size_t statement = 0;
    int depth = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (opens(i)) ++depth;
      if (closes(i)) --depth;
      if (depth == 0 && text(i) == ";") statement = tokens_[i].span.end();
      if (text(i) == function && text(i + 1) == "(") read(i + 2, statement);
    }
  }

  std::vector<std::vector<Argument>> calls;

 private:
  std::string_view text(size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view{};
  }
  bool opens(size_t at) const { return text(at) == "(" || text(at) == "[" || text(at) == "{"; }
  bool closes(size_t at) const { return text(at) == ")" || text(at) == "]" || text(at) == "}"; }

  void read(size_t first, size_t statement) {
    std::vector<Argument>& call = calls.emplace_back();
    int depth = 0;
    for (size_t at = first; at < tokens_.size(); ++at) {
      const bool ends = depth == 0 && (text(at) == "," || closes(at));
      if (ends && at > first) call.push_back(argument(first, at, statement));
      if (ends) first = at + 1;
      if (ends && text(at) != ",") return;
      if (opens(at)) ++depth;
      if (closes(at)) --depth;
    }
  }

  Argument argument(size_t first, size_t end, size_t statement) const {
    Argument argument{.name = "", .text = {}, .statement = statement};
    if (end - first > 2 && text(first + 1) == "=") {
      argument.name = text(first);
      first += 2;
    }
    const size_t start = tokens_[first].span.start;
    argument.text = query_.substr(start, tokens_[end - 1].span.end() - start);
    return argument;
  }

  std::string_view query_;
  std::vector<QueryToken> tokens_;
};

Type type_of_argument(std::string_view query, const Argument& argument, Session& session) {
  // With what is declared before it; that may not be a query without the mock itself.
  for (const std::string_view before : {query.substr(0, argument.statement), std::string_view{}}) {
    const QueryResult result =
        session.check(fmt::format("{}\nprint x = ({})", before, argument.text));
    if (result.ok && result.tables.size() == 1 && result.tables[0].columns.size() == 1) {
      return result.tables[0].columns[0].second;
    }
  }
  return Type::String;
}

}  // namespace

std::string mock_parameters(std::string_view query, std::string_view function, Session& session) {
  std::vector<std::pair<std::string, Type>> parameters;
  for (const std::vector<Argument>& call : Calls(query, function).calls) {
    for (size_t i = 0; i < call.size(); ++i) {
      const std::string name = call[i].name.empty() ? fmt::format("p{}", i) : call[i].name;
      const auto same = [&](const auto& known) { return known.first == name; };
      if (std::ranges::any_of(parameters, same)) continue;
      parameters.emplace_back(name, type_of_argument(query, call[i], session));
    }
  }
  std::string text = "(";
  for (const auto& [name, type] : parameters) {
    if (text.size() > 1) text += ", ";
    const std::string none = type == Type::String ? "''" : fmt::format("{}(null)", name_of(type));
    text += fmt::format("['{}']: {} = {}", name, name_of(type), none);
  }
  return text + ")";
}

}  // namespace vedette::rules
