// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The parameters of a trainer's stages and the random streams of its patches.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "../trainers/trainers.hpp"
#include "augment/kernels/draws.hpp"
#include "nnflow/rng.hpp"
#include "statistics.hpp"

namespace nnflow::test {

constexpr std::int64_t kDraws = 100'000;

class Trainer {
 public:
  explicit Trainer(const std::string& name) : stages_(stages_of(name)) {}

  [[nodiscard]] const nnunet::Json& params(const std::string& stage) const {
    return stages_.at(stage).at("params");
  }
  static constexpr std::uint64_t kSeed = 1234;
  /// The id of patch `index` of a training with batches of 2.
  [[nodiscard]] static std::string item(std::int64_t index) {
    std::string item = "train_e";
    item += std::to_string(index / 500);
    item += "_i";
    item += std::to_string(index / 2 % 250);
    item += "_s";
    item += std::to_string(index % 2);
    return item;
  }
  /// The stream of patch `index` in a stage, as a run has it.
  [[nodiscard]] static Rng rng(const std::string& stage, std::int64_t index) {
    return {kSeed, stage, item(index)};
  }
  /// Calls `draw` for every patch behind the draw of the stage's probability, which must be
  /// `share`.
  template <class F>
  void expect_rate(const std::string& stage, double share, F draw) const {
    std::int64_t applied = 0;
    for (std::int64_t i = 0; i < kDraws; ++i) {
      Rng stream = rng(stage, i);
      applied +=
          augment::draw_chance(stream, params(stage).at("probability").get<double>()) ? 1 : 0;
      draw(stream);
    }
    EXPECT_EQ(params(stage).at("probability").get<double>(), share) << stage;
    EXPECT_EQ(rate_verdict(applied, kDraws, share), "") << stage;
  }

 private:
  nnunet::Json stages_;
};

}  // namespace nnflow::test
