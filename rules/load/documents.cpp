#include "rules/load/documents.h"

#include <algorithm>
#include <cctype>

#include "rules/load/fields.h"
#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view little_endian_mark = "\xFF\xFE";
constexpr std::string_view big_endian_mark = "\xFE\xFF";
constexpr int deepest_merge = 64;
/// Aliases make a small file as large as they like; behind this nothing is merged.
constexpr size_t most_nodes = 200'000;

void append_utf8(std::string& text, uint32_t code) {
  const auto put = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Nothing when a half of a pair is missing.
std::optional<std::string> from_utf16(std::string_view bytes, bool little_endian) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](size_t at) {
    const auto first = static_cast<uint8_t>(bytes[at]),
               second = static_cast<uint8_t>(bytes[at + 1]);
    return static_cast<uint32_t>(little_endian ? second << 8 | first : first << 8 | second);
  };
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 2) {
    uint32_t code = unit(at);
    if (code >= 0xDC00 && code < 0xE000) return std::nullopt;
    if (code >= 0xD800 && code < 0xDC00) {
      at += 2;
      const uint32_t low = at < bytes.size() ? unit(at) : 0;
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, code);
  }
  return text;
}

/// YAML knows no tabs before a line's first word; JSON does.
std::string with_spaces_for_tabs(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool at_start = true;
  for (const char letter : text) {
    result += at_start && letter == '\t' ? ' ' : letter;
    if (letter == '\n') {
      at_start = true;
    } else if (letter != ' ' && letter != '\t') {
      at_start = false;
    }
  }
  return result;
}

bool has_field(const YAML::Node& node, const std::string& name) {
  return std::any_of(node.begin(), node.end(), [&](const auto& field) {
    return field.first.IsScalar() && field.first.Scalar() == name;
  });
}

/// Puts the fields of what `<<` names into an object, where it does not have them itself.
class Merger {
 public:
  void visit(YAML::Node node, int depth) {
    if (depth > deepest_merge || ++nodes_ > most_nodes) return;
    if (node.IsSequence()) {
      for (const auto& item : node) visit(item, depth + 1);
    } else if (node.IsMap()) {
      for (const auto& field : node) visit(field.second, depth + 1);
      if (has_field(node, "<<")) merge(node);
    }
  }

 private:
  static void merge(YAML::Node node) {
    const YAML::Node from = node["<<"];
    std::vector<YAML::Node> sources;
    if (from.IsMap()) {
      sources.push_back(from);
    } else if (from.IsSequence()) {
      for (const auto& item : from) {
        if (item.IsMap()) sources.push_back(item);
      }
    }
    if (sources.empty()) return;  // an unknown field, then
    node.remove("<<");
    for (const YAML::Node& source : sources) {
      for (const auto& field : source) {
        if (!field.first.IsScalar() || field.first.Scalar() == "<<") continue;
        if (!has_field(node, field.first.Scalar())) node.force_insert(field.first, field.second);
      }
    }
  }

  size_t nodes_ = 0;
};

std::vector<YAML::Node> loaded(const std::string& text) {
  if (looks_like_json(text)) return {YAML::Load(with_spaces_for_tabs(text))};
  // One document is loaded at a time: the library's own loop over documents does not end for some
  // texts that are not YAML.
  std::vector<YAML::Node> documents;
  std::string part;
  const auto load = [&] {
    if (part.find_first_not_of(" \t\r\n") != std::string::npos) {
      documents.push_back(YAML::Load(part));
    }
  };
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string line = text.substr(at, end - at);
    if (line.starts_with("---") &&
        (line.size() == 3 || std::isspace(static_cast<unsigned char>(line[3])) != 0)) {
      load();
      // Empty lines in the place of what came before.
      part = std::string(static_cast<size_t>(std::count(part.begin(), part.end(), '\n')), '\n');
      line.replace(0, 3, "   ");
    }
    part += line;
    at = end;
  }
  load();
  return documents;
}

}  // namespace

std::optional<std::string> text_of_bytes(std::string_view bytes) {
  if (bytes.starts_with(little_endian_mark)) return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with(big_endian_mark)) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
  if (!is_valid_utf8(bytes)) return std::nullopt;
  return std::string(bytes);
}

bool looks_like_json(std::string_view text) {
  text = trimmed(text);
  return text.starts_with('{') || text.starts_with('[');
}

std::vector<YAML::Node> documents_of(const std::string& text) {
  std::vector<YAML::Node> documents = loaded(text);
  for (const YAML::Node& document : documents) Merger().visit(document, 0);
  return documents;
}

}  // namespace vedette::rules
