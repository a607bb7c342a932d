// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/plot/progress_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

namespace nnflow::train {
namespace {

constexpr double kWidth = 1400;
constexpr double kPanelHeight = 700;
constexpr double kLeft = 150, kRight = 170, kTop = 70, kBottom = 90;  ///< round the axes of a panel
constexpr double kScale = 3.0;                                        ///< of texts
constexpr Colour kBlack{30, 30, 30}, kGround{234, 234, 242}, kWhite{255, 255, 255};
constexpr Colour kBlue{0, 0, 255}, kRed{255, 0, 0}, kGreen{0, 128, 0};

struct Series {
  std::vector<double> values;
  const char* label;
  Colour colour;
  bool dotted = false;
};

/// The curves that share an axis.
struct Axis {
  const char* label;
  std::vector<Series> series;
  bool from_zero = false;
};

struct Range {
  double low = 0.0;
  double high = 1.0;
};

Range range_of(const Axis& axis) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Series& series : axis.series) {
    for (const double value : series.values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (low > high) return {};
  if (axis.from_zero) low = std::min(low, 0.0);
  const double margin = high > low ? 0.05 * (high - low) : std::max(0.05 * std::abs(high), 1e-6);
  return {axis.from_zero ? low : low - margin, high + margin};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", std::abs(value) < 1e-12 ? 0.0 : value);
  return text;
}

class Panel {
 public:
  Panel(Canvas& canvas, double top, std::size_t epochs)
      : canvas_(canvas), top_(top + kTop), bottom_(top + kPanelHeight - kBottom), epochs_(epochs) {
    canvas_.fill(kLeft, top_, kWidth - kRight, bottom_, kGround);
    const double last = std::max(1.0, static_cast<double>(epochs) - 1.0);
    for (const double step : nice_steps(0.0, last, 8)) {
      if (step < 0.0 || step > last || step != std::floor(step)) continue;
      canvas_.fill(x(step) - 1, top_, x(step) + 1, bottom_, kWhite);
      const std::string text = number(step);
      canvas_.text(text, x(step) - Canvas::text_width(text, kScale) / 2, bottom_ + 10, kScale,
                   kBlack);
    }
    canvas_.text("epoch", (kLeft + kWidth - kRight) / 2 - Canvas::text_width("epoch", kScale) / 2,
                 bottom_ + 50, kScale, kBlack);
  }

  /// `on_right`: the axis is that of the right side, and its steps have no lines.
  void draw(const Axis& axis, bool on_right) {
    const Range range = range_of(axis);
    for (const double step : nice_steps(range.low, range.high, 7)) {
      if (step < range.low || step > range.high) continue;
      const double at = y(step, range);
      if (!on_right) canvas_.fill(kLeft, at - 1, kWidth - kRight, at + 1, kWhite);
      const std::string text = number(step);
      const double wide = Canvas::text_width(text, kScale);
      canvas_.text(text, on_right ? kWidth - kRight + 10 : kLeft - 10 - wide,
                   at - Canvas::kTextHeight * kScale / 2, kScale, kBlack);
    }
    const double middle = (top_ + bottom_) / 2 + Canvas::text_width(axis.label, kScale) / 2;
    canvas_.text(axis.label, on_right ? kWidth - 30 : 5, middle, kScale, kBlack, true);
    for (const Series& series : axis.series) {
      curve(series, range);
      legend(series);
    }
  }

 private:
  [[nodiscard]] double x(double epoch) const {
    const double last = std::max(1.0, static_cast<double>(epochs_) - 1.0);
    return kLeft + 20 + (kWidth - kLeft - kRight - 40) * epoch / last;
  }
  [[nodiscard]] double y(double value, const Range& range) const {
    return bottom_ - (bottom_ - top_) * (value - range.low) / (range.high - range.low);
  }

  void curve(const Series& series, const Range& range) {
    double travelled = 0.0;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      const std::size_t next = i + 1 < series.values.size() ? i + 1 : i;
      if (!std::isfinite(series.values[i])) continue;
      const bool joined = std::isfinite(series.values[next]);
      const std::size_t end = joined ? next : i;
      canvas_.line({x(static_cast<double>(i)), y(series.values[i], range)},
                   {x(static_cast<double>(end)), y(series.values[end], range)},
                   series.dotted ? 3.0 : 4.0, series.colour, series.dotted ? 5.0 : 0.0, travelled);
    }
  }

  void legend(const Series& series) {
    double travelled = 0.0;
    const double height = top_ - 28;
    canvas_.line({legend_, height + 12}, {legend_ + 40, height + 12}, 4.0, series.colour,
                 series.dotted ? 5.0 : 0.0, travelled);
    canvas_.text(series.label, legend_ + 50, height, kScale, kBlack);
    legend_ += 80 + Canvas::text_width(series.label, kScale);
  }

  Canvas& canvas_;
  double top_;
  double bottom_;
  std::size_t epochs_;
  double legend_ = kLeft;
};

}  // namespace

std::vector<double> nice_steps(double low, double high, int count) {
  const double rough = (high - low) / std::max(count, 1);
  if (!(rough > 0.0) || !std::isfinite(rough)) return {low};
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10.0 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough) step = factor * power;
  }
  std::vector<double> steps;
  const double first = std::floor(low / step);
  for (int i = 0; i <= 2 * count + 2 && (first + i) * step < high + step; ++i)
    steps.push_back((first + i) * step);
  return steps;
}

Canvas plot_progress(const networks::TrainingLog& log) {
  Canvas canvas(static_cast<std::size_t>(kWidth), static_cast<std::size_t>(3 * kPanelHeight));
  const std::size_t epochs = log.train_losses.size();
  Panel losses(canvas, 0, epochs);
  losses.draw({"loss", {{log.train_losses, "loss_tr", kBlue}, {log.val_losses, "loss_val", kRed}}},
              false);
  losses.draw({"pseudo dice",
               {{log.mean_fg_dice, "pseudo dice", kGreen, true},
                {log.ema_fg_dice, "pseudo dice (mov. avg.)", kGreen}}},
              true);
  std::vector<double> seconds;
  for (std::size_t i = 0;
       i < std::min(log.epoch_start_timestamps.size(), log.epoch_end_timestamps.size()); ++i) {
    seconds.push_back(log.epoch_end_timestamps[i] - log.epoch_start_timestamps[i]);
  }
  Panel(canvas, kPanelHeight, epochs)
      .draw({"time [s]", {{seconds, "epoch duration", kBlue}}, true}, false);
  Panel(canvas, 2 * kPanelHeight, epochs)
      .draw({"learning rate", {{log.lrs, "learning rate", kBlue}}}, false);
  return canvas;
}

}  // namespace nnflow::train
