// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cases/packed_bytes.hpp"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint64_t kBuffer = 1U << 16U;

/// What both kinds of streams share: the file, and the checksum of what was handed out.
class FileStream : public ByteStream {
 public:
  explicit FileStream(const PackedBytes& bytes)
      : bytes_(bytes), file_(bytes.path, std::ios::binary) {
    file_.seekg(static_cast<std::streamoff>(bytes.offset));
    if (!file_) throw Error(ErrorCode::kIo, bytes.path + ": cannot be read");
  }
  void finish() override {
    if (!bytes_.crc || !summed_ || position_ != bytes_.size) return;
    if (*bytes_.crc != crc_) fail("is damaged, its checksum differs");
  }

 protected:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, bytes_.path + ": " + what);
  }
  void require_left(std::uint64_t count) const {
    if (count > bytes_.size - position_) fail("ends too early");
  }
  void hand_out(const char* data, std::uint64_t count) {
    position_ += count;
    for (std::uint64_t done = 0; bytes_.crc && done < count;) {
      const auto part = static_cast<uInt>(std::min<std::uint64_t>(count - done, 1U << 30U));
      crc_ = static_cast<std::uint32_t>(
          crc32(crc_, reinterpret_cast<const Bytef*>(data + done), part));
      done += part;
    }
  }
  void read_file(char* out, std::uint64_t count) {
    if (!file_.read(out, static_cast<std::streamsize>(count))) fail("ends too early");
  }
  void read_away(std::uint64_t count) {
    std::vector<char> part(static_cast<std::size_t>(std::min(count, kBuffer)));
    for (; count > 0; count -= std::min<std::uint64_t>(count, part.size())) {
      read(part.data(), std::min<std::uint64_t>(count, part.size()));
    }
  }

  const PackedBytes bytes_;
  std::ifstream file_;
  std::uint64_t position_ = 0;
  bool summed_ = true;  ///< whether every byte before `position_` is in the checksum

 private:
  std::uint32_t crc_ = 0;
};

class PlainStream final : public FileStream {
 public:
  using FileStream::FileStream;
  void read(char* out, std::uint64_t count) override {
    require_left(count);
    read_file(out, count);
    hand_out(out, count);
  }
  void skip(std::uint64_t count) override {
    if (bytes_.crc && count <= kBuffer) return read_away(count);
    require_left(count);
    if (count == 0) return;
    file_.seekg(static_cast<std::streamoff>(count), std::ios::cur);
    position_ += count;
    summed_ = false;
  }
};

class InflatedStream final : public FileStream {
 public:
  explicit InflatedStream(const PackedBytes& bytes) : FileStream(bytes), left_(bytes.packed) {
    if (inflateInit2(&state_, -MAX_WBITS) != Z_OK) {
      throw Error(ErrorCode::kResource, bytes.path + ": cannot start decompression");
    }
  }
  ~InflatedStream() override { inflateEnd(&state_); }
  void read(char* out, std::uint64_t count) override {
    require_left(count);
    for (std::uint64_t done = 0; done < count;) {
      const auto part = static_cast<uInt>(std::min<std::uint64_t>(count - done, 1U << 30U));
      state_.next_out = reinterpret_cast<Bytef*>(out + done);
      state_.avail_out = part;
      while (state_.avail_out > 0) step();
      done += part;
    }
    hand_out(out, count);
  }
  void skip(std::uint64_t count) override { read_away(count); }

 private:
  void step() {
    if (state_.avail_in == 0) {
      const std::uint64_t part = std::min(left_, kBuffer);
      if (part == 0) fail("is damaged, its compressed data end too early");
      input_.resize(static_cast<std::size_t>(part));
      read_file(input_.data(), part);
      left_ -= part;
      state_.next_in = reinterpret_cast<Bytef*>(input_.data());
      state_.avail_in = static_cast<uInt>(part);
    }
    const uInt before = state_.avail_out;
    const int code = inflate(&state_, Z_NO_FLUSH);
    const bool ended = code == Z_STREAM_END && state_.avail_out > 0;
    const bool stuck = code == Z_BUF_ERROR && state_.avail_in > 0 && state_.avail_out == before;
    if (ended || stuck || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)) {
      fail("is damaged, it cannot be decompressed");
    }
  }

  z_stream state_{};
  std::vector<char> input_;
  std::uint64_t left_;
};

}  // namespace

std::unique_ptr<ByteStream> open_stream(const PackedBytes& bytes) {
  if (bytes.deflated) return std::make_unique<InflatedStream>(bytes);
  return std::make_unique<PlainStream>(bytes);
}

PackedBytes whole_file(const std::string& path) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error) throw Error(ErrorCode::kIo, path + ": cannot be read: " + error.message());
  return {path, 0, size, size, false, {}};
}

}  // namespace nnflow::nnunet
