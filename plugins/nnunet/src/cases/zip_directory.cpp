// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <string_view>

#include "cases/packed_bytes.hpp"
#include "nnflow/error.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint64_t kEndSize = 22;              // end of central directory, without comment
constexpr std::uint64_t kLongestEnd = 22 + 0xFFFF;  // with the longest comment
constexpr std::uint64_t kLocatorSize = 20;
constexpr std::uint64_t kLongEndSize = 56;
constexpr std::uint64_t kLargestDirectory = 1U << 20U;  // an .npz has a handful of entries
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;             // the value is in the zip64 field
// Deflate makes at most 1032 bytes of one.
constexpr std::uint64_t kLargestRatio = 1032;

class ZipFile {
 public:
  explicit ZipFile(const std::string& path) : file_(whole_file(path)) {}

  [[nodiscard]] std::optional<PackedBytes> find(const std::string& name) const {
    const std::string entries = directory();
    for (std::size_t at = 0; at < entries.size();) {
      if (number<std::uint32_t>(entries, at) != 0x02014b50) damaged();
      const std::size_t name_size = number<std::uint16_t>(entries, at + 28);
      const std::size_t extra_size = number<std::uint16_t>(entries, at + 30);
      const std::size_t size =
          46 + name_size + extra_size + number<std::uint16_t>(entries, at + 32);
      if (size > entries.size() - at) damaged();
      if (std::string_view(entries).substr(at + 46, name_size) == name) {
        return entry(std::string_view(entries).substr(at, size), name_size, extra_size);
      }
      at += size;
    }
    return {};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, file_.path + ": " + what);
  }
  [[noreturn]] void damaged() const { fail("is a damaged archive, its directory cannot be read"); }

  /// Zip files are little-endian, as are the machines this runs on.
  template <class T>
  [[nodiscard]] T number(std::string_view bytes, std::size_t at) const {
    if (at > bytes.size() || bytes.size() - at < sizeof(T)) damaged();
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
  }

  [[nodiscard]] std::string range(std::uint64_t offset, std::uint64_t count) const {
    if (offset > file_.size || count > file_.size - offset) damaged();
    PackedBytes part = file_;
    part.offset = offset;
    part.size = part.packed = count;
    std::string bytes(static_cast<std::size_t>(count), '\0');
    open_stream(part)->read(bytes.data(), count);
    return bytes;
  }

  [[nodiscard]] std::string directory() const {
    const std::uint64_t tail_size = std::min(file_.size, kLongestEnd);
    const std::string tail = range(file_.size - tail_size, tail_size);
    const std::size_t end = tail.rfind("PK\5\6");
    if (end == std::string::npos || tail.size() - end < kEndSize) {
      fail("is no archive of arrays (.npz), or it is cut off");
    }
    std::uint64_t size = number<std::uint32_t>(tail, end + 12);
    std::uint64_t offset = number<std::uint32_t>(tail, end + 16);
    const std::uint64_t end_offset = file_.size - tail_size + end;
    if ((size == kIn64 || offset == kIn64) && end_offset >= kLocatorSize) {
      const std::string locator = range(end_offset - kLocatorSize, kLocatorSize);
      if (number<std::uint32_t>(locator, 0) != 0x07064b50) damaged();
      const std::string long_end = range(number<std::uint64_t>(locator, 8), kLongEndSize);
      if (number<std::uint32_t>(long_end, 0) != 0x06064b50) damaged();
      size = number<std::uint64_t>(long_end, 40);
      offset = number<std::uint64_t>(long_end, 48);
    }
    if (size > kLargestDirectory) damaged();
    return range(offset, size);
  }

  [[nodiscard]] PackedBytes entry(std::string_view header,
                                  std::size_t name_size,
                                  std::size_t extra_size) const {
    const unsigned method = number<std::uint16_t>(header, 10);
    if ((number<std::uint16_t>(header, 8) & 1U) != 0 || (method != 0 && method != 8)) {
      fail("has an entry that is neither stored nor deflated");
    }
    PackedBytes bytes = file_;
    bytes.deflated = method == 8;
    bytes.crc = number<std::uint32_t>(header, 16);
    bytes.packed = number<std::uint32_t>(header, 20);
    bytes.size = number<std::uint32_t>(header, 24);
    std::uint64_t local = number<std::uint32_t>(header, 42);
    take_long_values(header.substr(46 + name_size, extra_size), bytes, local);
    const std::string local_header = range(local, 30);
    if (number<std::uint32_t>(local_header, 0) != 0x04034b50) damaged();
    bytes.offset = local + 30U + number<std::uint16_t>(local_header, 26) +
                   number<std::uint16_t>(local_header, 28);
    if (bytes.offset > file_.size || bytes.packed > file_.size - bytes.offset) damaged();
    // Keeps what is claimed, and would be allocated, in proportion to the file.
    const bool possible =
        bytes.deflated ? bytes.size / kLargestRatio <= bytes.packed : bytes.size == bytes.packed;
    if (!possible) fail("has an entry of impossible size");
    return bytes;
  }

  /// The zip64 field holds, in this order, those values that do not fit 32 bits.
  void take_long_values(std::string_view extra, PackedBytes& bytes, std::uint64_t& local) const {
    for (std::size_t at = 0; at + 4 <= extra.size();) {
      const unsigned id = number<std::uint16_t>(extra, at);
      const std::size_t size = number<std::uint16_t>(extra, at + 2);
      if (size > extra.size() - at - 4) damaged();
      const std::string_view field = extra.substr(at + 4, size);
      at += 4 + size;
      if (id != 1) continue;
      std::size_t next = 0;
      for (std::uint64_t* const value : {&bytes.size, &bytes.packed, &local}) {
        if (*value != kIn64) continue;
        *value = number<std::uint64_t>(field, next);
        next += 8;
      }
    }
  }

  const PackedBytes file_;
};

}  // namespace

std::optional<PackedBytes> find_zip_entry(const std::string& path, const std::string& name) {
  return ZipFile(path).find(name);
}

}  // namespace nnflow::nnunet
