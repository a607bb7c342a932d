// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The network's output for one patch, for tests/peer/compare_predict.
//
// usage: predict_logits_tool FOLDER
// FOLDER holds model/, patch.npy (c, z, y, x) and, for a cascade, previous.npy (z, y, x), of the
// size of the model's patch. Writes logits.raw, float32 (head, z, y, x).
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/store.hpp>
#include <nnflow/testing.hpp>

namespace {

namespace fs = std::filesystem;
using namespace nnflow;

void run(const fs::path& folder) {
  const auto model =
      testing::StageRunner("predict.load_model", "model_folder: " + (folder / "model").string())
          .finish();
  testing::StageRunner predict("predict.sliding_window",
                               "mirroring: false\ncompute_threads: 2\nstep_size: 1.0");
  predict.put("model", model.get<nnunet::TrainedModel>("model"))
      .put("plans", model.get<nnunet::Plans>("plans"))
      .put("dataset", model.get<nnunet::DatasetDescription>("dataset"));
  const nnunet::ArrayFile patch(folder / "patch.npy", nnunet::CaseArray::kImage);
  imaging::Volume image(patch.channels(), patch.extent());
  patch.read(image.voxels());
  predict.put("image", std::move(image));
  if (fs::exists(folder / "previous.npy")) {
    const nnunet::ArrayFile labels(folder / "previous.npy", nnunet::CaseArray::kSegmentation);
    imaging::LabelMap previous(labels.extent());
    labels.read(previous.voxels());
    predict.put("previous", std::move(previous));
  }
  const auto out = predict.run();
  const auto& values = out.get<nnunet::Logits>("logits").values;
  std::ofstream file(folder / "logits.raw", std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
  if (!file.flush()) throw Error(ErrorCode::kIo, "logits.raw cannot be written");
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "usage: predict_logits_tool FOLDER\n");
    return 2;
  }
  try {
    run(words[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
