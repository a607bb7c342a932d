// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/prediction/array_predictor.hpp"

#include <unistd.h>

#include <algorithm>
#include <nnflow/engine.hpp>
#include <utility>

namespace nnflow::prediction {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;
using imaging::Volume;

constexpr const char* kPipeline = R"(nnflow: 1
name: predict_array
summary: Segment volumes that a program pushes
vars:
  model: {type: path, required: true, doc: model folder or archive}
  folds: {type: "string[]", default: [], doc: folds to average}
  checkpoint: {type: string, default: checkpoint_final.pth, doc: file name of the weights}
  mirroring: {type: bool, default: true, doc: average over mirrored images}
  step_size: {type: number, default: 0.5, doc: distance of tiles in tile lengths}
  device: {type: string, default: cpu, doc: "cpu, cuda or cuda:N"}
  accumulate: {type: string, default: single, doc: precision of sums}
  precision: {type: string, default: float32, doc: of convolutions on the CPU}
stages:
  images: {use: array.images}
  model:
    use: predict.load_model
    params: {model_folder: "${model}", folds: "${folds}", checkpoint: "${checkpoint}"}
  transpose: {use: crop.transpose_axes, from: {image: images.value, plans: model.plans}}
  crop: {use: crop.nonzero_box, from: {image: transpose.image}}
  normalise: {use: normalise.planned, from: {image: crop.image, label: crop.label, plans: model.plans, model: model.model}}
  resample: {use: resample.planned, from: {image: normalise.image, plans: model.plans, model: model.model}}
  predict:
    use: predict.sliding_window
    from: {image: resample.image, model: model.model, plans: model.plans, dataset: model.dataset}
    params:
      step_size: "${step_size}"
      mirroring: "${mirroring}"
      device: "${device}"
      accumulate: "${accumulate}"
      precision: "${precision}"
      keep_loaded: true
  labels:
    use: postprocess.export_labels
    from: {logits: predict.logits, properties: crop.properties, plans: model.plans, dataset: model.dataset, model: model.model}
  segmented: {use: array.segmented, from: {value: labels.label}}
)";

/// A folder for the record of the runs.
class RecordFolder {
 public:
  RecordFolder() {
    std::string name = (fs::temp_directory_path() / "nnflow-predict-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(ErrorCode::kIo, name + ": cannot create a temporary folder");
    }
    path_ = name;
  }
  RecordFolder(const RecordFolder&) = delete;
  RecordFolder& operator=(const RecordFolder&) = delete;
  ~RecordFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Engine make_engine(const PredictorSettings& settings) {
  EngineOptions options = EngineOptions::installed();
  options.plugin_dirs.insert(options.plugin_dirs.begin(), settings.plugin_dirs.begin(),
                             settings.plugin_dirs.end());
  Engine engine(options);
  engine.add_source<Volume>("array.images");
  engine.add_sink<LabelMap>("array.segmented");
  return engine;
}

Pipeline make_pipeline(const Engine& engine,
                       const PredictorSettings& settings,
                       const fs::path& folder) {
  Pipeline pipeline = engine.parse(kPipeline, folder / "predict_array.yaml");
  Value::Array folds;
  for (const auto& fold : settings.folds) folds.emplace_back(fold);
  pipeline.set("vars.model", settings.model.string())
      .set("vars.folds", Value(std::move(folds)))
      .set("vars.checkpoint", settings.checkpoint)
      .set("vars.mirroring", settings.mirroring)
      .set("vars.step_size", settings.step_size)
      .set("vars.device", settings.device)
      .set("vars.precision", settings.precision)
      .set("vars.accumulate", settings.as_nnunet ? "half" : "single");
  return pipeline;
}

}  // namespace

struct ArrayPredictor::Impl {
  explicit Impl(const PredictorSettings& given)
      : settings(given),
        engine(make_engine(given)),
        pipeline(make_pipeline(engine, given, record.path())) {
    static_cast<void>(pipeline.resolved());  // throws where there are errors
  }

  PredictorSettings settings;
  RecordFolder record;
  Engine engine;
  Pipeline pipeline;
  std::uint64_t count = 0;
};

ArrayPredictor::ArrayPredictor(const PredictorSettings& settings)
    : impl_(std::make_unique<Impl>(settings)) {}
ArrayPredictor::ArrayPredictor(ArrayPredictor&&) noexcept = default;
ArrayPredictor& ArrayPredictor::operator=(ArrayPredictor&&) noexcept = default;
ArrayPredictor::~ArrayPredictor() = default;

LabelMap ArrayPredictor::predict(Volume image, const Progress& progress) {
  Impl& self = *impl_;
  const std::string id = "volume_" + std::to_string(self.count++);
  auto images = self.pipeline.feed<Volume>("images");
  auto segmented = self.pipeline.collect<LabelMap>("segmented");
  StopFlags flags;
  RunOptions options;
  options.run_dir = self.record.path() / "run";
  options.flags = &flags;
  if (self.settings.threads > 0) options.threads = self.settings.threads;
  if (progress) {
    options.on_progress = [&](const std::vector<StageProgress>& stages) {
      for (const auto& stage : stages) {
        if (!progress(stage.stage, stage.done, stage.total)) flags.cancel = true;
      }
    };
  }
  RunHandle run = self.pipeline.start(options);
  // A push returns false where the run has ended; its result then says why.
  static_cast<void>(images.push(id, std::move(image)));
  images.close();
  auto item = segmented.next();
  const RunResult result = run.wait();
  result.check();
  if (!item) throw Error(ErrorCode::kInternal, "the run ended without a segmentation");
  return std::move(item->value);
}

Volume volume_of(std::span<const float> voxels,
                 std::int64_t channels,
                 const std::array<std::int64_t, 3>& extent,
                 const std::array<double, 3>& spacing_mm) {
  std::uint64_t expected = channels < 0 ? 0 : static_cast<std::uint64_t>(channels);
  bool possible = channels > 0;
  for (const auto length : extent) {
    possible = possible && length > 0 &&
               !__builtin_mul_overflow(expected, static_cast<std::uint64_t>(length), &expected);
  }
  if (!possible || expected != voxels.size()) {
    throw Error(ErrorCode::kInvalidData,
                "an array of " + std::to_string(voxels.size()) + " voxels cannot be a volume of " +
                    std::to_string(channels) + " x " + std::to_string(extent[0]) + " x " +
                    std::to_string(extent[1]) + " x " + std::to_string(extent[2]));
  }
  Volume volume(channels, {extent[0], extent[1], extent[2]});
  std::copy(voxels.begin(), voxels.end(), volume.voxels().begin());
  volume.spacing = {spacing_mm[0], spacing_mm[1], spacing_mm[2]};
  volume.geometry.spacing = {spacing_mm[2], spacing_mm[1], spacing_mm[0]};
  return volume;
}

}  // namespace nnflow::prediction
