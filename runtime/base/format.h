// Text formatting. libstdc++ 12 has no <format>; this is the one place that names its substitute.
#pragma once

#include <fmt/format.h>
