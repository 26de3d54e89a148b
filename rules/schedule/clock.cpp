#include "rules/schedule/clock.h"

#include <algorithm>
#include <thread>

namespace vedette::rules {
namespace {

constexpr int64_t ticks_of_1970 = 621'355'968'000'000'000;
/// How soon a signal is noticed.
constexpr int64_t longest_nap = 200 * ticks_per_millisecond;

bool is_set(const std::atomic<bool>* stop) {
  return stop != nullptr && stop->load();
}

}  // namespace

bool VirtualClock::wait_until(Datetime time, const std::atomic<bool>* stop) {
  if (is_set(stop)) return false;
  advance_to(time);
  return true;
}

void VirtualClock::advance_to(Datetime time) {
  now_ = std::max(now_, time);
}

Datetime LiveClock::now() {
  using Ticks = std::chrono::duration<int64_t, std::ratio<1, ticks_per_second>>;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Ticks>(since_1970).count() + ticks_of_1970};
}

bool LiveClock::wait_until(Datetime time, const std::atomic<bool>* stop) {
  while (!is_set(stop)) {
    const int64_t left = time.ticks - now().ticks;
    if (left <= 0) return true;
    std::this_thread::sleep_for(std::chrono::microseconds(std::min(left, longest_nap) / 10 + 1));
  }
  return false;
}

}  // namespace vedette::rules
