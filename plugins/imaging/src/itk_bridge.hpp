// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "format.hpp"
#include "nnflow/imaging/geometry.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {

/// One file opened with ITK. ITK exceptions become Error(kIo) that name the file.
class ItkReader {
 public:
  ItkReader(const std::filesystem::path& path, Format format);
  ~ItkReader();
  ItkReader(const ItkReader&) = delete;
  ItkReader& operator=(const ItkReader&) = delete;

  /// Header in the library's axis order; `voxels` is empty.
  [[nodiscard]] RawImage header() const;
  /// Reads all voxels, components fastest. `out` has `header().byte_count()` bytes.
  void read(std::span<std::byte> out);
  /// Text of a tag such as "0020|000e" of a DICOM file; empty where it has none.
  [[nodiscard]] std::string dicom_text(const std::string& tag) const;

 private:
  struct Impl;
  std::string name_;
  std::unique_ptr<Impl> impl_;
};

/// What one DICOM file says.
struct DicomHeader {
  RawImage image;           ///< header only
  std::string series;       ///< Series Instance UID
  std::string description;  ///< Series Description
};

/// True for a file that begins as DICOM files do.
[[nodiscard]] bool can_read_dicom(const std::filesystem::path& path);
[[nodiscard]] DicomHeader read_dicom_header(const std::filesystem::path& path);

/// An image to be written: contiguous voxels, x fastest after the components.
struct ItkImage {
  std::vector<std::int64_t> size;  ///< x, y[, z[, t]]
  Scalar scalar = Scalar::kUint8;
  std::int64_t components = 1;  ///< 1, or 3 for RGB
  Geometry geometry;
  std::span<const std::byte> voxels;
};

/// Writes compressed where the format can. The ending of `path` decides the format.
void itk_write(const std::filesystem::path& path, const ItkImage& image);

}  // namespace nnflow::imaging
