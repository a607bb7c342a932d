// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/properties.hpp"

namespace nnflow::nnunet {

/// How an array is cut in a `.b2nd` file: axes (c, z, y, x), leading entry 1.
struct ChunkShape {
  std::array<std::int64_t, 4> block{1, 1, 1, 1};
  std::array<std::int64_t, 4> chunk{1, 1, 1, 1};

  friend bool operator==(const ChunkShape&, const ChunkShape&) = default;
};

/// nnU-Net's rule (nnunet-data 7.2). `image` is (c, z, y, x); `patch` has 2 or 3 entries.
[[nodiscard]] NNFLOW_NNUNET_EXPORT ChunkShape chunk_shape(const std::array<std::int64_t, 4>& image,
                                                          std::span<const std::int64_t> patch,
                                                          std::int64_t bytes_per_value);

/// Write `path` itself (no temporary name: pass one from `Context::artifact`). The same input gives
/// the same bytes. Image: float32 (c, z, y, x), `<case>.b2nd`.
NNFLOW_NNUNET_EXPORT void write_image_array(const std::filesystem::path& path,
                                            std::span<const float> values,
                                            std::int64_t channels,
                                            const imaging::Extent3& extent,
                                            std::span<const std::int64_t> patch);
/// Segmentation: int16 (1, z, y, x), `<case>_seg.b2nd`.
NNFLOW_NNUNET_EXPORT void write_seg_array(const std::filesystem::path& path,
                                          std::span<const std::int16_t> values,
                                          const imaging::Extent3& extent,
                                          std::span<const std::int64_t> patch);
/// Previous-stage labels: (z, y, x) without a channel axis, uint8, or uint16 when `wide`.
NNFLOW_NNUNET_EXPORT void write_previous_stage_array(const std::filesystem::path& path,
                                                     std::span<const std::int16_t> labels,
                                                     const imaging::Extent3& extent,
                                                     std::span<const std::int64_t> patch,
                                                     bool wide);

/// Writes the three files of a case into `folder`, which is made where it is missing, under their
/// final names. `labels` may be null.
NNFLOW_NNUNET_EXPORT void write_preprocessed_case(const std::filesystem::path& folder,
                                                  const std::string& id,
                                                  const imaging::Volume& image,
                                                  const imaging::LabelMap* labels,
                                                  const CaseProperties& properties,
                                                  std::span<const std::int64_t> patch);

/// Which array of a case a file is opened for. It matters only for an archive, which holds both.
enum class CaseArray { kImage, kSegmentation };

/// An open array of 3 or 4 axes; 3D ones count as one channel. `.b2nd` in any codec and chunking,
/// or what older versions of nnU-Net wrote: the arrays `data` and `seg` of an `.npz`, and `.npy` in
/// either order of axes. Element types bool, (u)int8 .. (u)int64, float32, float64. All reads may
/// run concurrently. A box of an `.npz` costs unpacking everything before it.
class NNFLOW_NNUNET_EXPORT ArrayFile {
 public:
  /// Throws Error(kIo) or Error(kInvalidData) naming the file.
  explicit ArrayFile(const std::filesystem::path& path, CaseArray which = CaseArray::kImage);
  ArrayFile(ArrayFile&&) noexcept;
  ArrayFile& operator=(ArrayFile&&) noexcept;
  ~ArrayFile();

  [[nodiscard]] std::int64_t channels() const;
  [[nodiscard]] const imaging::Extent3& extent() const;
  /// Number of axes in the file, 3 or 4.
  [[nodiscard]] int dimension() const;
  /// numpy type string without byte order: "f4", "i2", "u1".
  [[nodiscard]] const std::string& dtype() const;

  /// Everything, (c, z, y, x).
  void read(std::span<float> out) const;
  void read(std::span<std::int16_t> out) const;
  /// A box of every channel, (c, dz, dy, dx). The box may leave the array; voxels outside get
  /// `fill`.
  void read_box(const imaging::Box3& box, float fill, std::span<float> out) const;
  void read_box(const imaging::Box3& box, std::int16_t fill, std::span<std::int16_t> out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The folder with the cases of a configuration: its data identifier below the data set's
/// preprocessed folder, or that folder itself when there is no such folder in it.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path configuration_folder(
    const std::filesystem::path& dataset_folder, const std::string& data_identifier);

/// The file with an array of a case: the `.b2nd` of today's nnU-Net, where there is none the `.npy`
/// of older ones, else their `.npz`, which is one file for image and segmentation. The name of the
/// `.b2nd` where there is none of them.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path image_file(
    const std::filesystem::path& folder, const std::string& id);
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path seg_file(
    const std::filesystem::path& folder, const std::string& id);
/// The files of a case, each once: image, segmentation, properties.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::filesystem::path> case_files(
    const std::filesystem::path& folder, const std::string& id);

/// A folder of preprocessed cases (nnunet-data 7), of today's nnU-Net or of an older one.
class NNFLOW_NNUNET_EXPORT PreprocessedFolder {
 public:
  /// Lists the cases. Throws Error(kIo) for a missing folder, Error(kInvalidData) for foreign
  /// files and for a mixture of `.b2nd` and `.npz`, which Python's loader would not survive.
  explicit PreprocessedFolder(std::filesystem::path folder);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Sorted by code point.
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }
  [[nodiscard]] ArrayFile open_image(const std::string& id) const;
  [[nodiscard]] ArrayFile open_seg(const std::string& id) const;
  [[nodiscard]] CaseProperties properties(const std::string& id) const;

 private:
  std::filesystem::path folder_;
  std::vector<std::string> ids_;
};

}  // namespace nnflow::nnunet
