// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <zlib.h>

#include "byte_view.hpp"
#include "nnflow/error.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {

void inspect_png(const std::filesystem::path& path) {
  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  constexpr std::size_t kFrame = 12;  // length, type and checksum of a chunk
  const std::string name = path.string();
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto view = std::as_bytes(std::span(bytes));
  if (bytes.size() >= kSignature.size() && !std::string_view(bytes).starts_with(kSignature)) {
    throw Error(ErrorCode::kIo, name + ": no PNG file");
  }
  std::string_view type;
  for (std::size_t at = kSignature.size(); type != "IEND";) {
    if (bytes.size() < at + kFrame) throw Error(ErrorCode::kIo, name + ": file is truncated");
    const std::size_t length = number_at<std::uint32_t>(view, at, needs_swap(true));
    if (bytes.size() - at - kFrame < length)
      throw Error(ErrorCode::kIo, name + ": file is truncated");
    type = std::string_view(bytes).substr(at + 4, 4);
    const auto* data = reinterpret_cast<const Bytef*>(bytes.data() + at + 4);
    const auto found = crc32(0, data, static_cast<uInt>(length + 4));
    if (found != number_at<std::uint32_t>(view, at + 8 + length, needs_swap(true))) {
      throw Error(ErrorCode::kIo, name + ": file is damaged, the checksum of its chunk " +
                                      std::string(type) + " is wrong");
    }
    at += kFrame + length;
  }
}

}  // namespace nnflow::imaging
