#include "stdlib/scalar/user_agent.h"

#include <algorithm>
#include <array>

#include "runtime/base/utf8.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has(std::string_view agent, std::string_view mark) {
  return agent.find(mark) != std::string_view::npos;
}

/// What follows a mark; nothing when it is not there.
std::string_view after(std::string_view agent, std::string_view mark) {
  const size_t at = agent.find(mark);
  return at == std::string_view::npos ? std::string_view() : agent.substr(at + mark.size());
}

/// Up to four numbers apart by points or underscores.
AgentPart with_version(std::string_view family, std::string_view text) {
  AgentPart part{.family = std::string(family)};
  for (std::string* number : {&part.major, &part.minor, &part.patch, &part.patch_minor}) {
    size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    *number = text.substr(0, length);
    text.remove_prefix(length);
    const bool more =
        length > 0 && text.size() > 1 && (text[0] == '.' || text[0] == '_') && is_digit(text[1]);
    if (!more) break;
    text.remove_prefix(1);
  }
  return part;
}

struct Mark {
  std::string_view text;       // what stands before the version
  std::string_view family;     // what it means
  std::string_view also = {};  // what must stand somewhere, too
};

// The first that is found counts: browsers name those they are like after themselves.
constexpr Mark browsers[] = {
    {"AdobeAIR/", "AdobeAIR"},
    {"Googlebot-Image/", "Googlebot-Image"},
    {"Googlebot/", "Googlebot"},
    {"AdsBot-Google", "AdsBot-Google"},
    {"bingbot/", "bingbot"},
    {"YandexBot/", "YandexBot"},
    {"Baiduspider/", "Baiduspider"},
    {"DuckDuckBot/", "DuckDuckBot"},
    {"Applebot/", "Applebot"},
    {"AhrefsBot/", "AhrefsBot"},
    {"SemrushBot/", "SemrushBot"},
    {"GPTBot/", "GPTBot"},
    {"facebookexternalhit/", "FacebookBot"},
    {"Twitterbot/", "Twitterbot"},
    {"Yahoo! Slurp", "Yahoo! Slurp"},
    {"EdgA/", "Edge Mobile"},
    {"EdgiOS/", "Edge Mobile"},
    {"Edg/", "Edge"},
    {"Edge/", "Edge"},
    {"OPR/", "Opera Mobile", "Mobile"},
    {"OPR/", "Opera"},
    {"OPiOS/", "Opera Mini"},
    {"Opera Mini/", "Opera Mini"},
    {"Vivaldi/", "Vivaldi"},
    {"YaBrowser/", "Yandex Browser"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"UCBrowser/", "UC Browser"},
    {"Silk/", "Amazon Silk"},
    {"Electron/", "Electron"},
    {"SeaMonkey/", "SeaMonkey"},
    {"PaleMoon/", "Pale Moon"},
    {"Thunderbird/", "Thunderbird"},
    {"Microsoft Outlook ", "Outlook"},
    {"FxiOS/", "Firefox iOS"},
    {"Firefox/", "Firefox Mobile", "Mobile;"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome Mobile iOS"},
    {"HeadlessChrome/", "HeadlessChrome"},
    {"Chromium/", "Chromium"},
    {"Chrome/", "Chrome Mobile WebView", "; wv)"},
    {"Chrome/", "Chrome Mobile", "Mobile"},
    {"Chrome/", "Chrome"},
    {"Series60/", "Nokia OSS Browser", "Nokia"},
    {"IEMobile/", "IE Mobile"},
    {"IEMobile ", "IE Mobile"},
    {"MSIE ", "IE"},
    {"rv:", "IE", "Trident/"},
    {"Version/", "Opera", "Opera/"},
    {"Opera/", "Opera"},
    {"Version/", "Android", "Android"},
    {"Version/", "Mobile Safari", "Mobile/"},
    {"Version/", "Safari", "Safari/"},
    {"Mobile/", "Mobile Safari UI/WKWebView", "AppleWebKit"},
    {"WindowsPowerShell/", "PowerShell"},
    {"PowerShell/", "PowerShell"},
    {"curl/", "curl"},
    {"Wget/", "Wget"},
    {"python-requests/", "Python Requests"},
    {"Python-urllib/", "Python-urllib"},
    {"aiohttp/", "Python aiohttp"},
    {"Go-http-client/", "Go-http-client"},
    {"okhttp/", "okhttp"},
    {"Apache-HttpClient/", "Apache-HttpClient"},
    {"libwww-perl/", "libwww-perl"},
    {"PostmanRuntime/", "PostmanRuntime"},
    {"axios/", "axios"},
    {"Java/", "Java"},
    {"CFNetwork/", "CFNetwork"},
};

constexpr Mark systems[] = {
    {"Windows Phone OS ", "Windows Phone"},
    {"Windows Phone ", "Windows Phone"},
    {"iPhone OS ", "iOS"},
    {"CPU OS ", "iOS"},
    {"SymbianOS/", "Symbian OS"},
    {"Android ", "Android"},
    {"Mac OS X ", "Mac OS X"},
    {"Tizen ", "Tizen"},
    {"KAIOS/", "KaiOS"},
    {"Ubuntu/", "Ubuntu"},
    {"Fedora/", "Fedora"},
    {"FreeBSD ", "FreeBSD"},
    // Names that stand without a version.
    {"Ubuntu", "Ubuntu"},
    {"Fedora", "Fedora"},
    {"FreeBSD", "FreeBSD"},
    {"OpenBSD", "OpenBSD"},
    {"SunOS", "Solaris"},
    {"Android", "Android"},
    {"Mac OS X", "Mac OS X"},
    {"Macintosh", "Mac OS"},
    {"BlackBerry", "BlackBerry OS"},
    {"Windows Phone", "Windows Phone"},
    {"Linux", "Linux"},
};

struct WindowsVersion {
  std::string_view number, major, minor;
};
constexpr WindowsVersion windows_versions[] = {
    {"10.0", "10", ""}, {"6.4", "10", ""}, {"6.3", "8", "1"},
    {"6.2", "8", ""},   {"6.1", "7", ""},  {"6.0", "Vista", ""},
    {"5.2", "XP", ""},  {"5.1", "XP", ""}, {"5.0", "2000", ""},
};

const Mark* find_mark(std::span<const Mark> marks, std::string_view agent) {
  const auto found = std::find_if(marks.begin(), marks.end(), [&](const Mark& mark) {
    return has(agent, mark.text) && (mark.also.empty() || has(agent, mark.also));
  });
  return found == marks.end() ? nullptr : &*found;
}

bool is_spider(std::string_view agent) {
  constexpr std::string_view words[] = {"bot/",    "Bot/",   "bot;",
                                        "spider",  "Spider", "crawler",
                                        "Crawler", "Slurp",  "facebookexternalhit"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return has(agent, word); }) ||
         has(agent, "Googlebot");
}

/// `Nokia` and its model, as in `NokiaN81-3/10.0`.
AgentDevice nokia(std::string_view rest) {
  const std::string model(rest.substr(0, rest.find_first_of("/ ;)")));
  const std::string name = model.substr(0, model.find('-'));
  return {.family = "Nokia " + name, .brand = "Nokia", .model = model};
}

/// The model stands last before `Build/` or the closing parenthesis, behind the version.
AgentDevice android_device(std::string_view agent) {
  std::string_view rest = after(agent, "Android");
  rest = rest.substr(0, rest.find(')'));
  rest = rest.substr(0, rest.find(" Build/"));
  const size_t last = rest.rfind("; ");
  std::string_view model = last == std::string_view::npos ? "" : rest.substr(last + 2);
  if (model == "wv") model = {};
  if (model.empty() || model == "K" || model == "Mobile" || model == "Tablet" ||
      model.starts_with("rv:")) {
    const bool tablet = has(agent, "Tablet");
    return {.family = tablet ? "Generic Tablet" : "Generic Smartphone",
            .brand = "Generic",
            .model = tablet ? "Tablet" : "Smartphone"};
  }
  const std::string name(model);
  constexpr std::array<std::array<std::string_view, 2>, 12> brands = {{{"SM-", "Samsung"},
                                                                       {"GT-", "Samsung"},
                                                                       {"SAMSUNG ", "Samsung"},
                                                                       {"Pixel", "Google"},
                                                                       {"Nexus", "Google"},
                                                                       {"HUAWEI", "Huawei"},
                                                                       {"Redmi", "XiaoMi"},
                                                                       {"Mi ", "XiaoMi"},
                                                                       {"moto", "Motorola"},
                                                                       {"ONEPLUS", "OnePlus"},
                                                                       {"LG-", "LG"},
                                                                       {"Nokia", "Nokia"}}};
  for (const auto& [front, brand] : brands) {
    if (!name.starts_with(front)) continue;
    const bool named = front == "SM-" || front == "GT-" || front == "LG-";
    return {.family = named ? std::string(brand) + " " + name : name,
            .brand = std::string(brand),
            .model = name};
  }
  return {.family = name, .brand = "Generic_Android", .model = name};
}

void add_text(DynamicBuilder& out, std::string_view key, std::string_view text) {
  out.key(key);
  out.add_string(text);
}

void add_part(DynamicBuilder& out, std::string_view key, const AgentPart& part, bool fourth) {
  out.key(key);
  out.begin_object();
  add_text(out, "Family", part.family);
  add_text(out, "MajorVersion", part.major);
  add_text(out, "MinorVersion", part.minor);
  add_text(out, "Patch", part.patch);
  if (fourth) add_text(out, "PatchMinor", part.patch_minor);
  out.end_object();
}

bool same_word(std::string_view word, std::string_view lower) {
  return std::equal(word.begin(), word.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

constexpr auto take_agent_apart = [](DynamicBuilder& out, RowValues values) {
  const std::string_view agent = values[0].text;
  bool browser = values.size() == 1, system = browser, device = browser;
  const auto look_for = [&](const AnyScalar& value) {
    browser |= same_word(value.text, "browser");
    system |= same_word(value.text, "os");
    device |= same_word(value.text, "device");
  };
  if (values.size() > 1 && is_array(values[1])) {
    for (DynamicView item : values[1].view.items()) look_for(scalar_of(item));
  } else if (values.size() > 1) {
    look_for(values[1]);
  }
  if (agent.empty() || !(browser || system || device)) return false;
  out.begin_object();
  if (browser) add_part(out, "Browser", browser_of(agent), false);
  if (system) add_part(out, "OperatingSystem", system_of(agent), true);
  if (device) {
    const AgentDevice found = device_of(agent);
    out.key("Device");
    out.begin_object();
    add_text(out, "Family", found.family);
    add_text(out, "Brand", found.brand);
    add_text(out, "Model", found.model);
    out.end_object();
  }
  out.end_object();
  return true;
};

}  // namespace

AgentPart browser_of(std::string_view agent) {
  const Mark* mark = find_mark(browsers, agent);
  return mark == nullptr ? AgentPart() : with_version(mark->family, after(agent, mark->text));
}

AgentPart system_of(std::string_view agent) {
  const std::string_view windows = after(agent, "Windows NT ");
  if (!windows.empty()) {
    for (const WindowsVersion& version : windows_versions) {
      if (!windows.starts_with(version.number)) continue;
      return {.family = "Windows",
              .major = std::string(version.major),
              .minor = std::string(version.minor)};
    }
    return with_version("Windows", windows);
  }
  const std::string_view chrome = after(agent, "CrOS ");
  if (!chrome.empty()) {
    const size_t space = chrome.find(' ');
    return with_version("Chrome OS",
                        space == std::string_view::npos ? "" : chrome.substr(space + 1));
  }
  const Mark* mark = find_mark(systems, agent);
  if (mark == nullptr) return has(agent, "Windows") ? AgentPart{.family = "Windows"} : AgentPart();
  return with_version(mark->family, after(agent, mark->text));
}

AgentDevice device_of(std::string_view agent) {
  if (is_spider(agent)) return {.family = "Spider", .brand = "Spider", .model = "Desktop"};
  for (const std::string_view name : {"iPhone", "iPad", "iPod"}) {
    if (has(agent, name)) return {std::string(name), "Apple", std::string(name)};
  }
  if (has(agent, "Macintosh")) return {"Mac", "Apple", "Mac"};
  if (has(agent, "Android")) return android_device(agent);
  if (has(agent, "Nokia")) return nokia(after(agent, "Nokia"));
  return {};
}

std::vector<ScalarFunction> user_agent_functions() {
  const Type text = Type::String;
  return {
      {
          .name = "parse_user_agent",
          .summary = "The browser, operating system and device that a user agent names, as a bag.",
          .parameters = {{"user_agent", "The text a browser introduces itself with."},
                         {.name = "look_for",
                          .meaning = "'browser', 'os' or 'device', or an array of them; all "
                                     "without it.",
                          .accepts = Accepts::StringOrDynamic,
                          .optional = true}},
          .overloads = {builds_dynamic({text}, take_agent_apart),
                        builds_dynamic({text, text}, take_agent_apart),
                        builds_dynamic({text, Type::Dynamic}, take_agent_apart)},
          .examples = {{"parse_user_agent('curl/8.1.2', 'browser')",
                        "{\"Browser\":{\"Family\":\"curl\",\"MajorVersion\":\"8\","
                        "\"MinorVersion\":\"1\",\"Patch\":\"2\"}}"},
                       {"parse_user_agent('Mozilla/5.0 (Windows NT 6.3)', "
                        "'os').OperatingSystem.MinorVersion",
                        "1"},
                       {"parse_user_agent('Mozilla/5.0 (iPhone; CPU iPhone OS 15_2 like Mac OS X)',"
                        " dynamic(['device'])).Device.Brand",
                        "Apple"}},
          .null_rule = "Null for an empty text, and where nothing known is looked for.",
          .difference = "The rules are our own: rare browsers and devices are called Other.",
      },
  };
}

}  // namespace vedette::stdlib
