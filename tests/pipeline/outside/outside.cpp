// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What nnflow does not have: an augmentation, a record of the patches that pass, a reader of
// images, a preprocessor and a planner.
#include <cstdint>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/planner.hpp"
#include "nnflow/nnunet/preprocessor.hpp"
#include "nnflow/nnunet/reader_writer.hpp"

namespace {

using nnflow::nnunet::Patch;

/// FNV-1a over the bytes of a range.
template <class T>
std::uint64_t hash(std::span<const T> values, std::uint64_t state) {
  for (const std::byte byte : std::as_bytes(values)) {
    state = (state ^ static_cast<std::uint64_t>(byte)) * 1099511628211ULL;
  }
  return state;
}

class NegateStage final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Patch> kIn{"patch"};
  static constexpr nnflow::Out<Patch> kOut{"patch"};

  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Negate the intensities of training patches").cache_version(1);
    spec.input(kIn, "any patch").output(kOut, "the same patch, negated");
  }
  explicit NegateStage(const nnflow::StageConfig&) {}

  void process(nnflow::Context& ctx) const override {
    Patch patch = ctx.take(kIn);
    for (float& voxel : patch.image) voxel = -voxel;
    ctx.emit(kOut, std::move(patch));
  }
};

struct DigestParams {
  std::string out;
};

class PatchDigestsStage final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Patch> kIn{"patch"};

  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Write one line with a digest of image and labels for every patch");
    spec.cache_version(1).writes_artifacts();
    spec.input(kIn, "any patch");
    spec.params<DigestParams>().field("out", &DigestParams::out, "file to write",
                                      nnflow::Required{});
  }
  explicit PatchDigestsStage(const nnflow::StageConfig& config)
      : params_(config.params<DigestParams>()) {}

  void accumulate(nnflow::Context& ctx) override {
    const Patch& patch = ctx.get(kIn);
    const std::uint64_t image = hash(std::span<const float>(patch.image), 14695981039346656037ULL);
    text_ += std::to_string(ctx.ordinal()) + " " + patch.case_id + " " +
             std::to_string(patch.image.size()) + " " +
             std::to_string(hash(std::span<const std::int16_t>(patch.seg), image)) + "\n";
  }
  void finish(nnflow::Context& ctx) override { ctx.artifact(params_.out).write_and_commit(text_); }

 private:
  const DigestParams params_;
  std::string text_;
};

/// Reads and writes a text of four numbers and the values: extent z, y, x, mm per voxel, voxels.
class TextReader final : public nnflow::nnunet::ImageReaderWriter {
 public:
  explicit TextReader(const nnflow::Value& /*arguments*/) {}

  [[nodiscard]] nnflow::imaging::ImageHeader probe(
      const std::filesystem::path& path) const override {
    const auto image = read_image(path);
    return {1, image.extent(), image.spacing, image.geometry};
  }
  [[nodiscard]] nnflow::imaging::Volume read_image(
      const std::filesystem::path& path) const override {
    std::ifstream in(path);
    nnflow::imaging::Extent3 extent{};
    double mm = 0.0;
    in >> extent[0] >> extent[1] >> extent[2] >> mm;
    if (!in) fail(path);
    nnflow::imaging::Volume image(1, extent);
    for (float& voxel : image.voxels()) in >> voxel;
    if (!in) fail(path);
    image.spacing = {mm, mm, mm};
    image.geometry.spacing = image.spacing;
    return image;
  }
  [[nodiscard]] nnflow::imaging::LabelMap read_labels(
      const std::filesystem::path& path) const override {
    const auto image = read_image(path);
    nnflow::imaging::LabelMap labels(image.extent());
    for (std::size_t i = 0; i < labels.voxels().size(); ++i) {
      labels.voxels()[i] = static_cast<std::int16_t>(image.voxels()[i]);
    }
    labels.spacing = image.spacing;
    labels.geometry = image.geometry;
    return labels;
  }
  void write_labels(const std::filesystem::path& path,
                    const nnflow::imaging::LabelMap& labels,
                    std::string_view /*ending*/) const override {
    const auto& extent = labels.extent();
    std::ofstream out(path);
    out << extent[0] << " " << extent[1] << " " << extent[2] << " " << labels.spacing[0];
    for (const std::int16_t label : labels.voxels()) out << " " << label;
    out << "\n";
    if (!out.flush()) fail(path);
  }

 private:
  [[noreturn]] static void fail(const std::filesystem::path& path) {
    throw nnflow::Error(nnflow::ErrorCode::kIo, path.string() + ": no text image");
  }
};

/// Negates what the plans' schemes make of an image.
class NegatePreprocessor final : public nnflow::nnunet::Preprocessor {
 public:
  explicit NegatePreprocessor(const nnflow::Value& /*arguments*/) {}
  void run(nnflow::imaging::Volume& image,
           std::span<const std::int16_t> /*labels*/,
           const Normalise& normalise) const override {
    normalise(image);
    for (float& voxel : image.voxels()) voxel = -voxel;
  }
};

/// nnU-Net's residual planner with half of its batches.
class HalfBatchPlanner final : public nnflow::nnunet::Planner {
 public:
  explicit HalfBatchPlanner(const nnflow::Value& /*arguments*/) {}
  [[nodiscard]] std::string base() const override { return "nnUNetPlannerResEncM"; }
  [[nodiscard]] std::string plans_name() const override { return "HalfBatchPlans"; }
  [[nodiscard]] nnflow::nnunet::Json plan(
      nnflow::nnunet::Json plans,
      const nnflow::nnunet::DatasetDescription& /*dataset*/,
      const nnflow::nnunet::Fingerprint& /*fingerprint*/) const override {
    for (auto& entry : plans.at("configurations").items()) {
      const auto batch = entry.value().find("batch_size");
      if (batch != entry.value().end()) *batch = batch->get<int>() / 2;
    }
    return plans;
  }
};

}  // namespace

NNFLOW_PLUGIN("outside", "1.0.0") {
  using nnflow::nnunet::ImageReaderWriter;
  registry.add<ImageReaderWriter, TextReader>(std::string(ImageReaderWriter::kInterface), "TextIO",
                                              "images as texts");
  using nnflow::nnunet::Preprocessor;
  registry.add<Preprocessor, NegatePreprocessor>(std::string(Preprocessor::kInterface),
                                                 "NegatePreprocessor", "negates normalised images");
  using nnflow::nnunet::Planner;
  registry.add<Planner, HalfBatchPlanner>(std::string(Planner::kInterface), "HalfBatchPlanner",
                                          "half the batch of nnUNetPlannerResEncM");
  registry.add<NegateStage>("outside.negate");
  registry.add<PatchDigestsStage>("outside.patch_digests");
}
