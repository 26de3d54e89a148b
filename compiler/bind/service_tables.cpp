#include "compiler/bind/service_tables.h"

namespace vedette::binding {

bool is_service_table(std::string_view name) {
  return name == "_GetWatchlist" || name == "_GetWatchlistAlias" || name == "AssignedIPAddresses";
}

plan::TableColumns columns_of_service_table(std::string_view name) {
  if (name == "AssignedIPAddresses") {
    return {{"Timestamp", Type::Datetime},
            {"IPAddress", Type::String},
            {"IPType", Type::String},
            {"NetworkAdapterType", Type::String},
            {"ConnectedNetworks", Type::Dynamic}};
  }
  return {{"_DTItemId", Type::String},
          {"LastUpdatedTimeUTC", Type::Datetime},
          {"SearchKey", Type::String},
          {"WatchlistItem", Type::Dynamic}};
}

std::optional<plan::TableColumns> columns_added_by(std::string_view name) {
  if (name == "FileProfile") {
    return plan::TableColumns{{"SHA1", Type::String},
                              {"SHA256", Type::String},
                              {"MD5", Type::String},
                              {"FileSize", Type::Long},
                              {"GlobalPrevalence", Type::Long},
                              {"GlobalFirstSeen", Type::Datetime},
                              {"GlobalLastSeen", Type::Datetime},
                              {"Signer", Type::String},
                              {"Issuer", Type::String},
                              {"SignerHash", Type::String},
                              {"IsCertificateValid", Type::Bool},
                              {"IsRootSignerMicrosoft", Type::Bool},
                              {"SignatureState", Type::String},
                              {"IsExecutable", Type::Bool},
                              {"ThreatName", Type::String},
                              {"Publisher", Type::String},
                              {"SoftwareName", Type::String},
                              {"ProfileAvailability", Type::String}};
  }
  if (name == "DeviceFromIP") {
    return plan::TableColumns{{"IP", Type::String}, {"DeviceId", Type::String}};
  }
  if (name == "SeenBy") return plan::TableColumns{{"DeviceId", Type::String}};
  return std::nullopt;
}

}  // namespace vedette::binding
