// Series as sums of waves: the discrete Fourier transform and its inverse.
#include <cmath>
#include <complex>
#include <numbers>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/series_values.h"

namespace vedette::stdlib {
namespace {

using Complex = std::complex<double>;

Complex turn(double part) {
  return std::polar(1.0, 2 * std::numbers::pi * part);
}

/// In place, for a size that is a power of two. `sign` is -1 forward, 1 back.
void transform_power_of_two(std::vector<Complex>& values, double sign) {
  const size_t size = values.size();
  for (size_t i = 1, j = 0; i < size; ++i) {
    size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (size_t length = 2; length <= size; length *= 2) {
    std::vector<Complex> turns(length / 2);
    for (size_t k = 0; k < turns.size(); ++k) {
      turns[k] = turn(sign * static_cast<double>(k) / static_cast<double>(length));
    }
    for (size_t start = 0; start < size; start += length) {
      for (size_t k = 0; k < length / 2; ++k) {
        const Complex even = values[start + k];
        const Complex odd = values[start + k + length / 2] * turns[k];
        values[start + k] = even + odd;
        values[start + k + length / 2] = even - odd;
      }
    }
  }
}

/// Any size: a convolution with a chirp, whose size is a power of two (Bluestein).
std::vector<Complex> transform(const std::vector<Complex>& values, double sign) {
  const size_t size = values.size();
  size_t padded = 1;
  if ((size & (size - 1)) == 0) {
    std::vector<Complex> copy = values;
    transform_power_of_two(copy, sign);
    return copy;
  }
  while (padded < 2 * size - 1) padded *= 2;
  std::vector<Complex> chirp(size);
  for (size_t k = 0; k < size; ++k) {
    // k * k modulo 2 * size keeps the angle exact.
    const auto place = static_cast<double>((k * k) % (2 * size));
    chirp[k] = turn(sign * place / static_cast<double>(2 * size));
  }
  std::vector<Complex> left(padded), right(padded);
  for (size_t k = 0; k < size; ++k) left[k] = values[k] * chirp[k];
  right[0] = std::conj(chirp[0]);
  for (size_t k = 1; k < size; ++k) right[k] = right[padded - k] = std::conj(chirp[k]);
  transform_power_of_two(left, -1);
  transform_power_of_two(right, -1);
  for (size_t k = 0; k < padded; ++k) left[k] *= right[k];
  transform_power_of_two(left, 1);
  std::vector<Complex> answer(size);
  for (size_t k = 0; k < size; ++k) {
    answer[k] = left[k] / static_cast<double>(padded) * chirp[k];
  }
  return answer;
}

/// The real parts, perhaps the imaginary ones: an array of the two arrays.
template <bool inverse>
constexpr auto transform_series = [](DynamicBuilder& out, RowValues given) {
  const auto real = numbers_of(given[0]);
  if (!real || real->empty()) return false;
  std::vector<double> imaginary(real->size(), 0);
  if (given.size() > 1) {
    auto numbers = numbers_of(given[1]);
    if (!numbers || numbers->size() != real->size()) return false;
    imaginary = std::move(*numbers);
  }
  std::vector<Complex> values;
  for (size_t i = 0; i < real->size(); ++i) values.emplace_back((*real)[i], imaginary[i]);
  std::vector<Complex> answer = transform(values, inverse ? 1 : -1);
  const double size = inverse ? static_cast<double>(answer.size()) : 1;
  out.begin_array();
  out.begin_array();
  for (const Complex& value : answer) out.add_real(value.real() / size);
  out.end_array();
  out.begin_array();
  for (const Complex& value : answer) out.add_real(value.imag() / size);
  out.end_array();
  out.end_array();
  return true;
};

template <bool inverse>
ScalarFunction fourier(std::string_view name, std::string_view summary,
                       std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"x_real", "The real parts.", Accepts::DynamicArray},
                         {.name = "x_imaginary",
                          .meaning = "The imaginary parts; none without it.",
                          .accepts = Accepts::DynamicArray,
                          .optional = true}},
          .overloads = {builds_dynamic({Type::Dynamic}, transform_series<inverse>),
                        builds_dynamic({Type::Dynamic, Type::Dynamic}, transform_series<inverse>)},
          .examples = std::move(examples),
          .null_rule = "Null where an item is no number and for arrays of different lengths."};
}

}  // namespace

std::vector<ScalarFunction> series_fourier_functions() {
  return {
      fourier<false>("series_fft",
                     "The waves that add up to a series: real parts and imaginary parts.",
                     {{"series_fft(dynamic([1, 1, 1, 1]))[0]", "[4.0,0.0,0.0,0.0]"},
                      {"array_length(series_fft(dynamic([1, 5, 2]))[1])", "3"}}),
      fourier<true>(
          "series_ifft", "The series that waves add up to: real parts and imaginary parts.",
          {{"series_ifft(dynamic([4, 0, 0, 0]))[0]", "[1.0,1.0,1.0,1.0]"},
           {"series_ifft(dynamic([4, 0, 0, 0]), dynamic([4, 0, 0, 0]))[1]", "[1.0,1.0,1.0,1.0]"}}),
  };
}

}  // namespace vedette::stdlib
