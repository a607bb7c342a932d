// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <mutex>

#include "cases/blosc_runtime.hpp"
#include "cases/stored_array.hpp"

namespace nnflow::nnunet {
namespace {

class B2ndArray final : public StoredArray {
 public:
  explicit B2ndArray(const std::string& path) : StoredArray(path) {
    ensure_blosc();
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
  BloscArray array_;
  mutable std::mutex mutex_;  ///< one decompression context a file
};

}  // namespace

std::unique_ptr<StoredArray> open_b2nd(const std::string& path) {
  return std::make_unique<B2ndArray>(path);
}

}  // namespace nnflow::nnunet
