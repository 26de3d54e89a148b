// Texts as they stand in logs, chosen by the name of their column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/harness/dice.h"
#include "tests/harness/query_words.h"

namespace vedette {

/// A text as a column of this name holds it: an address, a principal, a host, a hash, a command
/// line, JSON with the properties the query reads ... Few different ones, so that joins find
/// partners.
std::string plausible_text(std::string_view name, const QueryWords& words, Dice& dice);

/// An event's data as XML: `Data` elements of the names that the query reads, with texts that hold
/// `pieces`.
std::string event_xml(const std::vector<std::string>& pieces, const QueryWords& words, Dice& dice);

/// A text inside of XML.
std::string xml_text(std::string_view text);

/// JSON as a column of this name holds it; `depth` objects and arrays may be open around it.
std::string plausible_json(std::string_view name, const QueryWords& words, Dice& dice,
                           int depth = 0);

/// What no program expects: empty, white space, quotes, marks beyond ASCII, digits only ...
std::string odd_text(Dice& dice);

}  // namespace vedette
