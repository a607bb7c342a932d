// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/plot/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::train {
namespace {

/// Five columns of a character, the lowest bit at the top.
using Glyph = std::array<std::uint8_t, 5>;

constexpr std::string_view kCharacters = "()-.+0123456789[]_abcdefghijklmnopqrstuvwxyz";
constexpr std::array<Glyph, kCharacters.size()> kGlyphs{{
    {0x00, 0x1C, 0x22, 0x41, 0x00}, {0x00, 0x41, 0x22, 0x1C, 0x00}, {0x08, 0x08, 0x08, 0x08, 0x08},
    {0x00, 0x60, 0x60, 0x00, 0x00}, {0x08, 0x08, 0x3E, 0x08, 0x08}, {0x3E, 0x51, 0x49, 0x45, 0x3E},
    {0x00, 0x42, 0x7F, 0x40, 0x00}, {0x42, 0x61, 0x51, 0x49, 0x46}, {0x21, 0x41, 0x45, 0x4B, 0x31},
    {0x18, 0x14, 0x12, 0x7F, 0x10}, {0x27, 0x45, 0x45, 0x45, 0x39}, {0x3C, 0x4A, 0x49, 0x49, 0x30},
    {0x01, 0x71, 0x09, 0x05, 0x03}, {0x36, 0x49, 0x49, 0x49, 0x36}, {0x06, 0x49, 0x49, 0x29, 0x1E},
    {0x00, 0x7F, 0x41, 0x41, 0x00}, {0x00, 0x41, 0x41, 0x7F, 0x00}, {0x40, 0x40, 0x40, 0x40, 0x40},
    {0x20, 0x54, 0x54, 0x54, 0x78}, {0x7F, 0x48, 0x44, 0x44, 0x38}, {0x38, 0x44, 0x44, 0x44, 0x20},
    {0x38, 0x44, 0x44, 0x48, 0x7F}, {0x38, 0x54, 0x54, 0x54, 0x18}, {0x08, 0x7E, 0x09, 0x01, 0x02},
    {0x18, 0xA4, 0xA4, 0xA4, 0x7C}, {0x7F, 0x08, 0x04, 0x04, 0x78}, {0x00, 0x44, 0x7D, 0x40, 0x00},
    {0x40, 0x80, 0x84, 0x7D, 0x00}, {0x7F, 0x10, 0x28, 0x44, 0x00}, {0x00, 0x41, 0x7F, 0x40, 0x00},
    {0x7C, 0x04, 0x18, 0x04, 0x78}, {0x7C, 0x08, 0x04, 0x04, 0x78}, {0x38, 0x44, 0x44, 0x44, 0x38},
    {0xFC, 0x44, 0x44, 0x44, 0x38}, {0x38, 0x44, 0x44, 0x44, 0xFC}, {0x7C, 0x08, 0x04, 0x04, 0x08},
    {0x48, 0x54, 0x54, 0x54, 0x20}, {0x04, 0x3F, 0x44, 0x40, 0x20}, {0x3C, 0x40, 0x40, 0x20, 0x7C},
    {0x1C, 0x20, 0x40, 0x20, 0x1C}, {0x3C, 0x40, 0x30, 0x40, 0x3C}, {0x44, 0x28, 0x10, 0x28, 0x44},
    {0x1C, 0xA0, 0xA0, 0xA0, 0x7C}, {0x44, 0x64, 0x54, 0x4C, 0x44},
}};

}  // namespace

Canvas::Canvas(std::size_t width, std::size_t height)
    : width_(width), height_(height), pixels_(width * height * 3, 255) {}

void Canvas::blend(std::int64_t x, std::int64_t y, Colour colour, double share) {
  if (x < 0 || y < 0 || x >= static_cast<std::int64_t>(width_) ||
      y >= static_cast<std::int64_t>(height_))
    return;
  std::uint8_t* const pixel =
      pixels_.data() + 3 * (static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x));
  for (std::size_t c = 0; c < 3; ++c) {
    pixel[c] = static_cast<std::uint8_t>(std::lround(pixel[c] * (1.0 - share) + colour[c] * share));
  }
}

void Canvas::fill(double left, double top, double right, double bottom, Colour colour) {
  const auto first_row = std::max<std::int64_t>(0, std::llround(top));
  const auto last_row =
      std::min(static_cast<std::int64_t>(height_), static_cast<std::int64_t>(std::llround(bottom)));
  const auto first = std::max<std::int64_t>(0, std::llround(left));
  const auto last =
      std::min(static_cast<std::int64_t>(width_), static_cast<std::int64_t>(std::llround(right)));
  for (std::int64_t y = first_row; y < last_row; ++y) {
    for (std::int64_t x = first; x < last; ++x) blend(x, y, colour, 1.0);
  }
}

void Canvas::line(std::array<double, 2> from,
                  std::array<double, 2> to,
                  double thickness,
                  Colour colour,
                  double dash,
                  double& travelled) {
  const double dx = to[0] - from[0];
  const double dy = to[1] - from[1];
  const double length = std::hypot(dx, dy);
  const double reach = thickness / 2.0 + 1.0;
  const double squared = std::max(length * length, 1e-12);
  const auto low = [&](std::size_t a) {
    return static_cast<std::int64_t>(std::floor(std::min(from[a], to[a]) - reach));
  };
  const auto high = [&](std::size_t a) {
    return static_cast<std::int64_t>(std::ceil(std::max(from[a], to[a]) + reach));
  };
  const auto rows = static_cast<std::int64_t>(height_);
  const auto columns = static_cast<std::int64_t>(width_);
  for (std::int64_t y = std::max<std::int64_t>(0, low(1)); y < std::min(rows, high(1)); ++y) {
    for (std::int64_t x = std::max<std::int64_t>(0, low(0)); x < std::min(columns, high(0)); ++x) {
      const double px = static_cast<double>(x) + 0.5 - from[0];
      const double py = static_cast<double>(y) + 0.5 - from[1];
      const double along = std::clamp((px * dx + py * dy) / squared, 0.0, 1.0);
      if (dash > 0.0 && std::fmod(travelled + along * length, 2.0 * dash) >= dash) continue;
      const double away = std::hypot(px - along * dx, py - along * dy);
      const double share = std::clamp(thickness / 2.0 + 0.5 - away, 0.0, 1.0);
      if (share > 0.0) blend(x, y, colour, share);
    }
  }
  travelled += length;
}

void Canvas::text(
    std::string_view text, double x, double y, double scale, Colour colour, bool upwards) {
  for (const char character : text) {
    const std::size_t place = kCharacters.find(character);
    for (std::size_t column = 0; place != kCharacters.npos && column < 5; ++column) {
      for (std::size_t row = 0; row < 8; ++row) {
        if ((kGlyphs[place][column] >> row & 1U) == 0) continue;
        const double right = static_cast<double>(column) * scale;
        const double down = static_cast<double>(row) * scale;
        const double left = upwards ? x + down : x + right;
        const double top = upwards ? y - right - scale : y + down;
        fill(left, top, left + scale, top + scale, colour);
      }
    }
    (upwards ? y : x) += upwards ? -6.0 * scale : 6.0 * scale;
  }
}

}  // namespace nnflow::train
