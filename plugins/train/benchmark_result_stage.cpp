// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/benchmark_result_stage.hpp"

#include <unistd.h>

#include <torch/version.h>
#include <algorithm>
#include <array>
#include <cmath>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::train {
namespace {

struct BenchmarkResultParams {
  std::string device = "cpu";
};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

double fastest_epoch(const networks::TrainingLog& log, const std::filesystem::path& file) {
  const std::size_t epochs =
      std::min(log.epoch_start_timestamps.size(), log.epoch_end_timestamps.size());
  if (epochs == 0) {
    throw Error(ErrorCode::kInvalidData, file.string() + ": expected the times of some epochs");
  }
  double fastest = HUGE_VAL;
  for (std::size_t i = 0; i < epochs; ++i) {
    fastest = std::min(fastest, log.epoch_end_timestamps[i] - log.epoch_start_timestamps[i]);
  }
  return fastest;
}

}  // namespace

void BenchmarkResultStage::describe(StageSpec& spec) {
  spec.summary("Write the time of a training's fastest epoch to benchmark_result.json")
      .cache_version(1)
      .writes_artifacts();
  spec.doc(
      "The file in the fold's folder has one entry per machine, device and version of Torch, under "
      "a key and with the names that nnU-Net's nnUNetTrainerBenchmark_5epochs gives them; entries "
      "of other machines stay. Where nnU-Net names the graphics card and cuDNN, the device and "
      "None stand.");
  spec.input(kModel, "the model that was trained");
  spec.params<BenchmarkResultParams>().field("device", &BenchmarkResultParams::device,
                                             "device of the training, for the record");
}

BenchmarkResultStage::BenchmarkResultStage(const StageConfig& config)
    : device_(config.params<BenchmarkResultParams>().device) {}

void BenchmarkResultStage::finish(Context& ctx) {
  const nnunet::TrainedModel& model = ctx.get(kModel);
  const std::filesystem::path checkpoint = model.checkpoint_path(model.folds.front());
  const double fastest =
      fastest_epoch(networks::CheckpointFile(checkpoint).info().logging, checkpoint);
  const std::filesystem::path file = model.place("benchmark_result.json");
  nnunet::Json results = nnunet::Json::object();
  if (std::filesystem::exists(file)) results = nnunet::read_json(file);
  const std::string host = host_name();
  std::string key = host;
  key += "__None__" TORCH_VERSION "__";
  key += device_;
  key += "__num_gpus_1";
  nnunet::Json& entry = results[key];
  entry["torch_version"] = TORCH_VERSION;
  entry["cudnn_version"] = nullptr;
  entry["gpu_name"] = device_;
  entry["fastest_epoch"] = fastest;
  entry["num_gpus"] = 1;
  entry["hostname"] = host;
  ctx.artifact(file).write_and_commit(nnunet::dump_json(results));
}

}  // namespace nnflow::train
