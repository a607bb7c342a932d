// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/zip_archive.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

using testing::HasSubstr;

class ZipArchive : public testing::Test {
 protected:
  void write() const {
    test::write_file(folder_ / "plain.txt", "of a file");
    ZipWriter writer(path());
    const std::array<std::string_view, 2> parts{"of ", "memory"};
    writer.add_bytes("a/bytes.txt", parts);
    writer.add_file("a/file.txt", folder_ / "plain.txt");
    writer.finish();
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "some.zip"; }
  static std::string content(const ZipReader& reader, const char* name) {
    const ZipEntry* const entry = reader.find(name);
    return entry == nullptr ? "nothing" : reader.read(*entry);
  }
  [[nodiscard]] std::string refusal(const std::string& bytes) const {
    try {
      const ZipReader reader(bytes, "inner.zip");
      return "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
      return error.what();
    }
  }

  const test::TempDir folder_;
};

TEST_F(ZipArchive, HoldsBytesAndFiles) {
  write();
  const ZipReader reader(path());
  EXPECT_EQ(content(reader, "a/bytes.txt"), "of memory");
  EXPECT_EQ(content(reader, "a/file.txt"), "of a file");
}

TEST_F(ZipArchive, IsReadFromMemoryTheSameWay) {
  write();
  const std::string bytes = read_file(path());
  const ZipReader reader(bytes, "outer.zip/inner.zip");
  EXPECT_EQ(content(reader, "a/bytes.txt"), "of memory");
  EXPECT_EQ(reader.path(), "outer.zip/inner.zip");
  EXPECT_EQ(refusal(""), "inner.zip: is no zip archive, or it is cut off");
  EXPECT_EQ(refusal("text"), "inner.zip: is no zip archive, or it is cut off");
  EXPECT_THAT(refusal(bytes.substr(0, bytes.size() - 30)), HasSubstr("inner.zip: is "));
}

}  // namespace
}  // namespace nnflow::nnunet
