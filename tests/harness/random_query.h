// Random well-typed queries over a table with columns of all types, made of every function,
// aggregate and operator of the language.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/session/session.h"
#include "runtime/table/appender.h"
#include "runtime/table/database.h"
#include "tests/harness/argument_pool.h"
#include "tests/harness/callables.h"
#include "tests/harness/random_program.h"

namespace vedette::testing {

class QueryMaker {
 public:
  /// Finds out which calls bind, and what they give: about a second.
  explicit QueryMaker(const Library& library);

  /// A table T with two columns a type, of nulls, extremes and ordinary values.
  std::unique_ptr<Database> table(EncodingChoice encoding) const;
  /// A query over T: calls in calls, maybe a filter, maybe aggregates.
  std::string query(Choices& choices) const;

 private:
  struct Form {
    size_t callable;
    std::vector<Type> signature;
  };

  void add_forms_of(size_t callable, Session& session);
  std::string expression(Type type, int depth, Choices& choices) const;
  std::string call(const Form& form, int depth, Choices& choices) const;
  std::string argument(const Callable& callable, const std::vector<Type>& signature, size_t at,
                       int depth, Choices& choices) const;
  std::string constant(Type type, Choices& choices) const;

  std::vector<Callable> callables_;
  mutable ArgumentPool pool_;
  std::map<Type, std::vector<Form>> forms_;  // by what they give
  std::vector<Form> aggregates_;
  /// Of each callable, by place and type: arguments of its examples.
  std::vector<std::map<std::pair<size_t, Type>, std::vector<std::string>>> examples_;
};

/// Runs a query in several ways. Empty when the answers agree, else how two differ.
std::string compare_ways(const std::string& query, Session& plain, Session& coded,
                         Choices& choices);

}  // namespace vedette::testing
