// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "byte_view.hpp"
#include "nnflow/error.hpp"
#include "voxel_block.hpp"

namespace nnflow::imaging {
namespace {
constexpr std::size_t kLongestHeader = 1U << 16U;

struct MetaHeader {
  std::map<std::string, std::string, std::less<>> fields;
  std::int64_t bytes = 0;

  [[nodiscard]] std::string_view get(std::string_view key) const {
    const auto found = fields.find(key);
    return found == fields.end() ? std::string_view{} : std::string_view(found->second);
  }
  [[nodiscard]] bool is_true(std::string_view key) const {
    const std::string_view value = get(key);
    return !value.empty() && (value.front() == 'T' || value.front() == 't' || value.front() == '1');
  }
  [[nodiscard]] std::int64_t integer(std::string_view key) const {
    const std::string_view value = get(key);
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
  }
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// "Key = value" lines up to and including ElementDataFile, behind which the voxels begin.
MetaHeader parse_header(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::ifstream in(path, std::ios::binary);
  std::string text(kLongestHeader, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));

  MetaHeader header;
  std::size_t begin = 0;
  while (header.get("ElementDataFile").empty()) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::size_t equal = line.find('=');
    if (equal != std::string_view::npos) {
      header.fields[std::string(trimmed(line.substr(0, equal)))] = trimmed(line.substr(equal + 1));
    }
    begin = end + 1;
  }
  header.bytes = static_cast<std::int64_t>(begin);
  for (const std::string_view key : {"NDims", "DimSize", "ElementType", "ElementDataFile"}) {
    if (header.get(key).empty()) {
      throw Error(ErrorCode::kIo,
                  name + ": no MetaImage or a truncated one, the header lacks " + std::string(key));
    }
  }
  return header;
}
}  // namespace

std::optional<VoxelBlock> inspect_meta(const std::filesystem::path& path) {
  const MetaHeader header = parse_header(path);
  const std::string data(header.get("ElementDataFile"));
  const bool local = data == "LOCAL" || data == "Local" || data == "local";
  const bool text_voxels = !header.get("BinaryData").empty() && !header.is_true("BinaryData");
  const bool several_files =
      data.starts_with("LIST") || data.find_first_of("% ") != std::string::npos;
  if (text_voxels || several_files || header.integer("HeaderSize") != 0) return std::nullopt;

  VoxelBlock block;
  block.file = local ? path : path.parent_path() / data;
  block.offset = local ? header.bytes : 0;
  const bool big_endian =
      header.is_true("BinaryDataByteOrderMSB") || header.is_true("ElementByteOrderMSB");
  block.swapped = needs_swap(big_endian);
  std::error_code error;
  const auto file_bytes = static_cast<std::int64_t>(std::filesystem::file_size(block.file, error));
  if (error) {
    throw Error(ErrorCode::kIo, path.string() + ": its data file " + block.file.string() +
                                    " cannot be read: " + error.message());
  }
  if (header.is_true("CompressedData")) {
    const std::int64_t present = file_bytes - block.offset;
    const std::int64_t named = header.integer("CompressedDataSize");
    if (present <= 0 || present < named) {
      throw Error(ErrorCode::kIo, block.file.string() + ": file is truncated, " +
                                      std::to_string(std::max(named - present, std::int64_t{1})) +
                                      " bytes are missing");
    }
    block.compressed_bytes = named > 0 ? named : present;
  }
  return block;
}

}  // namespace nnflow::imaging
