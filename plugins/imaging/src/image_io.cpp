// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/image_io.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>

#include "format.hpp"
#include "itk_bridge.hpp"
#include "nnflow/error.hpp"
#include "raw_image.hpp"
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
  header.geometry.recorded = false;
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
  require_file(path);
  const std::optional<VoxelBlock> block = inspect_file(path, format);
  ItkReader reader(path, format);
  RawImage raw = reader.header();
  if (block) {
    raw.scalar = block->scalar.value_or(raw.scalar);
    raw.planar = block->planar;
    raw.slope = block->slope;
    raw.intercept = block->intercept;
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

}  // namespace

RawImage read_raw_header(const std::filesystem::path& path) { return load(path, false); }
RawImage read_raw(const std::filesystem::path& path) { return load(path, true); }

ImageHeader probe_image(const std::filesystem::path& path) {
  ImageHeader header = read_raw_header(path).header;
  apply_natural_rules(path, header);
  return header;
}

Volume read_image(const std::filesystem::path& path) {
  RawImage raw = read_raw(path);
  apply_natural_rules(path, raw.header);
  Volume volume(raw.header.channels, raw.header.extent);
  to_float(raw, volume.voxels());
  volume.spacing = raw.header.spacing;
  volume.geometry = raw.header.geometry;
  return volume;
}

LabelMap read_labels(const std::filesystem::path& path) {
  RawImage raw = read_raw(path);
  apply_natural_rules(path, raw.header);
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
