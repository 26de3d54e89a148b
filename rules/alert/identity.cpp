#include "rules/alert/identity.h"

#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/value/guid.h"

namespace vedette::rules {

std::string guid_of(std::string_view text) {
  const uint64_t halves[] = {hash_bytes(fmt::format("1:{}", text)),
                             hash_bytes(fmt::format("2:{}", text))};
  Guid guid;
  for (size_t i = 0; i < guid.bytes.size(); ++i) {
    guid.bytes[i] = static_cast<uint8_t>(halves[i / 8] >> (i % 8 * 8));
  }
  // RFC 9562: version 8, whose other bits are anybody's.
  guid.bytes[6] = static_cast<uint8_t>((guid.bytes[6] & 0x0f) | 0x80);
  guid.bytes[8] = static_cast<uint8_t>((guid.bytes[8] & 0x3f) | 0x80);
  return to_text(guid);
}

std::string guid_of_rule(const AnalyticRule& rule) {
  if (const auto id = parse_guid(rule.id.text)) return to_text(*id);
  if (!rule.id.text.empty()) return guid_of("rule " + rule.id.text);
  return guid_of(fmt::format("rule {} {}", rule.file, rule.name.text));
}

std::string guid_of_run(const AnalyticRule& rule, const Slot& slot) {
  return guid_of(fmt::format("run {} {}", guid_of_rule(rule), slot.at.ticks));
}

std::string guid_of_workspace() {
  return guid_of("workspace");
}

}  // namespace vedette::rules
