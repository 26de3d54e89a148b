#include "runtime/exec/scheduler.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace vedette::exec {
namespace {

/// One `run_on_threads`: calls are taken one by one by whoever has time.
struct Job {
  const std::function<void(int)>* work = nullptr;
  int count = 0;
  int next = 0;     // the next call nobody has taken
  int running = 0;  // calls on other threads than the caller's
  std::exception_ptr failure;
  std::condition_variable finished;
};

/// Threads are made when they are first needed and wait for jobs until the process ends.
class ThreadPool {
 public:
  static ThreadPool& instance() {
    static ThreadPool pool;
    return pool;
  }

  ~ThreadPool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(Job& job) {
    const int helpers = job.count - 1;
    {
      const std::lock_guard lock(mutex_);
      for (int i = 0; i < helpers; ++i) jobs_.push_back(&job);
      const size_t wanted = std::min<size_t>(jobs_.size() + busy_, most_threads);
      while (threads_.size() < wanted) threads_.emplace_back([this] { serve(); });
    }
    for (int i = 0; i < helpers; ++i) wake_.notify_one();
    std::unique_lock lock(mutex_);
    while (job.next < job.count) {
      const int number = job.next++;
      lock.unlock();
      call(job, number);
      lock.lock();
    }
    std::erase(jobs_, &job);
    job.finished.wait(lock, [&] { return job.running == 0; });
  }

 private:
  static constexpr size_t most_threads = 256;

  void call(Job& job, int number) {
    try {
      (*job.work)(number);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (job.failure == nullptr) job.failure = std::current_exception();
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      Job& job = *jobs_.front();
      jobs_.pop_front();
      if (job.next == job.count) continue;
      const int number = job.next++;
      ++job.running;
      ++busy_;
      lock.unlock();
      call(job, number);
      lock.lock();
      --busy_;
      if (--job.running == 0) job.finished.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job*> jobs_;
  std::vector<std::thread> threads_;
  size_t busy_ = 0;
  bool stopping_ = false;
};

}  // namespace

void run_on_threads(int count, const std::function<void(int)>& work) {
  if (count <= 1) {
    if (count == 1) work(0);
    return;
  }
  Job job;
  job.work = &work;
  job.count = count;
  ThreadPool::instance().run(job);
  if (job.failure != nullptr) std::rethrow_exception(job.failure);
}

void run_in_parallel(int threads, size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto use = static_cast<int>(std::min<size_t>(static_cast<size_t>(threads), count));
  std::atomic<bool> failed = false;
  run_on_threads(use, [&](int) {
    while (!failed.load(std::memory_order_relaxed)) {
      const size_t at = next.fetch_add(1);
      if (at >= count) return;
      try {
        work(at);
      } catch (...) {
        failed = true;
        throw;
      }
    }
  });
}

}  // namespace vedette::exec
