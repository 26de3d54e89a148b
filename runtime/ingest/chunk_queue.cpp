#include "runtime/ingest/chunk_queue.h"

namespace vedette {

ChunkQueue::ChunkQueue(ChunkReader& reader, const ByteSource& source, MakeParser make_parser,
                       int threads, std::shared_ptr<const Mapping> mapping)
    : reader_(reader),
      source_(source),
      make_parser_(std::move(make_parser)),
      mapping_(std::move(mapping)) {
  threads_.emplace_back([this] { read(); });
  for (int at = 0; at < std::max(1, threads); ++at) threads_.emplace_back([this] { parse(); });
}

ChunkQueue::~ChunkQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ChunkQueue::read_ahead(size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    read_ahead_ = bytes;
  }
  changed_.notify_all();
}

void ChunkQueue::use_mapping(std::shared_ptr<const Mapping> mapping) {
  const std::lock_guard lock(mutex_);
  mapping_ = std::move(mapping);
}

std::unique_ptr<ChunkTask> ChunkQueue::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [this] { return in_order_.empty() ? !reading_ : in_order_.front()->parsed_already; });
  if (in_order_.empty() || parsing_error_) return nullptr;
  std::unique_ptr<ChunkTask> task = std::move(in_order_.front());
  in_order_.pop_front();
  if (task->error) {
    parsing_error_ = task->error;
    return nullptr;
  }
  return task;
}

void ChunkQueue::parse_again(ChunkTask& task) {
  {
    const std::lock_guard lock(mutex_);
    task.mapping = mapping_;
  }
  if (!own_parser_) own_parser_ = make_parser_();
  own_parser_->parse(task.chunk, task.mapping, task.parsed);
}

void ChunkQueue::put_back(std::vector<std::unique_ptr<ChunkTask>> tasks) {
  {
    const std::lock_guard lock(mutex_);
    for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) {
      (*task)->parsed_already = false;
      (*task)->mapping = mapping_;
      to_parse_.push_front(task->get());
      in_order_.push_front(std::move(*task));
    }
  }
  changed_.notify_all();
}

void ChunkQueue::recycle(std::unique_ptr<ChunkTask> task) {
  {
    const std::lock_guard lock(mutex_);
    underway_ -= task->chunk.size;
    if (underway_ <= read_ahead_) free_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void ChunkQueue::read() {
  while (true) {
    std::unique_ptr<ChunkTask> task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock,
                    [this] { return stopping_ || underway_ == 0 || underway_ < read_ahead_; });
      if (stopping_) break;
      if (!free_.empty()) {
        task = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (!task) task = std::make_unique<ChunkTask>();
    bool any = false;
    std::exception_ptr error;
    try {
      any = reader_.next(task->chunk);
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (!any) {
      reading_error_ = error;
      break;
    }
    task->consumed = source_.consumed();
    task->parsed_already = false;
    task->error = nullptr;
    task->mapping = mapping_;
    underway_ += task->chunk.size;
    to_parse_.push_back(task.get());
    in_order_.push_back(std::move(task));
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  reading_ = false;
  changed_.notify_all();
}

void ChunkQueue::parse() {
  const std::unique_ptr<RecordParser> parser = make_parser_();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !to_parse_.empty(); });
    if (stopping_) return;
    ChunkTask& task = *to_parse_.front();
    to_parse_.pop_front();
    lock.unlock();
    try {
      parser->parse(task.chunk, task.mapping, task.parsed);
    } catch (...) {
      task.error = std::current_exception();
    }
    lock.lock();
    task.parsed_already = true;
    changed_.notify_all();
  }
}

}  // namespace vedette
