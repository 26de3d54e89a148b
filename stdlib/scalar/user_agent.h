// What the text a browser introduces itself with says: the browser, the system, the device.
#pragma once

#include <string>
#include <string_view>

namespace vedette::stdlib {

/// A name and its version; `Other` and nothing for what is not known.
struct AgentPart {
  std::string family = "Other";
  std::string major = {}, minor = {}, patch = {}, patch_minor = {};
};

struct AgentDevice {
  std::string family = "Other";
  std::string brand = {}, model = {};
};

AgentPart browser_of(std::string_view agent);
AgentPart system_of(std::string_view agent);
AgentDevice device_of(std::string_view agent);

}  // namespace vedette::stdlib
