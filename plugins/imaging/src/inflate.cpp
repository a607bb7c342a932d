// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/inflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <utility>

namespace nnflow::imaging {
namespace {

struct Free {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};

/// One for each thread: its tables take longer to allocate than a small stream to unpack.
libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> mine(
      libdeflate_alloc_decompressor());
  return mine.get();
}

bool inflate_members(libdeflate_decompressor* tool,
                     std::span<const std::byte> in,
                     std::span<std::byte> out) {
  while (!in.empty()) {
    std::size_t used = 0;
    std::size_t made = 0;
    if (libdeflate_gzip_decompress_ex(tool, in.data(), in.size(), out.data(), out.size(), &used,
                                      &made) != LIBDEFLATE_SUCCESS) {
      return false;
    }
    in = in.subspan(used);
    out = out.subspan(made);
  }
  return out.empty();
}

/// Blocks that a thread gave back.
struct Kept {
  static constexpr std::size_t kLargest = std::size_t{1} << 24U;  // bytes of a block

  struct Block {
    std::unique_ptr<std::byte[]> data;
    std::size_t room = 0;
  };
  std::array<Block, 4> blocks;
};

Kept& kept() {
  thread_local Kept mine;
  return mine;
}

}  // namespace

RawBytes::RawBytes(std::size_t count) : size_(count), room_(count) {
  Kept::Block* best = nullptr;
  for (Kept::Block& block : kept().blocks) {
    if (block.room >= count && (best == nullptr || block.room < best->room)) best = &block;
  }
  if (best != nullptr) {
    data_ = std::move(best->data);
    room_ = std::exchange(best->room, 0);
  } else {
    data_ = std::make_unique_for_overwrite<std::byte[]>(count);
  }
}

RawBytes::~RawBytes() {
  if (!data_ || room_ > Kept::kLargest) return;
  Kept::Block& least = *std::ranges::min_element(kept().blocks, {}, &Kept::Block::room);
  if (least.room >= room_) return;
  least.data = std::move(data_);
  least.room = room_;
}

bool inflate_at_once(Wrapping wrapping, std::span<const std::byte> in, std::span<std::byte> out) {
  libdeflate_decompressor* const tool = decompressor();
  if (tool == nullptr) return false;
  // Without a place for the length, a stream that is shorter than `out` is an error.
  switch (wrapping) {
    case Wrapping::kNone:
      return libdeflate_deflate_decompress(tool, in.data(), in.size(), out.data(), out.size(),
                                           nullptr) == LIBDEFLATE_SUCCESS;
    case Wrapping::kZlib:
      return libdeflate_zlib_decompress(tool, in.data(), in.size(), out.data(), out.size(),
                                        nullptr) == LIBDEFLATE_SUCCESS;
    case Wrapping::kGzip:
      return inflate_members(tool, in, out);
  }
  return false;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

}  // namespace nnflow::imaging
