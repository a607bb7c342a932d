// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "nnflow/imaging/export.hpp"
#include "nnflow/imaging/reader.hpp"
#include "nnflow/imaging/volume.hpp"

namespace nnflow::imaging {

// Reading and writing image files through ITK: NIfTI (.nii, .nii.gz), NRRD (.nrrd; .nhdr for
// reading), MetaImage
// (.mha; .mhd for reading), GIPL (.gipl, .gipl.gz), PNG, BMP and TIFF. All functions may be called
// from any thread. A folder is read as the DICOM series in it. They throw Error(kIo) for a file
// that is missing, unreadable, truncated or not writable, and Error(kInvalidData) for one whose
// content cannot be used; every message begins with the path.
//
// Arrays follow nnU-Net's readers (nnunet-data 2.6):
//   3D               (1, z, y, x), spacing as in the file, absolute values
//   2D               (1, 1, y, x), spacing (999 * max(sx, sy), sy, sx)
//   4D               (t, z, y, x): the last axis holds the channels
//   PNG, BMP, TIFF   2D: (1, 3 or 4 channels, 1, y, x) with spacing (999, 1, 1), whatever
//   resolution the file names;
//                    TIFF stack: (1, pages, rows, columns), spacing from the side-car JSON, else
//                    (1, 1, 1)
//   several components per voxel: one channel each
// nibabel's and reorienting readers take images of exactly three axes; nibabel's take NIfTI only.

/// What a file's header says.
struct ImageHeader {
  std::int64_t channels = 0;
  Extent3 extent{0, 0, 0};
  Spacing3 spacing{1.0, 1.0, 1.0};  ///< mm, array axis order
  Geometry geometry;

  /// Bytes of the float32 `Volume` that `read_image` makes of the file.
  [[nodiscard]] std::int64_t volume_bytes() const { return channels * voxel_count(extent) * 4; }
};

/// Reads the header only; a truncated body goes unnoticed.
[[nodiscard]] NNFLOW_IMAGING_EXPORT ImageHeader
probe_image(const std::filesystem::path& path, ImageReader reader = ImageReader::kByEnding);

/// Reads an image as float32. Integer and double voxels are rounded to the nearest float; NIfTI's
/// slope and intercept are applied. Values that are not finite pass.
[[nodiscard]] NNFLOW_IMAGING_EXPORT Volume read_image(const std::filesystem::path& path,
                                                      ImageReader reader = ImageReader::kByEnding);

/// Reads a label map of one channel. Every voxel must be an integer in [-32768, 32767].
[[nodiscard]] NNFLOW_IMAGING_EXPORT LabelMap
read_labels(const std::filesystem::path& path, ImageReader reader = ImageReader::kByEnding);

/// True for an ending that `read_image` knows, with its dot, in any case (".nii.gz").
[[nodiscard]] NNFLOW_IMAGING_EXPORT bool is_image_ending(std::string_view ending);

/// Writes a label map with the geometry of `labels.geometry`, compressed where the format can:
/// uint8 when the largest value is below 255, else uint16 (nnunet-inference 4.5). A map that was
/// turned on reading is turned back, and NIfTI files of nibabel's geometries get its affine as
/// nibabel writes it. Values must not
/// be negative. 2D geometries and 2D formats need extent z == 1; the spacing of a TIFF stack is
/// lost unless `spacing_sidecar` is written beside it. The bytes are read back and compared, so a
/// full disk cannot pass. `ending` names the format; `path` itself may end otherwise (a temporary
/// name). Writing is not atomic: give it a temporary path.
NNFLOW_IMAGING_EXPORT void write_labels(const std::filesystem::path& path,
                                        const LabelMap& labels,
                                        std::string_view ending);

/// Writes a float32 image with the geometry of `volume.geometry`; several channels become the last
/// axis of a 4D file. Not for PNG and BMP. Otherwise as `write_labels`.
NNFLOW_IMAGING_EXPORT void write_image(const std::filesystem::path& path,
                                       const Volume& volume,
                                       std::string_view ending);

/// The frames of a file with four axes, the last of which holds the channels. Voxel type and
/// geometry are those of the file, so that each frame is written as it was stored; scaled NIfTI
/// values become float32.
class NNFLOW_IMAGING_EXPORT FrameFile {
 public:
  /// Reads the whole file; errors as `read_image`, and Error(kInvalidData) for several components
  /// per voxel.
  explicit FrameFile(const std::filesystem::path& path);
  FrameFile(const FrameFile&) = delete;
  FrameFile& operator=(const FrameFile&) = delete;
  ~FrameFile();

  /// 1 for an image of three axes or less.
  [[nodiscard]] std::int64_t frames() const;
  /// Writes one frame as an image of three axes; otherwise as `write_labels`.
  void write(std::int64_t frame, const std::filesystem::path& path, std::string_view ending) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The text of a TIFF stack's side-car `<name>.json`: `{"spacing": [z, y, x]}` in mm.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::string spacing_sidecar(const Spacing3& spacing);

/// Writes an 8-bit RGB picture as PNG; `rgb` has axes (row, column, channel).
NNFLOW_IMAGING_EXPORT void write_png(const std::filesystem::path& path,
                                     std::span<const std::uint8_t> rgb,
                                     std::int64_t rows,
                                     std::int64_t columns);

}  // namespace nnflow::imaging
