// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <stdexcept>
#include <string>

#include "nifti_header.hpp"
#include "nnflow/error.hpp"
#include "raw_image.hpp"
#include "reorder.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {
namespace {

std::string reader_name(bool reorient) {
  return std::string(class_name(reorient ? ImageReader::kNibabelReorient : ImageReader::kNibabel));
}

void set_scaling(const std::filesystem::path& path, const VoxelBlock& block, RawImage& raw) {
  raw.scaled_in_double = true;
  if (block.slope == 0.0) return;  // also what is no number
  if (!block.valid_intercept) {
    throw Error(ErrorCode::kInvalidData,
                path.string() + ": the intercept of the NIfTI header is no number");
  }
  raw.slope = block.slope;
  raw.intercept = block.intercept;
}

}  // namespace

RawImage read_raw_nibabel(const std::filesystem::path& path, bool reorient, bool with_voxels) {
  const VoxelBlock block = inspect_nifti(path);
  const NiftiPlace place = read_nifti_place(path);
  if (place.dimensions != 3) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": " + reader_name(reorient) +
                                             " takes images of exactly 3 axes, this has " +
                                             std::to_string(place.dimensions));
  }
  if (!block.planar) {
    throw Error(ErrorCode::kInvalidData,
                path.string() + ": " + reader_name(reorient) + " reads no colour images");
  }
  RawImage raw;
  raw.scalar = block.scalar.value();
  raw.planar = true;
  set_scaling(path, block, raw);
  ImageHeader& header = raw.header;
  header.channels = 1;
  header.extent = {place.shape[2], place.shape[1], place.shape[0]};
  header.spacing = {place.pixdim[2], place.pixdim[1], place.pixdim[0]};
  if (with_voxels) read_block(block, raw);
  try {
    set_nibabel_geometry(raw, place.affine(path), reorient);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::kInvalidData,
                path.string() + ": cannot be turned to RAS: " + error.what());
  }
  return raw;
}

}  // namespace nnflow::imaging
