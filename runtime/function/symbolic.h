// Bodies written once for two readers: `Rows` computes them over a batch, `Code` emits them into a
// fused loop. A body is a generic lambda without branches over handles: Long, Real, Bool here, the
// Ir types there. Times reach bodies as ticks.
#pragma once

#include <array>
#include <cmath>
#include <concepts>

#include "runtime/function/definition.h"
#include "runtime/function/traits.h"

namespace vedette {

// ---- handles of the row reader: total arithmetic, no undefined behaviour ----

struct Bool {
  bool v = false;
  friend Bool operator&(Bool a, Bool b) { return {a.v && b.v}; }
  friend Bool operator|(Bool a, Bool b) { return {a.v || b.v}; }
  friend Bool operator^(Bool a, Bool b) { return {a.v != b.v}; }
  friend Bool operator!(Bool a) { return {!a.v}; }
  friend Bool operator==(Bool a, Bool b) { return {a.v == b.v}; }
  friend Bool operator!=(Bool a, Bool b) { return {a.v != b.v}; }
};

/// 64-bit integers: `+ - *` wrap, `x / 0` and `x % 0` are 0, `min / -1` wraps, shifts take the
/// count modulo 64.
struct Long {
  int64_t v = 0;
  Long() = default;
  template <std::integral T> Long(T value) : v(static_cast<int64_t>(value)) {}

  friend Long operator+(Long a, Long b) { return wrap(bits(a) + bits(b)); }
  friend Long operator-(Long a, Long b) { return wrap(bits(a) - bits(b)); }
  friend Long operator*(Long a, Long b) { return wrap(bits(a) * bits(b)); }
  friend Long operator-(Long a) { return wrap(0 - bits(a)); }
  friend Long operator/(Long a, Long b) {
    return b.v == 0 ? Long(0) : b.v == -1 ? -a : Long(a.v / b.v);
  }
  friend Long operator%(Long a, Long b) {
    return b.v == 0 || b.v == -1 ? Long(0) : Long(a.v % b.v);
  }
  friend Long operator&(Long a, Long b) { return a.v & b.v; }
  friend Long operator|(Long a, Long b) { return a.v | b.v; }
  friend Long operator^(Long a, Long b) { return a.v ^ b.v; }
  friend Long operator<<(Long a, Long b) { return wrap(bits(a) << (b.v & 63)); }
  friend Long operator>>(Long a, Long b) { return a.v >> (b.v & 63); }
  friend Bool operator==(Long a, Long b) { return {a.v == b.v}; }
  friend Bool operator!=(Long a, Long b) { return {a.v != b.v}; }
  friend Bool operator<(Long a, Long b) { return {a.v < b.v}; }
  friend Bool operator<=(Long a, Long b) { return {a.v <= b.v}; }
  friend Bool operator>(Long a, Long b) { return {a.v > b.v}; }
  friend Bool operator>=(Long a, Long b) { return {a.v >= b.v}; }

 private:
  static uint64_t bits(Long a) { return static_cast<uint64_t>(a.v); }
  static Long wrap(uint64_t bits) { return static_cast<int64_t>(bits); }
};

/// IEEE doubles; comparisons with NaN are false, `!=` is true.
struct Real {
  double v = 0;
  Real() = default;
  template <typename T>
    requires std::is_arithmetic_v<T>
  Real(T value) : v(static_cast<double>(value)) {}

  friend Real operator+(Real a, Real b) { return a.v + b.v; }
  friend Real operator-(Real a, Real b) { return a.v - b.v; }
  friend Real operator*(Real a, Real b) { return a.v * b.v; }
  friend Real operator/(Real a, Real b) { return a.v / b.v; }
  friend Real operator-(Real a) { return -a.v; }
  friend Bool operator==(Real a, Real b) { return {a.v == b.v}; }
  friend Bool operator!=(Real a, Real b) { return {a.v != b.v}; }
  friend Bool operator<(Real a, Real b) { return {a.v < b.v}; }
  friend Bool operator<=(Real a, Real b) { return {a.v <= b.v}; }
  friend Bool operator>(Real a, Real b) { return {a.v > b.v}; }
  friend Bool operator>=(Real a, Real b) { return {a.v >= b.v}; }
};

/// A value with its validity: parameters of type std::optional, results that may be null.
template <typename T, typename B> struct Maybe {
  T value;
  B valid;
};

/// The row reader's `on`: what bodies need beyond operators.
struct Rows {
  Bool boolean(bool value) const { return {value}; }
  Long integer(int64_t value) const { return value; }
  Long select(Bool condition, Long yes, Long no) const { return condition.v ? yes : no; }
  Real select(Bool condition, Real yes, Real no) const { return condition.v ? yes : no; }
  Bool select(Bool condition, Bool yes, Bool no) const { return condition.v ? yes : no; }
  Real to_real(Long value) const { return value.v; }
  /// Towards zero; out of range is the nearest end, NaN is 0.
  Long to_long(Real value) const {
    if (!(value.v > -9223372036854775808.0)) return std::isnan(value.v) ? 0 : INT64_MIN;
    return value.v >= 9223372036854775808.0 ? INT64_MAX : static_cast<int64_t>(value.v);
  }
  Real floor(Real value) const { return std::floor(value.v); }
  Real ceil(Real value) const { return std::ceil(value.v); }
  Real sqrt(Real value) const { return std::sqrt(value.v); }
  Real abs(Real value) const { return std::fabs(value.v); }
  /// The value, null where the condition holds.
  template <typename T> Maybe<T, Bool> null_if(Bool condition, T value) const {
    return {value, !condition};
  }
};

// ---- handles of the code reader ----

/// What a node of a fused loop computes. Operands and result have the node's kind, except:
/// comparisons answer Bool; Select takes a Bool first; ToReal takes a Long, ToLong a Real.
enum class Op : uint8_t {
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
  Negate,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  And,
  Or,
  Xor,
  Not,
  ShiftLeft,
  ShiftRight,
  Select,
  ToReal,
  ToLong,
  Floor,
  Ceil,
  SquareRoot,
  Absolute,
};
enum class Kind : uint8_t { Bool, Long, Real };

/// A value of a fused loop; its meaning is the builder's.
using Node = void*;

/// A value and its validity; `valid` is nullptr when it cannot be null.
struct Emitted {
  Node value = nullptr;
  Node valid = nullptr;
};

/// Builds one fused loop. Implemented by the JIT; arithmetic must mean what Long, Real and Bool do.
class CodeBuilder {
 public:
  virtual ~CodeBuilder() = default;
  virtual Node long_constant(int64_t value) = 0;
  virtual Node real_constant(double value) = 0;
  virtual Node bool_constant(bool value) = 0;
  /// `kind` is the kind of the operands (of `b` for Select).
  virtual Node apply(Op op, Kind kind, Node a, Node b = nullptr, Node c = nullptr) = 0;
};

template <Kind kind_> struct Ir {
  static constexpr Kind kind = kind_;
  CodeBuilder* code = nullptr;
  Node node = nullptr;
};
using IrBool = Ir<Kind::Bool>;
using IrLong = Ir<Kind::Long>;
using IrReal = Ir<Kind::Real>;

namespace symbolic_detail {

template <Kind kind, typename L> Ir<kind> literal(CodeBuilder& code, L value) {
  if constexpr (kind == Kind::Bool)
    return {&code, code.bool_constant(value)};
  else if constexpr (kind == Kind::Long)
    return {&code, code.long_constant(static_cast<int64_t>(value))};
  else
    return {&code, code.real_constant(static_cast<double>(value))};
}
template <Kind kind> Ir<kind> as_ir(CodeBuilder&, Ir<kind> value) {
  return value;
}
template <Kind kind, typename L>
  requires std::is_arithmetic_v<L>
Ir<kind> as_ir(CodeBuilder& code, L value) {
  return literal<kind>(code, value);
}
template <typename T> constexpr bool is_ir = false;
template <Kind kind> constexpr bool is_ir<Ir<kind>> = true;
template <typename A, typename B>
concept IrOperands =
    (is_ir<A> && (is_ir<B> || std::is_arithmetic_v<B>)) || (is_ir<B> && std::is_arithmetic_v<A>);

template <typename A, typename B> constexpr Kind kind_of() {
  if constexpr (is_ir<A>)
    return A::kind;
  else
    return B::kind;
}
template <typename A, typename B> CodeBuilder& code_of(const A& a, const B& b) {
  if constexpr (is_ir<A>)
    return *a.code;
  else
    return *b.code;
}
template <Kind result, typename A, typename B> Ir<result> binary(Op op, const A& a, const B& b) {
  constexpr Kind kind = kind_of<A, B>();
  CodeBuilder& code = code_of(a, b);
  return {&code, code.apply(op, kind, as_ir<kind>(code, a).node, as_ir<kind>(code, b).node)};
}

}  // namespace symbolic_detail

template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator+(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Add, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator-(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Subtract, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator*(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Multiply, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator/(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Divide, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator%(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Remainder, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator&(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::And, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator|(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Or, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator^(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::Xor, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator<<(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::ShiftLeft, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
auto operator>>(const A& a, const B& b) {
  return symbolic_detail::binary<symbolic_detail::kind_of<A, B>()>(Op::ShiftRight, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator==(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::Equal, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator!=(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::NotEqual, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator<(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::Less, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator<=(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::LessEqual, a, b);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator>(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::Less, b, a);
}
template <typename A, typename B>
  requires symbolic_detail::IrOperands<A, B>
IrBool operator>=(const A& a, const B& b) {
  return symbolic_detail::binary<Kind::Bool>(Op::LessEqual, b, a);
}
inline IrBool operator!(IrBool a) {
  return {a.code, a.code->apply(Op::Not, Kind::Bool, a.node)};
}
template <Kind kind> Ir<kind> operator-(Ir<kind> a) {
  return {a.code, a.code->apply(Op::Negate, kind, a.node)};
}

/// The code reader's `on`.
struct Code {
  CodeBuilder* code;

  IrBool boolean(bool value) const { return {code, code->bool_constant(value)}; }
  IrLong integer(int64_t value) const { return {code, code->long_constant(value)}; }
  template <typename A, typename B> auto select(IrBool condition, const A& yes, const B& no) const {
    constexpr Kind kind = symbolic_detail::kind_of<A, B>();
    return Ir<kind>{code, code->apply(Op::Select, kind, condition.node,
                                      symbolic_detail::as_ir<kind>(*code, yes).node,
                                      symbolic_detail::as_ir<kind>(*code, no).node)};
  }
  IrReal to_real(IrLong value) const {
    return {code, code->apply(Op::ToReal, Kind::Long, value.node)};
  }
  IrLong to_long(IrReal value) const {
    return {code, code->apply(Op::ToLong, Kind::Real, value.node)};
  }
  IrReal floor(IrReal value) const {
    return {code, code->apply(Op::Floor, Kind::Real, value.node)};
  }
  IrReal ceil(IrReal value) const { return {code, code->apply(Op::Ceil, Kind::Real, value.node)}; }
  IrReal sqrt(IrReal value) const {
    return {code, code->apply(Op::SquareRoot, Kind::Real, value.node)};
  }
  IrReal abs(IrReal value) const {
    return {code, code->apply(Op::Absolute, Kind::Real, value.node)};
  }
  template <typename T> Maybe<T, IrBool> null_if(IrBool condition, T value) const {
    return {value, !condition};
  }
};

namespace symbolic_detail {

/// The handle of a C++ parameter type: bool is Bool, double is Real, everything else is Long.
template <typename T>
constexpr Kind handle_kind = layout_of(type_of<T>()) == Layout::Byte     ? Kind::Bool
                             : layout_of(type_of<T>()) == Layout::Double ? Kind::Real
                                                                         : Kind::Long;
template <Kind kind>
using RowHandle = std::conditional_t<kind == Kind::Bool, Bool,
                                     std::conditional_t<kind == Kind::Real, Real, Long>>;
template <typename T> constexpr bool sees_null = StripOptional<T>::optional;

template <typename R, typename... A> struct Body {
  static_assert(((layout_of(type_of<A>()) == Layout::Byte ||
                  layout_of(type_of<A>()) == Layout::Word ||
                  layout_of(type_of<A>()) == Layout::Double) &&
                 ...),
                "symbolic bodies take numbers, times and bools");

  template <typename T>
  static auto row_argument(const void* values, const uint64_t* validity, uint32_t row) {
    using Raw = typename Stored<T>::type_in_vector;
    const auto handle = [&] {
      const Raw raw = static_cast<const Raw*>(values)[row];
      if constexpr (handle_kind<T> == Kind::Bool)
        return Bool{raw != 0};
      else
        return RowHandle<handle_kind<T>>(raw);
    }();
    if constexpr (sees_null<T>) {
      return Maybe<RowHandle<handle_kind<T>>, Bool>{
          handle, Bool{validity == nullptr || get_bit(validity, row)}};
    } else {
      return handle;
    }
  }

  template <typename F> static void evaluate(Call& call) {
    static constexpr F body{};
    using Raw = typename Stored<R>::type_in_vector;
    Arena& arena = *call.context.arena;
    [&]<size_t... i>(std::index_sequence<i...>) {
      const std::array<Vector, sizeof...(A)> flat = {
          flatten(call.arguments[i], call.selection, call.rows, arena)...};
      Raw* values = arena.array<Raw>(call.rows).data();
      constexpr bool answers_null = StripOptional<R>::optional;
      const bool nulls = answers_null || ((!sees_null<A> && flat[i].validity != nullptr) || ...);
      uint64_t* words = nullptr;
      if (nulls) {
        const size_t count = words_for(call.rows);
        words = arena.array<uint64_t>(count).data();
        std::memset(words, 0xff, count * sizeof(uint64_t));
        const auto narrow = [&](bool sees, const uint64_t* validity) {
          if (sees || validity == nullptr) return;
          for (size_t word = 0; word < count; ++word) words[word] &= validity[word];
        };
        (narrow(sees_null<A>, flat[i].validity), ...);
      }
      for_each_row(call.selection, [&](uint32_t row) {
        const auto answer = body(Rows{}, row_argument<A>(flat[i].values, flat[i].validity, row)...);
        if constexpr (answers_null) {
          values[row] = static_cast<Raw>(answer.value.v);
          if (!answer.valid.v) clear_bit(words, row);
        } else {
          values[row] = static_cast<Raw>(answer.v);
        }
      });
      call.result.shape = Shape::Flat;
      call.result.values = values;
      call.result.validity = words;
    }(std::index_sequence_for<A...>{});
  }

  template <typename T> static auto code_argument(CodeBuilder& code, Emitted argument) {
    const Ir<handle_kind<T>> handle{&code, argument.value};
    if constexpr (sees_null<T>) {
      const Node valid = argument.valid == nullptr ? code.bool_constant(true) : argument.valid;
      return Maybe<Ir<handle_kind<T>>, IrBool>{handle, {&code, valid}};
    } else {
      return handle;
    }
  }

  template <typename F> static Emitted emit(CodeBuilder& code, std::span<const Emitted> arguments) {
    static constexpr F body{};
    return [&]<size_t... i>(std::index_sequence<i...>) -> Emitted {
      const auto answer = body(Code{&code}, code_argument<A>(code, arguments[i])...);
      Emitted result;
      if constexpr (StripOptional<R>::optional) {
        result = {answer.value.node, answer.valid.node};
      } else {
        result = {answer.node, nullptr};
      }
      const auto narrow = [&](bool sees, Node valid) {
        if (sees || valid == nullptr) return;
        result.valid =
            result.valid == nullptr ? valid : code.apply(Op::And, Kind::Bool, result.valid, valid);
      };
      (narrow(sees_null<A>, arguments[i].valid), ...);
      return result;
    }(std::index_sequence_for<A...>{});
  }
};

template <typename T> struct Split;
template <typename R, typename... A> struct Split<R(A...)> {
  template <typename F> static Overload describe() {
    return {.takes = {type_of<A>()...},
            .returns = type_of<R>(),
            .sees_nulls = (sees_null<A> || ...),
            .evaluate = &Body<R, A...>::template evaluate<F>,
            .emit = &Body<R, A...>::template emit<F>};
  }
};

}  // namespace symbolic_detail

/// A branch-free body `f(on, handles...)` with the KQL signature `Types`, e.g.
/// `symbolic<std::optional<int64_t>(int64_t, int64_t)>(...)`. Null rules as for `rowwise`; a body
/// with an optional result answers `on.null_if(condition, value)` or a Maybe.
template <typename Types, typename F> Overload symbolic(F) {
  return symbolic_detail::Split<Types>::template describe<F>();
}

}  // namespace vedette
