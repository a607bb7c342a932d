// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

#include "byte_view.hpp"
#include "nnflow/error.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {
namespace {

// Random access to a small number of header bytes; anything behind the end means truncation.
class HeaderFile {
 public:
  explicit HeaderFile(const std::filesystem::path& path)
      : name_(path.string()),
        in_(path, std::ios::binary),
        bytes_(static_cast<std::int64_t>(std::filesystem::file_size(path))) {}

  template <class T>
  [[nodiscard]] T number(std::int64_t position, bool swapped) {
    std::array<std::byte, sizeof(T)> buffer{};
    require(position, sizeof(T));
    in_.seekg(position);
    in_.read(reinterpret_cast<char*>(buffer.data()), sizeof(T));
    return number_at<T>(buffer, 0, swapped);
  }
  void require(std::int64_t position, std::int64_t count) const {
    if (position < 0 || count < 0 || position > bytes_ - count) {
      throw Error(ErrorCode::kIo, name_ + ": file is truncated, it has " + std::to_string(bytes_) +
                                      " bytes and refers to byte " +
                                      std::to_string(position + count));
    }
  }

 private:
  std::string name_;
  std::ifstream in_;
  std::int64_t bytes_;
};

}  // namespace

void inspect_bmp(const std::filesystem::path& path) {
  const bool swapped = needs_swap(false);
  HeaderFile file(path);
  const std::int64_t offset = file.number<std::uint32_t>(10, swapped);
  const std::int64_t width = file.number<std::int32_t>(18, swapped);
  const std::int64_t height = file.number<std::int32_t>(22, swapped);
  const std::int64_t bits = file.number<std::uint16_t>(28, swapped);
  const std::int64_t compression = file.number<std::uint32_t>(30, swapped);
  if (compression == 0) file.require(offset, (width * bits + 31) / 32 * 4 * std::abs(height));
}

void inspect_tiff(const std::filesystem::path& path) {
  constexpr int kMostPages = 1 << 20;
  HeaderFile file(path);
  const auto order = file.number<std::uint8_t>(0, false);
  const bool swapped = needs_swap(order == 'M');
  const auto version = file.number<std::uint16_t>(2, swapped);
  if ((order != 'M' && order != 'I') || (version != 42 && version != 43)) {
    throw Error(ErrorCode::kIo, path.string() + ": no TIFF file");
  }
  const bool big = version == 43;
  const auto link = [&](std::int64_t at) {
    return big ? file.number<std::int64_t>(at, swapped)
               : static_cast<std::int64_t>(file.number<std::uint32_t>(at, swapped));
  };
  std::int64_t directory = link(big ? 8 : 4);
  for (int page = 0; directory != 0 && page < kMostPages; ++page) {
    const std::int64_t entries = big ? file.number<std::int64_t>(directory, swapped)
                                     : file.number<std::uint16_t>(directory, swapped);
    const std::int64_t body = directory + (big ? 8 : 2);
    file.require(body, entries * (big ? 20 : 12));
    directory = link(body + entries * (big ? 20 : 12));
  }
}

}  // namespace nnflow::imaging
