// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include "cases/stored_array.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

/// Decoded elements of a file, and how to read one of them.
struct Elements {
  const char* bytes;
  std::size_t size;
};

/// IEEE binary16, as numpy's float16.
struct Half {
  std::uint16_t bits = 0;
};

float wide(Half value) {
  const std::uint32_t sign = (value.bits & 0x8000U) << 16U;
  const std::uint32_t exponent = (value.bits >> 10U) & 0x1FU;
  const std::uint32_t fraction = value.bits & 0x3FFU;
  if (exponent == 0) {  // multiples of 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t wide_exponent = exponent == 0x1FU ? 0xFFU : exponent + 112U;
  return std::bit_cast<float>(sign | (wide_exponent << 23U) | (fraction << 13U));
}
template <class T>
T wide(T value) {
  return value;
}

/// The nearest value of the type; 0 for what is no number.
template <class To, class From>
To converted(From value) {
  if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else {
    constexpr auto kLow = std::numeric_limits<To>::min();
    constexpr auto kHigh = std::numeric_limits<To>::max();
    if constexpr (std::is_floating_point_v<From>) {
      if (std::isnan(value)) return To{0};
      return static_cast<To>(std::clamp(value, static_cast<From>(kLow), static_cast<From>(kHigh)));
    } else if (std::cmp_less(value, kLow)) {
      return kLow;
    } else {
      return std::cmp_greater(value, kHigh) ? kHigh : static_cast<To>(value);
    }
  }
}

template <class From, class To>
void convert(const Elements& from, To* to) {
  for (std::size_t i = 0; i < from.size; ++i) {
    From value{};
    std::memcpy(&value, from.bytes + i * sizeof(From), sizeof(From));
    to[i] = converted<To>(wide(value));
  }
}

template <class To>
using Converter = void (*)(const Elements&, To*);

template <class To>
Converter<To> converter(const std::string& dtype) {
  if (dtype == "f2") return &convert<Half, To>;
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

std::int64_t StoredArray::set_shape(const std::int64_t* shape, int dimension) {
  if (dimension != 3 && dimension != 4) {
    fail("has " + std::to_string(dimension) + " axes, expected 3 or 4");
  }
  dimension_ = dimension;
  const std::size_t first = dimension == 4 ? 1 : 0;
  channels_ = dimension == 4 ? shape[0] : 1;
  std::int64_t items = channels_;
  for (std::size_t axis = 0; axis < 3; ++axis) extent_[axis] = shape[axis + first];
  for (const auto length : extent_) {
    if (length <= 0 || channels_ <= 0 || __builtin_mul_overflow(items, length, &items)) {
      fail("has an axis of impossible length");
    }
  }
  return items;
}

void StoredArray::set_type(std::string_view type) {
  if (type.size() != 3 || type[0] == '>' ||
      converter<float>(std::string(type.substr(1))) == nullptr) {
    fail("has elements of type '" + std::string(type) + "', expected little-endian numbers");
  }
  dtype_ = type.substr(1);
  item_bytes_ = static_cast<std::size_t>(dtype_[1] - '0');
}

void StoredArray::stream(const Take& take) const {
  const std::int64_t items = channels() * imaging::voxel_count(extent());
  std::vector<char> bytes(static_cast<std::size_t>(items) * item_bytes());
  read({{0, 0, 0}, extent()}, bytes.data(), bytes.size());
  take(0, bytes.data(), items);
}

struct ArrayFile::Impl {
  std::unique_ptr<StoredArray> array;

  template <class T>
  void read_inside(const imaging::Box3& box, T* out) const;
  template <class T>
  void read_box(const imaging::Box3& box, T fill, std::span<T> out) const;
};

template <class T>
void ArrayFile::Impl::read_inside(const imaging::Box3& box, T* out) const {
  const auto count =
      static_cast<std::size_t>(array->channels() * imaging::voxel_count(box.extent()));
  if (array->dtype() == native_type<T>()) {
    array->read(box, reinterpret_cast<char*>(out), count * sizeof(T));
    return;
  }
  std::vector<char> bytes(count * array->item_bytes());
  array->read(box, bytes.data(), bytes.size());
  converter<T>(array->dtype())({bytes.data(), count}, out);
}

template <class T>
void ArrayFile::Impl::read_box(const imaging::Box3& box, T fill, std::span<T> out) const {
  const std::int64_t channels = array->channels();
  const imaging::Extent3& extent = array->extent();
  const imaging::Extent3 size = box.extent();
  const auto count = static_cast<std::size_t>(channels * imaging::voxel_count(size));
  if (out.size() != count) {
    throw Error(ErrorCode::kInternal, array->path() + ": the target of a read has " +
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

ArrayFile::ArrayFile(const std::filesystem::path& path, CaseArray which)
    : impl_(std::make_unique<Impl>()) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw Error(ErrorCode::kIo, path.string() + ": the file does not exist");
  }
  const std::string ending = path.extension().string();
  const bool older = ending == ".npz" || ending == ".npy";
  impl_->array = older ? open_numpy(path.string(), which == CaseArray::kImage ? "data" : "seg")
                       : open_b2nd(path.string());
}
ArrayFile::ArrayFile(ArrayFile&&) noexcept = default;
ArrayFile& ArrayFile::operator=(ArrayFile&&) noexcept = default;
ArrayFile::~ArrayFile() = default;

std::int64_t ArrayFile::channels() const { return impl_->array->channels(); }
const imaging::Extent3& ArrayFile::extent() const { return impl_->array->extent(); }
int ArrayFile::dimension() const { return impl_->array->dimension(); }
const std::string& ArrayFile::dtype() const { return impl_->array->dtype(); }

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
