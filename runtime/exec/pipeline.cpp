#include "runtime/exec/pipeline.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/exec/filter_project.h"
#include "runtime/exec/scheduler.h"

namespace vedette::exec {
namespace {

using Clock = std::chrono::steady_clock;

/// Measures what a part gives on and how long it takes by itself.
class Meter {
 public:
  explicit Meter(bool on) : on_(on) {}

  struct Running {
    Clock::time_point start;
    Part* part = nullptr;
    Clock::duration inner{0};  // spent in parts further down
    Running* outer = nullptr;
  };

  void enter(Running& frame, Part& part) {
    if (!on_) return;
    frame.part = &part;
    frame.outer = current_;
    frame.start = Clock::now();
    current_ = &frame;
  }
  void leave(Running& frame) {
    if (!on_) return;
    const auto whole = Clock::now() - frame.start;
    frame.part->metrics.nanoseconds += (whole - frame.inner).count();
    current_ = frame.outer;
    if (current_ != nullptr) current_->inner += whole;
  }
  bool on() const { return on_; }

 private:
  const bool on_;
  Running* current_ = nullptr;
};

/// Calls `work` as time of `part`.
template <typename Work> auto measured(Meter& meter, Part& part, Work&& work) {
  if (!meter.on()) return work();
  struct Frame {
    Meter& meter;
    Meter::Running running;
    Frame(Meter& meter, Part& part) : meter(meter) { meter.enter(running, part); }
    ~Frame() { meter.leave(running); }
  } frame(meter, part);
  return work();
}

/// One flow's stages on one thread: batches enter at any stage and leave into `onward`.
class Chain {
 public:
  Chain(std::vector<std::unique_ptr<Stage>>& stages, Part* before, Worker& worker, Meter& meter,
        Emit& onward)
      : worker_(worker), meter_(meter), onward_(onward) {
    links_.reserve(stages.size() + 1);
    Part* giver = before;
    for (const auto& stage : stages) {
      links_.emplace_back(*this, links_.size(), giver, stage.get());
      links_.back().local = stage->make_local(worker);
      giver = stage.get();
    }
    links_.emplace_back(*this, links_.size(), giver, nullptr);
  }

  Emit& entrance() { return links_.front(); }

  /// The morsel ended for the stages from `first` on.
  void flush(size_t first = 0) {
    for (size_t at = first; at + 1 < links_.size(); ++at) {
      measured(meter_, *links_[at].stage,
               [&] { links_[at].stage->flush(worker_, links_[at].local.get(), links_[at + 1]); });
    }
  }

  void run_tail(size_t stage, size_t morsel) {
    Link& link = links_[stage];
    measured(meter_, *link.stage,
             [&] { link.stage->run_tail(morsel, worker_, link.local.get(), links_[stage + 1]); });
    flush(stage + 1);
  }

 private:
  struct Link : Emit {
    Link(Chain& chain, size_t at, Part* giver, Stage* stage)
        : chain(chain), at(at), giver(giver), stage(stage) {}
    bool push(Batch& batch) override {
      if (batch.selection.count == 0) return true;
      if (chain.meter_.on() && giver != nullptr) {
        giver->metrics.rows += batch.selection.count;
        giver->metrics.batches += 1;
      }
      if (stage == nullptr) return chain.onward_.push(batch);
      return measured(chain.meter_, *stage, [&] {
        return stage->push(batch, chain.worker_, local.get(), chain.links_[at + 1]);
      });
    }
    Chain& chain;
    const size_t at;
    Part* const giver;
    Stage* const stage;
    std::unique_ptr<Local> local;
  };

  Worker& worker_;
  Meter& meter_;
  Emit& onward_;
  std::vector<Link> links_;
};

/// The sink as the end of all chains.
class SinkEnd : public Emit {
 public:
  SinkEnd(Sink& sink, Worker& worker, Meter& meter, Local& local)
      : sink_(sink), worker_(worker), meter_(meter), local_(local) {}
  bool push(Batch& batch) override {
    worker_.query.check_running();
    if (batch.selection.count == 0) return true;
    return measured(meter_, sink_, [&] { return sink_.take(batch, worker_, local_); });
  }

 private:
  Sink& sink_;
  Worker& worker_;
  Meter& meter_;
  Local& local_;
};

/// What a thread keeps for a whole pipeline.
struct Thread {
  Thread(QueryContext& query, Sink& sink)
      : worker(query), meter(query.limits().analyze), local(sink.make_local(worker)) {}

  Worker worker;
  Meter meter;
  std::unique_ptr<Local> local;
  std::unique_ptr<SinkEnd> end;
};

/// Far from the numbers of other pipelines of the process, and different in each process.
uint64_t next_seed() {
  static std::atomic<uint64_t> next = uint64_t{std::random_device()()} << 32;
  return next.fetch_add(uint64_t{1} << 32, std::memory_order_relaxed);
}

/// Runs one pipeline. Flows of a union are run one after the other, each on all threads.
class PipelineRun {
 public:
  PipelineRun(Pipeline& pipeline, QueryContext& query) : pipeline_(pipeline), query_(query) {}

  void run() {
    add_thread();
    run_flow(pipeline_.flow, {});
    std::vector<std::unique_ptr<Local>> locals;
    for (const auto& thread : threads_) {
      query_.add(thread->worker.counters);
      locals.push_back(std::move(thread->local));
    }
    Meter meter(query_.limits().analyze);
    measured(meter, *pipeline_.sink, [&] { pipeline_.sink->finish(locals, query_); });
  }

 private:
  using Path = std::vector<Flow*>;  // a flow and the flows it is an input of, innermost first

  void add_thread() {
    auto& thread = *threads_.emplace_back(std::make_unique<Thread>(query_, *pipeline_.sink));
    thread.worker.kernel.now = query_.limits().now;
    // The state is a counter: far apart, or threads would repeat each other's numbers.
    thread.worker.kernel.random = hash_word(seed_ + threads_.size());
    thread.end =
        std::make_unique<SinkEnd>(*pipeline_.sink, thread.worker, thread.meter, *thread.local);
  }

  void run_flow(Flow& flow, Path outer) {
    outer.insert(outer.begin(), &flow);
    if (flow.source != nullptr) {
      const size_t morsels = flow.source->morsels(query_);
      run_morsels(outer, morsels,
                  [&](size_t morsel, Worker& worker, Meter& meter, Local* local, Chain& chain) {
                    measured(meter, *flow.source,
                             [&] { flow.source->run(morsel, worker, local, chain.entrance()); });
                    chain.flush();
                  });
    }
    for (Flow& input : flow.inputs) run_flow(input, outer);
    for (size_t stage = 0; stage < flow.stages.size(); ++stage) {
      const size_t morsels = flow.stages[stage]->tail_morsels(query_);
      run_morsels(outer, morsels, [&](size_t morsel, Worker&, Meter&, Local*, Chain& chain) {
        chain.run_tail(stage, morsel);
      });
    }
  }

  /// `work` for each morsel, on as many threads as are of use; `path` says which stages the rows
  /// pass.
  template <typename Work> void run_morsels(const Path& path, size_t morsels, Work&& work) {
    if (morsels == 0) return;
    const auto count =
        static_cast<int>(std::min<size_t>(morsels, std::max(1, query_.limits().threads)));
    while (threads_.size() < static_cast<size_t>(count)) add_thread();
    std::atomic<size_t> next = 0;
    std::atomic<bool> failed = false;
    run_on_threads(count, [&](int number) {
      try {
        Thread& thread = *threads_[number];
        std::vector<std::unique_ptr<Chain>> chains;  // outermost first
        Emit* onward = thread.end.get();
        for (auto flow = path.rbegin(); flow != path.rend(); ++flow) {
          chains.push_back(std::make_unique<Chain>((*flow)->stages, (*flow)->source.get(),
                                                   thread.worker, thread.meter, *onward));
          onward = &chains.back()->entrance();
        }
        Flow& flow = *path.front();
        const auto local = flow.source ? flow.source->make_local(thread.worker) : nullptr;
        while (!failed.load(std::memory_order_relaxed) && !pipeline_.sink->full()) {
          const size_t morsel = next.fetch_add(1, std::memory_order_relaxed);
          if (morsel >= morsels) break;
          query_.check_running();
          thread.worker.sequence = first_sequence_ + morsel;
          pipeline_.sink->begin(thread.worker, *thread.local);
          work(morsel, thread.worker, thread.meter, local.get(), *chains.back());
          for (size_t at = chains.size() - 1; at-- > 0;) chains[at]->flush();
          pipeline_.sink->end(thread.worker, *thread.local);
        }
      } catch (...) {
        failed = true;
        throw;
      }
    });
    first_sequence_ += morsels;
  }

  Pipeline& pipeline_;
  QueryContext& query_;
  std::vector<std::unique_ptr<Thread>> threads_;
  uint64_t first_sequence_ = 0;
  const uint64_t seed_ = next_seed();
};

void append_flow(const Flow& flow, int depth, bool with_metrics, std::string& text) {
  const auto line = [&](const Part& part) {
    const std::string described = part.describe();
    size_t start = 0;
    for (bool first = true; start < described.size(); first = false) {
      const size_t end = std::min(described.find('\n', start), described.size());
      text += std::string(2 * depth + (first ? 0 : 4), ' ') + described.substr(start, end - start);
      if (first && with_metrics) {
        text += fmt::format("  [{} rows, {} batches, {:.3f} ms]", part.metrics.rows.load(),
                            part.metrics.batches.load(),
                            static_cast<double>(part.metrics.nanoseconds.load()) / 1e6);
      }
      text += '\n';
      start = end + 1;
    }
  };
  if (flow.source != nullptr) {
    line(*flow.source);
  } else {
    text += std::string(2 * depth, ' ') + "union\n";
    for (const Flow& input : flow.inputs) append_flow(input, depth + 1, with_metrics, text);
  }
  for (const auto& stage : flow.stages) line(*stage);
}

}  // namespace

void run(std::vector<Pipeline>& pipelines, QueryContext& query) {
  for (Pipeline& pipeline : pipelines) PipelineRun(pipeline, query).run();
}

std::string to_text(const std::vector<Pipeline>& pipelines, bool with_metrics) {
  std::string text;
  for (size_t i = 0; i < pipelines.size(); ++i) {
    text += fmt::format("pipeline {}\n", i + 1);
    append_flow(pipelines[i].flow, 1, with_metrics, text);
    text += "  " + pipelines[i].sink->describe();
    if (with_metrics) {
      text += fmt::format("  [{:.3f} ms]",
                          static_cast<double>(pipelines[i].sink->metrics.nanoseconds.load()) / 1e6);
    }
    text += '\n';
  }
  return text;
}

}  // namespace vedette::exec
