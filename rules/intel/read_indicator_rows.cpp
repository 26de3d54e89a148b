#include <algorithm>
#include <cctype>

#include "rules/alert/identity.h"
#include "rules/alert/result_rows.h"
#include "rules/intel/indicator.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// Lower-case letters and digits of a text: how names of columns and types compare.
std::string plain(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0) out += static_cast<char>(std::tolower(c));
  }
  return out;
}

bool all(std::string_view text, auto accepts) {
  return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) { return accepts(c); });
}

/// Four numbers with points between them, perhaps with the length of a prefix.
bool is_ipv4(std::string_view text) {
  text = text.substr(0, text.find('/'));
  return std::ranges::count(text, '.') == 3 &&
         all(text, [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

bool is_ipv6(std::string_view text) {
  text = text.substr(0, text.find('/'));
  return std::ranges::count(text, ':') >= 2 &&
         all(text, [](unsigned char c) { return std::isxdigit(c) != 0 || c == ':' || c == '.'; });
}

bool is_domain(std::string_view text) {
  const size_t dot = text.rfind('.');
  return dot != text.npos && dot > 0 && dot + 2 < text.size() && all(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c >= 0x80;
         });
}

std::string hash_path(size_t digits) {
  return digits == 32   ? "file:hashes.MD5"
         : digits == 40 ? "file:hashes.'SHA-1'"
         : digits == 64 ? "file:hashes.'SHA-256'"
                        : "";
}

std::string path_of_value(std::string_view value) {
  if (value.find("://") != value.npos) return "url:value";
  if (is_ipv4(value)) return "ipv4-addr:value";
  if (is_ipv6(value)) return "ipv6-addr:value";
  if (all(value, [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    return hash_path(value.size());
  }
  const size_t at = value.find('@');
  if (at != value.npos) return is_domain(value.substr(at + 1)) ? "email-addr:value" : "";
  return is_domain(value) ? "domain-name:value" : "";
}

/// `203[.]0[.]113[.]9` and `hxxps://`: how people write what nobody should click on.
std::string armed(std::string_view value) {
  std::string out(value);
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"[.]", "."},
                                 {"(.)", "."},
                                 {"[:]", ":"},
                                 {"[@]", "@"}}) {
    for (size_t at = out.find(from); at != out.npos; at = out.find(from, at)) {
      out.replace(at, from.size(), to);
    }
  }
  if (out.starts_with("hxxp")) out.replace(0, 4, "http");
  return out;
}

/// The cells of a row by the names of their columns.
class Line {
 public:
  Line(const ResultRows& rows, size_t row) : rows_(rows), row_(row) {}

  std::string find(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      for (size_t i = 0; i < rows_.columns().size(); ++i) {
        if (plain(rows_.columns()[i].first) == name) return rows_.text(row_, i);
      }
    }
    return {};
  }
  std::optional<Datetime> time(std::initializer_list<std::string_view> names) const {
    return parse_datetime(find(names));
  }

 private:
  const ResultRows& rows_;
  size_t row_;
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(",;|"), text.size());
    const std::string_view word = text.substr(0, end);
    const size_t first = word.find_first_not_of(' ');
    if (first != word.npos) {
      words.emplace_back(word.substr(first, word.find_last_not_of(' ') - first + 1));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Indicator indicator_of(const Line& line, const Observable& observable, std::string_view source) {
  Indicator indicator{
      .id = line.find({"id", "indicatorid", "stixid"}),
      .pattern = pattern_of(observable),
      .observables = {observable},
      .description = line.find({"description", "name", "comment"}),
      .threat_type = line.find({"threattype", "indicatortype", "threat"}),
      .traffic_light = plain(line.find({"tlp", "trafficlightprotocollevel", "tlplevel"})),
      .tags = split(line.find({"tags", "labels"})),
      .confidence = std::clamp<int64_t>(
          parse_long(line.find({"confidence", "confidencescore"})).value_or(0), 0, 100),
      .revoked = parse_bool(line.find({"revoked"})).value_or(false),
      .created = line.time({"created"}),
      .modified = line.time({"modified"}),
      .valid_from = line.time({"validfrom"}),
      .valid_until = line.time({"validuntil", "expires", "expiration", "expirationdatetime"})};
  if (indicator.id.empty()) {
    indicator.id =
        "indicator--" + guid_of(fmt::format("indicator {} {}", source, indicator.pattern));
  }
  indicator.json = fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":{},"pattern_type":"stix","pattern":{},)"
      R"("description":{},"confidence":{},"revoked":{}}})",
      json_string(indicator.id), json_string(indicator.pattern), json_string(indicator.description),
      indicator.confidence, indicator.revoked);
  return indicator;
}

}  // namespace

std::optional<Observable> observable_of(std::string_view value, std::string_view type) {
  const std::string text = armed(value);
  std::string path;
  const std::string kind = plain(type);
  if (kind.starts_with("ip")) {
    path = is_ipv4(text) ? "ipv4-addr:value" : is_ipv6(text) ? "ipv6-addr:value" : "";
  } else if (kind == "domain" || kind == "domainname" || kind == "hostname" || kind == "fqdn") {
    path = "domain-name:value";
  } else if (kind.starts_with("url") || kind == "uri") {
    path = "url:value";
  } else if (kind.starts_with("email")) {
    path = "email-addr:value";
  } else if (kind == "md5" || kind == "filehashmd5") {
    path = "file:hashes.MD5";
  } else if (kind == "sha1" || kind == "filehashsha1") {
    path = "file:hashes.'SHA-1'";
  } else if (kind == "sha256" || kind == "filehashsha256") {
    path = "file:hashes.'SHA-256'";
  } else {
    path = path_of_value(text);
  }
  if (text.empty() || path.empty()) return std::nullopt;
  return Observable{std::move(path), text};
}

IndicatorFile read_indicator_rows(const ResultTable& table, std::string_view source) {
  IndicatorFile file;
  const ResultRows rows(table);
  static constexpr std::initializer_list<std::string_view> values = {
      "value", "indicator", "ioc", "observable", "observablevalue", "indicatorvalue"};
  const bool any = std::ranges::any_of(table.columns, [&](const auto& column) {
    return std::ranges::find(values, plain(column.first)) != values.end();
  });
  if (!any) {
    throw QueryError(ErrorKind::Runtime, "RUL0401",
                     "there is no column 'value' (or 'indicator', 'ioc', 'observable')");
  }
  for (size_t row = 0; row < rows.size(); ++row) {
    const Line line(rows, row);
    const std::string value = line.find(values);
    const auto observable =
        observable_of(value, line.find({"type", "observabletype", "ioctype", "kind"}));
    if (observable) {
      file.indicators.push_back(indicator_of(line, *observable, source));
    } else if (file.skipped++ == 0) {
      file.first_skipped = fmt::format("row {}: '{}'", row + 1, value);
    }
  }
  return file;
}

}  // namespace vedette::rules
