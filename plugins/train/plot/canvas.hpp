// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace nnflow::train {

using Colour = std::array<std::uint8_t, 3>;

/// A white RGB picture to draw on. Coordinates are pixels, x to the right and y downwards; what
/// lies outside is not drawn.
class Canvas {
 public:
  Canvas(std::size_t width, std::size_t height);

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::size_t height() const { return height_; }
  /// Axes (row, column, channel).
  [[nodiscard]] std::span<const std::uint8_t> pixels() const { return pixels_; }

  void fill(double left, double top, double right, double bottom, Colour colour);
  /// A line with round ends, `thickness` pixels wide. Dashes of `dash` pixels with gaps as long; 0:
  /// without gaps. `travelled` is the length drawn before, so that dashes go on along a curve; it
  /// is advanced.
  void line(std::array<double, 2> from,
            std::array<double, 2> to,
            double thickness,
            Colour colour,
            double dash,
            double& travelled);

  /// Size of a text in pixels: characters are 6 x 8 times `scale`.
  [[nodiscard]] static double text_width(std::string_view text, double scale) {
    return 6.0 * scale * static_cast<double>(text.size());
  }
  static constexpr double kTextHeight = 8.0;
  /// A text with its top left corner at (x, y); `upwards` turns it by 90 degrees, (x, y) is then
  /// the lower left corner. Lower-case letters, digits and a few signs; others are left blank.
  void text(
      std::string_view text, double x, double y, double scale, Colour colour, bool upwards = false);

 private:
  void blend(std::int64_t x, std::int64_t y, Colour colour, double share);

  std::size_t width_;
  std::size_t height_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace nnflow::train
