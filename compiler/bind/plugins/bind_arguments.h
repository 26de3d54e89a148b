// What `evaluate` does before a plugin binds itself.
#pragma once

#include "compiler/bind/plugins/plugin.h"

namespace vedette::binding {

/// Binds the arguments of a call and checks them against the parameters of its plugin.
void bind_plugin_arguments(PluginCall& call);

}  // namespace vedette::binding
