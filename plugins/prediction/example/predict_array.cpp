// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A program that segments arrays in memory: here of float32 values in raw files, axes (channel, z,
// y, x), one after the other with the same model. It counts the voxels of every label.
//
// usage: nnflow_predict_array MODEL CHANNELS Z Y X SPACING-Z SPACING-Y SPACING-X FILE...
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <nnflow/prediction/array_predictor.hpp>

namespace {

std::vector<float> read_floats(const char* file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  std::vector<float> values(bytes.size() / sizeof(float));
  bytes.copy(reinterpret_cast<char*>(values.data()), values.size() * sizeof(float));
  return values;
}

void run(char** words, int count) {
  nnflow::prediction::ArrayPredictor predictor({.model = words[1]});
  const std::array<std::int64_t, 3> extent{std::atoll(words[3]), std::atoll(words[4]),
                                           std::atoll(words[5])};
  const std::array<double, 3> spacing{std::atof(words[6]), std::atof(words[7]),
                                      std::atof(words[8])};
  for (int i = 9; i < count; ++i) {
    const std::vector<float> voxels = read_floats(words[i]);
    auto volume = nnflow::prediction::volume_of(voxels, std::atoll(words[2]), extent, spacing);
    const auto labels = predictor.predict(std::move(volume));  // loads the model once
    std::map<int, std::size_t> counts;
    for (const auto label : labels.voxels()) ++counts[label];
    std::printf("%s:", words[i]);
    for (const auto& [label, voxel_count] : counts) std::printf(" %d=%zu", label, voxel_count);
    std::printf("\n");
  }
}

}  // namespace

int main(int count, char** words) {
  if (count < 10) {
    std::fprintf(stderr, "usage: %s MODEL CHANNELS Z Y X SPACING-Z SPACING-Y SPACING-X FILE...\n",
                 words[0]);
    return 2;
  }
  try {
    run(words, count);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
