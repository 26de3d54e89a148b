// All plugins in one list.
#include <algorithm>

#include "compiler/bind/plugins/plugin.h"

namespace vedette {

std::span<const Plugin> plugins() {
  static const std::vector<Plugin> all = [] {
    std::vector<Plugin> records;
    for (auto* family :
         {binding::shape_plugins, binding::pattern_plugins, binding::lookup_plugins,
          binding::activity_plugins, binding::sequence_plugins, binding::service_plugins}) {
      for (Plugin& plugin : family()) records.push_back(std::move(plugin));
    }
    std::sort(records.begin(), records.end(),
              [](const Plugin& a, const Plugin& b) { return a.name < b.name; });
    return records;
  }();
  return all;
}

const Plugin* find_plugin(std::string_view name) {
  for (const Plugin& plugin : plugins()) {
    if (plugin.name == name) return &plugin;
  }
  return nullptr;
}

}  // namespace vedette
