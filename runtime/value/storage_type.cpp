#include "runtime/value/storage_type.h"

namespace vedette {

std::string_view storage_type_of(Type type) {
  switch (type) {
    case Type::Bool:
      return "System.SByte";
    case Type::Int:
      return "System.Int32";
    case Type::Long:
      return "System.Int64";
    case Type::Real:
      return "System.Double";
    case Type::Decimal:
      return "System.Data.SqlTypes.SqlDecimal";
    case Type::Datetime:
      return "System.DateTime";
    case Type::Timespan:
      return "System.TimeSpan";
    case Type::Guid:
      return "System.Guid";
    case Type::String:
      return "System.String";
    default:
      return "System.Object";
  }
}

}  // namespace vedette
