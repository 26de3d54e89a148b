// Reads the binary XML of event records. Names and templates are shared by the records of a chunk
// of 64 KB, and found by their place in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/ingest/evtx/event_value.h"
#include "runtime/ingest/evtx/event_xml.h"

namespace vedette {

/// Makes trees of binary XML. Never reads outside of the chunk, and ends after a bounded amount of
/// work, whatever the bytes say. Not for several threads.
class BinaryXmlReader {
 public:
  /// From now on, records of this chunk are read. It must outlive what is read from it.
  void begin_chunk(std::string_view chunk);

  /// The root element of the record whose binary XML begins at `start` of the chunk and ends before
  /// `end`; nullptr if it is damaged. The tree lives until the next call, its texts as long as
  /// `texts`.
  const XmlElement* read(size_t start, size_t end, Arena& texts);

  /// What was wrong, for people, after `read` gave nullptr.
  const std::string& problem() const { return problem_; }
  /// Whether something of the last record was no Unicode.
  bool repaired() const { return repaired_; }

 private:
  /// A value that is put into a template.
  struct Value {
    uint8_t type = 0;
    size_t start = 0;
    size_t size = 0;
  };

  /// Elements and text between a start tag and its end tag.
  struct Content {
    XmlElement* first = nullptr;
    XmlElement* last = nullptr;
    std::string_view text;
    std::vector<std::string_view> items;  // of an array; the element is there once for each
  };

  enum class Ended : uint8_t { Damaged, AtEndTag, AtEndOfStream };

  Ended read_content(size_t& at, size_t end, const std::vector<Value>* values, Content& content,
                     int depth);
  bool read_element(size_t& at, size_t end, const std::vector<Value>* values, Content& into,
                    int depth);
  bool read_attributes(size_t& at, size_t end, const std::vector<Value>* values,
                       XmlElement& element);
  bool read_attribute_text(size_t& at, size_t end, const std::vector<Value>* values,
                           std::string_view& text, bool& left_out);
  bool read_template(size_t& at, size_t end, Content& content, int depth);
  bool read_values(size_t& at, size_t end, std::vector<Value>& values);
  bool substitute(size_t& at, size_t end, const std::vector<Value>* values, Content& content,
                  int depth);
  bool read_text(size_t& at, size_t end, std::string_view& text);
  bool read_name(size_t& at, size_t end, std::string_view& name);
  bool text_of(const Value& value, std::string_view& text);

  void add_elements(Content& into, const XmlElement& element, const Content& content);
  void join(std::string_view& text, std::string_view more);

  bool fits(size_t at, size_t size, size_t end) const { return at <= end && size <= end - at; }
  uint64_t number(size_t at, size_t bytes) const {
    return little_endian(chunk_.data() + at, bytes);
  }
  uint8_t byte(size_t at) const { return static_cast<uint8_t>(chunk_[at]); }
  /// False, and the reason is kept unless there is one already.
  bool fail(std::string_view reason);
  /// Counts work; fails when a record makes too much of it.
  bool spend(size_t work);

  std::string_view chunk_;
  Arena* texts_ = nullptr;
  Arena nodes_;
  Arena names_in_chunk_;
  std::unordered_map<uint32_t, std::string_view> names_;
  std::string problem_;
  size_t work_ = 0;
  bool repaired_ = false;
};

}  // namespace vedette
