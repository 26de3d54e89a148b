#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>
#include <optional>
#include <unordered_map>

#include "compiler/jit/module.h"
#include "runtime/base/format.h"

namespace vedette::jit {
namespace {

class MachineLoop : public CompiledLoop {
 public:
  explicit MachineLoop(Entry entry) : entry_(entry) {}
  Entry entry() const override { return entry_; }

 private:
  Entry entry_;
};

/// LLVM's ORC and the loops it has compiled; one a process, made when first needed.
class Engine {
 public:
  static Engine& instance() {
    // Never destroyed: threads may still run its code while the process ends.
    static auto* engine = new Engine();
    return *engine;
  }

  std::shared_ptr<const CompiledLoop> find_compiled(const Loop& loop) {
    return Engine::instance().find(key_of(loop)).value_or(nullptr);
  }

  std::shared_ptr<const CompiledLoop> compile(const Loop& loop, bool& cached) {
    // One loop is compiled at a time; looking up loops goes on meanwhile.
    const std::lock_guard compiling(compiling_);
    const std::string key = key_of(loop);
    if (auto found = find(key)) {
      cached = true;
      return *found;
    }
    cached = false;
    auto compiled = compile_new(loop);
    const std::lock_guard lock(mutex_);
    return loops_[key] = std::move(compiled);
  }

  std::optional<std::shared_ptr<const CompiledLoop>> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = loops_.find(key);
    if (found == loops_.end()) return std::nullopt;
    return found->second;
  }

 private:
  Engine() {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto target = llvm::orc::JITTargetMachineBuilder::detectHost();
    if (!target) {
      llvm::consumeError(target.takeError());
      return;
    }
    target->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
    auto jit = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(*target)).create();
    if (jit)
      jit_ = std::move(*jit);
    else
      llvm::consumeError(jit.takeError());
  }

  std::shared_ptr<const CompiledLoop> compile_new(const Loop& loop) {
    if (jit_ == nullptr) return nullptr;
    const std::string name = fmt::format("loop_{}", next_++);
    if (auto error = jit_->addIRModule(emit(loop, name, jit_->getDataLayout()))) {
      llvm::consumeError(std::move(error));
      return nullptr;
    }
    auto symbol = jit_->lookup(name);
    if (!symbol) {
      llvm::consumeError(symbol.takeError());
      return nullptr;
    }
    return std::make_shared<MachineLoop>(symbol->toPtr<CompiledLoop::Entry>());
  }

  std::mutex compiling_, mutex_;  // `mutex_` guards `loops_`
  std::unique_ptr<llvm::orc::LLJIT> jit_;
  size_t next_ = 0;
  std::unordered_map<std::string, std::shared_ptr<const CompiledLoop>> loops_;
};

}  // namespace

std::shared_ptr<const CompiledLoop> find_compiled(const Loop& loop) {
  return Engine::instance().find(key_of(loop)).value_or(nullptr);
}

std::shared_ptr<const CompiledLoop> compile(const Loop& loop, bool& cached) {
  return Engine::instance().compile(loop, cached);
}

}  // namespace vedette::jit
