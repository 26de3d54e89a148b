#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/MapperJITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/MemoryMapper.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Support/Process.h>
#include <llvm/Support/TargetSelect.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "compiler/jit/loop_cache.h"
#include "compiler/jit/module.h"
#include "runtime/base/format.h"

namespace vedette::jit {
namespace {

// Code is packed into ranges of this size: a mapping of its own for each loop would reach the
// system's limit of mappings.
constexpr size_t range_bytes = size_t{16} << 20;

// The names of loops that are gone are forgotten every so many loops.
constexpr size_t loops_between_cleaning = 1024;

/// Memory for code, and no more of it than the limit allows, in use or kept for later.
class CodeMemory : public llvm::jitlink::JITLinkMemoryManager {
 public:
  CodeMemory(std::unique_ptr<llvm::jitlink::JITLinkMemoryManager> ranges, std::atomic<size_t>& last,
             const std::atomic<size_t>& used, const std::atomic<size_t>& most)
      : ranges_(std::move(ranges)), last_(last), used_(used), most_(most) {}

  void allocate(const llvm::jitlink::JITLinkDylib* library, llvm::jitlink::LinkGraph& graph,
                OnAllocatedFunction done) override {
    llvm::jitlink::BasicLayout layout(graph);
    auto sizes =
        layout.getContiguousPageBasedLayoutSizes(llvm::sys::Process::getPageSizeEstimate());
    if (!sizes) return done(sizes.takeError());
    last_ = sizes->total();
    if (used_ + last_ > most_) {
      return done(
          llvm::make_error<llvm::StringError>("no room for code", llvm::inconvertibleErrorCode()));
    }
    ranges_->allocate(library, graph, std::move(done));
  }

  void deallocate(std::vector<FinalizedAlloc> code, OnDeallocatedFunction done) override {
    ranges_->deallocate(std::move(code), std::move(done));
  }

 private:
  std::unique_ptr<llvm::jitlink::JITLinkMemoryManager> ranges_;
  std::atomic<size_t>& last_;  // bytes of the loop being compiled
  const std::atomic<size_t>&used_, &most_;
};

/// LLVM's ORC and the loops it has compiled; one a process, made when first needed.
class Engine {
 public:
  static Engine& instance() {
    // Never destroyed: threads may still run its code while the process ends.
    static auto* engine = new Engine();
    return *engine;
  }

  std::optional<std::shared_ptr<const CompiledLoop>> find(const Loop& loop) {
    return cache_.find(key_of(loop));
  }

  std::shared_ptr<const CompiledLoop> compile(const Loop& loop, bool& cached) {
    // One loop is compiled at a time; looking up loops goes on meanwhile.
    const std::lock_guard compiling(compiling_);
    const std::string key = key_of(loop);
    if (auto found = cache_.find(key)) {
      cached = true;
      return *found;
    }
    cached = false;
    auto compiled = compile_new(loop);
    const size_t bytes = compiled == nullptr ? 0 : compiled->bytes();
    cache_.add(key, compiled, bytes);
    return compiled;
  }

  CodeUse use() const { return {cache_.loops(), cache_.bytes(), loops_used_, bytes_used_}; }

  void limit(CodeLimits limits) {
    cache_.set_limits(limits);
    most_bytes_ = most_for(limits);
  }

 private:
  /// The code of one loop, unloaded when nobody uses it and the cache does not keep it.
  class MachineLoop : public CompiledLoop {
   public:
    MachineLoop(Engine& engine, Entry entry, llvm::orc::ResourceTrackerSP code, size_t bytes)
        : engine_(engine), entry_(entry), code_(std::move(code)), bytes_(bytes) {
      ++engine_.loops_used_;
      engine_.bytes_used_ += bytes_;
    }
    ~MachineLoop() override {
      llvm::consumeError(code_->remove());
      --engine_.loops_used_;
      engine_.bytes_used_ -= bytes_;
    }
    Entry entry() const override { return entry_; }
    size_t bytes() const { return bytes_; }

   private:
    Engine& engine_;
    Entry entry_;
    llvm::orc::ResourceTrackerSP code_;
    size_t bytes_;
  };

  Engine() : cache_(CodeLimits{}), most_bytes_(most_for(CodeLimits{})) {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto jit = make_jit();
    if (!jit) {
      llvm::consumeError(jit.takeError());
      return;
    }
    jit_ = std::move(*jit);
    // A loop that cannot be compiled is interpreted; there is nothing to say.
    jit_->getExecutionSession().setErrorReporter(llvm::consumeError);
  }

  /// What loops that are in use hold may exceed what the cache keeps, but not by far.
  static size_t most_for(CodeLimits limits) { return 2 * limits.bytes; }

  llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>> make_jit() {
    auto target = llvm::orc::JITTargetMachineBuilder::detectHost();
    if (!target) return target.takeError();
    target->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
    target->setRelocationModel(llvm::Reloc::PIC_);
    target->setCodeModel(llvm::CodeModel::Small);
    auto ranges =
        llvm::orc::MapperJITLinkMemoryManager::CreateWithMapper<llvm::orc::InProcessMemoryMapper>(
            range_bytes);
    if (!ranges) return ranges.takeError();
    auto memory =
        std::make_unique<CodeMemory>(std::move(*ranges), last_bytes_, bytes_used_, most_bytes_);
    return llvm::orc::LLJITBuilder()
        .setJITTargetMachineBuilder(std::move(*target))
        .setObjectLinkingLayerCreator(
            [&memory](llvm::orc::ExecutionSession& session, const llvm::Triple&) {
              return std::make_unique<llvm::orc::ObjectLinkingLayer>(session, std::move(memory));
            })
        .create();
  }

  std::shared_ptr<const MachineLoop> compile_new(const Loop& loop) {
    if (jit_ == nullptr) return nullptr;
    const std::string name = fmt::format("loop_{}", next_++);
    const auto code = jit_->getMainJITDylib().createResourceTracker();
    if (auto error = jit_->addIRModule(code, emit(loop, name, jit_->getDataLayout()))) {
      return discard(code, std::move(error));
    }
    auto symbol = jit_->lookup(name);
    if (!symbol) return discard(code, symbol.takeError());
    if (next_ % loops_between_cleaning == 0) {
      jit_->getExecutionSession().getSymbolStringPool()->clearDeadEntries();
    }
    return std::make_shared<MachineLoop>(*this, symbol->toPtr<CompiledLoop::Entry>(), code,
                                         last_bytes_);
  }

  std::nullptr_t discard(const llvm::orc::ResourceTrackerSP& code, llvm::Error error) {
    llvm::consumeError(llvm::joinErrors(std::move(error), code->remove()));
    return nullptr;
  }

  std::mutex compiling_;
  LoopCache cache_;
  std::atomic<size_t> most_bytes_;
  std::atomic<size_t> loops_used_ = 0, bytes_used_ = 0, last_bytes_ = 0;
  size_t next_ = 0;
  std::unique_ptr<llvm::orc::LLJIT> jit_;
};

}  // namespace

std::shared_ptr<const CompiledLoop> find_compiled(const Loop& loop) {
  return Engine::instance().find(loop).value_or(nullptr);
}

std::shared_ptr<const CompiledLoop> compile(const Loop& loop, bool& cached) {
  return Engine::instance().compile(loop, cached);
}

}  // namespace vedette::jit

namespace vedette {

void limit_code(CodeLimits limits) {
  jit::Engine::instance().limit(limits);
}

CodeUse code_use() {
  return jit::Engine::instance().use();
}

}  // namespace vedette
