#include "compiler/bind/plugins/plugin.h"
namespace vedette::binding {
std::vector<Plugin> sequence_plugins() {
  return {};
}
}  // namespace vedette::binding
