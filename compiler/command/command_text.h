// The text of a management command, read along a pattern such as `.drop table NAME [ifexists]`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/table/schema.h"
#include "runtime/table/stored_function.h"

namespace vedette::command {

struct NameAt {
  std::string text;
  Span span;
};

/// A part of the text that is not the command's own: a query, rows.
struct Rest {
  std::string text;
  uint32_t start = 0;  // where it is in the command
};

/// What a command was given.
struct Arguments {
  std::vector<NameAt> names;
  std::vector<std::pair<std::string, std::string>> renames;  // from, to
  std::vector<ColumnSchema> columns;
  std::vector<TableSchema> tables;                // of `.create tables`
  std::map<std::string, std::string> properties;  // of `with (...)`, lower case
  std::set<std::string> words;                    // optional words that are there
  std::vector<std::string> texts;
  StoredFunction function;
  uint32_t body_start = 0;   // of the function
  Rest rest;                 // behind `<|`
  Rest entities;             // of an entity group, with their parentheses
  std::optional<Rest> pipe;  // `| where ...`: what is done with the result
  Span span;

  bool has(std::string_view word) const { return words.contains(std::string(word)); }
  /// A property of `with (...)`, or nothing.
  std::string property(const std::string& name) const;
};

/// How far a text followed a pattern.
struct Reading {
  std::optional<Arguments> arguments;  // if it did to its end
  size_t elements = 0;                 // of the pattern that were found
  Span stopped;                        // where it went on otherwise
  std::string expected;                // what the pattern wanted there
  std::string wrong;                   // what is wrong there, if it is more than unexpected
  bool unfinished = false;             // more text might help
};

/// Reads `text`, which begins with a dot, along a pattern of words apart by spaces:
///   word        itself; `a|b` one of several, which ends up in `words`
///   [word]      may be there: then it is in `words`
///   NAME        a name, also quoted; NAMES: one or several in parentheses
///   COLUMN      `Table.Column`: two names
///   COLUMNS     `(a: long, b: string)`
///   TABLES      `T (a: long), U (b: string)`
///   RENAMES     `New = Old, ...`; COLUMN_RENAMES: `New = Table.Old, ...`
///   [WITH]      `with (name = value, ...)`
///   FUNCTION    a name, parameters in parentheses, a body in braces
///   ASSIGNMENTS `name = value name = value ...`, which become properties
///   ENTITIES    `(cluster('a').database('b'), ...)`
///   TEXT        a string, or JSON in braces; TEXTS: one or several in parentheses
///   QUERY       `<|` and all that follows
/// Behind the pattern there may be a pipe.
Reading read_along(std::string_view pattern, std::string_view text);

/// A pattern for people: `.create table Name (Column: type, ...) [with (property = value, ...)]`.
std::string syntax_of(std::string_view pattern);

}  // namespace vedette::command
