// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdio>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/testing.hpp>

#include "kernels/scaffold.hpp"

namespace {

using nnflow::imaging::Volume;

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("failed: %s\n", what);
  ++failures;
}

void test_kernel() {
  std::array<float, 3> values{0.0F, 1.0F, -2.0F};
  scaffold::scale(values, 3.0F, 1.0F);
  expect(values == std::array<float, 3>{1.0F, 4.0F, -5.0F}, "values are scaled");
}

void test_stage() {
  nnflow::testing::StageRunner runner("scaffold.scale", "{factor: 2, offset: 1}");
  Volume image(1, {2, 3, 4});
  std::ranges::fill(image.voxels(), 5.0F);
  runner.put("image", image);
  const auto outputs = runner.run();
  const auto scaled = outputs.get<Volume>("image").voxels();
  expect(std::ranges::all_of(scaled, [](float voxel) { return voxel == 11.0F; }),
         "the stage applies its parameters");
}

void test_refusal() {
  try {
    const nnflow::testing::StageRunner runner("scaffold.scale", "factor: many");
    expect(false, "a text is no factor");
  } catch (const nnflow::Error&) {
  }
}

}  // namespace

int main() {
  test_kernel();
  test_stage();
  test_refusal();
  return failures == 0 ? 0 : 1;
}
