// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/imaging/image_io.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/store.hpp"
#include "program.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {

namespace fs = std::filesystem;
inline constexpr std::size_t kVoxels = 352;  ///< where the voxels of a NIfTI file begin

inline std::vector<fs::path> images(const fs::path& folder) {
  std::vector<fs::path> files = children(folder);
  std::erase_if(files, [](const fs::path& file) { return file.extension() != ".nii"; });
  return files;
}

class TrainingKinds : public testing::Test {
 protected:
  void SetUp() override {
    const Answer made = make_phantoms(data_, 5, ".nii");
    ASSERT_EQ(made.code, 0) << made.text;
  }

  void labels(const std::string& rules) const { write_description(data_, 5, rules); }

  [[nodiscard]] SmallRun small_run() const {
    return {.data = data_, .workspace = work_, .run_dir = folder_ / "record", .iterations = 4};
  }

  [[nodiscard]] fs::path fold(const std::string& name = "fold_0") const {
    return work_ / "nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres" / name;
  }

  /// The segmentation of the only validation case of fold 0.
  [[nodiscard]] fs::path validated() const {
    const auto files = images(fold() / "validation");
    return files.size() == 1 ? files.front() : fs::path();
  }
  [[nodiscard]] fs::path reference_of(const fs::path& segmentation) const {
    return data_ / "labelsTr" / segmentation.filename();
  }

  /// Segments the training images with the model of a workspace.
  [[nodiscard]] Answer predict(const fs::path& workspace,
                               const fs::path& out,
                               const Words& more) const {
    return predict_named(data_ / "imagesTr", out, "Dataset901_Tiny", "3d_fullres", workspace, more);
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset901_Tiny";
  const fs::path work_ = folder_ / "work";
};

/// Extent of the preprocessed image of a case.
inline imaging::Extent3 preprocessed(const fs::path& folder, const std::string& id) {
  return nnunet::ArrayFile(folder / (id + ".b2nd")).extent();
}

/// Extents after cropping, from the fingerprint of a data set.
inline std::vector<imaging::Extent3> cropped(const fs::path& dataset) {
  return nnunet::read_json(dataset / "dataset_fingerprint.json")
      .at("shapes_after_crop")
      .get<std::vector<imaging::Extent3>>();
}

/// Values of an image of 8 bits.
inline std::string voxels(const fs::path& file) { return read_file(file).substr(kVoxels); }

inline std::int64_t count(const std::string& values, char value) {
  return std::count(values.begin(), values.end(), value);
}

inline std::int64_t sum(const nnunet::Json& metrics, const Words& names) {
  std::int64_t total = 0;
  for (const std::string& name : names) total += metrics.at(name).get<std::int64_t>();
  return total;
}

}  // namespace nnflow::test
