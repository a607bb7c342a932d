// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Readers of NumPy's array files, for golden data.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace nnflow::test {

/// A NumPy array: C order, little endian.
struct Array {
  std::string dtype;                ///< as NumPy writes it, for example "<f4"
  std::vector<std::int64_t> shape;  ///< slowest axis first; empty for a scalar
  std::string bytes;                ///< the elements

  [[nodiscard]] std::int64_t size() const;

  /// The elements as T, whatever number type is stored.
  template <class T>
  [[nodiscard]] std::vector<T> values() const;
};

/// The arrays of an archive by name, without the ".npy" of the entries.
using Npz = std::map<std::string, Array>;

/// Throw std::runtime_error with the path for a file that is no such file or is in Fortran order.
Array read_npy(const std::filesystem::path& file);
Npz read_npz(const std::filesystem::path& file);

namespace detail {

template <class Stored, class T>
std::vector<T> converted(const Array& array) {
  std::vector<T> out(static_cast<std::size_t>(array.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    Stored value;
    std::memcpy(&value, array.bytes.data() + i * sizeof(Stored), sizeof(Stored));
    out[i] = static_cast<T>(value);
  }
  return out;
}

}  // namespace detail

template <class T>
std::vector<T> Array::values() const {
  if (dtype == "<f4") return detail::converted<float, T>(*this);
  if (dtype == "<f8") return detail::converted<double, T>(*this);
  if (dtype == "|i1") return detail::converted<std::int8_t, T>(*this);
  if (dtype == "|u1" || dtype == "|b1") return detail::converted<std::uint8_t, T>(*this);
  if (dtype == "<i2") return detail::converted<std::int16_t, T>(*this);
  if (dtype == "<u2") return detail::converted<std::uint16_t, T>(*this);
  if (dtype == "<i4") return detail::converted<std::int32_t, T>(*this);
  if (dtype == "<u4") return detail::converted<std::uint32_t, T>(*this);
  if (dtype == "<i8") return detail::converted<std::int64_t, T>(*this);
  if (dtype == "<u8") return detail::converted<std::uint64_t, T>(*this);
  throw std::runtime_error("array of type " + dtype + " has no numbers that C++ knows");
}

}  // namespace nnflow::test
