// Text as base64 and as parts of URLs.
#include <algorithm>

#include "runtime/base/base64.h"
#include "runtime/base/utf8.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/url.h"

namespace vedette::stdlib {
namespace {

/// The order in which .NET lays out the bytes of a guid: its first three numbers low byte first.
Guid reordered(const Guid& guid) {
  constexpr size_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  Guid result;
  for (size_t at = 0; at < 16; ++at) result.bytes[at] = guid.bytes[order[at]];
  return result;
}

std::optional<Guid> guid_of_base64(std::string_view text) {
  const auto bytes = bytes_of_base64(text);
  if (!bytes || bytes->size() != 16) return std::nullopt;
  Guid guid;
  std::memcpy(guid.bytes.data(), bytes->data(), 16);
  return reordered(guid);
}

constexpr auto decode_to_array = [](DynamicBuilder& out, RowValues values) {
  const auto bytes = bytes_of_base64(values[0].text);
  if (!bytes) return false;
  out.begin_array();
  for (char byte : *bytes) out.add_long(static_cast<uint8_t>(byte));
  out.end_array();
  return true;
};

std::string_view base64_of_array(Arena& arena, DynamicView array) {
  std::string bytes;
  for (DynamicView item : array.items()) {
    if (item.kind() != DynamicKind::Long || item.as_long() < 0 || item.as_long() > 255) return {};
    bytes.push_back(static_cast<char>(item.as_long()));
  }
  return arena.copy(base64_of(bytes));
}

ScalarFunction text_function(std::string_view name, std::vector<std::string_view> aliases,
                             std::string_view summary, std::string_view parameter,
                             Overload overload, std::vector<Example> examples) {
  return {.name = name,
          .aliases = std::move(aliases),
          .summary = summary,
          .parameters = {{parameter, "The text."}},
          .overloads = {std::move(overload)},
          .examples = std::move(examples)};
}

}  // namespace

std::vector<ScalarFunction> encoding_functions() {
  return {
      text_function(
          "base64_encode_tostring", {"base64_encodestring"}, "The base64 of a text.", "string",
          rowwise([](Arena& arena, std::string_view text) { return arena.copy(base64_of(text)); }),
          {{"base64_encode_tostring('Kusto')", "S3VzdG8="}}),
      text_function("base64_decode_tostring", {"base64_decodestring"},
                    "The text of some base64; empty if that is no base64 or no UTF-8.",
                    "base64_string", rowwise([](Arena& arena, std::string_view text) {
                      const auto bytes = bytes_of_base64(text);
                      return bytes && is_valid_utf8(*bytes) ? arena.copy(*bytes)
                                                            : std::string_view();
                    }),
                    {{"base64_decode_tostring('S3VzdG8=')", "Kusto"},
                     {"base64_decode_tostring('U3RyaW5n0KHR0tGA0L7Rh9C60LA=')", ""}}),
      text_function("base64_decode_toarray", {}, "The bytes of some base64, as numbers.",
                    "base64_string", builds_dynamic({Type::String}, decode_to_array),
                    {{"base64_decode_toarray('S3VzdG8=')", "[75,117,115,116,111]"},
                     {"base64_decode_toarray('S3V')", "null"}}),
      {
          .name = "base64_encode_fromarray",
          .summary = "The base64 of an array of bytes.",
          .parameters = {{"bytes", "Numbers from 0 to 255.", Accepts::DynamicArray}},
          .overloads = {rowwise([](Arena& arena, Dynamic bytes) {
            return base64_of_array(arena, DynamicView(bytes));
          })},
          .examples = {{"base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))", "S3VzdG8="},
                       {"base64_encode_fromarray(dynamic([300]))", ""}},
          .null_rule = "The empty text for what is no array of bytes.",
      },
      {
          .name = "base64_encode_fromguid",
          .summary = "The base64 of a guid.",
          .parameters = {{"guid", "The guid.", Accepts::Guid}},
          .overloads = {rowwise([](Arena& arena, Guid guid) {
            const Guid bytes = reordered(guid);
            return arena.copy(base64_of({reinterpret_cast<const char*>(bytes.bytes.data()), 16}));
          })},
          .examples = {{"base64_encode_fromguid(guid(ae3133f2-6e22-49ae-b06a-16e6a9b212eb))",
                        "8jMxriJurkmwahbmqbIS6w=="}},
      },
      text_function("base64_decode_toguid", {}, "The guid of some base64.", "base64_string",
                    rowwise([](std::string_view text) { return guid_of_base64(text); }),
                    {{"base64_decode_toguid('8jMxriJurkmwahbmqbIS6w==')",
                      "ae3133f2-6e22-49ae-b06a-16e6a9b212eb"},
                     {"base64_decode_toguid('abcd1231')", "null"}}),
      text_function(
          "url_encode", {}, "A text as it is written in the query of a URL.", "url",
          rowwise([](Arena& arena, std::string_view text) {
            return arena.copy(percent_encoded(text, "-_.!*()", true));
          }),
          {{"url_encode('https://bing.com/hello world')", "https%3a%2f%2fbing.com%2fhello+world"}}),
      text_function("url_encode_component", {}, "A text as it is written within a URL.", "url",
                    rowwise([](Arena& arena, std::string_view text) {
                      return arena.copy(percent_encoded(text, "-_.~", false));
                    }),
                    {{"url_encode_component('a/b c')", "a%2fb%20c"}}),
      text_function("url_decode", {}, "The text that was encoded for a URL.", "encoded_url",
                    rowwise([](Arena& arena, std::string_view text) {
                      return text.find_first_of("%+") == std::string_view::npos
                                 ? text
                                 : arena.copy(percent_decoded(text));
                    }),
                    {{"url_decode('https%3a%2f%2fbing.com%2fa+b')", "https://bing.com/a b"},
                     {"url_decode('100%')", "100%"}}),
  };
}

}  // namespace vedette::stdlib
