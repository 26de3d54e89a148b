// How a scalar function of the language is described: one record, read by the binder, the
// interpreter, the JIT, the help, the reference pages, the tests and the fuzzer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/column/vector.h"
#include "runtime/function/kernel_context.h"
#include "runtime/value/type.h"
#include "runtime/value/value.h"

namespace vedette {

/// One call of a body over a batch. `result` is written at the selected rows only, aligned with
/// row numbers; its memory comes from `context.arena` and holds `rows` values.
struct Call {
  KernelContext& context;
  std::span<const Vector> arguments;  // converted to what the overload takes
  Selection selection;
  uint32_t rows;
  const void* tool;  // what `prepare` made, or nullptr
  Vector& result;    // type is set; the body sets shape, values and validity
};

/// Computes a function over the selected rows of a batch. Never throws.
using Evaluate = void (*)(Call& call);

class CodeBuilder;  // runtime/function/symbolic.h
struct Emitted;

/// Emits the function into a fused loop of the JIT.
using Emit = Emitted (*)(CodeBuilder& code, std::span<const Emitted> arguments);

/// Makes a tool (compiled regex, needle, set) from the arguments known at bind time: one entry an
/// argument, nullptr where it is not a constant. Answers nullptr when it cannot (the body then
/// makes its own per row), and may put a message into `problem` to reject the query.
using Prepare = std::shared_ptr<const void> (*)(std::span<const Value* const> constants,
                                                std::string& problem);

/// Which types a parameter accepts, as the reference's binder sees it.
enum class Accepts : uint8_t {
  Taken,       // exactly what the overloads take, after implicit conversions
  Scalar,      // anything
  NotDynamic,  // any scalar but dynamic
  Bool,
  String,
  StringOrDynamic,
  Dynamic,
  DynamicArray,
  DynamicBag,
  Integer,
  IntegerOrDynamic,
  RealOrDecimal,
  Number,
  NumberOrBool,
  Summable,
  Orderable,
  NotBool,
  NotRealOrBool,
  Datetime,
  Timespan,
  DatetimeOrTimespan,
  Guid,
  Common,  // scalars with one common type across all parameters marked Common*
  CommonNumber,
  CommonSummable,
  CommonOrderable,
  CommonOrDynamic,  // as Common, and dynamic beside any: the common type of those that are not
                    // dynamic; dynamic where they have none
  IntegerOrArray,   // an integer, or a dynamic array of them
  TypeLiteral,      // typeof(T): the binder drops the argument and converts the answer to T
};

/// One parameter as the user sees it.
struct Parameter {
  std::string_view name;
  std::string_view meaning;
  Accepts accepts = Accepts::Taken;
  bool optional = false;
  bool constant = false;                       // must be known at bind time
  bool literal = false;                        // must be written out: no let, no call
  std::vector<std::string_view> choices = {};  // allowed constant strings; empty: any
};

/// What the result column of a call is called when the query does not say.
enum class ColumnName : uint8_t {
  None,                    // Column1, print_0
  FirstArgument,           // bin(Time, 1h) stays Time
  NameAndFirstArgument,    // strlen(a) is strlen_a
  PrefixAndFirstArgument,  // sum(x) is sum_x
  NameAndOnlyArgument,
  PrefixAndOnlyArgument,
  PrefixOnly,
  OnlyArgument,
};

/// May a call be computed ahead of time?
enum class Purity : uint8_t {
  Pure,      // same arguments, same answer
  PerQuery,  // one answer a query: now()
  PerRow,    // another answer each time: rand(), new_guid()
};

/// A type that follows from the types of the arguments: common type, widest number ...
using ResultType = Type (*)(std::span<const Type> arguments);

/// One way to compute a function.
struct Overload {
  std::vector<Type> takes;     // after conversion; Type::Error takes an argument as it is
  Type returns = Type::Error;  // unless `result_type` is set
  ResultType result_type = nullptr;
  bool variadic = false;          // `takes` repeats as the parameters of the record do
  bool sees_nulls = false;        // false: a null argument makes the result null
  Evaluate evaluate = nullptr;    // always there, unless `rewrite` is
  Emit emit = nullptr;            // set for symbolic bodies: the JIT inlines them
  Prepare prepare = nullptr;      // set for prepared bodies
  std::string_view rewrite = {};  // KQL text in the parameters' names, expanded by the binder
};

/// `call` and what `print call` answers: strings bare, dynamic values as JSON without spaces,
/// booleans `true` and `false`, `null` for a null, times and guids as `tostring()` gives them,
/// `1.0` for a real one. Each example is run as a test.
struct Example {
  std::string_view call;
  std::string_view result;
};

/// All there is to know about one scalar function.
struct ScalarFunction {
  std::string_view name;
  std::vector<std::string_view> aliases = {};
  std::string_view summary;
  std::vector<Parameter> parameters = {};
  bool variadic = false;  // some parameters repeat: the last one, unless `repeats` says others
  struct Repeats {
    size_t first = SIZE_MAX;  // the first parameter that repeats; SIZE_MAX: the last
    size_t count = 1;         // so many repeat together: key and value, predicate and result
  } repeats = {};
  size_t min_arguments = 0;  // 0: as many as there are parameters that are not optional
  size_t max_arguments = 64;
  std::vector<Overload> overloads;
  std::vector<Example> examples;
  ColumnName column_name = ColumnName::None;
  std::string_view column_prefix = {};
  Purity purity = Purity::Pure;
  std::string_view null_rule = {};   // when it is not "null in, null out"
  std::string_view difference = {};  // from Kusto, if any
  bool hidden = false;               // operators and internals: not callable by name

  /// The parameter that takes argument `index` of `count`; overloads have one `takes` entry a
  /// parameter, which repeats with it.
  size_t parameter_of(size_t index, size_t count) const {
    if (!variadic || parameters.empty()) return index;
    const size_t first = repeats.first == SIZE_MAX ? parameters.size() - 1 : repeats.first;
    const size_t after = parameters.size() - first - repeats.count;
    if (index < first) return index;
    if (index + after >= count) return parameters.size() - (count - index);
    return first + (index - first) % repeats.count;
  }
};

}  // namespace vedette
