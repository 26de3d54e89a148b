#include "compiler/session/adapt.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "compiler/jit/jit.h"

namespace vedette::session {
namespace {

// Compiling costs some 10 ms of one core; the interpreter handles 100 to 200 rows a microsecond.
constexpr int64_t rows_worth_compiling = 1'500'000;

/// One thread that compiles what is asked for, in order; idle once the last session is gone.
class BackgroundCompiler {
 public:
  static BackgroundCompiler& instance() {
    static BackgroundCompiler compiler;
    return compiler;
  }

  void add(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
    ready_.notify_one();
  }

  void begin_use() {
    const std::lock_guard lock(mutex_);
    ++users_;
  }

  void end_use() {
    std::unique_lock lock(mutex_);
    if (--users_ > 0) return;
    work_.clear();
    idle_.wait(lock, [this] { return !busy_; });
  }

  ~BackgroundCompiler() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    ready_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      ready_.wait(lock, [this] { return stopping_ || !work_.empty(); });
      if (stopping_) return;
      const auto work = std::move(work_.front());
      work_.pop_front();
      busy_ = true;
      lock.unlock();
      work();
      lock.lock();
      busy_ = false;
      idle_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_, idle_;
  std::deque<std::function<void()>> work_;
  int users_ = 0;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

/// A program on its way to a better one.
struct Improvement {
  std::once_flag asked;
  std::mutex mutex;
  std::shared_ptr<const Program> better;
};

void count(const FuseCounters& from, KernelCounters& to) {
  to.compiled += from.compiled;
  to.reused += from.reused;
}

exec::AdaptiveProgram compile_beside(std::shared_ptr<const Program> program,
                                     std::shared_ptr<KernelCounters> counters) {
  auto state = std::make_shared<Improvement>();
  return exec::AdaptiveProgram(program, [=](int64_t) -> std::shared_ptr<const Program> {
    std::call_once(state->asked, [&] {
      BackgroundCompiler::instance().add([=] {
        FuseCounters fused;
        auto better = std::make_shared<const Program>(fuse(*program, fused));
        count(fused, *counters);
        const std::lock_guard lock(state->mutex);
        state->better = std::move(better);
      });
    });
    const std::lock_guard lock(state->mutex);
    return state->better;
  });
}

}  // namespace

CompilerUse::CompilerUse() {
  BackgroundCompiler::instance().begin_use();
}

CompilerUse::~CompilerUse() {
  BackgroundCompiler::instance().end_use();
}

exec::AdaptiveProgram adapt(Program program, int64_t rows, JitMode mode,
                            std::shared_ptr<KernelCounters> counters) {
  if (mode == JitMode::Off || !can_fuse(program)) {
    return exec::AdaptiveProgram(std::make_shared<const Program>(std::move(program)));
  }
  FuseCounters fused;
  bool complete = true;
  auto best = std::make_shared<const Program>(fuse(
      program, fused, mode == JitMode::On ? FuseMode::Compile : FuseMode::OnlyCached, &complete));
  if (mode == JitMode::On || complete) {
    count(fused, *counters);
    return exec::AdaptiveProgram(std::move(best));
  }
  auto plain = std::make_shared<const Program>(std::move(program));
  if (rows < rows_worth_compiling) return exec::AdaptiveProgram(std::move(plain));
  return compile_beside(std::move(plain), std::move(counters));
}

}  // namespace vedette::session
