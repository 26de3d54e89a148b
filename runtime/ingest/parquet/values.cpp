#include "runtime/ingest/parquet/values.h"

#include "runtime/base/format.h"
#include "runtime/ingest/parquet/bit_packing.h"

namespace vedette::parquet {

namespace {

constexpr size_t most_made_bytes = 1 << 30;  // of texts that a column puts together at a time
constexpr size_t piece = 1024;

/// Bytes of a value of fixed width; 0 for the others.
size_t width_of(const Leaf& leaf) {
  switch (leaf.physical) {
    case Physical::Int32:
    case Physical::Float:
      return 4;
    case Physical::Int64:
    case Physical::Double:
      return 8;
    case Physical::Int96:
      return 12;
    case Physical::FixedLengthByteArray:
      return leaf.length;
    default:
      return 0;
  }
}

template <typename Stored, typename Kept>
void append_fixed(std::string_view bytes, size_t count, std::vector<Kept>& out) {
  const size_t before = out.size();
  out.resize(before + count);
  for (size_t at = 0; at < count; ++at) {
    Stored value;
    std::memcpy(&value, bytes.data() + at * sizeof value, sizeof value);
    out[before + at] = static_cast<Kept>(value);
  }
}

/// Appends values that lie one behind the other.
void append_plain(const Leaf& leaf, std::string_view bytes, size_t count, Values& out) {
  switch (leaf.physical) {
    case Physical::Int32:
      return append_fixed<int32_t>(bytes, count, out.integers);
    case Physical::Int64:
      return append_fixed<int64_t>(bytes, count, out.integers);
    case Physical::Float:
      return append_fixed<float>(bytes, count, out.reals);
    case Physical::Double:
      return append_fixed<double>(bytes, count, out.reals);
    default:
      const size_t width = width_of(leaf);
      for (size_t at = 0; at < count; ++at) out.texts.push_back(bytes.substr(at * width, width));
  }
}

class PlainReader : public ValueReader {
 public:
  PlainReader(const Leaf& leaf, std::string_view bytes) : leaf_(leaf), bytes_(bytes) {}

  void read(size_t count, Values& out, Arena&) override {
    const size_t width = width_of(leaf_);
    if (width > 0) {
      if (count > bytes_.left() / width) damaged("data ends too early");
      append_plain(leaf_, bytes_.take(count * width), count, out);
      return;
    }
    for (size_t at = 0; at < count; ++at) {
      out.texts.push_back(bytes_.take(bytes_.fixed<uint32_t>()));
    }
  }

 private:
  const Leaf& leaf_;
  Cursor bytes_;
};

class PlainBoolReader : public ValueReader {
 public:
  explicit PlainBoolReader(std::string_view bytes) : bytes_(bytes) {}

  void read(size_t count, Values& out, Arena&) override {
    if (count > bytes_.size() * 8 - at_) damaged("data ends too early");
    for (size_t end = at_ + count; at_ < end; ++at_) {
      out.integers.push_back(static_cast<uint8_t>(bytes_[at_ / 8]) >> (at_ % 8) & 1);
    }
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

class RunBoolReader : public ValueReader {
 public:
  explicit RunBoolReader(std::string_view bytes) {
    Cursor cursor(bytes);
    const auto size = cursor.fixed<uint32_t>();
    runs_ = RunReader(cursor.take(size), 1);
  }

  void read(size_t count, Values& out, Arena&) override {
    const size_t before = out.integers.size();
    out.integers.resize(before + count);
    runs_.read(out.integers.data() + before, count);
  }

 private:
  RunReader runs_;
};

class CodeReader : public ValueReader {
 public:
  CodeReader(std::string_view bytes, const Values& dictionary) : dictionary_(dictionary) {
    if (bytes.empty()) return;  // of a page that has nulls only
    const auto width = static_cast<uint8_t>(bytes[0]);
    if (width > 32) damaged("codes have more than 32 bits");
    runs_ = RunReader(bytes.substr(1), width);
    any_ = true;
  }

  void read(size_t count, Values& out, Arena&) override {
    if (count > 0 && !any_) damaged("data ends too early");
    uint32_t codes[piece];
    while (count > 0) {
      const size_t taken = std::min(count, piece);
      runs_.read(codes, taken);
      const size_t known = dictionary_.size();
      for (size_t at = 0; at < taken; ++at) {
        if (codes[at] >= known) damaged("a code is in no dictionary");
      }
      append(dictionary_.integers, codes, taken, out.integers);
      append(dictionary_.reals, codes, taken, out.reals);
      append(dictionary_.texts, codes, taken, out.texts);
      count -= taken;
    }
  }

 private:
  template <typename T>
  static void append(const std::vector<T>& entries, const uint32_t* codes, size_t count,
                     std::vector<T>& out) {
    if (entries.empty()) return;
    const size_t before = out.size();
    out.resize(before + count);
    for (size_t at = 0; at < count; ++at) out[before + at] = entries[codes[at]];
  }

  const Values& dictionary_;
  RunReader runs_;
  bool any_ = false;
};

class DeltaIntegerReader : public ValueReader {
 public:
  DeltaIntegerReader(const Leaf& leaf, std::string_view bytes)
      : narrow_(leaf.physical == Physical::Int32), deltas_(bytes) {}

  void read(size_t count, Values& out, Arena&) override {
    const size_t before = out.integers.size();
    out.integers.resize(before + count);
    deltas_.read(out.integers.data() + before, count);
    if (!narrow_) return;
    // Sums wrap around at the width of the column.
    for (size_t at = before; at < out.integers.size(); ++at) {
      out.integers[at] = static_cast<int32_t>(out.integers[at]);
    }
  }

 private:
  bool narrow_;
  DeltaReader deltas_;
};

uint64_t length_of(int64_t value) {
  if (value < 0 || value > INT32_MAX) damaged("a text has an impossible length");
  return static_cast<uint64_t>(value);
}

/// All lengths, then all texts.
class DeltaLengthReader : public ValueReader {
 public:
  explicit DeltaLengthReader(std::string_view bytes)
      : lengths_(bytes), bytes_(DeltaReader(bytes).skip()) {}

  void read(size_t count, Values& out, Arena&) override {
    int64_t lengths[piece];
    while (count > 0) {
      const size_t taken = std::min(count, piece);
      lengths_.read(lengths, taken);
      for (size_t at = 0; at < taken; ++at) {
        out.texts.push_back(bytes_.take(length_of(lengths[at])));
      }
      count -= taken;
    }
  }
  uint64_t left() const { return lengths_.left(); }

 private:
  DeltaReader lengths_;
  Cursor bytes_;
};

/// Texts that begin as the ones before them.
class DeltaTextReader : public ValueReader {
 public:
  DeltaTextReader(const Leaf& leaf, std::string_view bytes)
      : width_(width_of(leaf)), prefixes_(bytes), suffixes_(DeltaReader(bytes).skip()) {}

  void read(size_t count, Values& out, Arena& made) override {
    int64_t prefixes[piece];
    while (count > 0) {
      const size_t taken = std::min(count, piece);
      prefixes_.read(prefixes, taken);
      const size_t first = out.texts.size();
      suffixes_.read(taken, out, made);
      for (size_t at = 0; at < taken; ++at) {
        std::string_view& text = out.texts[first + at];
        text = joined(length_of(prefixes[at]), text, made);
        if (width_ > 0 && text.size() != width_) damaged("a value has not the column's length");
      }
      last_.assign(out.texts.back());
      count -= taken;
      before_ = last_;
    }
  }

 private:
  std::string_view joined(uint64_t prefix, std::string_view suffix, Arena& made) {
    if (prefix > before_.size()) damaged("a text goes on from more than there was");
    if (prefix > 0) {
      if (made.reserved() > most_made_bytes) {
        unsupported("its texts need more than a gigabyte for a few rows");
      }
      char* const text = made.allocate(prefix + suffix.size(), 1);
      std::memcpy(text, before_.data(), prefix);
      if (!suffix.empty()) std::memcpy(text + prefix, suffix.data(), suffix.size());
      suffix = {text, prefix + suffix.size()};
    }
    before_ = suffix;
    return suffix;
  }

  size_t width_;
  DeltaReader prefixes_;
  DeltaLengthReader suffixes_;
  std::string_view before_;
  std::string last_;  // outlives what was made for the rows before
};

/// The first bytes of all values, then their second bytes, and so on.
class SplitReader : public ValueReader {
 public:
  SplitReader(const Leaf& leaf, std::string_view bytes)
      : leaf_(leaf), bytes_(bytes), width_(width_of(leaf)), values_(bytes.size() / width_) {}

  void read(size_t count, Values& out, Arena& made) override {
    if (count > values_ - at_) damaged("data ends too early");
    char* const joined = made.allocate(count * width_ + 1, 1);
    for (size_t byte = 0; byte < width_; ++byte) {
      const char* const from = bytes_.data() + byte * values_ + at_;
      for (size_t at = 0; at < count; ++at) joined[at * width_ + byte] = from[at];
    }
    append_plain(leaf_, {joined, count * width_}, count, out);
    at_ += count;
  }

 private:
  const Leaf& leaf_;
  std::string_view bytes_;
  size_t width_;
  size_t values_;
  size_t at_ = 0;
};

std::string_view name_of(Encoding encoding) {
  constexpr std::string_view names[] = {
      "PLAIN",          "GROUP_VAR_INT",       "PLAIN_DICTIONARY",        "RLE",
      "BIT_PACKED",     "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
      "RLE_DICTIONARY", "BYTE_STREAM_SPLIT"};
  return names[static_cast<size_t>(encoding)];
}

}  // namespace

void Values::clear() {
  integers.clear();
  reals.clear();
  texts.clear();
}

std::unique_ptr<ValueReader> read_values(const Leaf& leaf, Encoding encoding,
                                         std::string_view bytes, const Values* dictionary) {
  const Physical physical = leaf.physical;
  const bool integer = physical == Physical::Int32 || physical == Physical::Int64;
  switch (encoding) {
    case Encoding::Plain:
      if (physical == Physical::Boolean) return std::make_unique<PlainBoolReader>(bytes);
      return std::make_unique<PlainReader>(leaf, bytes);
    case Encoding::PlainDictionary:
    case Encoding::RleDictionary:
      if (dictionary == nullptr) damaged("it has codes without a dictionary");
      return std::make_unique<CodeReader>(bytes, *dictionary);
    case Encoding::Rle:
      if (physical == Physical::Boolean) return std::make_unique<RunBoolReader>(bytes);
      break;
    case Encoding::DeltaBinaryPacked:
      if (integer) return std::make_unique<DeltaIntegerReader>(leaf, bytes);
      break;
    case Encoding::DeltaLengthByteArray:
      if (physical == Physical::ByteArray) return std::make_unique<DeltaLengthReader>(bytes);
      break;
    case Encoding::DeltaByteArray:
      if (physical == Physical::ByteArray || physical == Physical::FixedLengthByteArray) {
        return std::make_unique<DeltaTextReader>(leaf, bytes);
      }
      break;
    case Encoding::ByteStreamSplit:
      if (width_of(leaf) > 0) return std::make_unique<SplitReader>(leaf, bytes);
      break;
    case Encoding::BitPacked:
      break;
  }
  unsupported(
      fmt::format("values of this type in the encoding {} are not read here", name_of(encoding)));
}

}  // namespace vedette::parquet
