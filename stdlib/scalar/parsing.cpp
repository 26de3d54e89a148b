// Text taken apart: URLs, paths, command lines, records, versions, XML, JSON.
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/json_path.h"
#include "stdlib/scalar/url.h"
#include "stdlib/scalar/xml.h"

namespace vedette::stdlib {
namespace {

// ---- URLs ----

constexpr auto take_url_apart = [](DynamicBuilder& out, RowValues values) {
  add_url_parts(out, values[0].text);
  return true;
};

constexpr auto take_query_apart = [](DynamicBuilder& out, RowValues values) {
  std::string_view query = values[0].text;
  if (const size_t mark = query.find('?'); mark != std::string_view::npos) {
    query.remove_prefix(mark + 1);
  }
  out.begin_object();
  out.key("Query Parameters");
  add_query_parameters(out, query);
  out.end_object();
  return true;
};

// ---- paths ----

constexpr auto take_path_apart = [](DynamicBuilder& out, RowValues values) {
  std::string_view path = values[0].text;
  std::string_view scheme;
  if (const size_t at = path.find("://"); at != std::string_view::npos) {
    scheme = path.substr(0, at);
    path.remove_prefix(at + 3);
  }
  const bool drive = path.size() > 1 && path[1] == ':';
  const std::string_view root = drive ? path.substr(0, 2) : std::string_view();
  const size_t slash = path.find_last_of("/\\");
  std::string_view directory = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (slash == std::string_view::npos && drive) file.remove_prefix(2);
  std::string_view stream;
  if (const size_t colon = file.find(':'); colon != std::string_view::npos) {
    stream = file.substr(colon + 1);
    file = file.substr(0, colon);
  }
  const size_t dot = file.rfind('.');
  const size_t last = directory.find_last_of("/\\");
  const std::string_view folder =
      last == std::string_view::npos ? directory : directory.substr(last + 1);
  out.begin_object();
  const auto add = [&](std::string_view key, std::string_view text) {
    out.key(key);
    out.add_string(text);
  };
  add("Scheme", scheme);
  add("RootPath", root);
  add("DirectoryPath", directory);
  add("DirectoryName", folder == root ? std::string_view() : folder);
  add("Filename", file);
  add("Extension", dot == std::string_view::npos ? std::string_view() : file.substr(dot + 1));
  add("AlternateDataStreamName", stream);
  out.end_object();
  return true;
};

// ---- command lines ----

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The program: up to a quote if it begins with one, else up to a blank; backslashes mean nothing.
std::string_view take_program(std::string_view& rest) {
  size_t end = 0;
  std::string_view program;
  if (!rest.empty() && rest[0] == '"') {
    end = rest.find('"', 1);
    program = rest.substr(1, end == std::string_view::npos ? end : end - 1);
    end = end == std::string_view::npos ? rest.size() : end + 1;
  } else {
    end = rest.find_first_of(" \t");
    end = end == std::string_view::npos ? rest.size() : end;
    program = rest.substr(0, end);
  }
  rest.remove_prefix(end);
  return program;
}

/// The next argument. Pairs of backslashes before a quote are one backslash each, an odd one makes
/// the quote a plain character; two quotes within quotes are one.
std::string take_argument(std::string_view& rest) {
  std::string argument;
  bool quoted = false;
  size_t at = 0;
  while (at < rest.size() && (quoted || !is_blank(rest[at]))) {
    if (rest[at] == '\\') {
      size_t end = at;
      while (end < rest.size() && rest[end] == '\\') ++end;
      const size_t count = end - at;
      const bool before_quote = end < rest.size() && rest[end] == '"';
      argument.append(before_quote ? count / 2 : count, '\\');
      at = end;
      if (before_quote && count % 2 == 1) {
        argument.push_back('"');
        ++at;
      }
    } else if (rest[at] == '"') {
      if (quoted && at + 1 < rest.size() && rest[at + 1] == '"') {
        argument.push_back('"');
        ++at;
      } else {
        quoted = !quoted;
      }
      ++at;
    } else {
      argument.push_back(rest[at++]);
    }
  }
  rest.remove_prefix(at);
  return argument;
}

constexpr auto take_command_line_apart = [](DynamicBuilder& out, RowValues values) {
  if (!equal_ignoring_case(values[1].text, "windows")) return false;
  std::string_view rest = values[0].text;
  if (rest.empty()) return false;
  out.begin_array();
  if (!is_blank(rest[0])) out.add_string(take_program(rest));
  for (;;) {
    while (!rest.empty() && is_blank(rest[0])) rest.remove_prefix(1);
    if (rest.empty()) break;
    out.add_string(take_argument(rest));
  }
  out.end_array();
  return true;
};

// ---- records ----

/// The cells of the first record.
constexpr auto take_record_apart = [](DynamicBuilder& out, RowValues values) {
  const std::string_view text = values[0].text;
  std::string cell;
  bool quoted = false;
  out.begin_array();
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      cell.push_back('"');
      ++at;
    } else if (c == '"' && (quoted || cell.empty())) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.add_string(cell);
      cell.clear();
    } else if ((c == '\n' || c == '\r') && !quoted) {
      break;
    } else {
      cell.push_back(c);
    }
  }
  out.add_string(cell);
  out.end_array();
  return true;
};

constexpr auto take_xml_apart = [](DynamicBuilder& out, RowValues values) {
  return parse_xml_text(values[0].text, out);
};

// ---- versions ----

/// Up to four numbers of up to eight digits, as one number of up to 32.
std::optional<Decimal> version_number(std::string_view text) {
  constexpr size_t part_digits = 8;
  constexpr size_t most_parts = 4;
  std::string digits;
  size_t parts = 0;
  for (;;) {
    const size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool fits = !part.empty() && part.size() <= part_digits &&
                      part.find_first_not_of("0123456789") == std::string_view::npos;
    if (!fits || ++parts > most_parts) return std::nullopt;
    digits.append(part_digits - part.size(), '0').append(part);
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  digits.append((most_parts - parts) * part_digits, '0');
  return parse_decimal(digits);
}

// ---- JSON ----

constexpr auto make_json_path = [](const Value& path, std::string& problem) {
  auto parsed = parse_json_path(path.as_text());
  if (!parsed) problem = "'" + std::string(path.as_text()) + "' is not a path such as $.a.b[0]";
  return parsed ? std::make_shared<const JsonPath>(*std::move(parsed)) : nullptr;
};

std::string_view text_at_path(Arena& arena, const JsonPath& path, std::string_view json) {
  static thread_local DynamicBuilder builder;
  builder.clear();
  if (!parse_json_text(json, builder)) return {};
  std::string out;
  append_text(out, value_at_path(builder.view(), path));
  return arena.copy(out);
}

}  // namespace

std::vector<ScalarFunction> parsing_functions() {
  return {
      {
          .name = "parse_url",
          .aliases = {"parseurl"},
          .summary = "The parts of a URL, as a bag.",
          .parameters = {{"url", "The URL."}},
          .overloads = {builds_dynamic({Type::String}, take_url_apart)},
          .examples = {{"parse_url('https://a:b@c.com:80/d/e?k=v#f').Host", "c.com"},
                       {"parse_url('https://c.com/d/e?k=v').Path", "/d/e"},
                       {"parse_url('https://c.com/?k=v')['Query Parameters'].k", "v"}},
      },
      {
          .name = "parse_urlquery",
          .aliases = {"parseurlquery"},
          .summary = "The parameters in the query of a URL, as a bag.",
          .parameters = {{"query", "The query."}},
          .overloads = {builds_dynamic({Type::String}, take_query_apart)},
          .examples = {{"parse_urlquery('k1=v1&k2=v2')",
                        "{\"Query Parameters\":{\"k1\":\"v1\",\"k2\":\"v2\"}}"}},
      },
      {
          .name = "parse_path",
          .summary = "The parts of a file's path, as a bag.",
          .parameters = {{"path", "The path."}},
          .overloads = {builds_dynamic({Type::String}, take_path_apart)},
          .examples = {{"parse_path(@'C:\\temp\\file.txt').Filename", "file.txt"},
                       {"parse_path('/usr/lib/a.tar.gz').Extension", "gz"}},
      },
      {
          .name = "parse_command_line",
          .summary = "The arguments of a command line, as an array.",
          .parameters = {{"command_line", "The command line.", Accepts::Scalar},
                         {"parser_type", "Whose rules to follow: 'windows'."}},
          .overloads = {builds_dynamic({Type::String, Type::String}, take_command_line_apart)},
          .examples = {{"parse_command_line('echo \"hello world!\"', 'windows')",
                        "[\"echo\",\"hello world!\"]"},
                       {"parse_command_line('ls -l', 'unix')", "null"}},
      },
      {
          .name = "parse_csv",
          .summary = "The cells of a record of comma-separated values, as an array.",
          .parameters = {{"csv_text", "The record.", Accepts::StringOrDynamic}},
          .overloads = {builds_dynamic({Type::String}, take_record_apart)},
          .examples = {{"parse_csv('aa,\"b,b\",\"c \"\"c\"\"\"')",
                        "[\"aa\",\"b,b\",\"c \\\"c\\\"\"]"},
                       {"parse_csv('a,b\\nc,d')", "[\"a\",\"b\"]"}},
          .column_name = ColumnName::FirstArgument,
      },
      {
          .name = "parse_xml",
          .summary = "An XML document as a bag: attributes as @name, text as #text.",
          .parameters = {{"xml", "The document.", Accepts::StringOrDynamic}},
          .overloads = {builds_dynamic({Type::String}, take_xml_apart)},
          .examples = {{"parse_xml('<e name=\"value\">text</e>')",
                        "{\"e\":{\"@name\":\"value\",\"#text\":\"text\"}}"},
                       {"parse_xml('<e><a>1</a><a>2</a></e>').e.a[1]", "2"},
                       {"parse_xml('<e>')", "null"}},
          .column_name = ColumnName::FirstArgument,
          .null_rule = "Null for what is no document, or one longer than 1 MB.",
      },
      {
          .name = "parse_version",
          .summary = "A version of up to four parts as a number that orders as versions do.",
          .parameters = {{"version", "The version, such as '1.2.3'."}},
          .overloads = {rowwise([](std::string_view text) { return version_number(text); })},
          .examples = {{"parse_version('0.0.7.0')", "700000000"},
                       {"parse_version('1.2.3.4')", "1000000020000000300000004"},
                       {"parse_version('1.x')", "null"}},
      },
      {
          .name = "extract_json",
          .aliases = {"extractjson"},
          .summary = "What lies at the end of a path in JSON text.",
          .parameters = {{.name = "jsonPath",
                          .meaning = "The path, such as '$.a.b[0]'.",
                          .constant = true},
                         {"dataSource", "The JSON text."},
                         {.name = "type",
                          .meaning = "What to convert the answer to; text, when left out.",
                          .accepts = Accepts::TypeLiteral,
                          .optional = true}},
          .overloads = {prepared<0>(
              make_json_path,
              [](const JsonPath& path, Arena& arena, std::string_view, std::string_view json) {
                return text_at_path(arena, path, json);
              })},
          .examples = {{"extract_json('$.a[1]', '{\"a\": [1, 2]}')", "2"},
                       {"extract_json('$.a', '{\"a\": 1.5}', typeof(real))", "1.5"},
                       {"extract_json('$.b', '{\"a\": 1}')", ""}},
          .null_rule = "The empty text where there is nothing.",
      },
  };
}

}  // namespace vedette::stdlib
