// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "voxel_block.hpp"

#include <algorithm>
#include <fstream>

#include "byte_view.hpp"
#include "gzip_reader.hpp"
#include "nnflow/error.hpp"

namespace nnflow::imaging {
namespace {

void swap_values(std::span<std::byte> bytes, std::size_t width) {
  if (width < 2) return;
  for (std::size_t i = 0; i + width <= bytes.size(); i += width) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
  }
}

void read_compressed(const VoxelBlock& block, std::span<std::byte> out) {
  const std::string name = block.file.string();
  std::vector<std::byte> packed(static_cast<std::size_t>(block.compressed_bytes));
  std::ifstream in(block.file, std::ios::binary);
  in.seekg(block.offset);
  in.read(reinterpret_cast<char*>(packed.data()), static_cast<std::streamsize>(packed.size()));
  packed.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
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
  } else {
    GzipReader reader(block.file);
    reader.skip(block.offset);
    reader.read(raw.voxels);
    reader.finish();
  }
  if (block.swapped) swap_values(raw.voxels, scalar_bytes(raw.scalar));
}

}  // namespace nnflow::imaging
