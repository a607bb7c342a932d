// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "cases/blosc_runtime.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

/// An array to be stored: up to 4 axes, contiguous.
struct Source {
  const void* data;
  std::vector<std::int64_t> shape;
  std::int32_t item_bytes;
  const char* dtype;
};

struct Packing {
  std::vector<std::int32_t> chunk;
  std::vector<std::int32_t> block;
  /// nnU-Net takes LZ4HC 5. Zstd 1 packs images four times as fast into files of nearly the same
  /// size, and unpacks half as fast, far above what an augmentation takes; every reader of b2nd
  /// knows both.
  std::uint8_t level = 1;
  std::uint8_t filter = BLOSC_NOFILTER;
  std::size_t filter_slot = 0;  ///< where Python puts it; of no consequence
};

std::vector<std::int32_t> narrowed(std::span<const std::int64_t> values) {
  std::vector<std::int32_t> result;
  for (const auto value : values) result.push_back(static_cast<std::int32_t>(value));
  return result;
}

BloscArray compressed(const Source& source, const Packing& packing, bool contiguous) {
  ensure_blosc();
  blosc2_cparams cparams = BLOSC2_CPARAMS_DEFAULTS;
  cparams.compcode = BLOSC_ZSTD;
  cparams.clevel = packing.level;
  cparams.typesize = source.item_bytes;
  cparams.nthreads = 1;
  cparams.splitmode = BLOSC_AUTO_SPLIT;
  std::fill(std::begin(cparams.filters), std::end(cparams.filters), std::uint8_t{BLOSC_NOFILTER});
  cparams.filters[packing.filter_slot] = packing.filter;
  blosc2_dparams dparams = BLOSC2_DPARAMS_DEFAULTS;
  dparams.nthreads = 1;
  blosc2_storage storage = BLOSC2_STORAGE_DEFAULTS;
  storage.contiguous = contiguous;
  storage.cparams = &cparams;
  storage.dparams = &dparams;
  std::int64_t bytes = source.item_bytes;
  for (const auto length : source.shape) bytes *= length;
  const std::unique_ptr<b2nd_context_t, decltype(&b2nd_free_ctx)> context(
      b2nd_create_ctx(&storage, static_cast<std::int8_t>(source.shape.size()), source.shape.data(),
                      packing.chunk.data(), packing.block.data(), source.dtype, 0, nullptr, 0),
      &b2nd_free_ctx);
  b2nd_array_t* array = nullptr;
  const int code = context ? b2nd_from_cbuffer(context.get(), &array, source.data, bytes) : -1;
  BloscArray owner(array);
  check_blosc(code, ErrorCode::kResource, "cannot compress an array");
  return owner;
}

/// The middle of the array, contiguous.
std::vector<char> centred_slab(const Source& source, const std::vector<std::int32_t>& chunk) {
  std::array<std::int64_t, 4> lower{};
  for (std::size_t axis = 0; axis < 4; ++axis) lower[axis] = (source.shape[axis] - chunk[axis]) / 2;
  const auto item = static_cast<std::size_t>(source.item_bytes);
  const std::size_t row = static_cast<std::size_t>(chunk[3]) * item;
  std::vector<char> slab;
  for (std::int64_t c = 0; c < chunk[0]; ++c) {
    for (std::int64_t z = 0; z < chunk[1]; ++z) {
      for (std::int64_t y = 0; y < chunk[2]; ++y) {
        std::int64_t index = (lower[0] + c) * source.shape[1] + lower[1] + z;
        index = (index * source.shape[2] + lower[2] + y) * source.shape[3] + lower[3];
        const char* const begin =
            static_cast<const char*>(source.data) + static_cast<std::size_t>(index) * item;
        slab.insert(slab.end(), begin, begin + row);
      }
    }
  }
  return slab;
}

/// The part of a block that filters are tried on: halves of the longest axis, down to 64 KiB.
std::vector<std::int32_t> trial_extent(std::vector<std::int32_t> block, std::int32_t item_bytes) {
  constexpr std::int64_t kEnough = std::int64_t{64} << 10U;
  const auto bytes = [&] {
    return std::accumulate(block.begin(), block.end(), std::int64_t{item_bytes},
                           std::multiplies<>());
  };
  while (bytes() > kEnough) {
    std::int32_t& longest = *std::max_element(block.begin(), block.end());
    longest = (longest + 1) / 2;
  }
  return block;
}

/// Whichever filter makes the middle of the array smaller, none when equal (as nnU-Net chooses,
/// which tries a chunk: nnunet-data 7.1).
std::uint8_t better_filter(const Source& source, const std::vector<std::int32_t>& block) {
  Packing packing;
  packing.chunk = packing.block = trial_extent(block, source.item_bytes);
  const std::vector<char> slab = centred_slab(source, packing.chunk);
  const std::vector<std::int64_t> extent(packing.chunk.begin(), packing.chunk.end());
  const auto bytes = [&](std::uint8_t filter) {
    packing.filter = filter;
    return compressed({slab.data(), extent, source.item_bytes, source.dtype}, packing, true)
        ->sc->cbytes;
  };
  return bytes(BLOSC_SHUFFLE) < bytes(BLOSC_NOFILTER) ? BLOSC_SHUFFLE : BLOSC_NOFILTER;
}

void write_frame(const std::filesystem::path& path, const BloscArray& array) {
  std::uint8_t* frame = nullptr;
  std::int64_t size = 0;
  bool needs_free = false;
  check_blosc(b2nd_to_cframe(array.get(), &frame, &size, &needs_free), ErrorCode::kResource,
              path.string() + ": cannot serialise the array");
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(needs_free ? frame : nullptr,
                                                             &std::free);
  write_file(path, {reinterpret_cast<const char*>(frame), static_cast<std::size_t>(size)});
}

void check_extent(const std::filesystem::path& path, const Source& source, std::size_t values) {
  std::size_t expected = 1;
  for (const auto length : source.shape) {
    if (length <= 0 || length > std::numeric_limits<std::int32_t>::max()) {
      throw Error(ErrorCode::kInvalidData, path.string() + ": an axis has the length " +
                                               std::to_string(length) +
                                               ", expected a positive one");
    }
    expected *= static_cast<std::size_t>(length);
  }
  if (expected != values) {
    throw Error(ErrorCode::kInternal,
                path.string() + ": " + std::to_string(values) + " values do not fill the extent");
  }
}

void store_4d(const std::filesystem::path& path,
              const Source& source,
              std::size_t values,
              std::span<const std::int64_t> patch) {
  check_extent(path, source, values);
  const ChunkShape shape =
      chunk_shape({source.shape[0], source.shape[1], source.shape[2], source.shape[3]}, patch,
                  source.item_bytes);
  Packing packing{narrowed(shape.chunk), narrowed(shape.block)};
  packing.filter = better_filter(source, packing.block);
  write_frame(path, compressed(source, packing, true));
}

}  // namespace

void write_image_array(const std::filesystem::path& path,
                       std::span<const float> values,
                       std::int64_t channels,
                       const imaging::Extent3& extent,
                       std::span<const std::int64_t> patch) {
  store_4d(path, {values.data(), {channels, extent[0], extent[1], extent[2]}, 4, "<f4"},
           values.size(), patch);
}

void write_seg_array(const std::filesystem::path& path,
                     std::span<const std::int16_t> values,
                     const imaging::Extent3& extent,
                     std::span<const std::int64_t> patch) {
  store_4d(path, {values.data(), {1, extent[0], extent[1], extent[2]}, 2, "<i2"}, values.size(),
           patch);
}

void write_previous_stage_array(const std::filesystem::path& path,
                                std::span<const std::int16_t> labels,
                                const imaging::Extent3& extent,
                                std::span<const std::int64_t> patch,
                                bool wide) {
  const std::int32_t item = wide ? 2 : 1;
  std::vector<std::uint8_t> narrow;
  if (!wide) {
    for (const auto label : labels) narrow.push_back(static_cast<std::uint8_t>(label));
  }
  const void* const data = wide ? static_cast<const void*>(labels.data()) : narrow.data();
  const Source source{data, {extent[0], extent[1], extent[2]}, item, wide ? "<u2" : "|u1"};
  check_extent(path, source, labels.size());
  const ChunkShape shape = chunk_shape({1, extent[0], extent[1], extent[2]}, patch, item);
  Packing packing{narrowed(std::span(shape.chunk).subspan(1)),
                  narrowed(std::span(shape.block).subspan(1))};
  packing.level = 5;
  packing.filter = BLOSC_SHUFFLE;
  packing.filter_slot = BLOSC2_MAX_FILTERS - 1;
  write_frame(path, compressed(source, packing, true));
}

void write_preprocessed_case(const std::filesystem::path& folder,
                             const std::string& id,
                             const imaging::Volume& image,
                             const imaging::LabelMap* labels,
                             const CaseProperties& properties,
                             std::span<const std::int64_t> patch) {
  std::filesystem::create_directories(folder);
  write_image_array(folder / (id + ".b2nd"), image.voxels(), image.channels(), image.extent(),
                    patch);
  if (labels != nullptr) {
    write_seg_array(folder / (id + "_seg.b2nd"), labels->voxels(), labels->extent(), patch);
  }
  properties.write(folder / (id + ".pkl"));
}

}  // namespace nnflow::nnunet
