// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace nnflow::imaging {

/// What surrounds a deflate stream (RFC 1951): nothing, zlib's header and checksum (RFC 1950), or
/// those of one or more gzip members (RFC 1952).
enum class Wrapping { kNone, kZlib, kGzip };

/// Streams of at most this many bytes, packed and unpacked, are worth unpacking at once: it takes
/// about half the time of a zlib stream, and the whole of both in memory.
inline constexpr std::uint64_t kLargestAtOnce = std::uint64_t{1} << 27U;

/// Unpacks a whole stream into `out`, which it must fill, and compares its checksum. False where it
/// is damaged, or its length is another one; `out` holds anything then, and a reader that goes
/// through the stream in pieces finds out what is wrong. Thread-safe.
[[nodiscard]] bool inflate_at_once(Wrapping wrapping,
                                   std::span<const std::byte> in,
                                   std::span<std::byte> out);

/// Checksum of zip archives and of gzip (CRC-32).
[[nodiscard]] std::uint32_t checksum(std::span<const std::byte> bytes);

/// Memory for a stream on its way, not filled with zeros. Each thread keeps what it gave back last,
/// up to 64 MiB, so that files of one size do not ask the system for pages again and again.
class RawBytes {
 public:
  explicit RawBytes(std::size_t count);
  RawBytes(RawBytes&&) noexcept = default;
  RawBytes& operator=(RawBytes&&) noexcept = default;
  RawBytes(const RawBytes&) = delete;
  RawBytes& operator=(const RawBytes&) = delete;
  ~RawBytes();

  [[nodiscard]] std::span<std::byte> all() { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const std::byte> all() const { return {data_.get(), size_}; }
  [[nodiscard]] std::byte* data() { return data_.get(); }
  [[nodiscard]] const std::byte* data() const { return data_.get(); }

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t size_;
  std::size_t room_;
};

}  // namespace nnflow::imaging
