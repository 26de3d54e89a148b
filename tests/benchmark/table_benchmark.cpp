// How fast columns of common kinds are encoded and read back; one thread, processor time, in
// memory after a first pass. Prints a table; arguments: [rows].
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "runtime/table/database.h"

namespace vedette {
namespace {

/// Time of this thread on a processor: other programs on the machine do not count.
struct Clock {
  using time_point = double;
  static double now() {
    timespec time;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }
};
using Random = std::mt19937_64;

double seconds_since(Clock::time_point start) {
  return Clock::now() - start;
}

struct Kind {
  const char* name;
  Type type;
  void (*append)(ColumnBuilder& column, uint32_t row, Random& random);
};

std::string hexadecimal(Random& random, int digits) {
  std::string text;
  for (int at = 0; at < digits; ++at) text += "0123456789abcdef"[random() % 16];
  return text;
}

const Kind kinds[] = {
    {"time, ordered, microseconds", Type::Datetime,
     [](ColumnBuilder& column, uint32_t row, Random& random) {
       column.append_word(638'000'000'000'000'000 + row * 800'000ll +
                          static_cast<int64_t>(random() % 2'000'000) * 10);
     }},
    {"time, random, seconds", Type::Datetime,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_word(638'000'000'000'000'000 +
                          static_cast<int64_t>(random() % 86'400) * 10'000'000);
     }},
    {"long, 16 bits", Type::Long,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_word(static_cast<int64_t>(random() % 65'536));
     }},
    {"long, 16 bits, a tenth null", Type::Long,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       random() % 10 == 0 ? column.append_null()
                          : column.append_word(static_cast<int64_t>(random() % 65'536));
     }},
    {"long, 40 bits", Type::Long,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_word(static_cast<int64_t>(random() >> 24));
     }},
    {"bool", Type::Bool,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_bool(random() % 3 == 0);
     }},
    {"real", Type::Real,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_double(static_cast<double>(random() % 100'000) / 7);
     }},
    {"string, 20 values", Type::String,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_text("Action" + std::to_string(random() % 20));
     }},
    {"string, 50,000 values", Type::String,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_text("user" + std::to_string(random() % 50'000) + "@contoso.example");
     }},
    {"string, command lines", Type::String,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       static const char* programs[] = {"cmd.exe", "powershell.exe", "svchost.exe", "chrome.exe"};
       column.append_text("C:\\Windows\\System32\\" + std::string(programs[random() % 4]) +
                          " /c start /b --type=renderer --field-trial-handle=" +
                          std::to_string(random() % 1'000'000) + " --user-data-dir=C:\\Users\\u" +
                          std::to_string(random() % 5000) +
                          "\\AppData --id=" + hexadecimal(random, 12));
     }},
    {"string, hashes", Type::String,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       column.append_text(hexadecimal(random, 64));
     }},
    {"dynamic, 600 bytes", Type::Dynamic,
     [](ColumnBuilder& column, uint32_t, Random& random) {
       std::string text;
       while (text.size() < 600) {
         text += "{\"name\":\"policy " + std::to_string(random() % 90) + "\",\"result\":\"" +
                 (random() % 5 == 0 ? "failure" : "notApplied") + "\",\"id\":\"" +
                 hexadecimal(random, 8) + "\"},";
       }
       column.append_text(text);
     }},
};

/// Reads all rows once; a sum that keeps the compiler from skipping it.
uint64_t read_all(const Table& table) {
  uint64_t sum = 0;
  Arena arena;
  for (const auto& extent : table.extents) {
    ExtentReader reader(extent, *table.schema);
    for (uint32_t first = 0; first < extent->rows(); first += batch_rows) {
      const uint32_t rows = std::min<uint32_t>(batch_rows, extent->rows() - first);
      arena.clear();
      const Vector vector = reader.read(0, first, rows, arena);
      sum += vector.codes != nullptr ? vector.codes[rows - 1] : *vector.as<uint8_t>();
    }
  }
  return sum;
}

void measure(const Kind& kind, uint32_t rows, const std::string& directory) {
  Random random(1);
  constexpr uint32_t piece = 8192;
  auto database = Database::open(directory, OpenMode::Create);
  database->create_table({"T", {{"column", kind.type}}});
  Appender appender = database->append("T");
  double raw = 0, encoding = 0;
  ColumnBuilder made(kind.type);
  for (uint32_t row = 0; row < rows; row += piece) {
    made.clear();
    for (uint32_t at = 0; at < piece; ++at) kind.append(made, row + at, random);
    for (uint32_t at = 0; at < piece; ++at) {
      raw += layout_of(kind.type) == Layout::Text ? made.vector().as<Text>()[at].size
                                                  : bytes_of(layout_of(kind.type));
    }
    const auto start = Clock::now();
    for (uint32_t at = 0; at < piece; at += batch_rows) {
      const Vector vectors[] = {made.vector(at)};
      appender.append_rows(vectors, {nullptr, batch_rows});
    }
    encoding += seconds_since(start);
  }
  const auto start = Clock::now();
  appender.commit();
  encoding += seconds_since(start);

  const auto snapshot = database->snapshot();
  const Table& table = *snapshot->find("T");
  const auto cold_start = Clock::now();
  read_all(table);  // checksums, dictionaries, the page cache
  const double cold = seconds_since(cold_start);
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto round_start = Clock::now();
    read_all(table);
    best = std::min(best, seconds_since(round_start));
  }
  std::printf("%-30s %-10s %9.1f %9.2f %9.0f %9.1f %10.0f %8.2f\n", kind.name,
              std::string(name_of(table.extents[0]->encoding(0))).c_str(), raw / rows,
              static_cast<double>(table.stored_bytes()) / rows, raw / encoding / 1e6,
              rows / encoding / 1e6, rows / best / 1e6, cold * 1e3);
}

}  // namespace
}  // namespace vedette

int main(int count, char** arguments) {
  const uint32_t rows = count > 1 ? static_cast<uint32_t>(std::atoi(arguments[1])) : 2u << 20;
  const auto root = std::filesystem::temp_directory_path() / "vedette_table_benchmark";
  std::printf("%-30s %-10s %9s %9s %9s %9s %10s %8s\n", "column", "encoding", "raw B", "stored B",
              "enc MB/s", "enc Mr/s", "read Mr/s", "cold ms");
  for (const auto& kind : vedette::kinds) {
    std::filesystem::remove_all(root);
    vedette::measure(kind, rows / 8192 * 8192, root.string());
  }
  std::filesystem::remove_all(root);
}
