// Bodies written for one row: a plain lambda, read as a signature and run as a loop.
#pragma once

#include <array>

#include "runtime/function/definition.h"
#include "runtime/function/traits.h"

namespace vedette {

/// Where a body's result goes: values and validity of a new flat vector.
template <typename T> class ResultWriter {
 public:
  ResultWriter(Call& call, bool nullable) : call_(call) {
    values_ = call.context.arena->array<T>(call.rows).data();
    call.result.shape = Shape::Flat;
    call.result.values = values_;
    call.result.validity = nullptr;
    if (nullable) {
      const auto words = call.context.arena->array<uint64_t>(words_for(call.rows));
      std::memset(words.data(), 0xff, words.size_bytes());
      validity_ = words.data();
      call.result.validity = validity_;
    }
  }
  void set(uint32_t row, const T& value) { values_[row] = value; }
  /// For strings the empty string: a string is never null.
  void set_null(uint32_t row) {
    values_[row] = T{};
    if (validity_ != nullptr) clear_bit(validity_, row);
  }

 private:
  Call& call_;
  T* values_ = nullptr;
  uint64_t* validity_ = nullptr;
};

namespace rowwise_detail {

/// Calls `body(row, arguments...)` for each selected row and stores its answers.
template <typename R, typename... A, typename Body> void loop(Call& call, Body&& body) {
  using Out = Stored<R>;
  [&]<size_t... i>(std::index_sequence<i...>) {
    const std::array<Reader, sizeof...(A)> readers = {Reader(call.arguments[i])...};
    const bool never_null =
        !StripOptional<R>::optional &&
        ((StripOptional<std::remove_cvref_t<A>>::optional || readers[i].all_valid()) && ...);
    ResultWriter<typename Out::type_in_vector> writer(call,
                                                      type_of<R>() != Type::String && !never_null);
    const auto argument = [&]<typename P>(std::type_identity<P>, const Reader& reader,
                                          uint32_t row) {
      using In = Stored<P>;
      if constexpr (StripOptional<std::remove_cvref_t<P>>::optional) {
        using Inner = typename In::Plain;
        return reader.valid(row)
                   ? std::optional<Inner>(In::load(reader.get<typename In::type_in_vector>(row)))
                   : std::nullopt;
      } else {
        return In::load(reader.get<typename In::type_in_vector>(row));
      }
    };
    for_each_row(call.selection, [&](uint32_t row) {
      if (!((StripOptional<std::remove_cvref_t<A>>::optional || readers[i].valid(row)) && ...)) {
        return writer.set_null(row);
      }
      const R answer = body(row, argument(std::type_identity<A>{}, readers[i], row)...);
      if constexpr (StripOptional<R>::optional) {
        if (!answer) return writer.set_null(row);
        writer.set(row, Out::store(*answer));
      } else {
        writer.set(row, Out::store(answer));
      }
    });
  }(std::index_sequence_for<A...>{});
}

template <typename F, typename R, bool with_arena, typename... A> void run(Call& call) {
  static constexpr F body{};
  loop<R, A...>(call, [&](uint32_t, const auto&... arguments) -> R {
    if constexpr (with_arena) {
      return body(*call.context.arena, arguments...);
    } else {
      return body(arguments...);
    }
  });
}

template <typename F, typename R, bool with_arena, typename... A> Overload describe() {
  static_assert(!std::is_same_v<typename StripOptional<R>::type, std::string>,
                "a body returns text that lives in the arena, not a std::string");
  return {.takes = {type_of<A>()...},
          .returns = type_of<R>(),
          .sees_nulls = (StripOptional<std::remove_cvref_t<A>>::optional || ...),
          .evaluate = &run<F, R, with_arena, A...>};
}

template <typename F, typename R, typename First, typename... Rest>
Overload describe_tuple(std::type_identity<std::tuple<First, Rest...>>) {
  if constexpr (std::is_same_v<First, Arena&>) {
    return describe<F, R, true, Rest...>();
  } else {
    return describe<F, R, false, First, Rest...>();
  }
}
template <typename F, typename R> Overload describe_tuple(std::type_identity<std::tuple<>>) {
  return describe<F, R, false>();
}

}  // namespace rowwise_detail

/// A body over one row: a captureless lambda from C++ values to a C++ value. The KQL signature is
/// read off its types. A `T` parameter means "null in, null out"; `std::optional<T>` sees nulls; a
/// returned `std::optional` may answer null. A first parameter `Arena&` gives memory for text.
template <typename F> Overload rowwise(F) {
  using Types = Signature<F>;
  return rowwise_detail::describe_tuple<F, typename Types::Result>(
      std::type_identity<typename Types::Parameters>{});
}

namespace rowwise_detail {

template <size_t which, typename Make, typename Body, typename R, typename Tool, bool with_arena,
          typename... A>
void run_prepared(Call& call) {
  static constexpr Body body{};
  static constexpr Make make{};
  const auto* tool = static_cast<const Tool*>(call.tool);
  std::shared_ptr<const Tool> made;
  Value made_from = Value::null(Type::Long);
  loop<std::optional<typename StripOptional<R>::type>, A...>(
      call,
      [&](uint32_t row,
          const auto&... arguments) -> std::optional<typename StripOptional<R>::type> {
        const Tool* use = tool;
        if (use == nullptr) {
          Value from = value_at(call.arguments[which], row);
          if (made == nullptr || !(from == made_from)) {
            std::string problem;
            made = make(from, problem);
            made_from = std::move(from);
          }
          use = made.get();
        }
        if (use == nullptr) return std::nullopt;
        if constexpr (with_arena) {
          return body(*use, *call.context.arena, arguments...);
        } else {
          return body(*use, arguments...);
        }
      });
}

template <size_t which, typename Make>
std::shared_ptr<const void> prepare_with(std::span<const Value* const> constants,
                                         std::string& problem) {
  static constexpr Make make{};
  return constants[which] == nullptr ? nullptr : make(*constants[which], problem);
}

template <size_t which, typename Make, typename Body, typename R, typename Tool, typename First,
          typename... Rest>
Overload describe_prepared(std::type_identity<std::tuple<const Tool&, First, Rest...>>) {
  Overload overload;
  if constexpr (std::is_same_v<First, Arena&>) {
    overload.takes = {type_of<Rest>()...};
    overload.evaluate = &run_prepared<which, Make, Body, R, Tool, true, Rest...>;
    overload.sees_nulls = (StripOptional<std::remove_cvref_t<Rest>>::optional || ...);
  } else {
    overload.takes = {type_of<First>(), type_of<Rest>()...};
    overload.evaluate = &run_prepared<which, Make, Body, R, Tool, false, First, Rest...>;
    overload.sees_nulls = StripOptional<std::remove_cvref_t<First>>::optional ||
                          (StripOptional<std::remove_cvref_t<Rest>>::optional || ...);
  }
  overload.returns = type_of<R>();
  overload.prepare = &prepare_with<which, Make>;
  return overload;
}

}  // namespace rowwise_detail

/// A body that works with a tool made from argument `which`: a regex, a needle, a set.
/// `make` is `shared_ptr<const Tool>(const Value&, std::string& problem)`: called once a query when
/// the argument is a constant (a problem rejects the query), else whenever the argument changes
/// from row to row (nullptr then answers null). `body` is `R(const Tool&, [Arena&,] all
/// arguments...)`.
template <size_t which, typename Make, typename Body> Overload prepared(Make, Body) {
  using Types = Signature<Body>;
  using Tool = std::remove_cvref_t<std::tuple_element_t<0, typename Types::Parameters>>;
  return rowwise_detail::describe_prepared<which, Make, Body, typename Types::Result, Tool>(
      std::type_identity<typename Types::Parameters>{});
}

}  // namespace vedette
