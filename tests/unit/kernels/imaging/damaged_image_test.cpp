// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"

namespace {
namespace fs = std::filesystem;
using namespace nnflow::imaging;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

fs::path file(const std::string& name) { return fs::path(::testing::TempDir()) / name; }

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The error of reading, with the path cut off.
std::string reading(const fs::path& path, nnflow::ErrorCode expected = nnflow::ErrorCode::kIo) {
  try {
    (void)read_image(path);
  } catch (const nnflow::Error& error) {
    EXPECT_EQ(error.code(), expected);
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with(path.string() + ": ")) << text;
    return text.substr(path.string().size() + 2);
  }
  return "no error";
}

LabelMap noise(Extent3 extent) {
  LabelMap labels(extent);
  std::uint32_t state = 3;
  for (std::int16_t& v : labels.voxels()) {
    state = state * 1664525U + 1013904223U;
    v = static_cast<std::int16_t>((state >> 16U) % 250U);
  }
  return labels;
}

class Truncated : public ::testing::TestWithParam<const char*> {};

TEST_P(Truncated, EveryCutIsAnErrorAndNothingIsPrinted) {
  const std::string ending = GetParam();
  const bool flat = ending == ".png" || ending == ".bmp";
  write_labels(file("whole" + ending), noise({flat ? 1 : 6, 20, 20}), ending);
  const std::string whole = bytes_of(file("whole" + ending));
  CaptureStderr();
  for (const double part : {0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99}) {
    put(file("cut" + ending),
        whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * part)));
    EXPECT_NE(reading(file("cut" + ending)), "no error") << ending << " " << part;
  }
  EXPECT_EQ(GetCapturedStderr(), "");
}

INSTANTIATE_TEST_SUITE_P(
    Formats,
    Truncated,
    ::testing::Values(".nii.gz", ".nii", ".nrrd", ".mha", ".gipl", ".png", ".bmp", ".tif"));

TEST(DamagedImage, TruncatedNiftiSaysSo) {
  write_labels(file("a.nii.gz"), noise({6, 20, 20}), ".nii.gz");
  const std::string whole = bytes_of(file("a.nii.gz"));
  put(file("cut.nii.gz"), whole.substr(0, whole.size() / 2));
  EXPECT_EQ(reading(file("cut.nii.gz")), "file is truncated, its gzip stream ends early");
  write_labels(file("a.nii"), noise({6, 20, 20}), ".nii");
  put(file("cut.nii"), bytes_of(file("a.nii")).substr(0, 1352));
  EXPECT_EQ(reading(file("cut.nii")), "file is truncated, 1400 bytes are missing");
  put(file("empty.nii.gz"), "");
  EXPECT_EQ(reading(file("empty.nii.gz")), "file is truncated, 348 bytes are missing");
}

TEST(DamagedImage, FlippedByteInGzipIsCaughtByItsChecksum) {
  write_labels(file("b.nii.gz"), noise({6, 20, 20}), ".nii.gz");
  std::string whole = bytes_of(file("b.nii.gz"));
  int caught = 0;
  for (std::size_t at = whole.size() / 2; at < whole.size() / 2 + 20; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    put(file("flip.nii.gz"), damaged);
    if (reading(file("flip.nii.gz")) != "no error") ++caught;
  }
  EXPECT_EQ(caught, 20);
}

TEST(DamagedImage, GzipOfSeveralMembersIsRead) {
  const LabelMap labels = noise({6, 20, 20});
  write_labels(file("m.nii"), labels, ".nii");
  const std::string whole = bytes_of(file("m.nii"));
  for (const auto& [from, count, mode] :
       {std::tuple{std::size_t{0}, std::size_t{1000}, "wb"},
        std::tuple{std::size_t{1000}, whole.size() - 1000, "ab"}}) {
    gzFile out = gzopen(file("m.nii.gz").c_str(), mode);
    gzwrite(out, whole.data() + from, static_cast<unsigned>(count));
    gzclose(out);
  }
  EXPECT_TRUE(std::ranges::equal(read_labels(file("m.nii.gz")).voxels(), labels.voxels()));
}

TEST(DamagedImage, BytesBehindTheGzipStreamAreIgnored) {
  const LabelMap labels = noise({6, 20, 20});
  write_labels(file("t.nii.gz"), labels, ".nii.gz");
  put(file("t.nii.gz"), bytes_of(file("t.nii.gz")) + std::string(512, '\0'));
  EXPECT_TRUE(std::ranges::equal(read_labels(file("t.nii.gz")).voxels(), labels.voxels()));
}

TEST(DamagedImage, OtherContentIsNamed) {
  put(file("text.nii.gz"), std::string(2000, 'x'));
  EXPECT_EQ(reading(file("text.nii.gz")), "no NIfTI-1 file, the header size is wrong");
  std::string second(2000, '\0');
  second[0] = 0x1c;  // 540, little-endian
  second[1] = 0x02;
  second.replace(4, 4, std::string("n+2\0", 4));
  put(file("second.nii.gz"), second);
  EXPECT_EQ(reading(file("second.nii.gz")),
            "is a NIfTI-2 file, which is not read; convert it to NIfTI-1 (in nibabel: "
            "Nifti1Image.from_image)");
  put(file("text.gipl"), std::string(2000, 'x'));
  EXPECT_EQ(reading(file("text.gipl")), "no GIPL image, the magic number is wrong");
  put(file("text.mha"), std::string(2000, 'x'));
  EXPECT_EQ(reading(file("text.mha")), "no MetaImage or a truncated one, the header lacks NDims");
  put(file("text.tif"), std::string(2000, 'x'));
  EXPECT_EQ(reading(file("text.tif")), "no TIFF file");
  EXPECT_EQ(reading(file("absent.nii.gz")), "no such file");
  fs::create_directories(file("folder.nrrd"));
  EXPECT_EQ(reading(file("folder.nrrd")),
            "is a folder without DICOM files, expected an image file or a DICOM series");
  put(file("image.dcm"), "x");
  EXPECT_TRUE(reading(file("image.dcm"), nnflow::ErrorCode::kInvalidData)
                  .starts_with("unknown image file ending"));
}

TEST(DamagedImage, NiftiScalingAndByteOrder) {
  LabelMap labels(Extent3{1, 1, 3});
  labels.voxels()[1] = 300;
  labels.voxels()[2] = 2;
  write_labels(file("scale.nii"), labels, ".nii");  // uint16, native order
  std::string whole = bytes_of(file("scale.nii"));
  const std::array<float, 2> scale{0.5F, -10.0F};
  std::memcpy(whole.data() + 112, scale.data(), sizeof(scale));
  put(file("scale.nii"), whole);
  const Volume image = read_image(file("scale.nii"));
  EXPECT_EQ(image.voxels()[0], -10.0F);
  EXPECT_EQ(image.voxels()[1], 140.0F);
  EXPECT_EQ(read_labels(file("scale.nii")).voxels()[1], 140);
}

TEST(DamagedImage, FullDiskIsAnErrorAndLeavesNoFile) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const LabelMap labels = noise({8, 64, 64});
  for (const std::string ending : {".nii.gz", ".nii", ".nrrd", ".mha", ".gipl", ".tif"}) {
    const rlimit small{4096, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    std::string text = "no error";
    try {
      write_labels(file("full.part" + ending), labels, ending);
    } catch (const nnflow::Error& error) {
      text = error.what();
      EXPECT_EQ(error.code(), nnflow::ErrorCode::kIo);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_NE(text, "no error") << ending;
    EXPECT_FALSE(fs::exists(file("full.part" + ending))) << ending;
  }
}

TEST(DamagedImage, UnwritableFolderIsAnError) {
  put(file("plain"), "x");
  try {
    write_labels(file("plain") / "a.nii.gz", noise({2, 2, 2}), ".nii.gz");
    FAIL();
  } catch (const nnflow::Error& error) {
    EXPECT_EQ(error.code(), nnflow::ErrorCode::kIo);
    EXPECT_EQ(std::string(error.what()),
              (file("plain") / "a.nii.gz").string() + ": cannot open for writing: Not a directory");
  }
}

// Of every size, for zlib decompresses large pieces another way than small ones.
TEST(DamagedImage, ChecksumsBehindTheVoxelsMayNotBeCutOff) {
  for (const std::int64_t side : {3, 20, 96, 180}) {
    const fs::path path = file("cut.nii.gz");
    write_labels(path, noise({side, side, side}), ".nii.gz");
    const std::uintmax_t size = fs::file_size(path);
    EXPECT_NO_THROW((void)read_image(path)) << side;
    for (const std::uintmax_t cut : {1U, 4U, 7U, 8U, 9U}) {
      fs::resize_file(path, size - cut);
      EXPECT_THROW((void)read_image(path), nnflow::Error) << side << " without " << cut << " bytes";
      write_labels(path, noise({side, side, side}), ".nii.gz");
    }
  }
}

}  // namespace
