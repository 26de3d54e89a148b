#include "runtime/ingest/evtx/binary_xml.h"

#include <new>

#include "runtime/base/format.h"

namespace vedette {

namespace {

constexpr int deepest = 64;
constexpr size_t most_work = 16 << 20;  // bytes of text and tokens of one record
constexpr size_t work_of_token = 64;

/// Tokens, without the bit that says that more of the same follow.
enum Token : uint8_t {
  EndOfStream = 0x00,
  OpenElement = 0x01,
  CloseStartTag = 0x02,
  CloseEmptyElement = 0x03,
  EndTag = 0x04,
  ValueText = 0x05,
  Attribute = 0x06,
  CDataSection = 0x07,
  CharacterReference = 0x08,
  EntityReference = 0x09,
  InstructionTarget = 0x0a,
  InstructionData = 0x0b,
  TemplateInstance = 0x0c,
  Substitution = 0x0d,
  OptionalSubstitution = 0x0e,
  FragmentHeader = 0x0f,
};
constexpr uint8_t token_bits = 0x3f;
constexpr uint8_t has_more = 0x40;

std::string_view text_of_entity(std::string_view name) {
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "amp") return "&";
  if (name == "quot") return "\"";
  if (name == "apos") return "'";
  return {};
}

}  // namespace

void BinaryXmlReader::begin_chunk(std::string_view chunk) {
  chunk_ = chunk;
  names_.clear();
  names_in_chunk_.clear();
}

bool BinaryXmlReader::fail(std::string_view reason) {
  if (problem_.empty()) problem_ = reason;
  return false;
}

bool BinaryXmlReader::spend(size_t work) {
  work_ += work;
  return work_ <= most_work || fail("its templates expand to more than 16 MB");
}

const XmlElement* BinaryXmlReader::read(size_t start, size_t end, Arena& texts) {
  texts_ = &texts;
  nodes_.clear();
  problem_.clear();
  work_ = 0;
  repaired_ = false;
  Content content;
  size_t at = start;
  if (end > chunk_.size() || start > end) {
    fail("it reaches beyond its chunk");
    return nullptr;
  }
  const Ended ended = read_content(at, end, nullptr, content, 0);
  if (ended == Ended::AtEndTag) fail("an end tag has no start tag");
  if (ended != Ended::AtEndOfStream) return nullptr;
  if (content.first == nullptr) fail("it holds no element");
  return content.first;
}

BinaryXmlReader::Ended BinaryXmlReader::read_content(size_t& at, size_t end,
                                                     const std::vector<Value>* values,
                                                     Content& content, int depth) {
  if (depth > deepest) {
    fail("its elements nest too deeply");
    return Ended::Damaged;
  }
  while (at < end) {
    if (!spend(work_of_token)) return Ended::Damaged;
    const uint8_t token = byte(at) & token_bits;
    std::string_view text;
    bool good = true;
    switch (token) {
      case EndOfStream:
        ++at;
        return Ended::AtEndOfStream;
      case EndTag:
        ++at;
        return Ended::AtEndTag;
      case FragmentHeader:
        good = fits(at, 4, end) || fail("it ends too early");
        at += 4;
        break;
      case OpenElement:
        good = read_element(at, end, values, content, depth);
        break;
      case ValueText:
      case CDataSection:
      case CharacterReference:
      case EntityReference:
        good = read_text(at, end, text);
        if (good) join(content.text, text);
        break;
      case InstructionTarget:
        ++at;
        good = read_name(at, end, text);
        break;
      case InstructionData: {
        good = fits(at, 3, end) && fits(at, 3 + 2 * number(at + 1, 2), end);
        if (good) at += 3 + 2 * number(at + 1, 2);
        if (!good) fail("it ends too early");
        break;
      }
      case TemplateInstance:
        good = read_template(at, end, content, depth);
        break;
      case Substitution:
      case OptionalSubstitution:
        good = substitute(at, end, values, content, depth);
        break;
      default:
        good = fail(fmt::format("its binary XML holds an unknown token 0x{:02x}", byte(at)));
    }
    if (!good) return Ended::Damaged;
  }
  return Ended::AtEndOfStream;
}

bool BinaryXmlReader::read_element(size_t& at, size_t end, const std::vector<Value>* values,
                                   Content& into, int depth) {
  const bool has_attributes = (byte(at) & has_more) != 0;
  ++at;
  // Elements of templates have a number of two bytes before their size, others may lack it. No
  // element is larger than a chunk, which tells the two apart.
  if (!fits(at, 10, end)) return fail("it ends in the middle of a start tag");
  if (number(at + 2, 4) <= chunk_.size()) at += 2;
  at += 4;
  XmlElement element;
  if (!read_name(at, end, element.name)) return false;
  if (has_attributes && !read_attributes(at, end, values, element)) return false;
  if (at >= end) return fail("it ends in the middle of a start tag");
  const uint8_t close = byte(at) & token_bits;
  ++at;
  Content content;
  if (close == CloseStartTag) {
    const Ended ended = read_content(at, end, values, content, depth + 1);
    if (ended == Ended::AtEndOfStream) return fail("an element has no end tag");
    if (ended == Ended::Damaged) return false;
  } else if (close != CloseEmptyElement) {
    return fail(fmt::format("a start tag ends with token 0x{:02x}", close));
  }
  add_elements(into, element, content);
  return true;
}

void BinaryXmlReader::add_elements(Content& into, const XmlElement& element,
                                   const Content& content) {
  const size_t times = content.items.empty() ? 1 : content.items.size();
  for (size_t time = 0; time < times; ++time) {
    auto* copy = new (nodes_.allocate(sizeof(XmlElement), alignof(XmlElement))) XmlElement(element);
    if (time == 0) copy->text = content.text;
    if (!content.items.empty()) join(copy->text, content.items[time]);
    copy->children = content.first;
    (into.last == nullptr ? into.first : into.last->next) = copy;
    into.last = copy;
  }
}

bool BinaryXmlReader::read_attributes(size_t& at, size_t end, const std::vector<Value>* values,
                                      XmlElement& element) {
  if (!fits(at, 4, end)) return fail("it ends in the middle of a start tag");
  at += 4;
  XmlAttribute** last = &element.attributes;
  while (at < end && (byte(at) & token_bits) == Attribute) {
    if (!spend(work_of_token)) return false;
    ++at;
    std::string_view name;
    std::string_view value;
    bool left_out = false;
    if (!read_name(at, end, name)) return false;
    if (!read_attribute_text(at, end, values, value, left_out)) return false;
    if (left_out && value.empty()) continue;
    *last = new (nodes_.allocate(sizeof(XmlAttribute), alignof(XmlAttribute)))
        XmlAttribute{name, value};
    last = &(*last)->next;
  }
  return true;
}

bool BinaryXmlReader::read_attribute_text(size_t& at, size_t end, const std::vector<Value>* values,
                                          std::string_view& text, bool& left_out) {
  while (at < end) {
    if (!spend(work_of_token)) return false;
    const uint8_t token = byte(at) & token_bits;
    if (token == Substitution || token == OptionalSubstitution) {
      Content content;
      const size_t before = at;
      if (!substitute(at, end, values, content, deepest)) return false;
      const size_t index = number(before + 1, 2);
      const bool null = values == nullptr || index >= values->size() ||
                        (*values)[index].type == 0 || (*values)[index].size == 0;
      left_out = left_out || (token == OptionalSubstitution && null);
      join(text, content.text);
      for (size_t item = 0; item < content.items.size(); ++item) {
        if (item > 0) join(text, ",");
        join(text, content.items[item]);
      }
    } else if (token == ValueText || token == CharacterReference || token == EntityReference) {
      std::string_view more;
      if (!read_text(at, end, more)) return false;
      join(text, more);
    } else {
      return true;
    }
  }
  return true;
}

bool BinaryXmlReader::read_template(size_t& at, size_t end, Content& content, int depth) {
  // Token, version, number of the template, place of its definition.
  if (!fits(at, 10, end)) return fail("it ends in the middle of a template");
  const size_t definition = number(at + 6, 4);
  at += 10;
  if (!fits(definition, 24, chunk_.size())) return fail("its template is not in the chunk");
  const size_t size = number(definition + 20, 4);
  if (!fits(definition + 24, size, chunk_.size())) {
    return fail("its template reaches beyond the chunk");
  }
  if (definition == at) {
    if (!fits(at, 24 + size, end)) return fail("its template reaches beyond the record");
    at += 24 + size;
  }
  std::vector<Value> values;
  if (!read_values(at, end, values)) return false;
  size_t inside = definition + 24;
  const Ended ended = read_content(inside, definition + 24 + size, &values, content, depth + 1);
  if (ended == Ended::AtEndTag) return fail("an end tag of its template has no start tag");
  return ended == Ended::AtEndOfStream;
}

bool BinaryXmlReader::read_values(size_t& at, size_t end, std::vector<Value>& values) {
  if (!fits(at, 4, end)) return fail("it ends before the values of a template");
  const size_t count = number(at, 4);
  at += 4;
  if (count > (end - at) / 4) return fail("it has fewer values than its template says");
  values.resize(count);
  size_t start = at + 4 * count;
  for (Value& value : values) {
    value = {byte(at + 2), start, number(at, 2)};
    start += value.size;
    at += 4;
  }
  if (start > end) return fail("its values reach beyond the record");
  at = start;
  return spend(work_of_token * count);
}

bool BinaryXmlReader::substitute(size_t& at, size_t end, const std::vector<Value>* values,
                                 Content& content, int depth) {
  if (!fits(at, 4, end)) return fail("it ends in the middle of a substitution");
  const size_t index = number(at + 1, 2);
  at += 4;
  if (values == nullptr || index >= values->size()) return true;
  const Value& value = (*values)[index];
  if (value.type == static_cast<uint8_t>(EventValueType::BinaryXml)) {
    size_t inside = value.start;
    const Ended ended = read_content(inside, value.start + value.size, nullptr, content, depth + 1);
    if (ended == Ended::AtEndTag) return fail("an end tag of a value has no start tag");
    return ended == Ended::AtEndOfStream;
  }
  if ((value.type & event_value_array) != 0) {
    const auto item = static_cast<EventValueType>(value.type & ~event_value_array);
    const std::string_view bytes = chunk_.substr(value.start, value.size);
    if (!spend(3 * value.size)) return false;
    if (texts_of_event_array(item, bytes, *texts_, repaired_, content.items)) return true;
    return fail(fmt::format("an array of type 0x{:02x} has {} bytes", value.type, value.size));
  }
  std::string_view text;
  if (!text_of(value, text)) return false;
  join(content.text, text);
  return true;
}

bool BinaryXmlReader::text_of(const Value& value, std::string_view& text) {
  if (!spend(3 * value.size)) return false;
  const auto type = static_cast<EventValueType>(value.type);
  const auto shown =
      text_of_event_value(type, chunk_.substr(value.start, value.size), *texts_, repaired_);
  if (!shown)
    return fail(fmt::format("a value of type 0x{:02x} has {} bytes", value.type, value.size));
  text = *shown;
  return true;
}

bool BinaryXmlReader::read_text(size_t& at, size_t end, std::string_view& text) {
  const uint8_t token = byte(at) & token_bits;
  if (token == EntityReference) {
    ++at;
    std::string_view name;
    if (!read_name(at, end, name)) return false;
    text = text_of_entity(name);
    return !text.empty() || fail("it refers to an entity that XML does not have");
  }
  if (token == CharacterReference) {
    if (!fits(at, 3, end)) return fail("it ends in the middle of a text");
    text = utf8_of_utf16(chunk_.substr(at + 1, 2), *texts_, repaired_);
    at += 3;
    return true;
  }
  if (token == ValueText) {
    if (!fits(at, 2, end)) return fail("it ends in the middle of a text");
    if (byte(at + 1) != static_cast<uint8_t>(EventValueType::String)) {
      return fail(fmt::format("a text is of type 0x{:02x}", byte(at + 1)));
    }
    ++at;
  }
  if (!fits(at, 3, end)) return fail("it ends in the middle of a text");
  const size_t bytes = 2 * number(at + 1, 2);
  at += 3;
  if (!fits(at, bytes, end)) return fail("it ends in the middle of a text");
  if (!spend(3 * bytes)) return false;
  text = utf8_of_utf16(chunk_.substr(at, bytes), *texts_, repaired_);
  at += bytes;
  return true;
}

bool BinaryXmlReader::read_name(size_t& at, size_t end, std::string_view& name) {
  if (!fits(at, 4, end)) return fail("it ends in the middle of a name");
  const size_t place = number(at, 4);
  at += 4;
  // A name lies where it is used first: next name, hash, number of characters, characters, zero.
  if (!fits(place, 8, chunk_.size())) return fail("a name is not in the chunk");
  const size_t bytes = 2 * number(place + 6, 2);
  if (!fits(place + 8, bytes, chunk_.size())) return fail("a name reaches beyond the chunk");
  if (place == at) {
    if (!fits(at, 8 + bytes + 2, end)) return fail("a name reaches beyond the record");
    at += 8 + bytes + 2;
  }
  const auto [known, added] = names_.try_emplace(static_cast<uint32_t>(place));
  if (added) {
    known->second = utf8_of_utf16(chunk_.substr(place + 8, bytes), names_in_chunk_, repaired_);
  }
  name = known->second;
  return spend(name.size());
}

void BinaryXmlReader::join(std::string_view& text, std::string_view more) {
  if (text.empty() || more.empty()) {
    if (text.empty()) text = more;
    return;
  }
  char* both = texts_->allocate(text.size() + more.size(), 1);
  std::memcpy(both, text.data(), text.size());
  std::memcpy(both + text.size(), more.data(), more.size());
  work_ += text.size() + more.size();
  text = {both, text.size() + more.size()};
}

}  // namespace vedette
