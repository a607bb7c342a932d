// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {

/// An image of `channels` x 4 x 6 x 5 voxels with distinct values and spacing 2.5 x 1.5 x 1 mm.
inline imaging::Volume small_image(std::int64_t channels = 1) {
  imaging::Volume image(channels, {4, 6, 5});
  float value = 1.0F;
  for (float& v : image.voxels()) v = value++;
  image.spacing = {2.5, 1.5, 1.0};
  image.geometry.spacing = {1.0, 1.5, 2.5};
  image.geometry.origin = {10.0, -20.0, 5.0};
  return image;
}

/// A label map in the grid of `small_image` with the values 0, 1 and 2.
inline imaging::LabelMap small_labels() {
  const imaging::Volume image = small_image();
  imaging::LabelMap labels(image.extent());
  std::int16_t value = 0;
  for (std::int16_t& v : labels.voxels()) v = static_cast<std::int16_t>(value++ % 3);
  labels.spacing = image.spacing;
  labels.geometry = image.geometry;
  return labels;
}

/// A raw data set of the cases a and b with two channels in a folder of its own.
class SmallDataset {
 public:
  SmallDataset() : folder(dir_ / "Dataset901_Small") {
    write_file(
        json(),
        R"({"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "x": 1, "y": 2},)"
        R"( "numTraining": 2, "file_ending": ".nii.gz"})");
    std::filesystem::create_directories(folder / "imagesTr");
    std::filesystem::create_directories(folder / "labelsTr");
    for (const char* id : {"a", "b"}) {
      put_image(id, 0, small_image());
      put_image(id, 1, small_image());
      put_label(id, small_labels());
    }
  }

  [[nodiscard]] std::filesystem::path json() const { return folder / "dataset.json"; }
  [[nodiscard]] std::filesystem::path image(const std::string& id, int channel) const {
    return folder / "imagesTr" / (id + "_000" + std::to_string(channel) + ".nii.gz");
  }
  [[nodiscard]] std::filesystem::path label(const std::string& id) const {
    return folder / "labelsTr" / (id + ".nii.gz");
  }
  void put_image(const std::string& id, int channel, const imaging::Volume& volume) const {
    imaging::write_image(image(id, channel), volume, ".nii.gz");
  }
  void put_label(const std::string& id, const imaging::LabelMap& labels) const {
    imaging::write_labels(label(id), labels, ".nii.gz");
  }

 private:
  TempDir dir_;

 public:
  std::filesystem::path folder;
};

/// The text of the error that a call throws, which must have the given code.
inline std::string error_of(ErrorCode code, const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    return error.what();
  }
  return "no error";
}

}  // namespace nnflow::test
