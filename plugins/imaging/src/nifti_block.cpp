// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <limits>

#include "byte_view.hpp"
#include "gzip_reader.hpp"
#include "nnflow/error.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {
namespace {
// Layout of the header of NIfTI-1 (nifti1.h).
constexpr std::int32_t kHeaderBytes = 348;
constexpr std::size_t kDim = 40;
constexpr std::size_t kDatatype = 70;
constexpr std::size_t kVoxOffset = 108;
constexpr std::size_t kSlope = 112;
constexpr std::size_t kIntercept = 116;
constexpr std::size_t kMagic = 344;

struct VoxelType {
  Scalar scalar;
  bool packed;  // several values per voxel, interleaved
};

std::optional<VoxelType> voxel_type(std::int16_t datatype) {
  switch (datatype) {
    case 2:
      return VoxelType{Scalar::kUint8, false};
    case 4:
      return VoxelType{Scalar::kInt16, false};
    case 8:
      return VoxelType{Scalar::kInt32, false};
    case 16:
      return VoxelType{Scalar::kFloat32, false};
    case 64:
      return VoxelType{Scalar::kFloat64, false};
    case 128:
      return VoxelType{Scalar::kUint8, true};  // RGB24
    case 256:
      return VoxelType{Scalar::kInt8, false};
    case 512:
      return VoxelType{Scalar::kUint16, false};
    case 768:
      return VoxelType{Scalar::kUint32, false};
    case 1024:
      return VoxelType{Scalar::kInt64, false};
    case 1280:
      return VoxelType{Scalar::kUint64, false};
    case 2304:
      return VoxelType{Scalar::kUint8, true};  // RGBA32
    default:
      return std::nullopt;
  }
}

double finite_or_zero(float value) {
  return std::isfinite(value) ? static_cast<double>(value) : 0.0;
}
}  // namespace

VoxelBlock inspect_nifti(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::array<std::byte, kHeaderBytes> bytes{};
  GzipReader(path, GzipReader::kHeaderBuffer).read(bytes);
  const std::span<const std::byte> header(bytes);

  VoxelBlock block;
  block.file = path;
  block.swapped = number_at<std::int32_t>(header, 0, false) != kHeaderBytes;
  constexpr std::int32_t kSecondHeader = 540;
  if (number_at<std::int32_t>(header, 0, false) == kSecondHeader ||
      number_at<std::int32_t>(header, 0, true) == kSecondHeader) {
    throw Error(ErrorCode::kIo, name +
                                    ": is a NIfTI-2 file, which is not read; convert it to "
                                    "NIfTI-1 (in nibabel: Nifti1Image.from_image)");
  }
  if (number_at<std::int32_t>(header, 0, block.swapped) != kHeaderBytes) {
    throw Error(ErrorCode::kIo, name + ": no NIfTI-1 file, the header size is wrong");
  }
  if (header[kMagic] != std::byte{'n'} || header[kMagic + 1] != std::byte{'+'}) {
    throw Error(ErrorCode::kIo,
                name + ": no single-file NIfTI-1 image, the magic text is not \"n+1\"");
  }
  const auto dimensions = number_at<std::int16_t>(header, kDim, block.swapped);
  bool valid = dimensions >= 1 && dimensions <= 7;
  for (std::size_t axis = 1; valid && axis <= static_cast<std::size_t>(dimensions); ++axis) {
    valid = number_at<std::int16_t>(header, kDim + 2 * axis, block.swapped) > 0;
  }
  if (!valid)
    throw Error(ErrorCode::kIo, name + ": the NIfTI header names impossible image dimensions");

  const auto datatype = number_at<std::int16_t>(header, kDatatype, block.swapped);
  const std::optional<VoxelType> type = voxel_type(datatype);
  if (!type) {
    throw Error(ErrorCode::kInvalidData,
                name + ": unsupported NIfTI voxel type " + std::to_string(datatype));
  }
  block.scalar = type->scalar;
  block.planar = !type->packed;
  const float offset = number_at<float>(header, kVoxOffset, block.swapped);
  block.offset = offset >= 352.0F && offset < 1e9F ? static_cast<std::int64_t>(offset) : 352;
  if (!type->packed) {
    block.slope = finite_or_zero(number_at<float>(header, kSlope, block.swapped));
    const float intercept = number_at<float>(header, kIntercept, block.swapped);
    block.intercept = finite_or_zero(intercept);
    block.valid_intercept = std::isfinite(intercept);
  }
  return block;
}

VoxelBlock inspect_gipl(const std::filesystem::path& path) {
  constexpr std::size_t kGiplHeader = 256;
  constexpr std::uint32_t kGiplMagic = 719555000U;
  constexpr std::uint32_t kGiplMagicExtended = 4026526128U;
  std::array<std::byte, kGiplHeader> bytes{};
  GzipReader(path, GzipReader::kHeaderBuffer).read(bytes);
  const bool swapped = needs_swap(true);
  const auto magic = number_at<std::uint32_t>(bytes, 252, swapped);
  if (magic != kGiplMagic && magic != kGiplMagicExtended) {
    throw Error(ErrorCode::kIo, path.string() + ": no GIPL image, the magic number is wrong");
  }
  VoxelBlock block;
  block.file = path;
  block.offset = kGiplHeader;
  block.swapped = swapped;
  return block;
}

}  // namespace nnflow::imaging
