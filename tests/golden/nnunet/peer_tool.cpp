// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Writes or reads a folder of preprocessed cases and other files, for the exchange with nnU-Net in
// peer_test.sh.

#include <cstdio>
#include <string_view>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/postprocessing.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"

namespace {

using namespace nnflow::nnunet;
using nnflow::imaging::Extent3;

constexpr Extent3 kExtent{20, 40, 30};
const std::vector<std::int64_t> kPatch{16, 16, 16};

/// The value of voxel i: the same formula is in peer.py.
float intensity(std::size_t i) { return static_cast<float>((i * 7919) % 1009) / 8.0F; }
std::int16_t label(std::size_t i) {
  return static_cast<std::int16_t>(static_cast<int>((i * 31) % 5) - 1);
}

CaseProperties properties() {
  CaseProperties value;
  value.geometry.spacing = {0.5, 0.75, 2.0};
  value.geometry.origin = {1.0, -2.0, 3.5};
  value.spacing = {2.0, 0.75, 0.5};
  value.shape_before_cropping = {22, 42, 32};
  value.bbox_used_for_cropping = {{1, 1, 1}, {21, 41, 31}};
  value.shape_after_cropping_and_before_resampling = kExtent;
  value.class_locations.emplace();
  const auto add = [&](LabelOrRegion key, std::vector<std::array<std::int32_t, 3>> voxels) {
    value.class_locations->push_back({std::move(key), std::move(voxels)});
  };
  add({{1}, false}, {{0, 1, 2}, {3, 4, 5}});
  add({{1, 2}, true}, {{6, 7, 8}});
  add({{3}, false}, {});
  return value;
}

void write(const std::filesystem::path& folder) {
  nnflow::imaging::Volume image(2, kExtent);
  nnflow::imaging::LabelMap labels(kExtent);
  for (std::size_t i = 0; i < image.voxels().size(); ++i) image.voxels()[i] = intensity(i);
  for (std::size_t i = 0; i < labels.voxels().size(); ++i) labels.voxels()[i] = label(i);
  write_preprocessed_case(folder / "cases", "a", image, &labels, properties(), kPatch);
  for (auto& voxel : labels.voxels()) voxel = static_cast<std::int16_t>(voxel + 1);
  std::filesystem::create_directories(folder / "previous");
  write_previous_stage_array(folder / "previous/a.b2nd", labels.voxels(), kExtent, kPatch, false);
  write_postprocessing(folder / "postprocessing.pkl",
                       {{{{{1}, false}, {{2}, false}}, true, 0}, {{{{1, 2}, true}}, false, 0}});
  default_splits({"e", "d", "c", "b", "a", "f", "g"}).write(folder / "splits_final.json");
}

int check(bool good, const char* what) {
  if (!good) std::fprintf(stderr, "differs: %s\n", what);
  return good ? 0 : 1;
}

int read_cases(const std::filesystem::path& folder) {
  const PreprocessedFolder cases(folder);
  const ArrayFile image = cases.open_image("a");
  const ArrayFile seg = cases.open_seg("a");
  if (image.extent() != kExtent || image.channels() != 2) return check(false, "shape of the image");
  std::vector<float> values(2 * 20 * 40 * 30);
  image.read(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != intensity(i)) return check(false, "image");
  }
  std::vector<std::int16_t> labels(values.size() / 2);
  seg.read(labels);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != label(i)) return check(false, "labels");
  }
  return check(cases.properties("a") == properties(), "properties");
}

int read(const std::filesystem::path& folder) {
  int wrong = read_cases(folder / "cases");
  wrong += read_cases(folder / "older");
  wrong += read_cases(folder / "unpacked");
  const ArrayFile previous(folder / "previous/a.b2nd");
  wrong +=
      check(previous.dimension() == 3 && previous.dtype() == "u1", "shape of the previous stage");
  std::vector<std::int16_t> stage(20 * 40 * 30);
  previous.read(stage);
  for (std::size_t i = 0; i < stage.size(); ++i) {
    if (stage[i] != label(i) + 1) return check(false, "previous stage");
  }
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    if (std::string_view(argv[1]) == "write") {
      write(argv[2]);
      return 0;
    }
    return read(argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
