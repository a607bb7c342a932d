// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Files that change after their header was read and kept.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"

namespace {
namespace fs = std::filesystem;
using namespace nnflow::imaging;

class HeaderCache : public testing::Test {
 protected:
  static fs::path write(const std::string& name, Extent3 extent, double spacing) {
    LabelMap labels(extent);
    labels.geometry.spacing = {spacing, spacing, spacing};
    labels.voxels()[1] = 7;
    const fs::path path = fs::path(testing::TempDir()) / name;
    write_labels(path, labels, ".nii.gz");
    return path;
  }
  /// Until headers of what is written now are kept.
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(3100)); }
};

TEST_F(HeaderCache, NoticesWhatBecameOfTheFiles) {
  const fs::path rewritten = write("rewritten.nii.gz", {3, 4, 5}, 1.0);
  const fs::path replaced = write("replaced.nii.gz", {3, 4, 5}, 1.0);
  const fs::path truncated = write("truncated.nii.gz", {3, 4, 5}, 1.0);
  const fs::path removed = write("removed.nii.gz", {3, 4, 5}, 1.0);
  const fs::path same = write("same.nii.gz", {3, 4, 5}, 1.0);
  const std::string other = write("other.nii.gz", {3, 4, 5}, 2.0);
  settle();
  for (const fs::path& path : {rewritten, replaced, truncated, removed, same}) {
    for (int i = 0; i < 2; ++i) EXPECT_EQ(probe_image(path).spacing, (Spacing3{1.0, 1.0, 1.0}));
  }
  write("rewritten.nii.gz", {3, 4, 5}, 2.0);
  fs::rename(other, replaced);
  fs::resize_file(truncated, fs::file_size(truncated) - 12);
  fs::remove(removed);

  EXPECT_EQ(probe_image(rewritten).spacing, (Spacing3{2.0, 2.0, 2.0}));
  EXPECT_EQ(probe_image(replaced).spacing, (Spacing3{2.0, 2.0, 2.0}));
  EXPECT_THROW((void)read_labels(truncated), nnflow::Error);
  EXPECT_THROW((void)probe_image(removed), nnflow::Error);
  EXPECT_EQ(read_labels(same).voxels()[1], 7);
  EXPECT_EQ(read_image(same).extent(), (Extent3{3, 4, 5}));
}

TEST_F(HeaderCache, ReadersThatTurnImagesDoNotTurnWhatIsKept) {
  const fs::path path = write("turned.nii.gz", {3, 4, 5}, 1.0);
  settle();
  const ImageHeader before = probe_image(path);
  const ImageHeader turned = probe_image(path, ImageReader::kSimpleItkReorient);
  EXPECT_NE(turned.geometry.direction, before.geometry.direction);
  EXPECT_EQ(probe_image(path).geometry.direction, before.geometry.direction);
  EXPECT_EQ(read_image(path).geometry.direction, before.geometry.direction);
}

}  // namespace
