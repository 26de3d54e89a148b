#include "rules/share/conjunct_key.h"

#include "compiler/plan/walk.h"
#include "runtime/base/error.h"

namespace vedette::rules::share {
namespace {

using plan::Expression;

class KeyWriter {
 public:
  KeyWriter(const ColumnNames& names, std::string& key) : names_(names), key_(key) {}

  void write(const Expression& expression) {
    std::visit(plan::Overloaded{
                   [&](const Expression::Constant& constant) { write(constant.value); },
                   [&](const Expression::ColumnRef& column) {
                     tag('c');
                     text(names_.at(column.column));
                   },
                   [&](const Expression::Call& call) {
                     tag('f');
                     bytes(&call.overload, sizeof(call.overload));
                     number(call.arguments.size());
                     for (const Expression& argument : call.arguments) write(argument);
                   },
                   [](const Expression::Subquery&) {
                     throw InternalError("a subquery is no condition on rows");
                   },
               },
               expression.node);
    number(static_cast<uint64_t>(expression.type));
  }

 private:
  void write(const Value& value) {
    tag(value.is_null() ? 'n' : 'v');
    number(static_cast<uint64_t>(value.type()));
    if (value.is_null()) return;
    switch (layout_of(value.type())) {
      case Layout::Byte:
        return number(value.as_bool());
      case Layout::Word:
        return number(static_cast<uint64_t>(value.as_word()));
      case Layout::Double: {
        const double real = value.as_real();
        return bytes(&real, sizeof(real));
      }
      case Layout::Decimal:
        return bytes(&value.as_decimal(), sizeof(Decimal));
      case Layout::Guid:
        return bytes(&value.as_guid(), sizeof(Guid));
      case Layout::Text:
        return text(value.as_text());
    }
  }

  void tag(char kind) { key_ += kind; }
  void number(uint64_t value) { bytes(&value, sizeof(value)); }
  void text(std::string_view value) {
    number(value.size());
    key_ += value;
  }
  void bytes(const void* from, size_t count) { key_.append(static_cast<const char*>(from), count); }

  const ColumnNames& names_;
  std::string& key_;
};

}  // namespace

std::string key_of(const Expression& expression, const ColumnNames& names) {
  std::string key;
  KeyWriter(names, key).write(expression);
  return key;
}

}  // namespace vedette::rules::share
