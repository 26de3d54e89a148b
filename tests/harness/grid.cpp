#include "tests/harness/grid.h"

#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette {

std::vector<GridPoint> make_grid() {
  std::vector<GridPoint> grid;
  for (const EncodingChoice encoding : {EncodingChoice::Plain, EncodingChoice::Dictionary}) {
    for (const JitMode jit : {JitMode::Off, JitMode::On}) {
      for (const int rows : {batch_rows, 7, 1}) {
        for (const int threads : {1, 4}) {
          GridPoint point;
          point.encoding = encoding;
          point.options.jit = jit;
          point.options.batch_rows = rows;
          point.options.threads = threads;
          point.name = fmt::format("{}, batches of {}, {} threads, {}",
                                   jit == JitMode::On ? "compiled" : "interpreted", rows, threads,
                                   encoding == EncodingChoice::Plain ? "plain" : "dictionary");
          grid.push_back(std::move(point));
        }
      }
    }
  }
  return grid;
}

Datetime default_clock() {
  return *datetime_of({.year = 2024, .month = 6, .day = 1});
}

}  // namespace vedette
