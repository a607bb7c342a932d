// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "nnflow/error.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {
namespace {

// Voxels are stored in a byte vector, whose storage is aligned for every scalar type.
template <class T>
const T* typed(const RawImage& raw) {
  return reinterpret_cast<const T*>(raw.voxels.data());
}

// ITK's reader of NIfTI scales in double on values that were first rounded to float, except for
// double voxels; nibabel rounds only the result.
template <class T>
float scaled(T value, double slope, double intercept, bool in_double) {
  if constexpr (!std::is_same_v<T, double>) {
    if (in_double) return static_cast<float>(static_cast<double>(value) * slope + intercept);
  }
  if constexpr (std::is_same_v<T, double>) {
    return static_cast<float>(value * slope + intercept);
  } else {
    return static_cast<float>(static_cast<double>(static_cast<float>(value)) * slope + intercept);
  }
}

template <class T, class Convert>
void fill_channels(const RawImage& raw, std::span<float> out, Convert convert) {
  const T* in = typed<T>(raw);
  const auto total = static_cast<std::size_t>(raw.value_count());
  if (raw.components == 1 || raw.planar) {
    for (std::size_t i = 0; i < total; ++i) out[i] = convert(in[i]);
    return;
  }
  const auto voxels = static_cast<std::size_t>(voxel_count(raw.header.extent));
  const auto components = static_cast<std::size_t>(raw.components);
  for (std::size_t frame = 0; frame < static_cast<std::size_t>(raw.frames); ++frame) {
    for (std::size_t c = 0; c < components; ++c) {
      const T* source = in + frame * voxels * components + c;
      float* target = out.data() + (frame * components + c) * voxels;
      for (std::size_t i = 0; i < voxels; ++i) target[i] = convert(source[i * components]);
    }
  }
}

bool is_scaled(const RawImage& raw) {
  if (raw.scaled_in_double) return raw.slope != 1.0 || raw.intercept != 0.0;
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  return std::abs(raw.slope) > kEpsilon &&
         (std::abs(raw.slope - 1.0) > kEpsilon || std::abs(raw.intercept) > kEpsilon);
}

std::string shown(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

[[noreturn]] void fail_label(const std::string& name, double value) {
  throw Error(ErrorCode::kInvalidData,
              name + ": label value " + shown(value) + ", expected integers from -32768 to 32767");
}

template <class T>
void integers_to_labels(const T* in, std::span<std::int16_t> out, const std::string& name) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!std::in_range<std::int16_t>(in[i])) fail_label(name, static_cast<double>(in[i]));
    out[i] = static_cast<std::int16_t>(in[i]);
  }
}

template <class T>
void reals_to_labels(const T* in, std::span<std::int16_t> out, const std::string& name) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const T value = in[i];
    if (!(value >= T{-32768} && value <= T{32767}) || std::trunc(value) != value) {
      fail_label(name, static_cast<double>(value));
    }
    out[i] = static_cast<std::int16_t>(value);
  }
}

}  // namespace

void to_float(const RawImage& raw, std::span<float> out) {
  const bool scale = is_scaled(raw);
  visit_scalar(raw.scalar, [&]<class T>(std::type_identity<T>) {
    if (scale) {
      fill_channels<T>(
          raw, out, [&](T v) { return scaled(v, raw.slope, raw.intercept, raw.scaled_in_double); });
    } else {
      fill_channels<T>(raw, out, [](T v) { return static_cast<float>(v); });
    }
  });
}

void to_labels(const RawImage& raw, std::span<std::int16_t> out, const std::string& name) {
  if (is_scaled(raw)) {
    std::vector<float> values(out.size());
    to_float(raw, values);
    reals_to_labels(values.data(), out, name);
    return;
  }
  visit_scalar(raw.scalar, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>) {
      integers_to_labels(typed<T>(raw), out, name);
    } else {
      reals_to_labels(typed<T>(raw), out, name);
    }
  });
}

}  // namespace nnflow::imaging
