// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "gzip_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include <zlib.h>

#include "nnflow/error.hpp"

namespace nnflow::imaging {
namespace {
constexpr std::size_t kPart = std::size_t{1} << 30U;  // zlib counts in 32 bits

gzFile handle(void* file) { return static_cast<gzFile>(file); }

[[noreturn]] void fail_truncated(const std::string& name, std::size_t missing) {
  throw Error(ErrorCode::kIo,
              name + ": file is truncated, " + std::to_string(missing) + " bytes are missing");
}
}  // namespace

void GzipReader::Close::operator()(void* file) const { gzclose_r(handle(file)); }

GzipReader::GzipReader(const std::filesystem::path& path, std::size_t buffer)
    : name_(path.string()) {
  errno = 0;
  file_.reset(gzopen(name_.c_str(), "rb"));
  if (!file_) {
    throw Error(ErrorCode::kIo, name_ + ": cannot open for reading: " + std::strerror(errno));
  }
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (!unknown) buffer = std::min(buffer, std::max<std::size_t>(size, kHeaderBuffer));
  gzbuffer(handle(file_.get()), static_cast<unsigned>(buffer));
}

std::size_t GzipReader::read_some(std::span<std::byte> out) {
  const auto want = static_cast<unsigned>(std::min(out.size(), kPart));
  const int got = gzread(handle(file_.get()), out.data(), want);
  int code = Z_OK;
  const char* text = gzerror(handle(file_.get()), &code);
  if (code == Z_BUF_ERROR) {
    throw Error(ErrorCode::kIo, name_ + ": file is truncated, its gzip stream ends early");
  }
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    const std::string reason = code == Z_ERRNO ? std::strerror(errno) : text;
    throw Error(ErrorCode::kIo, name_ + ": cannot read, the gzip stream is damaged: " + reason);
  }
  return static_cast<std::size_t>(got);
}

void GzipReader::read(std::span<std::byte> out) {
  // The last byte comes through zlib's own buffer, which has room for more: else zlib does not see
  // that the checksum behind the last byte is cut off.
  while (!out.empty()) {
    const std::size_t got = read_some(out.first(std::max<std::size_t>(out.size() - 1, 1)));
    if (got == 0) fail_truncated(name_, out.size());
    out = out.subspan(got);
  }
}

void GzipReader::skip(std::int64_t count) {
  std::array<std::byte, 4096> sink{};
  while (count > 0) {
    const auto part = std::min<std::int64_t>(count, static_cast<std::int64_t>(sink.size()));
    read(std::span(sink).first(static_cast<std::size_t>(part)));
    count -= part;
  }
}

void GzipReader::finish() {
  std::array<std::byte, 4096> sink{};
  while (read_some(sink) != 0) {
  }
}

void inflate_block(const std::string& name,
                   std::span<const std::byte> in,
                   std::span<std::byte> out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) {
    throw Error(ErrorCode::kResource, name + ": no memory to decompress");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, &inflateEnd);
  // zlib's input pointer is not const without ZLIB_CONST; it never writes through it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  std::size_t left_in = in.size();
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      stream.avail_in = static_cast<uInt>(std::min(left_in, kPart));
      left_in -= stream.avail_in;
    }
    std::array<std::byte, 64> overflow{};
    std::span<std::byte> target = out.empty() ? std::span<std::byte>(overflow) : out;
    const auto room = static_cast<uInt>(std::min(target.size(), kPart));
    stream.next_out = reinterpret_cast<Bytef*>(target.data());
    stream.avail_out = room;
    code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = room - stream.avail_out;
    if (!out.empty()) out = out.subspan(made);
    if (code == Z_BUF_ERROR ||
        (code == Z_OK && made == 0 && stream.avail_in == 0 && left_in == 0)) {
      throw Error(ErrorCode::kIo,
                  name + ": file is truncated, its compressed voxel data ends early");
    }
    if (code != Z_OK && code != Z_STREAM_END) {
      throw Error(ErrorCode::kIo,
                  name + ": cannot read, the compressed voxel data is damaged: " +
                      (stream.msg != nullptr ? stream.msg : "zlib code " + std::to_string(code)));
    }
  }
  if (!out.empty()) fail_truncated(name, out.size());
}

}  // namespace nnflow::imaging
