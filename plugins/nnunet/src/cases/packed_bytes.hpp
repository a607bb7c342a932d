// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "nnflow/imaging/inflate.hpp"

namespace nnflow::nnunet {

/// The bytes of a file, or of an entry of a zip archive.
struct PackedBytes {
  std::string path;
  std::uint64_t size = 0;              ///< bytes once unpacked
  std::optional<std::uint64_t> entry;  ///< place in the archive; absent: the whole file
  bool deflated = false;
  std::uint64_t packed = 0;    ///< bytes of a deflated entry in the archive
  std::uint32_t checksum = 0;  ///< of an entry once unpacked
};

/// Reads packed bytes front to back. Throws Error(kIo) for a file that cannot be read,
/// Error(kInvalidData) for a damaged one; both name it.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;
  virtual void read(char* out, std::uint64_t count) = 0;
  virtual void skip(std::uint64_t count) = 0;
  /// Compares the checksum, when every byte has been read.
  virtual void finish() = 0;
};

[[nodiscard]] std::unique_ptr<ByteStream> open_stream(const PackedBytes& bytes);

/// A deflated entry of moderate size, unpacked in one go, which takes much less time than a stream.
/// Nothing where it is another one, or damaged: `open_stream` serves the former and says what is
/// wrong with the latter.
[[nodiscard]] std::optional<imaging::RawBytes> unpack_at_once(const PackedBytes& bytes);

/// The whole of a file.
[[nodiscard]] PackedBytes whole_file(const std::string& path);

/// The entry of a zip archive (also zip64) with this name, stored or deflated; nothing when it has
/// no such entry. Throws Error(kInvalidData) for what is no archive, or a damaged one.
[[nodiscard]] std::optional<PackedBytes> find_zip_entry(const std::string& path,
                                                        const std::string& name);

}  // namespace nnflow::nnunet
