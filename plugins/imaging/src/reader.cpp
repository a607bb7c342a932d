// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/reader.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

namespace nnflow::imaging {
namespace {

constexpr std::array<std::pair<ImageReader, std::string_view>, 7> kNames{{
    {ImageReader::kByEnding, ""},
    {ImageReader::kNaturalImage2d, "NaturalImage2DIO"},
    {ImageReader::kSimpleItk, "SimpleITKIO"},
    {ImageReader::kTiff3d, "Tiff3DIO"},
    {ImageReader::kNibabel, "NibabelIO"},
    {ImageReader::kNibabelReorient, "NibabelIOWithReorient"},
    {ImageReader::kSimpleItkReorient, "SimpleITKIOWithReorient"},
}};

constexpr std::array<std::string_view, 3> kNatural{".png", ".bmp", ".tif"};
constexpr std::array<std::string_view, 4> kItk{".nii.gz", ".nrrd", ".mha", ".gipl"};
constexpr std::array<std::string_view, 2> kTiff{".tif", ".tiff"};
constexpr std::array<std::string_view, 2> kNifti{".nii", ".nii.gz"};

std::span<const std::string_view> endings_of(ImageReader reader) {
  switch (reader) {
    case ImageReader::kNaturalImage2d:
      return kNatural;
    case ImageReader::kSimpleItk:
    case ImageReader::kSimpleItkReorient:
      return kItk;
    case ImageReader::kTiff3d:
      return kTiff;
    case ImageReader::kNibabel:
    case ImageReader::kNibabelReorient:
      return kNifti;
    case ImageReader::kByEnding:
      break;
  }
  return {};
}

}  // namespace

std::optional<ImageReader> image_reader(std::string_view class_name) {
  const auto found = std::find_if(kNames.begin() + 1, kNames.end(),
                                  [&](const auto& entry) { return entry.second == class_name; });
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

std::string_view class_name(ImageReader reader) {
  return std::find_if(kNames.begin(), kNames.end(),
                      [&](const auto& entry) { return entry.first == reader; })
      ->second;
}

bool supports_ending(ImageReader reader, std::string_view ending) {
  std::string text(ending);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto endings = endings_of(reader);
  return std::find(endings.begin(), endings.end(), text) != endings.end();
}

Geometry nibabel_geometry(const Affine& original,
                          const std::optional<Affine>& reoriented,
                          const Spacing3& spacing) {
  const Affine& affine = reoriented ? *reoriented : original;
  Geometry geometry;
  geometry.source = GeometrySource::kNibabel;
  geometry.spacing = {spacing[2], spacing[1], spacing[0]};
  geometry.original_affine = original;
  geometry.reoriented_affine = reoriented;
  for (std::size_t row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1.0 : 1.0;  // RAS to LPS
    geometry.origin[row] = sign * affine[row * 4 + 3];
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double length = std::hypot(affine[axis], affine[4 + axis], affine[8 + axis]);
      geometry.direction[row * 3 + axis] =
          length > 0.0 ? sign * affine[row * 4 + axis] / length : 0.0;
    }
  }
  return geometry;
}

}  // namespace nnflow::imaging
