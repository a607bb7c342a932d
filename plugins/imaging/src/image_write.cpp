// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "format.hpp"
#include "itk_bridge.hpp"
#include "nifti_header.hpp"
#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "orientation.hpp"
#include "png_write.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {
namespace {
namespace fs = std::filesystem;

// ITK derives details of a format from the file name, so the file is made under a name with the
// right ending.
class EndingPath {
 public:
  EndingPath(const fs::path& path, std::string_view ending)
      : final_(path),
        written_(path.string().ends_with(ending) ? path
                                                 : fs::path(path.string() + std::string(ending))) {}
  ~EndingPath() {
    std::error_code ignored;
    if (!done_) fs::remove(written_, ignored);
  }
  EndingPath(const EndingPath&) = delete;
  EndingPath& operator=(const EndingPath&) = delete;

  [[nodiscard]] const fs::path& path() const { return written_; }
  void finish() {
    std::error_code error;
    if (written_ != final_) fs::rename(written_, final_, error);
    if (error) throw Error(ErrorCode::kIo, final_.string() + ": cannot write: " + error.message());
    done_ = true;
  }

 private:
  fs::path final_;
  fs::path written_;
  bool done_ = false;
};

// The compressed voxels of an NRRD file end with their number, which ITK's reader does not look at.
bool ends_with_size(const fs::path& path, std::size_t size) {
  std::ifstream in(path, std::ios::binary);
  in.seekg(-4, std::ios::end);
  std::uint32_t found = 0;
  for (const unsigned shift : {0U, 8U, 16U, 24U}) {
    found |= static_cast<std::uint32_t>(in.get() & 0xFF) << shift;
  }
  return in && found == static_cast<std::uint32_t>(size);
}

// ITK does not notice every failed write (a full disk), so what was written is read again.
void write_verified(const fs::path& path, std::string_view ending, const ItkImage& image) {
  const Format format = format_of(ending);
  if (format == Format::kUnknown || ending == ".mhd" || ending == ".nhdr" || ending == ".gipl.gz") {
    throw Error(ErrorCode::kInvalidParam,
                path.string() + ": cannot write images with ending '" + std::string(ending) + "'");
  }
  EndingPath target(path, ending);
  if (!std::ofstream(target.path(), std::ios::binary)) {
    throw Error(ErrorCode::kIo,
                path.string() + ": cannot open for writing: " + std::strerror(errno));
  }
  if (format == Format::kPng) {
    png_write(target.path(), image);
  } else {
    itk_write(target.path(), image);
  }
  bool same = false;
  std::string reason = "the file does not hold what was written";
  try {
    same = std::ranges::equal(read_raw(target.path()).voxels, image.voxels) &&
           (format != Format::kNrrd || ends_with_size(target.path(), image.voxels.size()));
  } catch (const Error& error) {
    reason = error.what();
  }
  if (!same) {
    throw Error(ErrorCode::kIo, path.string() + ": writing failed (no space left?): " + reason);
  }
  target.finish();
}

// As nibabel writes: ITK would lose what of the affine is no rotation.
void write_nibabel(const fs::path& path,
                   std::string_view ending,
                   const Extent3& extent,
                   const Affine& affine,
                   Scalar scalar,
                   std::span<const std::byte> voxels) {
  if (*std::max_element(extent.begin(), extent.end()) > std::numeric_limits<std::int16_t>::max()) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": an axis is too long for NIfTI");
  }
  try {
    (void)to_canonical(affine);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": cannot write: " + error.what());
  }
  EndingPath target(path, ending);
  write_nifti(target.path(), make_nifti_header(extent, affine, scalar == Scalar::kUint8 ? 8 : 16),
              voxels);
  std::string reason = "the file does not hold what was written";
  bool same = false;
  try {
    same = std::ranges::equal(read_raw_nibabel(target.path(), false, true).voxels, voxels);
  } catch (const Error& error) {
    reason = error.what();
  }
  if (!same) {
    throw Error(ErrorCode::kIo, path.string() + ": writing failed (no space left?): " + reason);
  }
  target.finish();
}

// Axes of the file, x first. A 2D geometry makes a 2D file.
std::vector<std::int64_t> file_size(const fs::path& path,
                                    std::string_view ending,
                                    const Extent3& extent,
                                    const Geometry& geometry) {
  const Format format = format_of(ending);
  const bool flat = geometry.dimension == 2 || format == Format::kPng || format == Format::kBmp ||
                    (format == Format::kTiff && extent[0] == 1);
  if (!flat) return {extent[2], extent[1], extent[0]};
  if (extent[0] != 1) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": a 2D image cannot hold " +
                                             std::to_string(extent[0]) + " slices");
  }
  return {extent[2], extent[1]};
}

template <class T>
std::vector<T> narrowed(std::span<const std::int16_t> labels) {
  std::vector<T> out(labels.size());
  std::transform(labels.begin(), labels.end(), out.begin(),
                 [](std::int16_t v) { return static_cast<T>(v); });
  return out;
}

}  // namespace

namespace {

/// What puts a map that a reader turned into the order of its file.
AxisMap way_back(const fs::path& path, const Geometry& geometry) {
  try {
    if (geometry.original_orientation) {
      return between(orientation_of(geometry.direction), *geometry.original_orientation);
    }
    if (geometry.reoriented_affine) return to_canonical(*geometry.original_affine).inverse();
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::kInvalidData,
                path.string() + ": cannot restore the order of the axes: " + error.what());
  }
  return {};
}

template <class T>
void write_values(const fs::path& path,
                  std::string_view ending,
                  const LabelMap& labels,
                  Scalar scalar) {
  const AxisMap back = way_back(path, labels.geometry);
  const auto values = narrowed<T>(labels.voxels());
  auto bytes = std::as_bytes(std::span(values));
  std::vector<std::byte> turned;
  Extent3 extent = labels.extent();
  ItkImage image;
  image.geometry = labels.geometry;
  if (!back.is_identity()) {
    turned = reordered(bytes, sizeof(T), extent, back);
    bytes = turned;
    image.geometry = reordered(labels.geometry, back, extent);
    extent = reordered(extent, back);
  }
  image.size = file_size(path, ending, extent, image.geometry);
  image.scalar = scalar;
  image.voxels = bytes;
  if (labels.geometry.source == GeometrySource::kNibabel && format_of(ending) == Format::kNifti) {
    Affine affine = *labels.geometry.original_affine;
    if (labels.geometry.reoriented_affine) {
      affine = reordered(*labels.geometry.reoriented_affine, back, labels.extent());
    }
    write_nibabel(path, ending, extent, affine, scalar, bytes);
    return;
  }
  write_verified(path, ending, image);
}

}  // namespace

void write_labels(const fs::path& path, const LabelMap& labels, std::string_view ending) {
  const auto voxels = labels.voxels();
  if (voxels.empty()) throw Error(ErrorCode::kInvalidData, path.string() + ": label map is empty");
  const auto [low, high] = std::minmax_element(voxels.begin(), voxels.end());
  if (*low < 0) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": label value " + std::to_string(*low) +
                                             " cannot be written, expected 0 or more");
  }
  // The reorienting reader of SimpleITK writes 8 bits whatever the values; those above stay whole.
  const int limit = labels.geometry.original_orientation ? 256 : 255;
  if (*high < limit) {
    write_values<std::uint8_t>(path, ending, labels, Scalar::kUint8);
  } else {
    write_values<std::uint16_t>(path, ending, labels, Scalar::kUint16);
  }
}

void write_image(const fs::path& path, const Volume& volume, std::string_view ending) {
  const Format format = format_of(ending);
  if (format == Format::kPng || format == Format::kBmp ||
      (format == Format::kTiff && volume.channels() != 1)) {
    throw Error(ErrorCode::kInvalidParam, path.string() + ": cannot write a float image with " +
                                              std::to_string(volume.channels()) + " channels as '" +
                                              std::string(ending) + "'");
  }
  if (volume.voxels().empty())
    throw Error(ErrorCode::kInvalidData, path.string() + ": image is empty");
  ItkImage image;
  image.scalar = Scalar::kFloat32;
  image.geometry = volume.geometry;
  if (volume.channels() == 1) {
    image.size = file_size(path, ending, volume.extent(), volume.geometry);
  } else {
    const Extent3& extent = volume.extent();
    image.size = {extent[2], extent[1], extent[0], volume.channels()};
  }
  image.voxels = std::as_bytes(volume.voxels());
  write_verified(path, ending, image);
}

struct FrameFile::Impl {
  RawImage raw;
};

FrameFile::FrameFile(const fs::path& path) : impl_(std::make_unique<Impl>()) {
  RawImage& raw = impl_->raw = read_raw(path);
  if (raw.components != 1) {
    throw Error(ErrorCode::kInvalidData, path.string() + ": image has " +
                                             std::to_string(raw.components) +
                                             " values per voxel, expected 1");
  }
  if (raw.slope == 1.0 && raw.intercept == 0.0) return;
  std::vector<std::byte> scaled(static_cast<std::size_t>(raw.value_count()) * sizeof(float));
  to_float(raw,
           {reinterpret_cast<float*>(scaled.data()), static_cast<std::size_t>(raw.value_count())});
  raw.voxels = std::move(scaled);
  raw.scalar = Scalar::kFloat32;
}
FrameFile::~FrameFile() = default;

std::int64_t FrameFile::frames() const { return impl_->raw.frames; }

void FrameFile::write(std::int64_t frame, const fs::path& path, std::string_view ending) const {
  const RawImage& raw = impl_->raw;
  ItkImage image;
  image.scalar = raw.scalar;
  image.geometry = raw.header.geometry;
  image.size = file_size(path, ending, raw.header.extent, raw.header.geometry);
  const std::size_t bytes = raw.byte_count() / static_cast<std::size_t>(raw.frames);
  image.voxels = std::span(raw.voxels).subspan(static_cast<std::size_t>(frame) * bytes, bytes);
  write_verified(path, ending, image);
}

void write_png(const fs::path& path,
               std::span<const std::uint8_t> rgb,
               std::int64_t rows,
               std::int64_t columns) {
  ItkImage image;
  image.size = {columns, rows};
  image.components = 3;
  image.geometry.dimension = 2;
  image.voxels = std::as_bytes(rgb);
  write_verified(path, ".png", image);
}

}  // namespace nnflow::imaging
