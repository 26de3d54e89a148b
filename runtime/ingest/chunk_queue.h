// The threads of an ingest: one reads chunks, some parse them, and they come out in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/ingest/chunk.h"
#include "runtime/ingest/chunk_reader.h"

namespace vedette {

/// A chunk and what became of it.
struct ChunkTask {
  Chunk chunk;
  ParsedChunk parsed;
  std::shared_ptr<const Mapping> mapping;  // to parse it with
  uint64_t consumed = 0;                   // bytes of the file up to its end
  bool parsed_already = false;
  std::exception_ptr error;
};

/// Reads and parses ahead of the thread that uses it, by so many bytes and no more.
class ChunkQueue {
 public:
  using MakeParser = std::function<std::unique_ptr<RecordParser>()>;

  ChunkQueue(ChunkReader& reader, const ByteSource& source, MakeParser make_parser, int threads,
             std::shared_ptr<const Mapping> mapping);
  ~ChunkQueue();
  ChunkQueue(const ChunkQueue&) = delete;
  ChunkQueue& operator=(const ChunkQueue&) = delete;

  /// How many bytes of text may be underway, from now on.
  void read_ahead(size_t bytes);
  /// What chunks that are parsed from now on are parsed with.
  void use_mapping(std::shared_ptr<const Mapping> mapping);

  /// The next chunk of the input, parsed; nullptr at its end, or when a chunk cannot be parsed.
  std::unique_ptr<ChunkTask> next();
  /// Parses a chunk again, with the newest mapping, on the calling thread.
  void parse_again(ChunkTask& task);
  /// Gives chunks that `next` handed out back, to be parsed with the newest mapping and to be
  /// handed out once more, before all others.
  void put_back(std::vector<std::unique_ptr<ChunkTask>> tasks);
  /// Takes the memory of a chunk that is done.
  void recycle(std::unique_ptr<ChunkTask> task);

  /// Why reading ended before the input did; nullptr if it did not. After `next` gave nullptr.
  std::exception_ptr reading_error() const {
    return parsing_error_ ? parsing_error_ : reading_error_;
  }

 private:
  void read();
  void parse();

  ChunkReader& reader_;
  const ByteSource& source_;
  MakeParser make_parser_;
  std::unique_ptr<RecordParser> own_parser_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Mapping> mapping_;
  std::deque<std::unique_ptr<ChunkTask>> in_order_;
  std::deque<ChunkTask*> to_parse_;
  std::vector<std::unique_ptr<ChunkTask>> free_;
  size_t read_ahead_ = 0;
  size_t underway_ = 0;  // bytes in chunks that are not recycled
  bool reading_ = true;
  bool stopping_ = false;
  std::exception_ptr reading_error_;
  std::exception_ptr parsing_error_;

  std::vector<std::thread> threads_;
};

}  // namespace vedette
