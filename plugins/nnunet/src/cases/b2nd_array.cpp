// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "cases/blosc_runtime.hpp"
#include "cases/stored_array.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint64_t kMostEmptyChunks = 1U << 20U;
constexpr std::int64_t kSmallChunk = 16 << 20U;
constexpr std::int64_t kMostPadding = 16;

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
    const int code =
        b2nd_get_slice_cbuffer(array_.get(), start.data() + skip, stop.data() + skip, out,
                               shape.data() + skip, static_cast<std::int64_t>(bytes));
    if (code < 0) fail(std::string("cannot be decompressed: ") + blosc2_error_string(code));
  }

 private:
  /// Blosc2 allocates what the head of a frame asks for: places of as many chunks as there are, the
  /// head, the whole frame. Chunks of one repeated value lie nowhere in the file.
  void check_head() const {
    constexpr std::size_t kHead = 62;
    std::array<char, kHead> head{};
    std::ifstream file(path(), std::ios::binary);
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path(), error);
    if (!file.read(head.data(), kHead) || error) fail("is no readable b2nd array");
    const std::uint64_t head_bytes = big_endian(&head[11], 4);
    const std::uint64_t frame_bytes = big_endian(&head[16], 8);
    const std::uint64_t bytes = big_endian(&head[30], 8);
    const std::uint64_t chunk_bytes = big_endian(&head[58], 4);
    if (head_bytes > size || frame_bytes > size || chunk_bytes == 0 ||
        bytes / chunk_bytes > kMostEmptyChunks + size) {
      fail("is no readable b2nd array, or it is cut off");
    }
  }

  BloscArray array_;
  mutable std::mutex mutex_;  ///< one decompression context a file
};

}  // namespace

std::unique_ptr<StoredArray> open_b2nd(const std::string& path) {
  return std::make_unique<B2ndArray>(path);
}

}  // namespace nnflow::nnunet
