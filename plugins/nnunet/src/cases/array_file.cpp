// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

#include "cases/blosc_runtime.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

/// Decoded elements of a file, and how to read one of them.
struct Elements {
  const char* bytes;
  std::size_t size;
};

template <class From, class To>
void convert(const Elements& from, To* to) {
  for (std::size_t i = 0; i < from.size; ++i) {
    From value{};
    std::memcpy(&value, from.bytes + i * sizeof(From), sizeof(From));
    if constexpr (std::is_integral_v<To>) {
      constexpr auto kLow = std::numeric_limits<To>::min();
      constexpr auto kHigh = std::numeric_limits<To>::max();
      if constexpr (std::is_floating_point_v<From>) {
        to[i] = std::isnan(value) ? To{0}
                                  : static_cast<To>(std::clamp(value, static_cast<From>(kLow),
                                                               static_cast<From>(kHigh)));
      } else {
        to[i] = std::cmp_less(value, kLow)       ? kLow
                : std::cmp_greater(value, kHigh) ? kHigh
                                                 : static_cast<To>(value);
      }
    } else {
      to[i] = static_cast<To>(value);
    }
  }
}

template <class To>
using Converter = void (*)(const Elements&, To*);

template <class To>
Converter<To> converter(const std::string& dtype) {
  if (dtype == "f4") return &convert<float, To>;
  if (dtype == "f8") return &convert<double, To>;
  if (dtype == "i1") return &convert<std::int8_t, To>;
  if (dtype == "u1" || dtype == "b1") return &convert<std::uint8_t, To>;
  if (dtype == "i2") return &convert<std::int16_t, To>;
  if (dtype == "u2") return &convert<std::uint16_t, To>;
  if (dtype == "i4") return &convert<std::int32_t, To>;
  if (dtype == "u4") return &convert<std::uint32_t, To>;
  if (dtype == "i8") return &convert<std::int64_t, To>;
  if (dtype == "u8") return &convert<std::uint64_t, To>;
  return nullptr;
}

template <class T>
const char* native_type() {
  return std::is_same_v<T, float> ? "f4" : "i2";
}

}  // namespace

struct ArrayFile::Impl {
  std::string path;
  BloscArray array;
  int dimension = 4;
  std::int64_t channels = 1;
  imaging::Extent3 extent{};
  std::string dtype;
  std::size_t item_bytes = 0;
  mutable std::mutex mutex;  ///< one decompression context a file

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, path + ": " + what);
  }
  void open();

  /// Reads the box, which lies inside the array, of every channel.
  void read_raw(const imaging::Box3& box, char* out, std::size_t bytes) const;
  template <class T>
  void read_inside(const imaging::Box3& box, T* out) const;
  template <class T>
  void read_box(const imaging::Box3& box, T fill, std::span<T> out) const;
};

void ArrayFile::Impl::open() {
  ensure_blosc();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw Error(ErrorCode::kIo, path + ": the file does not exist");
  }
  blosc2_schunk* const chunks = blosc2_schunk_open(path.c_str());
  b2nd_array_t* opened = nullptr;
  const int code = chunks == nullptr ? -1 : b2nd_from_schunk(chunks, &opened);
  if (code < 0 && chunks != nullptr) blosc2_schunk_free(chunks);
  if (code < 0) fail("is no readable b2nd array");
  array.reset(opened);
  dimension = array->ndim;
  if (dimension != 3 && dimension != 4) {
    fail("has " + std::to_string(dimension) + " axes, expected 3 or 4");
  }
  const std::size_t first = dimension == 4 ? 1 : 0;
  channels = dimension == 4 ? array->shape[0] : 1;
  std::int64_t items = channels;
  for (std::size_t axis = 0; axis < 3; ++axis) extent[axis] = array->shape[axis + first];
  for (const auto length : extent) {
    if (length <= 0 || channels <= 0 || __builtin_mul_overflow(items, length, &items)) {
      fail("has an axis of impossible length");
    }
  }
  const std::string type = array->dtype == nullptr ? "" : array->dtype;
  if (type.size() != 3 || type[0] == '>' || converter<float>(type.substr(1)) == nullptr) {
    fail("has elements of type '" + type + "', expected little-endian numbers");
  }
  dtype = type.substr(1);
  item_bytes = static_cast<std::size_t>(dtype[1] - '0');
  if (array->sc->typesize != static_cast<std::int32_t>(item_bytes)) {
    fail("has elements of " + std::to_string(array->sc->typesize) + " bytes, which does not fit " +
         type);
  }
  // A damaged header must not send the decompressor beyond its buffers.
  const bool has_chunks = array->chunknitems > 0 && array->extchunknitems > 0;
  if (!has_chunks || array->sc->nchunks != array->extnitems / array->chunknitems ||
      array->sc->chunksize != array->extchunknitems * array->sc->typesize) {
    fail("has chunks that do not fit its shape");
  }
}

void ArrayFile::Impl::read_raw(const imaging::Box3& box, char* out, std::size_t bytes) const {
  std::array<std::int64_t, 4> start{0, box.lower[0], box.lower[1], box.lower[2]};
  std::array<std::int64_t, 4> stop{channels, box.upper[0], box.upper[1], box.upper[2]};
  std::array<std::int64_t, 4> shape{};
  for (std::size_t i = 0; i < 4; ++i) shape[i] = stop[i] - start[i];
  const std::size_t skip = dimension == 4 ? 0 : 1;
  const std::lock_guard lock(mutex);
  const int code = b2nd_get_slice_cbuffer(array.get(), start.data() + skip, stop.data() + skip, out,
                                          shape.data() + skip, static_cast<std::int64_t>(bytes));
  if (code < 0) fail(std::string("cannot be decompressed: ") + blosc2_error_string(code));
}

template <class T>
void ArrayFile::Impl::read_inside(const imaging::Box3& box, T* out) const {
  const auto count = static_cast<std::size_t>(channels * imaging::voxel_count(box.extent()));
  if (dtype == native_type<T>()) {
    read_raw(box, reinterpret_cast<char*>(out), count * sizeof(T));
    return;
  }
  std::vector<char> bytes(count * item_bytes);
  read_raw(box, bytes.data(), bytes.size());
  converter<T>(dtype)({bytes.data(), count}, out);
}

template <class T>
void ArrayFile::Impl::read_box(const imaging::Box3& box, T fill, std::span<T> out) const {
  const imaging::Extent3 size = box.extent();
  const auto count = static_cast<std::size_t>(channels * imaging::voxel_count(size));
  if (out.size() != count) {
    throw Error(ErrorCode::kInternal, path + ": the target of a read has " +
                                          std::to_string(out.size()) + " elements, expected " +
                                          std::to_string(count));
  }
  imaging::Box3 inside;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    inside.lower[axis] = std::clamp<std::int64_t>(box.lower[axis], 0, extent[axis]);
    inside.upper[axis] =
        std::clamp<std::int64_t>(box.upper[axis], inside.lower[axis], extent[axis]);
  }
  if (inside == box) {
    if (count > 0) read_inside(box, out.data());
    return;
  }
  std::fill(out.begin(), out.end(), fill);
  const imaging::Extent3 part = inside.extent();
  if (imaging::voxel_count(part) == 0) return;
  std::vector<T> values(static_cast<std::size_t>(channels * imaging::voxel_count(part)));
  read_inside(inside, values.data());
  auto from = values.begin();
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t z = inside.lower[0]; z < inside.upper[0]; ++z) {
      for (std::int64_t y = inside.lower[1]; y < inside.upper[1]; ++y) {
        const std::int64_t row = imaging::linear_index(size, z - box.lower[0], y - box.lower[1],
                                                       inside.lower[2] - box.lower[2]);
        std::copy_n(from, part[2], out.begin() + c * imaging::voxel_count(size) + row);
        from += part[2];
      }
    }
  }
}

ArrayFile::ArrayFile(const std::filesystem::path& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = path.string();
  impl_->open();
}
ArrayFile::ArrayFile(ArrayFile&&) noexcept = default;
ArrayFile& ArrayFile::operator=(ArrayFile&&) noexcept = default;
ArrayFile::~ArrayFile() = default;

std::int64_t ArrayFile::channels() const { return impl_->channels; }
const imaging::Extent3& ArrayFile::extent() const { return impl_->extent; }
int ArrayFile::dimension() const { return impl_->dimension; }
const std::string& ArrayFile::dtype() const { return impl_->dtype; }

void ArrayFile::read(std::span<float> out) const { read_box({{0, 0, 0}, extent()}, 0.0F, out); }
void ArrayFile::read(std::span<std::int16_t> out) const {
  read_box({{0, 0, 0}, extent()}, std::int16_t{0}, out);
}
void ArrayFile::read_box(const imaging::Box3& box, float fill, std::span<float> out) const {
  impl_->read_box(box, fill, out);
}
void ArrayFile::read_box(const imaging::Box3& box,
                         std::int16_t fill,
                         std::span<std::int16_t> out) const {
  impl_->read_box(box, fill, out);
}

}  // namespace nnflow::nnunet
