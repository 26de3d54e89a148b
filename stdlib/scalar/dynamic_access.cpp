#include "runtime/function/rowwise.h"
#include "runtime/value/convert.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// A value within another lies in the same bytes: nothing is copied.
std::optional<Dynamic> part(DynamicView value) {
  if (value.is_null()) return std::nullopt;
  return Dynamic{Text(value.bytes())};
}

struct PropertyName {
  std::string text;
  DynamicKey key;

  explicit PropertyName(std::string_view name) : text(name), key(text) {}
  PropertyName(const PropertyName&) = delete;
};

constexpr auto make_property_name = [](const Value& name, std::string&) {
  return std::make_shared<const PropertyName>(name.as_text());
};

}  // namespace

std::vector<ScalarFunction> dynamic_access_functions() {
  return {
      {
          .name = "[]",
          .summary = "A property of a bag by its name, or an item of an array by its number.",
          .parameters = {{"value", "The bag or array."},
                         {"key", "The name, or the number from 0; below zero from the end."}},
          .overloads = {prepared<1>(make_property_name,
                                    [](const PropertyName& name, Dynamic value, std::string_view) {
                                      return part(DynamicView(value).find(name.key));
                                    }),
                        rowwise([](Dynamic value, int64_t index) {
                          return part(DynamicView(value).at(index));
                        }),
                        rowwise([](Dynamic value, Dynamic key) -> std::optional<Dynamic> {
                          const DynamicView name(key);
                          if (name.is_string())
                            return part(DynamicView(value).find(name.as_text()));
                          const auto index = long_of(name);
                          if (!index) return std::nullopt;
                          return part(DynamicView(value).at(*index));
                        })},
          .null_rule = "Null where there is no such property or item.",
          .hidden = true,
      },
  };
}

}  // namespace vedette::stdlib
