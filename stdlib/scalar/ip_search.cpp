// IPv4 addresses within text.
#include "stdlib/families.h"
#include "stdlib/scalar/ip_ranges.h"

namespace vedette::stdlib {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<uint8_t>(c) > 127;
}

/// A whole address, or its first numbers, each with a dot after it.
bool is_address_or_prefix(std::string_view text, bool prefix_allowed) {
  std::string_view rest = text;
  if (take_ipv4(rest)) return rest.empty();
  if (!prefix_allowed || text.empty() || text.back() != '.') return false;
  // Zeros for the numbers that are missing make an address of a good prefix.
  std::string whole(text);
  while (std::count(whole.begin(), whole.end(), '.') < 3) whole += "0.";
  whole += '0';
  rest = whole;
  return take_ipv4(rest) && rest.empty();
}

/// Whether an address that stands by itself in the text begins with `wanted`.
bool has_address(std::string_view text, std::string_view wanted) {
  for (size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + 1)) {
    if (at > 0 && is_letter_or_digit(text[at - 1])) continue;
    std::string_view rest = text.substr(at);
    if (!take_ipv4(rest)) continue;
    const size_t length = text.size() - at - rest.size();
    const bool whole = wanted.back() == '.' || length == wanted.size();
    if (whole && (rest.empty() || !is_letter_or_digit(rest[0]))) return true;
  }
  return false;
}

template <bool prefix_allowed> bool has_any(std::string_view text, const AnyScalar& wanted) {
  const auto test = [&](std::string_view address) {
    return is_address_or_prefix(address, prefix_allowed) && has_address(text, address);
  };
  if (wanted.kind == DynamicKind::String) return test(wanted.text);
  return is_array(wanted) &&
         any_item(wanted.view, [&](DynamicView item) { return test(item.as_text()); });
}

/// The text, then addresses or arrays of them.
template <bool prefix_allowed> void search_any(Call& call) {
  ResultWriter<uint8_t> writer(call, false);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    const auto wanted = values.subspan(1);
    writer.set(row, std::any_of(wanted.begin(), wanted.end(), [&](const AnyScalar& value) {
                 return has_any<prefix_allowed>(values[0].text, value);
               }));
  });
}

Overload search_overload(Type wanted, bool variadic, Evaluate evaluate) {
  return {.takes = {Type::String, wanted},
          .returns = Type::Bool,
          .variadic = variadic,
          .sees_nulls = true,
          .evaluate = evaluate};
}

ScalarFunction search_function(std::string_view name, std::string_view summary, bool any,
                               Evaluate evaluate, std::vector<Example> examples) {
  std::vector<Overload> overloads = {search_overload(Type::String, any, evaluate)};
  if (any) overloads.push_back(search_overload(Type::Dynamic, any, evaluate));
  return {.name = name,
          .summary = summary,
          .parameters = {{"source", "The text to search.", Accepts::StringOrDynamic},
                         {"ip", any ? "What to find, or an array of it." : "What to find.",
                          any ? Accepts::StringOrDynamic : Accepts::String}},
          .variadic = any,
          .max_arguments = any ? 32'768u : 2u,
          .overloads = std::move(overloads),
          .examples = std::move(examples),
          .null_rule = "Never null."};
}

}  // namespace

std::vector<ScalarFunction> ip_search_functions() {
  return {
      search_function("has_ipv4", "Whether a text has an IPv4 address that stands by itself.",
                      false, search_any<false>,
                      {{"has_ipv4('from 10.1.2.3:1234', '10.1.2.3')", "true"},
                       {"has_ipv4('from 110.1.2.3', '10.1.2.3')", "false"}}),
      search_function("has_any_ipv4", "Whether a text has one of some IPv4 addresses.", true,
                      search_any<false>,
                      {{"has_any_ipv4('from 10.1.2.3', '127.0.0.1', '10.1.2.3')", "true"},
                       {"has_any_ipv4('from 10.1.2.256', dynamic(['10.1.2.256']))", "false"}}),
      search_function("has_ipv4_prefix",
                      "Whether a text has an IPv4 address that begins with some numbers.", false,
                      search_any<true>,
                      {{"has_ipv4_prefix('from 10.1.2.3', '10.1.')", "true"},
                       {"has_ipv4_prefix('from 10.1.2.3', '10.1')", "false"}}),
      search_function("has_any_ipv4_prefix",
                      "Whether a text has an IPv4 address that begins with one of some numbers.",
                      true, search_any<true>,
                      {{"has_any_ipv4_prefix('from 10.1.2.3', '127.', '10.1.')", "true"},
                       {"has_any_ipv4_prefix('from 10.1.2.3', dynamic(['127.']))", "false"}}),
  };
}

}  // namespace vedette::stdlib
