#include "runtime/exec/parse_pattern.h"

#include <re2/re2.h>

#include "runtime/base/format.h"

namespace vedette::exec {
namespace {

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

bool is_integer(Type type) {
  return type == Type::Int || type == Type::Long;
}
bool is_number(Type type) {
  return is_integer(type) || type == Type::Real || type == Type::Decimal;
}

/// What a result may be in a regular expression. Strings are greedy: the flag U turns that around.
std::string_view group_of(Type type) {
  if (is_integer(type)) return "(-?\\d+)";
  if (is_number(type)) return "(-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)";
  return "(.*)";
}

size_t digits_at(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - at;
}

/// Length of the number that `text` begins with; 0 when there is none.
size_t number_length(std::string_view text, bool integer) {
  size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const size_t digits = digits_at(text, at);
  if (digits == 0) return 0;
  at += digits;
  if (integer) return at;
  if (at < text.size() && text[at] == '.' && digits_at(text, at + 1) > 0) {
    at += 1 + digits_at(text, at + 1);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    if (const size_t more = digits_at(text, exponent); more > 0) at = exponent + more;
  }
  return at;
}

}  // namespace

ParsePattern::ParsePattern(const ParseParameters& parameters) {
  const bool regex = parameters.mode == ParseParameters::Mode::Regex;
  std::string pattern;
  int groups = 0;
  for (const auto& part : parameters.parts) {
    if (part.star) {
      pieces_.push_back({});
      // Skipping is not bound to one line.
      pattern += "(?s:.*?)";
    }
    if (!part.text.empty()) {
      pieces_.push_back({part.text, {}});
      if (regex) {
        const RE2 alone(part.text, quiet());
        if (!alone.ok()) {
          throw QueryError(
              ErrorKind::Semantic, "KQL0710",
              fmt::format("'{}' is not a regular expression: {}", part.text, alone.error()));
        }
        groups += alone.NumberOfCapturingGroups();
        pattern += "(?:" + part.text + ")";
      }
    }
    if (part.result) {
      pieces_.push_back({{}, part.result});
      types_.push_back(*part.result);
      pattern += group_of(*part.result);
      groups_.push_back(++groups);
    }
  }
  if (!regex) return;
  if (!parameters.regex_flags.empty()) pattern = "(?" + parameters.regex_flags + ")" + pattern;
  regex_ = std::make_unique<RE2>(pattern, quiet());
  if (!regex_->ok()) {
    throw QueryError(ErrorKind::Semantic, "KQL0710",
                     fmt::format("'{}' is not a regular expression: {}", pattern, regex_->error()));
  }
}

ParsePattern::~ParsePattern() = default;

bool ParsePattern::match(std::string_view text, std::vector<std::string_view>& results) const {
  results.assign(types_.size(), {});
  if (regex_ == nullptr) return match_pieces(text, results);
  std::vector<re2::StringPiece> found(1 + static_cast<size_t>(regex_->NumberOfCapturingGroups()));
  const re2::StringPiece subject(text.data() == nullptr ? "" : text.data(), text.size());
  if (!regex_->Match(subject, 0, subject.size(), RE2::ANCHOR_BOTH, found.data(),
                     static_cast<int>(found.size()))) {
    return false;
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const auto& group = found[static_cast<size_t>(groups_[i])];
    results[i] = {group.data(), group.size()};
  }
  return true;
}

bool ParsePattern::match_pieces(std::string_view text,
                                std::vector<std::string_view>& results) const {
  size_t at = 0;
  size_t next_result = 0;
  bool skipping = false;       // a `*` came last: what follows may begin later
  std::optional<size_t> open;  // a result that goes on to what comes next
  size_t open_from = 0;
  const auto close = [&](size_t end, bool rest_is_skipped) {
    if (!open) return true;
    std::string_view found = text.substr(open_from, end - open_from);
    if (rest_is_skipped && is_number(types_[*open])) {
      found = found.substr(0, number_length(found, is_integer(types_[*open])));
    }
    results[*open] = found;
    open.reset();
    return true;
  };
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    if (piece.result) {
      if (open) {
        // A result right after another: numbers end by themselves, anything else is empty.
        const std::string_view rest = text.substr(open_from);
        const size_t length =
            is_number(types_[*open]) ? number_length(rest, is_integer(types_[*open])) : 0;
        results[*open] = rest.substr(0, length);
        at = open_from + length;
      }
      open = next_result++;
      open_from = at;
      skipping = false;
      continue;
    }
    if (piece.literal.empty()) {
      skipping = true;
      continue;
    }
    const bool last = i + 1 == pieces_.size();
    size_t found;
    if (last && (open || skipping)) {
      found = text.size() >= at + piece.literal.size() && text.ends_with(piece.literal)
                  ? text.size() - piece.literal.size()
                  : std::string_view::npos;
    } else if (open || skipping) {
      found = text.find(piece.literal, at);
    } else {
      found = text.substr(at).starts_with(piece.literal) ? at : std::string_view::npos;
    }
    if (found == std::string_view::npos) return false;
    close(found, skipping);
    at = found + piece.literal.size();
    skipping = false;
  }
  if (open) {
    close(text.size(), skipping);
    return true;
  }
  return skipping || at == text.size();
}

}  // namespace vedette::exec
