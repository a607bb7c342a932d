// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "support/npz.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

std::string npy(const std::string& dtype, const std::string& shape, const std::string& data) {
  const std::string header =
      "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  std::string bytes = "\x93NUMPY";
  bytes += '\1';
  bytes += '\0';
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header + data;
}

TEST(Npz, ReadsAnArrayWithItsShape) {
  const TempDir folder;
  write_file(folder / "a.npy", npy("<i2", "2, 1", std::string("\1\0\xfe\xff", 4)));
  const Array array = read_npy(folder / "a.npy");
  EXPECT_EQ(array.shape, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(array.values<float>(), (std::vector<float>{1.0F, -2.0F}));
}

TEST(Npz, ReadsAScalarAndATrailingComma) {
  const TempDir folder;
  write_file(folder / "a.npy", npy("|u1", "", "\7"));
  EXPECT_EQ(read_npy(folder / "a.npy").values<int>(), std::vector<int>{7});
  write_file(folder / "b.npy", npy("|u1", "2,", "\7\5"));
  EXPECT_EQ(read_npy(folder / "b.npy").shape, std::vector<std::int64_t>{2});
}

TEST(Npz, RefusesAFileThatIsTooShort) {
  const TempDir folder;
  write_file(folder / "a.npy", npy("<f4", "3,", "1234"));
  EXPECT_THROW(read_npy(folder / "a.npy"), std::runtime_error);
  EXPECT_THROW(read_npz(folder / "a.npy"), std::runtime_error);
  EXPECT_THROW(read_npz(folder / "none.npz"), std::runtime_error);
}

TEST(Npz, ReadsEveryGoldenArchiveOfAugmentation) {
  const auto folder = shared_dir() / "golden" / "augment";
  NNFLOW_REQUIRE_PATH(folder);
  for (const auto& file : children(folder, ".npz")) {
    const Npz arrays = read_npz(file);
    ASSERT_TRUE(arrays.contains("image")) << file;
    EXPECT_EQ(arrays.at("image").values<float>().size(), arrays.at("image").size()) << file;
  }
}

TEST(TempDir, IsRemovedWithItsContent) {
  std::filesystem::path path;
  {
    const TempDir folder;
    path = folder.path();
    write_file(folder / "x" / "y", "z");
    EXPECT_EQ(read_file(path / "x" / "y"), "z");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace nnflow::test
