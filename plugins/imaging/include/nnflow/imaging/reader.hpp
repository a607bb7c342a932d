// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "nnflow/imaging/export.hpp"
#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/geometry.hpp"

namespace nnflow::imaging {

/// How a file becomes an array: nnU-Net's reader classes (nnunet-data 2.6).
enum class ImageReader {
  kByEnding,           ///< photographs and TIFF stacks by their ending, everything else as ITK says
  kNaturalImage2d,     ///< NaturalImage2DIO
  kSimpleItk,          ///< SimpleITKIO: also of photographs, which then have a physical size
  kTiff3d,             ///< Tiff3DIO
  kNibabel,            ///< NibabelIO: NIfTI of exactly three axes, in the file's order
  kNibabelReorient,    ///< NibabelIOWithReorient: the same turned to the closest RAS+ axes
  kSimpleItkReorient,  ///< SimpleITKIOWithReorient: three axes turned to RAS
};

/// The readers that are tried for a file ending, in this order.
inline constexpr std::array<ImageReader, 5> kReaderOrder{
    ImageReader::kNaturalImage2d, ImageReader::kSimpleItk, ImageReader::kTiff3d,
    ImageReader::kNibabel, ImageReader::kNibabelReorient};

/// By the name of nnU-Net's class; nothing for an unknown name.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::optional<ImageReader> image_reader(
    std::string_view class_name);
/// Name of nnU-Net's class; empty for `kByEnding`.
[[nodiscard]] NNFLOW_IMAGING_EXPORT std::string_view class_name(ImageReader reader);
/// True where the reader's class lists the ending (".nii.gz", in any case).
[[nodiscard]] NNFLOW_IMAGING_EXPORT bool supports_ending(ImageReader reader,
                                                         std::string_view ending);

/// The geometry that nibabel's readers leave. `original` is the affine of the file, `reoriented`
/// that of the array where it differs; `spacing` in mm along the array axes (z, y, x). An affine
/// with a column of zeros gives a direction with one.
[[nodiscard]] NNFLOW_IMAGING_EXPORT Geometry nibabel_geometry(
    const Affine& original, const std::optional<Affine>& reoriented, const Spacing3& spacing);

}  // namespace nnflow::imaging
