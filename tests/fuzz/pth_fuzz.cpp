// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "fuzz.hpp"
#include "input_file.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/sgd.hpp"
#include "nnflow/networks/unet.hpp"

namespace {

/// The network of the seeds: see make_pth_corpus.py.
nnflow::networks::NetworkSpec small_network() {
  nnflow::networks::NetworkSpec spec;
  spec.dimensions = 2;
  spec.input_channels = 1;
  spec.classes = 2;
  spec.features = {2, 3};
  spec.kernel_sizes = {{1, 3, 3}, {1, 3, 3}};
  spec.strides = {{1, 1, 1}, {1, 2, 2}};
  spec.blocks_per_stage = {1, 1};
  spec.decoder_convs = {1};
  return spec;
}

}  // namespace

// A checkpoint of a trainer: what it says, the weights of a network, the state of its optimiser.
void read_input(std::string_view bytes) {
  static const nnflow::fuzz::InputFile kFile(".pth");
  static nnflow::networks::UNet network(small_network());
  const nnflow::networks::CheckpointFile checkpoint(kFile.write(bytes));
  checkpoint.load_weights(network);
  nnflow::networks::Sgd optimiser(network, {});
  checkpoint.load_optimiser(network, optimiser);
}
