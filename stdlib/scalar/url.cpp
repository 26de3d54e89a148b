#include "stdlib/scalar/url.h"

#include "runtime/base/utf8.h"

namespace vedette::stdlib {
namespace {

int hexadecimal_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Cuts off what follows `mark`, which goes too; empty if the mark is not there.
std::string_view take_after(std::string_view& text, std::string_view mark) {
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view after = text.substr(at + mark.size());
  text = text.substr(0, at);
  return after;
}

void add_text(DynamicBuilder& out, std::string_view key, std::string_view text) {
  out.key(key);
  out.add_string(text);
}

}  // namespace

std::string percent_encoded(std::string_view text, std::string_view kept, bool plus_for_space) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (char c : text) {
    if (is_letter_or_digit(c) || kept.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else if (c == ' ' && plus_for_space) {
      out.push_back('+');
    } else {
      const auto byte = static_cast<uint8_t>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '%' && at + 2 < text.size()) {
      const int high = hexadecimal_value(text[at + 1]);
      const int low = hexadecimal_value(text[at + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        at += 2;
        continue;
      }
    }
    out.push_back(c == '+' ? ' ' : c);
  }
  return is_valid_utf8(out) ? out : sanitized_utf8(out);
}

void add_query_parameters(DynamicBuilder& out, std::string_view query) {
  out.begin_object();
  while (!query.empty()) {
    const std::string_view rest = take_after(query, "&");
    const std::string_view value = take_after(query, "=");
    if (!query.empty()) add_text(out, query, value);
    query = rest;
  }
  out.end_object();
}

void add_url_parts(DynamicBuilder& out, std::string_view url) {
  const std::string_view fragment = take_after(url, "#");
  const std::string_view query = take_after(url, "?");
  std::string_view scheme;
  std::string_view authority;
  std::string_view path = url;
  if (const size_t at = url.find("://"); at != std::string_view::npos) {
    scheme = url.substr(0, at);
    authority = url.substr(at + 3);
    const size_t slash = authority.find('/');
    path = slash == std::string_view::npos ? std::string_view() : authority.substr(slash);
    authority = authority.substr(0, slash);
  }
  std::string_view user;
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const std::string_view password = take_after(user, ":");
  std::string_view port;
  const size_t colon = authority.rfind(':');
  // The colons of an IPv6 address lie within brackets.
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  out.begin_object();
  add_text(out, "Scheme", scheme);
  add_text(out, "Host", authority);
  add_text(out, "Port", port);
  add_text(out, "Path", path);
  add_text(out, "Username", user);
  add_text(out, "Password", password);
  out.key("Query Parameters");
  add_query_parameters(out, query);
  add_text(out, "Fragment", fragment);
  out.end_object();
}

}  // namespace vedette::stdlib
