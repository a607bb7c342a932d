// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace nnflow::imaging {

/// Sequential reader of a file that may be gzip-compressed. Every shortage, broken stream or wrong
/// checksum is an Error(kIo) that names the file.
class GzipReader {
 public:
  static constexpr std::size_t kLargeBuffer = std::size_t{1} << 18U;
  static constexpr std::size_t kHeaderBuffer = std::size_t{1}
                                               << 12U;  ///< for those who read a header

  /// Reads ahead up to `buffer` bytes.
  explicit GzipReader(const std::filesystem::path& path, std::size_t buffer = kLargeBuffer);
  /// Fills the span.
  void read(std::span<std::byte> out);
  void skip(std::int64_t count);
  /// Reads to the end, so that the checksum behind the last byte is compared.
  void finish();

 private:
  struct Close {
    void operator()(void* file) const;
  };
  [[nodiscard]] std::size_t read_some(std::span<std::byte> out);

  std::string name_;
  std::unique_ptr<void, Close> file_;
};

/// Decompresses a zlib or gzip stream that must hold exactly `out.size()` bytes or more.
void inflate_block(const std::string& name,
                   std::span<const std::byte> in,
                   std::span<std::byte> out);

}  // namespace nnflow::imaging
