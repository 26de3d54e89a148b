#include "compiler/session/deep_stack.h"

#include <pthread.h>

#include <exception>

#include "runtime/base/error.h"

namespace vedette::session {
namespace {

constexpr size_t stack_bytes = size_t{256} << 20;

thread_local bool on_deep_stack = false;

struct Work {
  const std::function<void()>& run;
  std::exception_ptr thrown = {};
};

void* start(void* argument) {
  auto& work = *static_cast<Work*>(argument);
  on_deep_stack = true;
  try {
    work.run();
  } catch (...) {
    work.thrown = std::current_exception();
  }
  return nullptr;
}

}  // namespace

void run_on_deep_stack(const std::function<void()>& work) {
  if (on_deep_stack) return work();
  Work shared{work};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_t thread;
  const int failed = pthread_create(&thread, &attributes, &start, &shared);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    throw QueryError(ErrorKind::Limit, "KQL0704", "no memory for another thread");
  }
  pthread_join(thread, nullptr);
  if (shared.thrown) std::rethrow_exception(shared.thrown);
}

}  // namespace vedette::session
