// Builds programs: the same step is never made twice.
#pragma once

#include <map>
#include <string>

#include "runtime/kernel/program.h"

namespace vedette {

/// Adds steps one by one. A load, constant or pure call that is already there is reused.
class ProgramBuilder {
 public:
  /// A column of the batch.
  Register load(uint32_t column, Type type);
  Register constant(Value value);
  /// A call of `overload`. Arguments have the types it takes. Its tool is prepared from those
  /// arguments that are constants; a problem with them (a bad regex) is put into `problem`.
  Register call(const ScalarFunction& function, const Overload& overload, Type returns,
                std::vector<Register> arguments, std::string& problem);
  /// Later steps see only rows where `condition` is true.
  void narrow(Register condition);
  /// The next of the program's results.
  void result(Register value) { program_.results.push_back(value); }

  Type type_of(Register value) const { return program_.types[value]; }
  /// The value of a register made by `constant`; nullptr for others.
  const Value* constant_of(Register value) const;
  bool empty() const { return program_.steps.empty() && program_.results.empty(); }

  Program take() { return std::move(program_); }

 private:
  Register add(decltype(Program::Step::work) work, Type type);

  Program program_;
  std::map<std::string, Register> made_;  // by the text of the step
  std::map<Register, size_t> step_of_;
};

}  // namespace vedette
