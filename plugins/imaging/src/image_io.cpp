// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/image_io.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "format.hpp"
#include "header_cache.hpp"
#include "itk_bridge.hpp"
#include "nnflow/error.hpp"
#include "raw_image.hpp"
#include "reorder.hpp"
#include "sidecar.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {
namespace {

void require_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) {
    throw Error(ErrorCode::kIo, path.string() + ": no such file");
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorCode::kIo, path.string() + ": is a folder, expected an image file");
  }
  if (!std::ifstream(path, std::ios::binary)) {
    throw Error(ErrorCode::kIo,
                path.string() + ": cannot open for reading: " + std::strerror(errno));
  }
}

// Photographs have no physical size; a TIFF stack may have a side-car that names it
// (nnunet-data 2.6).
void apply_natural_rules(const std::filesystem::path& path, ImageHeader& header) {
  const Format format = format_of(path.string());
  if (!is_natural(format)) return;
  header.geometry.source = GeometrySource::kNone;
  header.geometry.origin = {0.0, 0.0, 0.0};
  header.geometry.direction = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  if (header.geometry.dimension == 2) {
    header.spacing = {999.0, 1.0, 1.0};
  } else {
    const Spacing3 none{1.0, 1.0, 1.0};
    header.spacing = format == Format::kTiff ? read_sidecar_spacing(path).value_or(none) : none;
  }
  const auto& mm = header.spacing;
  header.geometry.spacing = {mm[2], mm[1], header.geometry.dimension == 2 ? 1.0 : mm[0]};
}

// One-bit PNGs hold false and true, which ITK stretches to 0 and 255.
bool is_one_bit_png(const std::filesystem::path& path) {
  constexpr int kBitDepth = 24;
  std::ifstream in(path, std::ios::binary);
  in.seekg(kBitDepth);
  const int depth = in.get();
  const int colour = in.get();
  return depth == 1 && colour == 0;
}

RawImage load(const std::filesystem::path& path, bool with_voxels) {
  const Format format = require_format(path);
  if (std::optional<KnownHeader> known = find_header(path)) {
    if (with_voxels) read_block(known->block, known->image);
    return std::move(known->image);
  }
  require_file(path);
  const std::optional<VoxelBlock> block = inspect_file(path, format);
  ItkReader reader(path, format);
  RawImage raw = reader.header();
  if (block) {
    raw.scalar = block->scalar.value_or(raw.scalar);
    raw.planar = block->planar;
    raw.slope = block->slope == 0.0 ? 1.0 : block->slope;
    raw.intercept = block->intercept;
    if (block->file == path) keep_header(path, {raw, *block});
  }
  if (!with_voxels) return raw;
  if (block) {
    read_block(*block, raw);
    return raw;
  }
  raw.voxels.resize(raw.byte_count());
  reader.read(raw.voxels);
  if (format == Format::kPng && is_one_bit_png(path)) {
    for (std::byte& value : raw.voxels) value = value == std::byte{0} ? value : std::byte{1};
  }
  return raw;
}

[[noreturn]] void refuse(const std::filesystem::path& path,
                         ImageReader reader,
                         std::string_view expected,
                         const RawImage& raw) {
  const int axes = raw.frames > 1 ? 4 : raw.header.geometry.dimension;
  throw Error(ErrorCode::kInvalidData, path.string() + ": " + std::string(class_name(reader)) +
                                           " takes " + std::string(expected) + ", this image has " +
                                           std::to_string(axes) + " axes");
}

/// SimpleITKIOWithReorient: the array and its geometry turned to RAS.
void turn_to_ras(const std::filesystem::path& path, RawImage& raw) {
  if (raw.frames != 1 || raw.header.geometry.dimension != 3) {
    refuse(path, ImageReader::kSimpleItkReorient, "images of exactly 3 axes", raw);
  }
  const std::string orientation = orientation_of(raw.header.geometry.direction);
  reorder(raw, between(orientation, "RAS"));
  raw.header.geometry.original_orientation = orientation;
}

/// What nibabel would make of a file that only ITK reads (DICOM): its affine follows from ITK's
/// geometry.
void turn_to_nibabel(RawImage& raw, bool reorient) {
  const Geometry& from = raw.header.geometry;
  Affine affine{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  for (std::size_t row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1.0 : 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      affine[row * 4 + axis] = sign * from.direction[row * 3 + axis] * from.spacing[axis];
    }
    affine[row * 4 + 3] = sign * from.origin[row];
  }
  set_nibabel_geometry(raw, affine, reorient);
}

RawImage load_as(const std::filesystem::path& path, ImageReader reader, bool with_voxels) {
  std::error_code ignored;
  const bool is_series = std::filesystem::is_directory(path, ignored);
  const bool nibabel = reader == ImageReader::kNibabel || reader == ImageReader::kNibabelReorient;
  const bool reorient = reader == ImageReader::kNibabelReorient;
  if (nibabel && !is_series) {
    require_file(path);
    if (format_of(path.string()) != Format::kNifti) {
      throw Error(ErrorCode::kInvalidData,
                  path.string() + ": " + std::string(class_name(reader)) +
                      " reads NIfTI only, expected the ending .nii or .nii.gz");
    }
    return read_raw_nibabel(path, reorient, with_voxels);
  }
  RawImage raw = is_series ? read_raw_dicom(path, with_voxels) : load(path, with_voxels);
  const Format format = format_of(path.string());
  const bool flat = raw.header.geometry.dimension == 2;
  switch (reader) {
    case ImageReader::kNibabel:
    case ImageReader::kNibabelReorient:
      turn_to_nibabel(raw, reorient);
      break;
    case ImageReader::kSimpleItk:
      break;
    case ImageReader::kSimpleItkReorient:
      turn_to_ras(path, raw);
      break;
    case ImageReader::kNaturalImage2d:
      if (!is_natural(format) || !flat) refuse(path, reader, "PNG, BMP and TIFF of 2 axes", raw);
      apply_natural_rules(path, raw.header);
      break;
    case ImageReader::kTiff3d:
      if (format != Format::kTiff || flat) refuse(path, reader, "TIFF of 3 axes", raw);
      apply_natural_rules(path, raw.header);
      break;
    case ImageReader::kByEnding:
      if (!is_series) apply_natural_rules(path, raw.header);
      break;
  }
  return raw;
}

}  // namespace

RawImage read_raw_header(const std::filesystem::path& path) { return load(path, false); }
RawImage read_raw(const std::filesystem::path& path) { return load(path, true); }

ImageHeader probe_image(const std::filesystem::path& path, ImageReader reader) {
  return load_as(path, reader, false).header;
}

Volume read_image(const std::filesystem::path& path, ImageReader reader) {
  const RawImage raw = load_as(path, reader, true);
  Volume volume(raw.header.channels, raw.header.extent);
  to_float(raw, volume.voxels());
  volume.spacing = raw.header.spacing;
  volume.geometry = raw.header.geometry;
  return volume;
}

LabelMap read_labels(const std::filesystem::path& path, ImageReader reader) {
  const RawImage raw = load_as(path, reader, true);
  if (raw.header.channels != 1) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": label map has " +
                                             std::to_string(raw.header.channels) +
                                             " channels, expected 1");
  }
  LabelMap labels(raw.header.extent);
  to_labels(raw, labels.voxels(), path.string());
  labels.spacing = raw.header.spacing;
  labels.geometry = raw.header.geometry;
  return labels;
}

}  // namespace nnflow::imaging
