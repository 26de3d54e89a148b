// Results put together row by row from arguments of one type.
#pragma once

#include <vector>

#include "runtime/function/rowwise.h"

namespace vedette::stdlib {

/// Calls `visit` with a value of the C++ type that a layout stores.
template <typename Visit> void with_stored_type(Layout layout, Visit&& visit) {
  switch (layout) {
    case Layout::Byte:
      return visit(uint8_t{});
    case Layout::Word:
      return visit(int64_t{});
    case Layout::Double:
      return visit(double{});
    case Layout::Decimal:
      return visit(Decimal{});
    case Layout::Text:
      return visit(Text{});
    case Layout::Guid:
      return visit(Guid{});
  }
}

constexpr size_t no_choice = SIZE_MAX;

/// Fills the result with, for each row, the value of the argument number `choose(row)`; null for
/// `no_choice`. All arguments that can be chosen have the type of the result.
template <typename Choose> void choose_rows(Call& call, Choose&& choose) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  with_stored_type(layout_of(call.result.type), [&]<typename T>(T) {
    ResultWriter<T> writer(call, call.result.type != Type::String);
    for_each_row(call.selection, [&](uint32_t row) {
      const size_t chosen = choose(row);
      if (chosen == no_choice || !readers[chosen].valid(row)) return writer.set_null(row);
      writer.set(row, readers[chosen].template get<T>(row));
    });
  });
}

}  // namespace vedette::stdlib
