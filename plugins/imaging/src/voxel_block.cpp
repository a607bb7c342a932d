// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "voxel_block.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "byte_view.hpp"
#include "gzip_reader.hpp"
#include "nnflow/error.hpp"
#include "nnflow/imaging/inflate.hpp"

namespace nnflow::imaging {
namespace {

void swap_values(std::span<std::byte> bytes, std::size_t width) {
  if (width < 2) return;
  for (std::size_t i = 0; i + width <= bytes.size(); i += width) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
}

bool fill(std::ifstream& in, std::span<std::byte> out) {
  return static_cast<bool>(
      in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size())));
}

/// Reads a file that is not compressed, or a gzip file of moderate size. False where it is another
/// one, or is not as it should be: GzipReader reads the former and says what is wrong with the
/// latter.
bool read_at_once(const VoxelBlock& block, std::span<std::byte> out) {
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(block.file, unknown);
  const std::uint64_t total = static_cast<std::uint64_t>(block.offset) + out.size();
  std::ifstream in(block.file, std::ios::binary);
  std::array<std::byte, 2> magic{};
  if (unknown || !fill(in, magic)) return false;
  if (magic != std::array{std::byte{0x1f}, std::byte{0x8b}}) {
    return size >= total && in.seekg(block.offset) && fill(in, out);
  }
  if (std::max<std::uint64_t>(size, total) > kLargestAtOnce) return false;
  RawBytes packed(static_cast<std::size_t>(size));
  RawBytes whole(static_cast<std::size_t>(total));
  if (!in.seekg(0) || !fill(in, packed.all()) ||
      !inflate_at_once(Wrapping::kGzip, packed.all(), whole.all())) {
    return false;
  }
  std::memcpy(out.data(), whole.data() + block.offset, out.size());
  return true;
}

void read_compressed(const VoxelBlock& block, std::span<std::byte> out) {
  const std::string name = block.file.string();
  std::vector<std::byte> packed(static_cast<std::size_t>(block.compressed_bytes));
  std::ifstream in(block.file, std::ios::binary);
  in.seekg(block.offset);
  in.read(reinterpret_cast<char*>(packed.data()), static_cast<std::streamsize>(packed.size()));
  packed.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  if (std::max(packed.size(), out.size()) <= kLargestAtOnce &&
      (inflate_at_once(Wrapping::kZlib, packed, out) ||
       inflate_at_once(Wrapping::kGzip, packed, out))) {
    return;
  }
  inflate_block(name, packed, out);
}

}  // namespace

std::optional<VoxelBlock> inspect_file(const std::filesystem::path& path, Format format) {
  switch (format) {
    case Format::kNifti:
      return inspect_nifti(path);
    case Format::kGipl:
      return inspect_gipl(path);
    case Format::kMeta:
      return inspect_meta(path);
    case Format::kBmp:
      inspect_bmp(path);
      break;
    case Format::kTiff:
      inspect_tiff(path);
      break;
    case Format::kPng:
      inspect_png(path);
      break;
    default:
      break;
  }
  return std::nullopt;
}

void read_block(const VoxelBlock& block, RawImage& raw) {
  raw.voxels.resize(raw.byte_count());
  if (block.compressed_bytes > 0) {
    read_compressed(block, raw.voxels);
  } else if (!read_at_once(block, raw.voxels)) {
    GzipReader reader(block.file);
    reader.skip(block.offset);
    reader.read(raw.voxels);
    reader.finish();
  }
  if (block.swapped) swap_values(raw.voxels, scalar_bytes(raw.scalar));
}

}  // namespace nnflow::imaging
