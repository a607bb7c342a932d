// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "nnflow/imaging/image_io.hpp"

namespace nnflow::imaging {

/// Voxel types of files.
enum class Scalar {
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kFloat32,
  kFloat64
};

/// Calls `f(std::type_identity<T>{})` with the C++ type of a scalar.
template <class F>
decltype(auto) visit_scalar(Scalar scalar, F&& f) {
  switch (scalar) {
    case Scalar::kInt8:
      return f(std::type_identity<std::int8_t>{});
    case Scalar::kUint8:
      return f(std::type_identity<std::uint8_t>{});
    case Scalar::kInt16:
      return f(std::type_identity<std::int16_t>{});
    case Scalar::kUint16:
      return f(std::type_identity<std::uint16_t>{});
    case Scalar::kInt32:
      return f(std::type_identity<std::int32_t>{});
    case Scalar::kUint32:
      return f(std::type_identity<std::uint32_t>{});
    case Scalar::kInt64:
      return f(std::type_identity<std::int64_t>{});
    case Scalar::kUint64:
      return f(std::type_identity<std::uint64_t>{});
    case Scalar::kFloat32:
      return f(std::type_identity<float>{});
    case Scalar::kFloat64:
      break;
  }
  return f(std::type_identity<double>{});
}

[[nodiscard]] inline std::size_t scalar_bytes(Scalar scalar) {
  return visit_scalar(scalar, []<class T>(std::type_identity<T>) { return sizeof(T); });
}

/// The voxels of a file in native byte order, before conversion.
/// Axes (frame, z, y, x, component), or (component, frame, z, y, x) when `planar`.
struct RawImage {
  ImageHeader header;
  Scalar scalar = Scalar::kUint8;
  std::int64_t components = 1;  ///< values per voxel
  std::int64_t frames = 1;      ///< extent of the fourth axis
  bool planar = false;
  double slope = 1.0;
  double intercept = 0.0;
  bool scaled_in_double = false;  ///< else values are rounded to float before they are scaled
  std::vector<std::byte> voxels;

  [[nodiscard]] std::int64_t value_count() const {
    return components * frames * voxel_count(header.extent);
  }
  [[nodiscard]] std::size_t byte_count() const {
    return static_cast<std::size_t>(value_count()) * scalar_bytes(scalar);
  }
};

/// Header of a file; `voxels` stays empty.
[[nodiscard]] RawImage read_raw_header(const std::filesystem::path& path);
/// Header and voxels in the file's order; a file that holds fewer voxels than its header says is an
/// Error(kIo).
[[nodiscard]] RawImage read_raw(const std::filesystem::path& path);
/// Header and, if wanted, voxels of a NIfTI file as nibabel reads it, `reorient`ed or not.
[[nodiscard]] RawImage read_raw_nibabel(const std::filesystem::path& path,
                                        bool reorient,
                                        bool with_voxels);
/// Header and, if wanted, voxels of the one DICOM series in a folder.
[[nodiscard]] RawImage read_raw_dicom(const std::filesystem::path& folder, bool with_voxels);

/// All values as float32, channel slowest; slope and intercept are applied in double. `out` has
/// `value_count()`.
void to_float(const RawImage& raw, std::span<float> out);
/// Values of an image with one channel; one that is no int16 is an Error(kInvalidData) that names
/// the file.
void to_labels(const RawImage& raw, std::span<std::int16_t> out, const std::string& name);

}  // namespace nnflow::imaging
