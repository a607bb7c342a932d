// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/percentile.hpp>
#include <nnflow/nnunet/py_json.hpp>

#include "fingerprint/stages.hpp"

namespace nnflow::fingerprint {
namespace {

std::int64_t case_count(const nnunet::DatasetDescription& dataset) {
  if (dataset.explicit_cases || !dataset.folder.empty()) {
    return static_cast<std::int64_t>(nnunet::training_cases(dataset).size());
  }
  return dataset.num_training;
}

nnunet::IntensityProperties properties_of(const IntensityStatistics& s) {
  return {s.max, s.mean, s.median, s.min, s.percentile_00_5, s.percentile_99_5, s.deviation};
}

}  // namespace

std::filesystem::path fingerprint_file(const std::string& out,
                                       const nnunet::DatasetDescription& dataset) {
  std::filesystem::path path = out;
  if (out.empty()) path = dataset.roots().require_preprocessed() / dataset.name;
  return path.extension() == ".json" ? path : path / "dataset_fingerprint.json";
}

void CollectStage::describe(StageSpec& spec) {
  spec.summary("Collect the statistics of all cases into the data set's fingerprint")
      .cache_version(1);
  spec.doc(
      "Draws 1e8 / cases intensities with replacement from the foreground of every case, as the "
      "reference does, and "
      "writes dataset_fingerprint.json. A data set without any foreground is an error.");
  spec.writes_artifacts().memory_hint("4*input");
  spec.input(kStatistics, "statistics of one case");
  spec.input(kDataset, "the data set, for the number of cases");
  spec.output(kFingerprint, "the fingerprint");
  spec.params<Params>()
      .field("out", &Params::out,
             "file or folder to write; default: the data set's folder in $nnUNet_preprocessed")
      .field("all_cases", &Params::all_cases,
             "fail, and write nothing, where a case of the data set does not arrive");
}

void CollectStage::accumulate(Context& ctx) {
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  // A place that is missing is told now, not after all cases.
  if (samples_ == 0) static_cast<void>(fingerprint_file(params_.out, dataset));
  if (samples_ == 0) samples_ = samples_per_case(std::max<std::int64_t>(case_count(dataset), 1));
  nnunet::CaseStatistics statistics = ctx.take(kStatistics);
  if (statistics.foreground_intensities.size() != dataset.channels.size()) {
    ctx.fail("the image has " + std::to_string(statistics.foreground_intensities.size()) +
             " channels, expected " + std::to_string(dataset.channels.size()) +
             " as dataset.json says");
  }
  fingerprint_.shapes_after_crop.push_back(statistics.shape_after_crop);
  fingerprint_.spacings.push_back(statistics.spacing);
  relative_sizes_.push_back(statistics.relative_size_after_cropping);
  cases_.push_back(reduce_foreground(std::move(statistics.foreground_intensities), samples_));
}

void CollectStage::finish(Context& ctx) {
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  const auto arrived = static_cast<std::int64_t>(cases_.size());
  if (params_.all_cases && arrived != case_count(dataset)) {
    throw Error(ErrorCode::kInvalidData,
                "data set " + dataset.name + ": " + std::to_string(case_count(dataset) - arrived) +
                    " of " + std::to_string(case_count(dataset)) +
                    " cases cannot be used; what is wrong with each is told above");
  }
  if (cases_.empty())
    throw Error(ErrorCode::kInvalidData, "data set " + dataset.name + ": no case arrived");
  fingerprint_.median_relative_size_after_cropping = nnunet::median(relative_sizes_);
  try {
    for (const auto& s : intensity_statistics(cases_, samples_, ctx.threads())) {
      fingerprint_.foreground_intensity_properties_per_channel.push_back(properties_of(s));
    }
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::kInvalidData, "data set " + dataset.name + ": " + error.what());
  }
  cases_.clear();
  ctx.artifact(fingerprint_file(params_.out, dataset))
      .write_and_commit(nnunet::dump_json(fingerprint_.to_json()));
  ctx.emit(kFingerprint, std::move(fingerprint_));
}

}  // namespace nnflow::fingerprint
