// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/probabilities.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>

#include "cases/npz_write.hpp"
#include "cases/stored_array.hpp"
#include "nnflow/imaging/wide_vectors.hpp"

namespace nnflow::nnunet {
namespace {

constexpr const char* kMember = "probabilities";

/// Where element number `index` of an array with the first axis fastest lies when the last one is.
class ReversedOrder {
 public:
  ReversedOrder(std::int64_t heads, const imaging::Extent3& extent)
      : lengths_{heads, extent[0], extent[1], extent[2]},
        steps_{imaging::voxel_count(extent), extent[1] * extent[2], extent[2], 1} {}

  /// Positions of successive elements, from the first one on.
  std::int64_t next() {
    const std::int64_t here = position_;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      position_ += steps_[axis];
      if (++at_[axis] < lengths_[axis]) break;
      position_ -= lengths_[axis] * steps_[axis];
      at_[axis] = 0;
    }
    return here;
  }

 private:
  std::array<std::int64_t, 4> lengths_;
  std::array<std::int64_t, 4> steps_;
  std::array<std::int64_t, 4> at_{};
  std::int64_t position_ = 0;
};

/// Element `index` of bytes that may lie at any address.
template <class Stored>
float value_at(const char* items, std::int64_t index) {
  Stored stored{};
  std::memcpy(&stored, items + static_cast<std::size_t>(index) * sizeof(Stored), sizeof(Stored));
  return static_cast<float>(stored);
}

/// Whether the value is infinite or no number, for loops without jumps.
std::uint32_t endless(float value) {
  constexpr std::uint32_t kExponent = 0x7f800000U;
  return static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent);
}

/// Adds `count` elements; returns whether all are finite.
template <class Stored>
bool add_items(const char* items, std::int64_t count, float* to) {
  std::uint32_t bad = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const float value = value_at<Stored>(items, i);
    bad |= endless(value);
    to[i] += value;
  }
  return bad == 0;
}

NNFLOW_WIDE_VECTORS bool add_floats(const char* items, std::int64_t count, float* to) {
  return add_items<float>(items, count, to);
}

template <class Stored>
void add(const StoredArray& array, Probabilities& sum) {
  ReversedOrder order(sum.heads, sum.extent);
  bool finite = true;
  array.stream([&](std::int64_t first, const char* items, std::int64_t count) {
    float* const to = sum.values.data();
    if (!array.reversed()) {
      finite = (std::is_same_v<Stored, float> ? add_floats(items, count, to + first)
                                              : add_items<Stored>(items, count, to + first)) &&
               finite;
      return;
    }
    for (std::int64_t i = 0; i < count; ++i) {
      const float value = value_at<Stored>(items, i);
      finite = finite && endless(value) == 0;
      to[order.next()] += value;
    }
  });
  if (!finite) array.fail("has probabilities that are not finite numbers");
}

std::string shape_text(std::int64_t heads, const imaging::Extent3& extent) {
  std::string text = std::to_string(heads);
  for (const auto length : extent) text += " x " + std::to_string(length);
  return text;
}

}  // namespace

void add_probabilities(const std::filesystem::path& path, Probabilities& sum) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw Error(ErrorCode::kIo, path.string() + ": the file does not exist");
  }
  const auto array = open_numpy(path.string(), kMember);
  if (array->dimension() != 4) {
    array->fail("holds probabilities with 3 axes, expected (head, z, y, x)");
  }
  if (array->dtype() != "f4" && array->dtype() != "f8") {
    array->fail("holds probabilities of type " + array->dtype() + ", expected float32");
  }
  if (sum.heads == 0) {
    sum.heads = array->channels();
    sum.extent = array->extent();
    sum.values.assign(static_cast<std::size_t>(sum.heads * imaging::voxel_count(sum.extent)), 0.0F);
  } else if (sum.heads != array->channels() || sum.extent != array->extent()) {
    array->fail("holds " + shape_text(array->channels(), array->extent()) +
                " probabilities (head, z, y, x), expected " + shape_text(sum.heads, sum.extent) +
                " as in the other files of the case");
  }
  if (array->dtype() == "f4") {
    add<float>(*array, sum);
  } else {
    add<double>(*array, sum);
  }
}

std::uint64_t probabilities_bytes(const std::filesystem::path& path) {
  try {
    const auto array = open_numpy(path.string(), kMember);
    return static_cast<std::uint64_t>(array->channels() * imaging::voxel_count(array->extent())) *
           sizeof(float);
  } catch (const Error&) {
    return 0;  // whoever reads it says what is wrong
  }
}

void write_probabilities(const std::filesystem::path& path, const Probabilities& probabilities) {
  const auto& extent = probabilities.extent;
  const std::array<std::int64_t, 4> shape{probabilities.heads, extent[0], extent[1], extent[2]};
  write_npz(path, kMember, "f4", shape,
            {reinterpret_cast<const char*>(probabilities.values.data()),
             probabilities.values.size() * sizeof(float)});
}

}  // namespace nnflow::nnunet
