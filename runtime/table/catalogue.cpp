#include "runtime/table/catalogue.h"

#include <map>
#include <string>

#include "runtime/base/error.h"

namespace vedette {

namespace {

using Lists = std::map<std::string_view, std::string_view>;

/// Where the lists of words of tables and groups are; the words are read when they are asked for.
struct Index {
  Lists tables;
  Lists groups;
  std::vector<std::string_view> names;
};

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string_view take_word(std::string_view& text) {
  const size_t start = text.find_first_not_of(" \n");
  if (start == std::string_view::npos) return text = {};
  text.remove_prefix(start);
  const std::string_view word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

Index make_index() {
  Index index;
  std::string_view text = catalogue_text();
  std::string_view* list = nullptr;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with("table ") || line.starts_with("group ")) {
      Lists& lists = line[0] == 't' ? index.tables : index.groups;
      const auto [place, fresh] = lists.emplace(line.substr(6), std::string_view());
      check(fresh, "a name occurs once in the catalogue");
      list = &place->second;
    } else if (line.starts_with(' ')) {
      check(list != nullptr, "columns in the catalogue follow the name of a table or group");
      const char* start = list->empty() ? line.data() : list->data();
      *list = {start, static_cast<size_t>(line.data() + line.size() - start)};
    } else {
      list = nullptr;
      check(line.empty() || line.starts_with('#'), "a line of the catalogue is of a known kind");
    }
  }
  for (const auto& [name, words] : index.tables) index.names.push_back(name);
  return index;
}

const Index& index_of_catalogue() {
  static const Index index = make_index();
  return index;
}

void add_columns(std::string_view words, std::vector<ColumnSchema>& columns) {
  Type type = Type::String;
  while (true) {
    const std::string_view word = take_word(words);
    if (word.empty()) return;
    if (word[0] == ':') {
      const auto named = type_of_name(word.substr(1));
      check(named.has_value(), "types in the catalogue exist");
      type = *named;
    } else if (word[0] == '+') {
      const auto group = index_of_catalogue().groups.find(word.substr(1));
      check(group != index_of_catalogue().groups.end(), "groups in the catalogue exist");
      add_columns(group->second, columns);
    } else {
      columns.push_back({std::string(word), type});
    }
  }
}

}  // namespace

std::optional<TableSchema> find_catalogue_table(std::string_view name) {
  const auto place = index_of_catalogue().tables.find(name);
  if (place == index_of_catalogue().tables.end()) return {};
  TableSchema schema = {.name = std::string(name)};
  add_columns(place->second, schema.columns);
  return schema;
}

const std::vector<std::string_view>& catalogue_table_names() {
  return index_of_catalogue().names;
}

}  // namespace vedette
