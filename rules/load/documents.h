// Files of rules and of tests, from bytes to YAML nodes.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::rules {

/// A file's text as UTF-8, without a byte order mark. Files in UTF-16 begin with one, as PowerShell
/// writes them. Nothing when the bytes are neither.
std::optional<std::string> text_of_bytes(std::string_view bytes);

/// The documents of a file, JSON or YAML, each with its lines where they are in the file; what
/// `<<: *name` merges is in its place. Throws YAML::Exception.
std::vector<YAML::Node> documents_of(const std::string& text);

/// Does a text begin as JSON does?
bool looks_like_json(std::string_view text);

}  // namespace vedette::rules
