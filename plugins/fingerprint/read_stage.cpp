// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/stages.hpp"

namespace nnflow::fingerprint {

void ReadStage::describe(StageSpec& spec) {
  spec.summary("Read the fingerprint of a data set").cache_version(1).nondeterministic();
  spec.input(kDataset, "the data set");
  spec.output(kFingerprint, "the fingerprint");
  spec.params<Params>().field(
      "out", &Params::out,
      "file, or folder that holds it; default: the data set's folder in $nnUNet_preprocessed");
}

void ReadStage::finish(Context& ctx) {
  const auto file = fingerprint_file(params_.out, ctx.get(kDataset));
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kIo,
                file.string() + ": there is no fingerprint, make one with 'nnflow fingerprint'");
  }
  ctx.emit(kFingerprint, nnunet::Fingerprint::read(file));
}

}  // namespace nnflow::fingerprint
