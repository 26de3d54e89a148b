// Text compressed with gzip or zlib, as base64.
#include <zlib.h>

#include "runtime/base/base64.h"
#include "runtime/base/utf8.h"
#include "runtime/function/rowwise.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

// What zlib calls window bits: how far back to look, and 16 more for gzip's header.
constexpr int zlib_format = 15;
constexpr int gzip_format = 15 + 16;

/// No cell becomes longer than this: a few bytes can decompress to a great many.
constexpr size_t most_bytes = size_t{64} << 20;

/// Runs one direction of zlib to its end; nothing if it fails.
template <typename Step>
std::optional<std::string> run(z_stream& stream, std::string_view input, Step step) {
  // zlib never writes to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() < most_bytes) {
    char buffer[16 * 1024];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    state = step(stream);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  return state == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> compressed(std::string_view text, int format) {
  z_stream stream = {};
  constexpr int default_memory = 8;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format, default_memory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  auto out = run(stream, text, [](z_stream& s) { return deflate(&s, Z_FINISH); });
  deflateEnd(&stream);
  return out;
}

std::optional<std::string> decompressed(std::string_view bytes, int format) {
  z_stream stream = {};
  if (inflateInit2(&stream, format) != Z_OK) return std::nullopt;
  auto out = run(stream, bytes, [](z_stream& s) { return inflate(&s, Z_NO_FLUSH); });
  inflateEnd(&stream);
  return out;
}

template <int format> std::string_view compress_row(Arena& arena, std::string_view text) {
  const auto bytes = compressed(text, format);
  return bytes ? arena.copy(base64_of(*bytes)) : std::string_view();
}

template <int format> std::string_view decompress_row(Arena& arena, std::string_view text) {
  const auto bytes = bytes_of_base64(text);
  const auto out = bytes ? decompressed(*bytes, format) : std::nullopt;
  return out && is_valid_utf8(*out) ? arena.copy(*out) : std::string_view();
}

ScalarFunction function(std::string_view name, std::string_view summary, Overload overload,
                        std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"string", "The text."}},
          .overloads = {std::move(overload)},
          .examples = std::move(examples)};
}

}  // namespace

std::vector<ScalarFunction> compression_functions() {
  return {
      function(
          "gzip_compress_to_base64_string", "A text compressed with gzip, as base64.",
          rowwise([](Arena& arena, std::string_view text) {
            return compress_row<gzip_format>(arena, text);
          }),
          {{"gzip_decompress_from_base64_string(gzip_compress_to_base64_string('abc'))", "abc"}}),
      function("gzip_decompress_from_base64_string",
               "The text that was compressed with gzip; empty if there is none.",
               rowwise([](Arena& arena, std::string_view text) {
                 return decompress_row<gzip_format>(arena, text);
               }),
               {{"gzip_decompress_from_base64_string('H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAA=')", "abc"},
                {"gzip_decompress_from_base64_string('x0x0x0')", ""}}),
      function(
          "zlib_compress_to_base64_string", "A text compressed with zlib, as base64.",
          rowwise([](Arena& arena, std::string_view text) {
            return compress_row<zlib_format>(arena, text);
          }),
          {{"zlib_decompress_from_base64_string(zlib_compress_to_base64_string('abc'))", "abc"}}),
      function("zlib_decompress_from_base64_string",
               "The text that was compressed with zlib; empty if there is none.",
               rowwise([](Arena& arena, std::string_view text) {
                 return decompress_row<zlib_format>(arena, text);
               }),
               {{"zlib_decompress_from_base64_string('eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=')",
                 "Test string 123"},
                {"zlib_decompress_from_base64_string('')", ""}}),
  };
}

}  // namespace vedette::stdlib
