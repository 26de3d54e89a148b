#include "runtime/table/system_time.h"

#include <chrono>

#include "runtime/value/datetime.h"

namespace vedette {

Datetime system_time() {
  constexpr int64_t ticks_at_unix_epoch = 621'355'968'000'000'000;
  using Ticks = std::chrono::duration<int64_t, std::ratio<1, ticks_per_second>>;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {ticks_at_unix_epoch + std::chrono::duration_cast<Ticks>(now).count()};
}

}  // namespace vedette
