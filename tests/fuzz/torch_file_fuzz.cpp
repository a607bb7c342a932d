// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <vector>

#include "fuzz.hpp"
#include "input_file.hpp"
#include "nnflow/error.hpp"
#include "nnflow/networks/checkpoint_info.hpp"
#include "nnflow/nnunet/torch_file.hpp"

namespace {

using nnflow::nnunet::PickleNode;

/// Reads the first and the last element of every tensor below a node.
void read_tensors(const nnflow::nnunet::TorchFile& file, const PickleNode& root) {
  constexpr std::size_t kMostTensors = 64;
  std::set<const PickleNode*> seen;
  std::vector<const PickleNode*> open{&root};
  std::size_t tensors = 0;
  static volatile unsigned sink = 0;
  while (!open.empty()) {
    const PickleNode& node = *open.back();
    open.pop_back();
    if (!seen.insert(&node).second) continue;
    for (const PickleNode* item : node.items) open.push_back(item);
    for (const auto& [key, value] : node.entries) open.push_back(value);
    if (!node.is(PickleNode::Kind::kTensor) || ++tensors > kMostTensors) continue;
    const auto bytes = file.tensor(node);
    std::int64_t last = 0;
    for (std::size_t axis = 0; axis < node.shape.size(); ++axis) {
      if (node.shape[axis] == 0) last = -1;
      if (last >= 0) last += (node.shape[axis] - 1) * node.strides[axis];
    }
    if (last < 0) continue;
    const std::int64_t size = nnflow::nnunet::torch_element_bytes(node.storage->module);
    sink = sink + std::to_integer<unsigned>(bytes.begin[0]) +
           std::to_integer<unsigned>(bytes.begin[(last + 1) * size - 1]);
  }
}

}  // namespace

// What is read of a checkpoint before LibTorch sees it: the archive, its pickle, what a trainer
// says, and the places of all tensors.
void read_input(std::string_view bytes) {
  static const nnflow::fuzz::InputFile kFile(".pth");
  const nnflow::nnunet::TorchFile file(kFile.write(bytes));
  static_cast<void>(nnflow::networks::read_checkpoint_info(file.root()));
  read_tensors(file, file.root());
}
