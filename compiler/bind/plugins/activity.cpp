#include "compiler/bind/plugins/plugin.h"
namespace vedette::binding {
std::vector<Plugin> activity_plugins() {
  return {};
}
}  // namespace vedette::binding
