// What time it is for the scheduler, and waiting for a later one.
#pragma once

#include <atomic>
#include <chrono>

#include "runtime/value/datetime.h"

namespace vedette::rules {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Datetime now() = 0;
  /// Returns when it is `time` or later, or `stop` is set; false in that case.
  virtual bool wait_until(Datetime time, const std::atomic<bool>* stop) = 0;
};

/// Time that stands still until somebody waits: then it is what they wait for. Replays and tests.
class VirtualClock : public Clock {
 public:
  explicit VirtualClock(Datetime start) : now_(start) {}

  Datetime now() override { return now_; }
  bool wait_until(Datetime time, const std::atomic<bool>* stop) override;
  /// Never goes back.
  void advance_to(Datetime time);

 private:
  Datetime now_;
};

/// The system's clock.
class LiveClock : public Clock {
 public:
  Datetime now() override;
  bool wait_until(Datetime time, const std::atomic<bool>* stop) override;
};

}  // namespace vedette::rules
