// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace nnflow::runtime {
namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(200);
constexpr auto kLineInterval = std::chrono::seconds(10);

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

std::uint64_t passed(const StageCounters& stage) {
  return stage.calls.sum().done + stage.kept + stage.failed + stage.bypassed;
}

/// Share of the work that is done, in [0, 1]; negative when unknown.
double fraction(const StageCounters& stage) {
  const auto inner = stage.progress();
  if (inner.total > 0) return std::clamp(inner.done / inner.total, 0.0, 1.0);
  const std::uint64_t total = stage.total;
  return total == 0 ? -1.0
                    : std::clamp(static_cast<double>(passed(stage)) / static_cast<double>(total),
                                 0.0, 1.0);
}

}  // namespace

std::string progress_line(const StageCounters& stage, double seconds) {
  const std::uint64_t count = passed(stage);
  const std::uint64_t total = stage.total;
  std::string line =
      fmt::format("{:<28} {:>7}{}", stage.id, count, total > 0 ? fmt::format("/{}", total) : "");
  const std::uint64_t done = stage.calls.sum().done;
  if (seconds > 0 && done > 0)
    line += fmt::format("  {:.3g}/s", static_cast<double>(done) / seconds);
  const double share = fraction(stage);
  if (share > 0 && share < 1)
    line += fmt::format("  {} left", duration_text(seconds * (1 - share) / share));
  if (stage.kept > 0) line += fmt::format("  {} kept", stage.kept.load());
  if (stage.failed > 0) line += fmt::format("  {} failed", stage.failed.load());
  const std::string text = stage.progress().text;
  return text.empty() ? line : line + "  " + text;
}

ProgressDisplay::ProgressDisplay(ProgressStyle style,
                                 std::string title,
                                 std::vector<const StageCounters*> stages)
    : style_(style),
      title_(std::move(title)),
      stages_(std::move(stages)),
      printed_(stages_.size()),
      started_(std::chrono::steady_clock::now()) {
  if (style_ != ProgressStyle::kNone) thread_ = std::thread([this] { loop(); });
}

ProgressDisplay::~ProgressDisplay() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (style_ == ProgressStyle::kBars) {
    draw_bars();
  } else {
    print_lines();
  }
}

void ProgressDisplay::loop() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (style_ == ProgressStyle::kBars) {
      wake_.wait_for(lock, kBarInterval, [this] { return ending_; });
      if (!ending_) draw_bars();
    } else {
      wake_.wait_for(lock, kLineInterval, [this] { return ending_; });
      if (!ending_) print_lines();
    }
  }
}

void ProgressDisplay::draw_bars() {
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  std::string out;
  if (drawn_lines_ > 0) out += fmt::format("\x1b[{}A", drawn_lines_);
  for (const StageCounters* stage : stages_) {
    const double share = fraction(*stage);
    constexpr int kWidth = 20;
    const int filled = share < 0 ? 0 : static_cast<int>(share * kWidth);
    out += fmt::format("\x1b[2K[{}{}] {}\n", std::string(static_cast<std::size_t>(filled), '#'),
                       std::string(static_cast<std::size_t>(kWidth - filled), '.'),
                       progress_line(*stage, seconds).substr(0, 110));
  }
  drawn_lines_ = stages_.size();
  std::fputs(out.c_str(), stderr);
  std::fflush(stderr);
}

void ProgressDisplay::print_lines() {
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  std::string out;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const std::string state =
        fmt::format("{} {}", passed(*stages_[i]), stages_[i]->progress().text);
    if (state == printed_[i] || passed(*stages_[i]) == 0) continue;
    printed_[i] = state;
    out += title_ + ": " + progress_line(*stages_[i], seconds) + "\n";
  }
  std::fputs(out.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace nnflow::runtime
