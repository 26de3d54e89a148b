#include "runtime/plugin/lookup.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "runtime/plugin/cells.h"
#include "runtime/plugin/pair_writer.h"
#include "runtime/value/convert.h"

namespace vedette::plugin {
namespace {

/// An address of either version as 128 bits, and how many of them count.
struct Address {
  uint64_t high = 0;
  uint64_t low = 0;
  unsigned prefix = 128;
};

uint64_t leading_ones(unsigned bits) {
  return bits == 0 ? 0 : bits >= 64 ? ~uint64_t{0} : ~uint64_t{0} << (64 - bits);
}

Address masked(Address address, unsigned prefix) {
  address.high &= leading_ones(std::min(prefix, 64u));
  address.low &= leading_ones(prefix > 64 ? prefix - 64 : 0);
  address.prefix = prefix;
  return address;
}

/// The address of a row, or nothing when its text is none.
std::optional<Address> address_of(const Cells& parsed, const Cells& written, size_t row,
                                  bool version6) {
  Address address;
  if (version6) {
    // Eight groups of four digits.
    const std::string_view text = parsed.text(row);
    if (text.size() != 39) return std::nullopt;
    for (size_t group = 0; group < 8; ++group) {
      const auto bits = parse_long("0x" + std::string(text.substr(group * 5, 4)));
      uint64_t& half = group < 4 ? address.high : address.low;
      half = half << 16 | static_cast<uint64_t>(bits.value_or(0));
    }
  } else {
    if (parsed.is_null(row)) return std::nullopt;
    address.low = uint64_t{0xffff} << 32 | static_cast<uint32_t>(parsed.word(row));
  }
  const std::string_view text = written.text(row);
  const size_t slash = text.rfind('/');
  if (slash != std::string_view::npos) {
    const auto bits = parse_long(text.substr(slash + 1));
    const int64_t width = text.find(':') == std::string_view::npos ? 32 : 128;
    if (!bits || *bits < 0 || *bits > width) return std::nullopt;
    address.prefix = static_cast<unsigned>(128 - width + *bits);
  }
  return masked(address, address.prefix);
}

class AddressFunction : public TableFunction {
 public:
  explicit AddressFunction(AddressLookup parameters) : parameters_(parameters) {}
  std::string describe() const override {
    return parameters_.version6 ? "ipv6_lookup" : "ipv4_lookup";
  }

  void run(TableCall& call) const override {
    const size_t first = 2 + parameters_.keys;
    PairWriter writer(call, first, first);
    const Index index = index_of(call.inputs[1]);
    call.check_running();
    const WholeTable& input = call.inputs[0];
    const Cells parsed(input.columns[0]), written(input.columns[1]);
    Pacer pacer(call);
    std::vector<uint32_t> found;
    for (size_t row = 0; row < input.rows; ++row) {
      pacer.step();
      found.clear();
      const auto address = address_of(parsed, written, row, parameters_.version6);
      if (address) look_up(index, *address, input, row, found);
      for (const uint32_t other : found) writer.write(row, other);
      if (found.empty() && parameters_.keep_unmatched) writer.write_alone(row);
    }
  }

 private:
  /// Networks of one length: rows by address and keys.
  using Length = std::unordered_map<std::string, std::vector<uint32_t>>;
  using Index = std::map<unsigned, Length, std::greater<>>;  // the longest first

  /// Address and keys as bytes; nothing when a key is null, which equals nothing.
  std::optional<std::string> key_of(const Address& address, const WholeTable& table,
                                    size_t row) const {
    std::string key(sizeof(uint64_t) * 2, '\0');
    std::memcpy(key.data(), &address.high, sizeof(uint64_t));
    std::memcpy(key.data() + sizeof(uint64_t), &address.low, sizeof(uint64_t));
    for (size_t i = 0; i < parameters_.keys; ++i) {
      const Cells cells(table.columns[2 + i]);
      if (cells.is_null(row)) return std::nullopt;
      const std::string_view bytes = cells.key(row);
      const uint64_t size = bytes.size();
      key.append(reinterpret_cast<const char*>(&size), sizeof size);
      key += bytes;
    }
    return key;
  }

  Index index_of(const WholeTable& table) const {
    Index index;
    const Cells parsed(table.columns[0]), written(table.columns[1]);
    for (size_t row = 0; row < table.rows; ++row) {
      const auto address = address_of(parsed, written, row, parameters_.version6);
      if (!address) continue;
      const auto key = key_of(*address, table, row);
      if (!key) continue;
      index[address->prefix][*key].push_back(static_cast<uint32_t>(row));
    }
    return index;
  }

  void look_up(const Index& index, const Address& address, const WholeTable& table, size_t row,
               std::vector<uint32_t>& found) const {
    for (const auto& [prefix, length] : index) {
      if (prefix <= address.prefix) {
        const auto key = key_of(masked(address, prefix), table, row);
        const auto at = key ? length.find(*key) : length.end();
        if (at != length.end()) {
          found.insert(found.end(), at->second.begin(), at->second.end());
        }
        continue;
      }
      // A network that is looked up contains smaller ones.
      const auto wanted = key_of(address, table, row);
      if (!wanted) continue;
      for (const auto& [key, rows] : length) {
        Address other;
        std::memcpy(&other.high, key.data(), sizeof(uint64_t));
        std::memcpy(&other.low, key.data() + sizeof(uint64_t), sizeof(uint64_t));
        other = masked(other, address.prefix);
        const bool same = other.high == address.high && other.low == address.low &&
                          std::string_view(key).substr(16) == std::string_view(*wanted).substr(16);
        if (same) found.insert(found.end(), rows.begin(), rows.end());
      }
    }
  }

  const AddressLookup parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> address_lookup(AddressLookup parameters) {
  return std::make_shared<AddressFunction>(parameters);
}

}  // namespace vedette::plugin
