// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kept_predictor.hpp"

#include <mutex>
#include <nnflow/nnunet/file_digest.hpp>
#include <nnflow/nnunet/py_json.hpp>

namespace nnflow::predict {
namespace {

struct Kept {
  std::mutex mutex;
  std::string key;
  std::shared_ptr<const Predictor> predictor;
};

Kept& kept() {
  static Kept* const the_one = new Kept;  // NOLINT(cppcoreguidelines-owning-memory)
  return *the_one;
}

}  // namespace

std::string predictor_key(const nnunet::TrainedModel& model,
                          const nnunet::Plans& plans,
                          const nnunet::DatasetDescription& dataset,
                          const PredictorOptions& options) {
  if (model.weights_digest.empty()) return "";
  std::string text = model.weights_digest + "\n" + model.configuration + "\n";
  for (const auto& fold : model.folds) text += fold + " ";
  if (model.mirror_axes) {
    for (const int axis : *model.mirror_axes) text += std::to_string(axis) + ",";
  }
  text += nnunet::dump_json(plans.document()) + nnunet::dump_json(dataset.json);
  text += std::to_string(options.step_size) + (options.mirroring ? " mirrored " : " plain ") +
          options.device + " " + std::to_string(options.compute_threads) +
          (options.precision == SumPrecision::kHalf ? " half" : " single") +
          (options.network == networks::InferencePrecision::kBfloat16 ? " bf16" : "");
  return nnunet::digest(text);
}

std::shared_ptr<const Predictor> kept_predictor(
    const std::string& key, const std::function<std::shared_ptr<const Predictor>()>& make) {
  Kept& last = kept();
  const std::lock_guard lock(last.mutex);
  if (last.predictor && last.key == key) return last.predictor;
  last.predictor.reset();
  last.predictor = make();
  last.key = key;
  return last.predictor;
}

}  // namespace nnflow::predict
