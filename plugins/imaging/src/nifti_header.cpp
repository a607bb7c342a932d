// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nifti_header.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include <zlib.h>

#include "byte_view.hpp"
#include "gzip_reader.hpp"
#include "nnflow/error.hpp"
#include "orientation.hpp"

namespace nnflow::imaging {
namespace {

// Layout of the header of NIfTI-1 (nifti1.h).
constexpr std::size_t kHeaderBytes = 348;
constexpr std::size_t kDim = 40;
constexpr std::size_t kDatatype = 70;
constexpr std::size_t kBitpix = 72;
constexpr std::size_t kPixdim = 76;
constexpr std::size_t kVoxOffset = 108;
constexpr std::size_t kSlope = 112;
constexpr std::size_t kQformCode = 252;
constexpr std::size_t kSformCode = 254;
constexpr std::size_t kQuaternion = 256;
constexpr std::size_t kOffset = 268;
constexpr std::size_t kSform = 280;
constexpr std::size_t kMagic = 344;

template <class T, std::size_t N>
std::array<T, N> numbers_at(std::span<const std::byte> bytes, std::size_t at, bool swapped) {
  std::array<T, N> result{};
  for (std::size_t i = 0; i < N; ++i) {
    result[i] = number_at<T>(bytes, at + i * sizeof(T), swapped);
  }
  return result;
}

template <class T>
void put(std::span<std::byte> bytes, std::size_t at, T value) {
  std::array<std::byte, sizeof(T)> raw = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
  if constexpr (std::endian::native == std::endian::big) std::reverse(raw.begin(), raw.end());
  std::ranges::copy(raw, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

// Extended precision as nibabel's, whose results are rounded to double at the end.
using Wide = long double;

std::array<Wide, 9> rotation_of(const std::array<float, 3>& quaternion,
                                const std::filesystem::path& path) {
  const Wide x = quaternion[0];
  const Wide y = quaternion[1];
  const Wide z = quaternion[2];
  const Wide rest = 1.0L - (x * x + y * y + z * z);
  constexpr Wide kThreshold = 3.0F * std::numeric_limits<float>::epsilon();
  Wide w = 0.0L;
  if (std::abs(rest) >= kThreshold) {
    if (!(rest > 0.0L)) {
      throw Error(ErrorCode::kInvalidData,
                  path.string() + ": the quaternion of the NIfTI header is longer than 1");
    }
    w = std::sqrt(rest);
  }
  const Wide s = 2.0L / (w * w + x * x + y * y + z * z);
  const Wide sx = x * s;
  const Wide sy = y * s;
  const Wide sz = z * s;
  return {1.0L - (y * sy + z * sz), x * sy - w * sz,          x * sz + w * sy,
          x * sy + w * sz,          1.0L - (x * sx + z * sz), y * sz - w * sx,
          x * sz - w * sy,          y * sz + w * sx,          1.0L - (x * sx + y * sy)};
}

// b, c, d of the unit quaternion of a rotation, with a >= 0.
std::array<double, 3> quaternion_of(const std::array<double, 9>& r) {
  const double a2 = 1.0 + r[0] + r[4] + r[8];
  if (a2 > 0.5) {
    const double a = 0.5 * std::sqrt(a2);
    return {0.25 * (r[7] - r[5]) / a, 0.25 * (r[2] - r[6]) / a, 0.25 * (r[3] - r[1]) / a};
  }
  std::array<double, 3> q{};
  const std::array<double, 3> squares{1.0 + r[0] - r[4] - r[8], 1.0 + r[4] - r[0] - r[8],
                                      1.0 + r[8] - r[0] - r[4]};
  const auto i =
      static_cast<std::size_t>(std::max_element(squares.begin(), squares.end()) - squares.begin());
  const std::size_t j = (i + 1) % 3;
  const std::size_t k = (i + 2) % 3;
  q[i] = 0.5 * std::sqrt(squares[i]);
  q[j] = 0.25 * (r[i * 3 + j] + r[j * 3 + i]) / q[i];
  q[k] = 0.25 * (r[i * 3 + k] + r[k * 3 + i]) / q[i];
  if (r[k * 3 + j] - r[j * 3 + k] < 0.0) {
    for (double& value : q) value = -value;
  }
  return q;
}

}  // namespace

NiftiPlace read_nifti_place(const std::filesystem::path& path) {
  std::array<std::byte, kHeaderBytes> bytes{};
  GzipReader(path, GzipReader::kHeaderBuffer).read(bytes);
  const std::span<const std::byte> header(bytes);
  const bool swapped = number_at<std::int32_t>(header, 0, false) != std::int32_t{kHeaderBytes};
  NiftiPlace place;
  place.dimensions = number_at<std::int16_t>(header, kDim, swapped);
  place.shape = numbers_at<std::int16_t, 7>(header, kDim + 2, swapped);
  const float qfac = number_at<float>(header, kPixdim, swapped);
  place.qfac = qfac == -1.0F ? -1.0F : 1.0F;
  place.pixdim = numbers_at<float, 3>(header, kPixdim + 4, swapped);
  for (float& mm : place.pixdim) {
    if (!std::isfinite(mm)) {
      throw Error(ErrorCode::kInvalidData,
                  path.string() + ": a voxel size of the NIfTI header is no number");
    }
    mm = mm == 0.0F ? 1.0F : std::abs(mm);
  }
  place.qform_code = number_at<std::int16_t>(header, kQformCode, swapped);
  place.sform_code = number_at<std::int16_t>(header, kSformCode, swapped);
  place.quaternion = numbers_at<float, 3>(header, kQuaternion, swapped);
  place.offset = numbers_at<float, 3>(header, kOffset, swapped);
  place.sform = numbers_at<float, 12>(header, kSform, swapped);
  return place;
}

Affine NiftiPlace::affine(const std::filesystem::path& path) const {
  Affine result{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (sform_code != 0) {
    std::copy(sform.begin(), sform.end(), result.begin());
  } else if (qform_code != 0) {
    const auto rotation = rotation_of(quaternion, path);
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const float mm = axis == 2 ? pixdim[axis] * qfac : pixdim[axis];
        result[row * 4 + axis] = static_cast<double>(rotation[row * 3 + axis] * Wide{mm});
      }
      result[row * 4 + 3] = offset[row];
    }
  } else {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double mm = axis == 0 ? -pixdim[axis] : pixdim[axis];
      result[axis * 4 + axis] = mm;
      result[axis * 4 + 3] = -(shape[axis] - 1) / 2.0 * mm;
    }
  }
  if (!std::all_of(result.begin(), result.end(), [](double v) { return std::isfinite(v); })) {
    throw Error(ErrorCode::kInvalidData,
                path.string() + ": the affine of the NIfTI header holds what is no number");
  }
  return result;
}

std::array<std::byte, 352> make_nifti_header(const Extent3& extent,
                                             const Affine& affine,
                                             int bits) {
  constexpr std::int16_t kUint8 = 2;
  constexpr std::int16_t kUint16 = 512;
  constexpr std::int16_t kAligned = 2;
  constexpr std::string_view kSingleFile = "n+1";
  std::array<std::byte, 352> header{};
  put(header, 0, std::int32_t{kHeaderBytes});
  const std::array<std::int64_t, 8> dim{3, extent[2], extent[1], extent[0], 1, 1, 1, 1};
  for (std::size_t i = 0; i < dim.size(); ++i) {
    put(header, kDim + 2 * i, static_cast<std::int16_t>(dim[i]));
  }
  put(header, kDatatype, bits == 8 ? kUint8 : kUint16);
  put(header, kBitpix, static_cast<std::int16_t>(bits));
  put(header, kVoxOffset, 352.0F);
  put(header, kSlope, 1.0F);
  put(header, kSformCode, kAligned);
  for (std::size_t i = 0; i < 12; ++i) put(header, kSform + 4 * i, static_cast<float>(affine[i]));

  const auto lengths = column_lengths(affine);
  std::array<double, 9> rotation{};
  for (std::size_t i = 0; i < 9; ++i) rotation[i] = affine[i / 3 * 4 + i % 3] / lengths[i % 3];
  rotation = closest_rotation(rotation);
  const double determinant = rotation[0] * (rotation[4] * rotation[8] - rotation[5] * rotation[7]) -
                             rotation[1] * (rotation[3] * rotation[8] - rotation[5] * rotation[6]) +
                             rotation[2] * (rotation[3] * rotation[7] - rotation[4] * rotation[6]);
  if (determinant < 0.0) {
    for (const std::size_t i : {2U, 5U, 8U}) rotation[i] = -rotation[i];
  }
  put(header, kPixdim, determinant < 0.0 ? -1.0F : 1.0F);
  for (std::size_t i = 4; i < 8; ++i) put(header, kPixdim + 4 * i, 1.0F);
  const auto quaternion = quaternion_of(rotation);
  for (std::size_t i = 0; i < 3; ++i) {
    put(header, kPixdim + 4 * (i + 1), static_cast<float>(lengths[i]));
    put(header, kQuaternion + 4 * i, static_cast<float>(quaternion[i]));
    put(header, kOffset + 4 * i, static_cast<float>(affine[i * 4 + 3]));
  }
  std::transform(kSingleFile.begin(), kSingleFile.end(), header.begin() + kMagic,
                 [](char c) { return static_cast<std::byte>(c); });
  return header;
}

void write_nifti(const std::filesystem::path& path,
                 std::span<const std::byte> header,
                 std::span<const std::byte> voxels) {
  const auto fail = [&] {
    throw Error(ErrorCode::kIo, path.string() + ": cannot write: " + std::strerror(errno));
  };
  if (path.extension() != ".gz") {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    for (const auto part : {header, voxels}) {
      out.write(reinterpret_cast<const char*>(part.data()),
                static_cast<std::streamsize>(part.size()));
    }
    out.close();
    if (!out) fail();
    return;
  }
  const gzFile file = gzopen(path.c_str(), "wb");
  if (file == nullptr) fail();
  bool good = true;
  constexpr std::size_t kStep = std::size_t{1} << 24U;
  for (auto part : {header, voxels}) {
    while (good && !part.empty()) {
      const auto step = part.first(std::min(kStep, part.size()));
      good = gzwrite(file, step.data(), static_cast<unsigned>(step.size())) ==
             static_cast<int>(step.size());
      part = part.subspan(step.size());
    }
  }
  if (gzclose(file) != Z_OK || !good) fail();
}

}  // namespace nnflow::imaging
