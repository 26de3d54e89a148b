#include "tests/harness/plausible_text.h"

#include <algorithm>
#include <cctype>

#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette {
namespace {

using Make = std::string (*)(const QueryWords&, Dice&);

constexpr std::string_view people[] = {"ann",  "bob",   "carol",      "dave",
                                       "erin", "frank", "svc-backup", "admin"};
constexpr std::string_view hosts[] = {"web01",      "web02", "dc01",    "sql7",
                                      "laptop-ann", "kiosk", "FIN-PC3", "build.contoso.test"};
constexpr std::string_view programs[] = {"cmd.exe", "powershell.exe", "rundll32.exe", "svchost.exe",
                                         "python3", "winword.exe",    "bash",         "reg.exe"};
constexpr std::string_view domains[] = {"example.com", "mail.example.org", "cdn.contoso.test",
                                        "a1b2c3d4e5f6.example.net", "update.fabrikam.test"};

std::string ip(const QueryWords&, Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return fmt::format("2001:db8::{:x}", dice.below(20));
    case 1:
      return fmt::format("192.168.1.{}:{}", dice.below(20), 1024 + dice.below(9));
    case 2:
      return fmt::format("203.0.113.{}", dice.below(12));
    default:
      return fmt::format("10.0.{}.{}", dice.below(3), 1 + dice.below(12));
  }
}

std::string principal(const QueryWords&, Dice& dice) {
  const std::string_view person = dice.one_of(people);
  switch (dice.below(4)) {
    case 0:
      return fmt::format("CONTOSO\\{}", person);
    case 1:
      return fmt::format("{}@Fabrikam.test", person);
    default:
      return fmt::format("{}@contoso.test", person);
  }
}

std::string host(const QueryWords&, Dice& dice) {
  return std::string(dice.one_of(hosts)) + (dice.chance(30) ? ".contoso.test" : "");
}

std::string guid(const QueryWords&, Dice& dice) {
  const uint64_t a = hash_word(dice.below(24) + 1);
  const uint64_t b = hash_word(a);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xffff,
                     b >> 48, b & 0xffffffffffff);
}

std::string hex(size_t digits, Dice& dice) {
  std::string text;
  uint64_t word = hash_word(dice.below(16) + 7);
  while (text.size() < digits) text += fmt::format("{:016x}", word = hash_word(word + 1));
  text.resize(digits);
  return text;
}

std::string url(const QueryWords&, Dice& dice) {
  return fmt::format("http{}://{}/{}?id={}&q=%41b", dice.chance(60) ? "s" : "",
                     dice.one_of(domains), dice.chance(50) ? "login/index.php" : "a%20b.exe",
                     dice.below(30));
}

std::string domain(const QueryWords&, Dice& dice) {
  return std::string(dice.one_of(domains));
}

std::string path(const QueryWords&, Dice& dice) {
  const std::string_view folder = dice.chance(50) ? R"(C:\Windows\System32)" : R"(C:\Users\ann)";
  if (dice.chance(20)) return fmt::format("/usr/bin/{}", dice.one_of(programs));
  return fmt::format(R"({}\{})", folder, dice.one_of(programs));
}

std::string program(const QueryWords&, Dice& dice) {
  return std::string(dice.one_of(programs));
}

std::string command_line(const QueryWords& words, Dice& dice) {
  const std::string_view literal =
      words.texts().empty() ? std::string_view("-nop") : dice.one_of(words.texts());
  switch (dice.below(3)) {
    case 0:
      return fmt::format(R"("{}" /c {} -w hidden)", path(words, dice), literal);
    case 1:
      return fmt::format("{} -enc SQBFAFgAIAA= {}", dice.one_of(programs), literal);
    default:
      return fmt::format("{} {}", dice.one_of(programs), url(words, dice));
  }
}

std::string xml(const QueryWords& words, Dice& dice) {
  return event_xml({}, words, dice);
}

std::string json_text(const QueryWords& words, Dice& dice) {
  return plausible_json("", words, dice);
}

std::string time_text(const QueryWords&, Dice& dice) {
  return fmt::format("2024-05-{:02}T{:02}:30:00Z", 1 + dice.below(31), dice.below(24));
}

std::string number_text(const QueryWords&, Dice& dice) {
  return fmt::format("{}", dice.below(dice.chance(50) ? 10 : 70000));
}

std::string agent(const QueryWords&, Dice& dice) {
  constexpr std::string_view agents[] = {
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/123.0 Safari/537.36",
      "curl/8.5.0", "python-requests/2.31", "Mozilla/5.0 (X11; Linux x86_64) Firefox/124.0"};
  return std::string(dice.one_of(agents));
}

std::string country(const QueryWords&, Dice& dice) {
  constexpr std::string_view names[] = {"US", "DE", "France", "RU", "Japan", "BR"};
  return std::string(dice.one_of(names));
}

std::string outcome(const QueryWords&, Dice& dice) {
  constexpr std::string_view results[] = {"0",       "Success", "Failure", "50126", "50074",
                                          "success", "403",     "Allow",   "Deny",  "Pass"};
  return std::string(dice.one_of(results));
}

std::string severity(const QueryWords&, Dice& dice) {
  constexpr std::string_view levels[] = {"High", "Medium", "Low", "Informational", "4"};
  return std::string(dice.one_of(levels));
}

std::string protocol(const QueryWords&, Dice& dice) {
  constexpr std::string_view names[] = {"TCP", "UDP", "ICMP", "HTTPS", "tcp"};
  return std::string(dice.one_of(names));
}

std::string sentence(const QueryWords& words, Dice& dice) {
  const std::string_view literal =
      words.texts().empty() ? std::string_view("logon") : dice.one_of(words.texts());
  return fmt::format("{} from {} by {}; {}", dice.chance(50) ? "Accepted" : "Failed",
                     ip(words, dice), principal(words, dice), literal);
}

std::string list(const QueryWords& words, Dice& dice) {
  return fmt::format("{},{}, {}", dice.one_of(people), dice.one_of(people), ip(words, dice));
}

std::string md5(const QueryWords&, Dice& dice) {
  return hex(32, dice);
}
std::string sha1(const QueryWords&, Dice& dice) {
  return hex(40, dice);
}
std::string sha256(const QueryWords&, Dice& dice) {
  return hex(64, dice);
}

/// A part of a column's name and what such columns hold; the first that fits decides.
struct Hint {
  std::string_view part;
  Make make;
};
constexpr Hint hints[] = {
    {"md5", md5},
    {"sha1", sha1},
    {"sha256", sha256},
    {"hash", sha256},
    {"useragent", agent},
    {"commandline", command_line},
    {"cmdline", command_line},
    {"command", command_line},
    {"url", url},
    {"uri", url},
    {"eventdata", xml},
    {"xml", xml},
    {"json", json_text},
    {"properties", json_text},
    {"fields", json_text},
    {"details", json_text},
    {"parameters", json_text},
    {"rawdata", json_text},
    {"resources", json_text},
    {"country", country},
    {"geo", country},
    {"location", country},
    {"protocol", protocol},
    {"severity", severity},
    {"level", severity},
    {"port", number_text},
    {"size", number_text},
    {"bytes", number_text},
    {"count", number_text},
    {"result", outcome},
    {"status", outcome},
    {"code", outcome},
    {"ipaddr", ip},
    {"upn", principal},
    {"mail", principal},
    {"recipient", principal},
    {"sender", principal},
    {"account", principal},
    {"user", principal},
    {"actor", principal},
    {"identity", principal},
    {"computer", host},
    {"device", host},
    {"host", host},
    {"dvc", host},
    {"domain", domain},
    {"fqdn", domain},
    {"dns", domain},
    {"path", path},
    {"folder", path},
    {"directory", path},
    {"process", program},
    {"image", program},
    {"file", program},
    {"ip", ip},
    {"time", time_text},
    {"date", time_text},
    {"tags", list},
    {"list", list},
    {"roles", list},
    {"message", sentence},
    {"description", sentence},
    {"guid", guid},
    {"id", guid},
};

std::string lower(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
  return low;
}

/// Nothing for names that hint at nothing.
Make maker_of(std::string_view name) {
  const std::string low = lower(name);
  for (const Hint& hint : hints) {
    if (low.find(hint.part) != std::string::npos) return hint.make;
  }
  return nullptr;
}

/// A text for a name: what the query compares it with, or something plausible.
std::string leaf_text(const std::string& name, const QueryWords& words, Dice& dice) {
  const auto& values = words.values_of(name);
  if (!values.empty() && dice.chance(60)) return dice.one_of(values);
  const Make make = maker_of(name);
  const bool nests = make == json_text || make == xml;
  return make == nullptr || nests ? std::string(dice.one_of(people)) : make(words, dice);
}

std::string json_object(const QueryWords& words, Dice& dice, int depth) {
  std::string text = "{";
  const auto entry = [&](std::string_view key) {
    if (text.size() > 1) text += ',';
    text += json_string(key) + ':' + plausible_json(key, words, dice, depth + 1);
  };
  size_t entries = 0;
  for (const std::string& key : words.properties()) {
    // Deep inside, a few: otherwise a document grows with a power of what the query reads.
    if (dice.chance(depth == 0 ? 85 : 45) && ++entries <= (depth == 0 ? 24 : 6)) entry(key);
  }
  if (depth == 0 && words.mentions("bag_unpack")) {
    for (const std::string& name : words.fresh_names()) {
      text += (text.size() > 1 ? "," : "") + json_string(name) + ':' +
              json_string(leaf_text(name, words, dice));
    }
  }
  if (entries == 0 || dice.chance(30)) entry("id");
  if (dice.chance(20)) entry("displayName");
  return text + '}';
}

}  // namespace

std::string event_xml(const std::vector<std::string>& pieces, const QueryWords& words, Dice& dice) {
  std::string text = R"(<EventData xmlns="http://example.com/event">)";
  const bool pivots = words.mentions("pivot") || words.mentions("bag_unpack");
  const auto& names = pivots ? words.names() : words.properties();
  size_t left = pieces.size();
  for (const std::string& name : names) {
    std::string value = leaf_text(name, words, dice);
    if (left > 0 && dice.chance(30)) value = pieces[--left];
    // What the query pivots by, and no table has, comes beside the first text.
    std::string beside;
    if (&name == &names.front()) {
      for (const std::string& other : words.pivoted()) {
        beside += fmt::format("<{0}>{0}</{0}>", other);
      }
    }
    text += fmt::format(R"(<Data Name="{}">{}{}</Data>)", name, beside, xml_text(value));
  }
  while (left > 0) text += fmt::format("<Data>{}</Data>", xml_text(pieces[--left]));
  text += fmt::format("<Data>{}</Data></EventData>", dice.below(9));
  return words.mentions("DataItem") ? "<DataItem>" + text + "</DataItem>" : text;
}

std::string xml_text(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (byte == '<') {
      result += "&lt;";
    } else if (byte == '&') {
      result += "&amp;";
    } else if (byte == '"') {
      result += "&quot;";
    } else {
      result += byte;
    }
  }
  return result;
}

std::string plausible_text(std::string_view name, const QueryWords& words, Dice& dice) {
  if (const Make make = maker_of(name)) return make(words, dice);
  if (!words.texts().empty() && dice.chance(40)) return dice.one_of(words.texts());
  return std::string(dice.one_of(people));
}

std::string plausible_json(std::string_view name, const QueryWords& words, Dice& dice, int depth) {
  const uint32_t shape = dice.below(100);
  const bool plural = name.ends_with('s');
  // A column made of a bag's entries has one type only if they have.
  if (depth > 0 && !plural && words.mentions("bag_unpack")) {
    return json_string(leaf_text(std::string(name), words, dice));
  }
  if (depth < 3 && shape < (depth == 0 ? (plural ? 30 : 75) : (plural ? 15 : 25))) {
    return json_object(words, dice, depth);
  }
  if (depth < 3 && shape < (depth == 0 ? 92 : (plural ? 70 : 35))) {
    std::string text = "[";
    for (uint32_t left = dice.below(4); left > 0; --left) {
      if (text.size() > 1) text += ',';
      text += dice.chance(70) && depth < 2 ? json_object(words, dice, depth + 1)
                                           : plausible_json(name, words, dice, 3);
    }
    return text + ']';
  }
  const auto& values = words.values_of(name);
  if (!values.empty() && dice.chance(70)) return json_string(dice.one_of(values));
  switch (dice.below(12)) {
    case 0:
      return "null";
    case 1:
      return dice.chance(50) ? "true" : "false";
    case 2:
      return fmt::format("{}", static_cast<int64_t>(dice.below(100000)) - 100);
    case 3:
      return fmt::format("{}.5", dice.below(1000));
    case 4:
      return json_string(odd_text(dice));
    case 5:
      return json_string(time_text(words, dice));
    default: {
      // JSON in a text in JSON is what some sources send, but here it would never end.
      const Make make = maker_of(name);
      return json_string(make == nullptr || make == json_text ? std::string(dice.one_of(people))
                                                              : make(words, dice));
    }
  }
}

std::string odd_text(Dice& dice) {
  constexpr std::string_view texts[] = {
      "",           " ",         "-",         "null",    "0",
      "\"quoted\"", "{not json", "[]",        "a\tb\nc", "\xc3\x84pfel \xe6\x97\xa5\xe6\x9c\xac",
      "'",          "%",         "..",        "|",       "-1",
      "1e308",      "\\",        "999.1.1.1", "a,b;c d", "true"};
  return std::string(dice.one_of(texts));
}

}  // namespace vedette
