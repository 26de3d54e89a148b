#include "compiler/session/before_error.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "compiler/syntax/parse.h"

namespace vedette::session {
namespace {

constexpr size_t longest_text = 64 * 1024;
constexpr size_t most_left_out = 3;  // words before the error that may belong to what is missing

constexpr std::string_view unknown_names[] = {"KQL0101", "KQL0102", "KQL0103"};
constexpr std::string_view argument_count = "KQL0140";
constexpr std::string_view no_result = "KQL0191";
constexpr std::string_view unexpected = "KQL0001";
constexpr std::string_view missing_expression = "KQL0008";

using Tokens = std::vector<QueryToken>;

/// The beginning of a text with its brackets closed.
struct Beginning {
  std::string text;
  std::vector<size_t> open;  // the tokens that are brackets without an end
};

std::optional<Beginning> beginning_of(std::string_view text, const Tokens& tokens, size_t count) {
  Beginning result;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view token = tokens[i].text;
    if (token == "(" || token == "[" || token == "{") result.open.push_back(i);
    if (token != ")" && token != "]" && token != "}") continue;
    if (result.open.empty()) return std::nullopt;
    result.open.pop_back();
  }
  for (const size_t i : result.open) {
    // Parameters and columns are no expressions.
    if (i + 2 < tokens.size() && tokens[i + 2].text == ":") return std::nullopt;
  }
  result.text = text.substr(0, tokens[count - 1].span.end());
  for (size_t i = result.open.size(); i-- > 0;) {
    const std::string_view bracket = tokens[result.open[i]].text;
    result.text += bracket == "(" ? ')' : bracket == "[" ? ']' : '}';
  }
  return result;
}

/// Could what ends before `next` mean something else with it?
bool changes_meaning(const QueryToken& last, const QueryToken& next) {
  if (next.text == ".") return true;
  return last.kind == QueryToken::Kind::Word &&
         (next.text == "=" || next.text == "(" || next.text == ":" || next.text == "{");
}

/// Words that begin something: where nothing follows them, they name nothing either.
bool begins_something(std::string_view word) {
  constexpr std::string_view words[] = {
      "alias",    "as",    "by",           "datatable", "declare", "find", "print", "range",
      "search",   "union", "externaldata", "from",      "in",      "let",  "of",    "on",
      "restrict", "set",   "step",         "to",        "view",    "with"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// A text that is read up to an error.
struct Place {
  const Tokens& tokens;
  size_t count;  // of the tokens that are read
  size_t error;  // the token at fault; the number of tokens when it is the end of the text
};

/// Is the call whose name stands at `name` over before the error, or ended by it?
bool call_is_over(const Place& place, const Beginning& beginning, Span name) {
  const Tokens& tokens = place.tokens;
  const auto open = std::find_if(beginning.open.begin(), beginning.open.end(), [&](size_t i) {
    return i > 0 && tokens[i].text == "(" && tokens[i - 1].span.start == name.start;
  });
  if (open == beginning.open.end()) return true;
  for (size_t i = place.count; i < place.error; ++i) {
    const QueryToken& left_out = tokens[i];  // unless it is an operator, there is another argument
    if (left_out.kind != QueryToken::Kind::Symbol || left_out.text == "," || left_out.text == "(") {
      return false;
    }
  }
  if (place.error == tokens.size()) return true;
  const std::string_view ends = tokens[place.error].text;
  return ends == "|" || ends == ";" || ends == "by" ||
         (ends == ")" && open + 1 == beginning.open.end());
}

bool is_unknown_name(const Diagnostic& each) {
  return std::find(std::begin(unknown_names), std::end(unknown_names), each.code) !=
         std::end(unknown_names);
}

/// Is it wrong whatever follows?
bool is_certain(const Diagnostic& each, const Place& place, const Beginning& beginning) {
  const std::string_view at_fault =
      std::string_view(beginning.text).substr(each.span.start, each.span.length);
  if (is_unknown_name(each) && begins_something(at_fault)) return false;
  const QueryToken& last = place.tokens[place.count - 1];
  if (each.kind != ErrorKind::Semantic || each.severity != Severity::Error) return false;
  if (each.span.start >= last.span.end() || each.code == no_result) return false;
  if (each.code == argument_count) return call_is_over(place, beginning, each.span);
  // What is left out may have made something else of what it belongs to.
  return place.count == place.error || (is_unknown_name(each) && !begins_something(last.text));
}

/// What makes the text whole at an error: an expression that is missing, or a comma between the
/// arguments of a call.
std::string_view missing_at(const Diagnostic& error, const Tokens& tokens, size_t at_error,
                            std::string_view text) {
  if (error.code == missing_expression) return " dynamic(null) ";
  if (at_error == 0 || at_error == tokens.size() || error.code != unexpected) return {};
  const std::optional<Beginning> beginning = beginning_of(text, tokens, at_error);
  if (!beginning || beginning->open.empty()) return {};
  const size_t open = beginning->open.back();
  const bool call =
      open > 0 && tokens[open].text == "(" && tokens[open - 1].kind == QueryToken::Kind::Word;
  return call && tokens[at_error].kind != QueryToken::Kind::Symbol ? "," : "";
}

/// The errors before a place that is mended by `missing`.
std::vector<Diagnostic> errors_before_mended(std::string_view text, uint32_t place,
                                             std::string_view missing,
                                             const FindErrors& find_errors) {
  std::string mended(text.substr(0, place));
  mended += missing;
  mended += text.substr(place);
  Diagnostics problems;
  const ast::Query query = parse(mended, problems);
  if (problems.any_errors()) return {};
  find_errors(query, problems);
  std::vector<Diagnostic> found;
  for (const Diagnostic& each : problems.all()) {
    const bool certain = is_unknown_name(each) || each.code == argument_count;
    if (certain && each.span.end() <= place) found.push_back(each);
  }
  return found;
}

}  // namespace

Diagnostics with_earlier_errors(std::string_view text, const Diagnostics& syntax,
                                const FindErrors& find_errors) {
  const auto& all = syntax.all();
  const auto first = std::find_if(all.begin(), all.end(), [](const Diagnostic& each) {
    return each.severity == Severity::Error;
  });
  if (first == all.end() || text.size() > longest_text) return syntax;
  const Tokens tokens = tokens_of(text);
  const auto at_error = static_cast<size_t>(
      std::find_if(tokens.begin(), tokens.end(),
                   [&](const QueryToken& token) { return token.span.end() > first->span.start; }) -
      tokens.begin());
  if (const std::string_view missing = missing_at(*first, tokens, at_error, text);
      !missing.empty()) {
    Diagnostics result;
    for (Diagnostic& each : errors_before_mended(text, first->span.start, missing, find_errors)) {
      result.add(std::move(each));
    }
    if (result.any_errors()) {
      for (const Diagnostic& each : all) result.add(each);
      return result;
    }
  }
  for (size_t left_out = 0; left_out <= most_left_out && left_out < at_error; ++left_out) {
    const size_t count = at_error - left_out;
    if (count < tokens.size() && changes_meaning(tokens[count - 1], tokens[count])) continue;
    const std::optional<Beginning> beginning = beginning_of(text, tokens, count);
    if (!beginning) return syntax;
    Diagnostics problems;
    const ast::Query query = parse(beginning->text, problems);
    if (problems.any_errors()) continue;
    find_errors(query, problems);
    Diagnostics result;
    for (const Diagnostic& each : problems.all()) {
      if (is_certain(each, {tokens, count, at_error}, *beginning)) result.add(each);
    }
    for (const Diagnostic& each : all) result.add(each);
    return result;
  }
  return syntax;
}

}  // namespace vedette::session
