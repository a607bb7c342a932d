// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "fuzz.hpp"
#include "input_file.hpp"
#include "nnflow/nnunet/store.hpp"

namespace {

template <class T>
void read_boxes(const nnflow::nnunet::ArrayFile& array) {
  // A shape may be larger than the file, which says nothing of what a compressed array holds; a
  // caller that allocates all of it is told so by the engine.
  constexpr std::int64_t kMostVoxels = 1 << 18;
  const auto& extent = array.extent();
  const std::int64_t channels = array.channels();
  if (channels > 16) return;
  std::int64_t voxels = channels;
  for (const auto length : extent) {
    if (length > kMostVoxels / voxels) voxels = kMostVoxels + 1;
    voxels = voxels > kMostVoxels ? voxels : voxels * length;
  }
  if (voxels <= kMostVoxels) {
    std::vector<T> all(static_cast<std::size_t>(voxels));
    array.read(all);
  }
  std::vector<T> part(static_cast<std::size_t>(channels * 64));
  array.read_box({{-1, -1, -1}, {3, 3, 3}}, T{1}, part);
  const nnflow::imaging::Extent3 last{extent[0] + 1, extent[1] + 1, extent[2] + 1};
  array.read_box({{last[0] - 4, last[1] - 4, last[2] - 4}, last}, T{1}, part);
}

}  // namespace

// An array of a preprocessed case, in the format that the file ending names.
void read_input(std::string_view bytes) {
  static const nnflow::fuzz::InputFile kFile(NNFLOW_FUZZ_ENDING);
  const auto& path = kFile.write(bytes);
  for (const auto which :
       {nnflow::nnunet::CaseArray::kImage, nnflow::nnunet::CaseArray::kSegmentation}) {
    const nnflow::nnunet::ArrayFile array(path, which);
    read_boxes<float>(array);
    read_boxes<std::int16_t>(array);
    if (std::string_view(NNFLOW_FUZZ_ENDING) != ".npz") break;
  }
}
