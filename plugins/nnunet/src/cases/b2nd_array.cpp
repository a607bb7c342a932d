// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <vector>

#include "cases/blosc_runtime.hpp"
#include "cases/stored_array.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint64_t kMostEmptyChunks = 1U << 20U;
constexpr std::int64_t kSmallChunk = 16 << 20U;
constexpr std::int64_t kMostPadding = 16;
/// A block that holds one repeated value takes no byte of its own, but a chunk has a place of four
/// bytes for each block.
constexpr std::int64_t kMostBlocksPerByte = 1;

/// A big-endian number of the head of a frame.
std::uint64_t big_endian(const char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

class B2ndArray final : public StoredArray {
 public:
  explicit B2ndArray(const std::string& path) : StoredArray(path) {
    ensure_blosc();
    check_head();
    read_places();
    blosc2_schunk* const chunks = blosc2_schunk_open(path.c_str());
    b2nd_array_t* opened = nullptr;
    const int code = chunks == nullptr ? -1 : b2nd_from_schunk(chunks, &opened);
    if (code < 0 && chunks != nullptr) blosc2_schunk_free(chunks);
    if (code < 0) fail("is no readable b2nd array");
    array_.reset(opened);
    set_shape(array_->shape, array_->ndim);
    const std::string type = array_->dtype == nullptr ? "" : array_->dtype;
    set_type(type);
    if (array_->sc->typesize != static_cast<std::int32_t>(item_bytes())) {
      fail("has elements of " + std::to_string(array_->sc->typesize) +
           " bytes, which does not fit " + type);
    }
    // A damaged header must not send the decompressor beyond its buffers.
    const bool has_chunks = array_->chunknitems > 0 && array_->extchunknitems > 0;
    if (!has_chunks || array_->sc->nchunks != array_->extnitems / array_->chunknitems ||
        array_->sc->chunksize != array_->extchunknitems * array_->sc->typesize) {
      fail("has chunks that do not fit its shape");
    }
    // Reading a voxel takes the memory of a chunk; the padding at its ends cannot be most of it.
    if (array_->sc->chunksize > kSmallChunk &&
        array_->nitems < array_->extchunknitems / kMostPadding) {
      fail("has chunks that are far larger than its shape");
    }
  }

  void read(const imaging::Box3& box, char* out, std::size_t bytes) const override {
    std::array<std::int64_t, 4> start{0, box.lower[0], box.lower[1], box.lower[2]};
    std::array<std::int64_t, 4> stop{channels(), box.upper[0], box.upper[1], box.upper[2]};
    std::array<std::int64_t, 4> shape{};
    for (std::size_t i = 0; i < 4; ++i) shape[i] = stop[i] - start[i];
    const std::size_t skip = dimension() == 4 ? 0 : 1;
    const std::lock_guard lock(mutex_);
    check_chunks(start.data() + skip, stop.data() + skip);
    const int code =
        b2nd_get_slice_cbuffer(array_.get(), start.data() + skip, stop.data() + skip, out,
                               shape.data() + skip, static_cast<std::int64_t>(bytes));
    if (code < 0) fail(std::string("cannot be decompressed: ") + blosc2_error_string(code));
  }

 private:
  /// Blosc2 allocates a place for every block that the head of a chunk tells of, before it looks
  /// whether there are so many. Every chunk that a box touches is looked at once.
  void check_chunks(const std::int64_t* start, const std::int64_t* stop) const {
    const auto axes = static_cast<std::size_t>(array_->ndim);
    std::array<std::int64_t, 4> first{};
    std::array<std::int64_t, 4> last{};
    std::array<std::int64_t, 4> count{};
    for (std::size_t i = 0; i < axes; ++i) {
      const std::int64_t length = array_->chunkshape[i];
      if (length <= 0 || stop[i] <= start[i]) return;
      first[i] = start[i] / length;
      last[i] = (stop[i] - 1) / length;
      count[i] = (array_->shape[i] + length - 1) / length;
    }
    std::ifstream file;
    for (auto at = first;;) {
      std::int64_t chunk = 0;
      for (std::size_t i = 0; i < axes; ++i) chunk = chunk * count[i] + at[i];
      check_chunk(chunk, file);
      std::size_t axis = axes;
      while (axis > 0 && ++at[axis - 1] > last[axis - 1]) {
        --axis;
        at[axis] = first[axis];
      }
      if (axis == 0) return;
    }
  }

  /// `file` is opened when it is needed: chunks are looked at once.
  void check_chunk(std::int64_t index, std::ifstream& file) const {
    constexpr std::int64_t kChecked = -1;  // as chunks of one repeated value, which lie nowhere
    if (index < 0 || index >= static_cast<std::int64_t>(places_.size())) {
      fail("has chunks that do not fit its shape");
    }
    std::int64_t& place = places_[static_cast<std::size_t>(index)];
    if (place < 0) return;
    const std::int64_t left = size_ - head_bytes_ - place;
    if (left < 16) fail("has a chunk beyond its end");
    std::array<char, 16> head{};
    if (!file.is_open()) file.open(path(), std::ios::binary);
    file.seekg(head_bytes_ + place);
    if (!file.read(head.data(), head.size())) fail("has a chunk beyond its end");
    std::array<std::int32_t, 3> sizes{};  // unpacked, of a block, packed
    std::memcpy(sizes.data(), &head[4], sizeof(sizes));
    if (sizes[0] != chunk_bytes_ || sizes[1] <= 0 || sizes[2] > left ||
        sizes[0] / sizes[1] > left * kMostBlocksPerByte) {
      fail("has a damaged chunk, or it is cut off");
    }
    place = kChecked;
  }

  /// The places of the chunks, a chunk of its own behind the others; the first one's head is looked
  /// at when the frame is opened.
  void read_places() {
    if (chunks_ == 0) return;
    const std::int64_t begin = head_bytes_ + packed_bytes_;
    const std::int64_t left = size_ - begin;
    std::ifstream file(path(), std::ios::binary);
    constexpr std::int64_t kChunkHead = 32;
    const std::int64_t most =
        kChunkHead + 16 * chunks_ + (1 << 16);  // incompressible, and its tables
    std::vector<char> bytes(static_cast<std::size_t>(std::clamp<std::int64_t>(left, 0, most)));
    file.seekg(begin);
    const bool is_read =
        left >= kChunkHead && file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::int32_t unpacked = 0;
    std::int32_t packed = 0;
    std::int32_t block = 0;
    if (!is_read || blosc2_cbuffer_sizes(bytes.data(), &unpacked, &packed, &block) < 0 ||
        unpacked != chunks_ * 8 || packed > static_cast<std::int64_t>(bytes.size())) {
      fail("has no readable places of its chunks");
    }
    places_.resize(static_cast<std::size_t>(chunks_));
    blosc2_dparams how = BLOSC2_DPARAMS_DEFAULTS;
    how.nthreads = 1;
    const std::unique_ptr<blosc2_context, decltype(&blosc2_free_ctx)> context(
        blosc2_create_dctx(how), &blosc2_free_ctx);
    if (context == nullptr || blosc2_decompress_ctx(context.get(), bytes.data(), packed,
                                                    places_.data(), unpacked) != unpacked) {
      fail("has no readable places of its chunks");
    }
    check_chunk(0, file);
  }

  /// Blosc2 allocates what the head of a frame asks for: places of as many chunks as there are, the
  /// head, the whole frame. Chunks of one repeated value lie nowhere in the file.
  void check_head() {
    constexpr std::size_t kHead = 62;
    std::array<char, kHead> head{};
    std::ifstream file(path(), std::ios::binary);
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path(), error);
    if (!file.read(head.data(), kHead) || error) fail("is no readable b2nd array");
    const std::uint64_t head_bytes = big_endian(&head[11], 4);
    const std::uint64_t frame_bytes = big_endian(&head[16], 8);
    const std::uint64_t bytes = big_endian(&head[30], 8);
    const std::uint64_t packed_bytes = big_endian(&head[39], 8);
    const std::uint64_t chunk_bytes = big_endian(&head[58], 4);
    if (head_bytes > size || frame_bytes > size || packed_bytes > size || chunk_bytes == 0 ||
        bytes / chunk_bytes > kMostEmptyChunks + size) {
      fail("is no readable b2nd array, or it is cut off");
    }
    size_ = static_cast<std::int64_t>(size);
    head_bytes_ = static_cast<std::int64_t>(head_bytes);
    packed_bytes_ = static_cast<std::int64_t>(packed_bytes);
    chunk_bytes_ = static_cast<std::int64_t>(chunk_bytes);
    chunks_ = static_cast<std::int64_t>((bytes + chunk_bytes - 1) / chunk_bytes);
  }

  BloscArray array_;
  std::int64_t size_ = 0;
  std::int64_t head_bytes_ = 0;
  std::int64_t packed_bytes_ = 0;  ///< of all chunks
  std::int64_t chunk_bytes_ = 0;   ///< of a chunk, unpacked
  std::int64_t chunks_ = 0;
  mutable std::mutex mutex_;  ///< one decompression context a file; guards what follows
  mutable std::vector<std::int64_t> places_;  ///< of the chunks, below 0 once looked at
};

}  // namespace

std::unique_ptr<StoredArray> open_b2nd(const std::string& path) {
  return std::make_unique<B2ndArray>(path);
}

}  // namespace nnflow::nnunet
