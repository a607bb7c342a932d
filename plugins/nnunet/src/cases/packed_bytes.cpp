// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cases/packed_bytes.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "nnflow/error.hpp"
#include "zip/zip_handle.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint64_t kBuffer = 1U << 16U;
// Deflate makes at most 1032 bytes of one.
constexpr std::uint64_t kLargestRatio = 1032;
constexpr const char* kKind = "archive of arrays (.npz)";

/// What both kinds of streams share: how far they are.
class CountedStream : public ByteStream {
 public:
  explicit CountedStream(PackedBytes bytes) : bytes_(std::move(bytes)) {}

 protected:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, bytes_.path + ": " + what);
  }
  void require_left(std::uint64_t count) const {
    if (count > bytes_.size - position_) fail("ends too early");
  }

  const PackedBytes bytes_;
  std::uint64_t position_ = 0;
};

class FileStream final : public CountedStream {
 public:
  explicit FileStream(const PackedBytes& bytes)
      : CountedStream(bytes), file_(bytes.path, std::ios::binary) {
    if (!file_) throw Error(ErrorCode::kIo, bytes.path + ": cannot be read");
  }
  void read(char* out, std::uint64_t count) override {
    require_left(count);
    if (!file_.read(out, static_cast<std::streamsize>(count))) fail("ends too early");
    position_ += count;
  }
  void skip(std::uint64_t count) override {
    require_left(count);
    if (count > 0) file_.seekg(static_cast<std::streamoff>(count), std::ios::cur);
    position_ += count;
  }
  void finish() override {}

 private:
  std::ifstream file_;
};

class EntryStream final : public CountedStream {
 public:
  explicit EntryStream(const PackedBytes& bytes)
      : CountedStream(bytes),
        archive_(open_zip(bytes.path, kKind)),
        file_(zip_fopen_index(archive_.get(), *bytes.entry, 0)) {
    if (!file_) damaged(zip_strerror(archive_.get()));
  }
  void read(char* out, std::uint64_t count) override {
    require_left(count);
    for (std::uint64_t done = 0; done < count;) {
      const zip_int64_t got = zip_fread(file_.get(), out + done, count - done);
      if (got < 0) damaged(zip_file_strerror(file_.get()));
      if (got == 0) fail("is damaged, an array in it ends too early");
      done += static_cast<std::uint64_t>(got);
    }
    position_ += count;
  }
  void skip(std::uint64_t count) override {
    require_left(count);
    // Short ways are read, so that the checksum is known at the end.
    if (!bytes_.deflated && count > kBuffer) {
      const auto target = static_cast<zip_int64_t>(position_ + count);
      if (zip_fseek(file_.get(), target, SEEK_SET) != 0) damaged(zip_file_strerror(file_.get()));
      position_ += count;
      return;
    }
    std::vector<char> part(static_cast<std::size_t>(std::min(count, kBuffer)));
    for (; count > 0; count -= std::min<std::uint64_t>(count, part.size())) {
      read(part.data(), std::min<std::uint64_t>(count, part.size()));
    }
  }
  void finish() override {
    if (position_ != bytes_.size) return;
    // The library compares the checksum when it meets the end, if it has seen all bytes.
    char more = 0;
    const zip_int64_t got = zip_fread(file_.get(), &more, 1);
    if (got < 0) damaged(zip_file_strerror(file_.get()));
    if (got > 0) fail("is damaged, an array in it is longer than the archive says");
  }

 private:
  [[noreturn]] void damaged(const char* reason) const {
    fail(std::string("is damaged, it cannot be decompressed: ") + reason);
  }

  ZipHandle archive_;
  ZipFileHandle file_;
};

}  // namespace

std::unique_ptr<ByteStream> open_stream(const PackedBytes& bytes) {
  if (bytes.entry) return std::make_unique<EntryStream>(bytes);
  return std::make_unique<FileStream>(bytes);
}

std::optional<imaging::RawBytes> unpack_at_once(const PackedBytes& bytes) {
  if (!bytes.entry || !bytes.deflated ||
      std::max(bytes.size, bytes.packed) > imaging::kLargestAtOnce) {
    return {};
  }
  const ZipHandle archive = open_zip(bytes.path, kKind);
  const ZipFileHandle file(zip_fopen_index(archive.get(), *bytes.entry, ZIP_FL_COMPRESSED));
  if (!file) return {};
  imaging::RawBytes packed(static_cast<std::size_t>(bytes.packed));
  for (std::uint64_t done = 0; done < bytes.packed;) {
    const zip_int64_t got = zip_fread(file.get(), packed.data() + done, bytes.packed - done);
    if (got <= 0) return {};
    done += static_cast<std::uint64_t>(got);
  }
  imaging::RawBytes whole(static_cast<std::size_t>(bytes.size));
  if (!inflate_at_once(imaging::Wrapping::kNone, packed.all(), whole.all()) ||
      imaging::checksum(whole.all()) != bytes.checksum) {
    return {};
  }
  return whole;
}

PackedBytes whole_file(const std::string& path) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) throw Error(ErrorCode::kIo, path + ": cannot be read: " + error.message());
  return {path, size, {}, false, 0, 0};
}

std::optional<PackedBytes> find_zip_entry(const std::string& path, const std::string& name) {
  const std::uint64_t file_size = whole_file(path).size;
  const ZipHandle archive = open_zip(path, kKind);
  const zip_int64_t index = zip_name_locate(archive.get(), name.c_str(), 0);
  if (index < 0) return {};
  const auto fail = [&](const char* what) {
    throw Error(ErrorCode::kInvalidData, path + ": has an entry " + what);
  };
  zip_stat_t stat;
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_CRC;
  if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(index), 0, &stat) != 0 ||
      (stat.valid & kNeeded) != kNeeded) {
    fail("that cannot be read");
  }
  const bool deflated = stat.comp_method == ZIP_CM_DEFLATE;
  if ((!deflated && stat.comp_method != ZIP_CM_STORE) || stat.encryption_method != ZIP_EM_NONE) {
    fail("that is neither stored nor deflated");
  }
  // Keeps what is claimed, and would be allocated, in proportion to the file.
  const bool possible =
      deflated ? stat.size / kLargestRatio <= stat.comp_size : stat.size == stat.comp_size;
  if (!possible || stat.comp_size > file_size) fail("of impossible size");
  return PackedBytes{path,     stat.size,      static_cast<std::uint64_t>(index),
                     deflated, stat.comp_size, stat.crc};
}

}  // namespace nnflow::nnunet
