// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Labels from logits on disk, for tests/peer/bench_export.
//
// usage: predict_export_tool MODEL LOGITS PROPERTIES OUT THREADS HEADS Z Y X
// LOGITS holds binary16 values (head, z, y, x) on the network's grid, PROPERTIES is the .pkl of
// the case. Writes OUT/<name of LOGITS without ending><ending of the data set>.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nnflow/engine.hpp>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace nnflow;

constexpr const char* kPipeline = R"(nnflow: 1
name: export
summary: Labels from logits that a program pushes
vars:
  model: {type: path, required: true, doc: model folder}
  out: {type: path, required: true, doc: folder of the labels}
stages:
  case: {use: tool.case, params: {logits: x, properties: x, grid: [1, 1, 1]}}
  model: {use: predict.load_model, params: {model_folder: "${model}"}}
  labels:
    use: postprocess.export_labels
    from: {logits: case.logits, properties: case.properties, plans: model.plans, dataset: model.dataset, model: model.model}
  write:
    use: io.write_segmentation
    from: {label: labels.label, dataset: model.dataset, plans: model.plans}
    params: {folder: "${out}"}
)";

float from_half(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t magnitude = bits & 0x7FFFU;
  // Binary16 read as float32 with a wrong exponent, which one product mends.
  const float value = std::bit_cast<float>(magnitude << 13U) * 0x1p112F;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
}

nnunet::Logits read_logits(const fs::path& path,
                           std::int64_t heads,
                           const imaging::Extent3& extent) {
  nnunet::Logits logits;
  logits.heads = heads;
  logits.extent = extent;
  logits.values.resize(static_cast<std::size_t>(heads * imaging::voxel_count(extent)));
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint16_t> block(1U << 18U);
  for (std::size_t at = 0; at < logits.values.size(); at += block.size()) {
    block.resize(std::min(block.size(), logits.values.size() - at));
    file.read(reinterpret_cast<char*>(block.data()),
              static_cast<std::streamsize>(block.size() * sizeof(block[0])));
    if (!file) throw Error(ErrorCode::kIo, path.string() + ": is shorter than heads and extent");
    for (std::size_t i = 0; i < block.size(); ++i) logits.values[at + i] = from_half(block[i]);
  }
  return logits;
}

struct CaseParams {
  std::string logits;
  std::string properties;
  int heads = 1;
  std::vector<int> grid;
};

/// The one case.
class CaseSource final : public Source {
 public:
  static constexpr Out<nnunet::Logits> kLogits{"logits"};
  static constexpr Out<nnunet::CaseProperties> kProperties{"properties"};

  static void describe(StageSpec& spec) {
    spec.summary("Logits and properties of a case").cache_version(1);
    spec.output(kLogits, "as the network gave them").output(kProperties, "of the image");
    spec.params<CaseParams>()
        .field("logits", &CaseParams::logits, "file", Required{})
        .field("properties", &CaseParams::properties, "file", Required{})
        .field("heads", &CaseParams::heads, "number of maps")
        .field("grid", &CaseParams::grid, "z, y, x", Required{});
  }
  explicit CaseSource(const StageConfig& config) : params_(config.params<CaseParams>()) {}

  bool next(Emitter& out) override {
    if (std::exchange(done_, true)) return false;
    const fs::path file = params_.logits;
    out.begin_item(file.stem().string(), {});
    out.emit(kProperties, nnunet::CaseProperties::read(params_.properties));
    out.emit(kLogits, read_logits(file, params_.heads,
                                  {params_.grid.at(0), params_.grid.at(1), params_.grid.at(2)}));
    return true;
  }
  void seek(std::uint64_t ordinal) override { done_ = ordinal > 0; }

 private:
  const CaseParams params_;
  bool done_ = false;
};

void run(char** words) {
  Engine engine(EngineOptions::installed());
  engine.add_plugin("tool", [](Registry& registry) { registry.add<CaseSource>("tool.case"); });
  Pipeline pipeline = engine.parse(kPipeline);
  Value::Array grid;
  for (int i = 7; i < 10; ++i) grid.emplace_back(std::atoi(words[i]));
  pipeline.set("vars.model", words[1])
      .set("vars.out", words[4])
      .set("stages.case.params.logits", words[2])
      .set("stages.case.params.properties", words[3])
      .set("stages.case.params.heads", std::atoi(words[6]))
      .set("stages.case.params.grid", Value(std::move(grid)));
  RunOptions options;
  options.run_dir = fs::path(words[4]) / ".nnflow";
  options.threads = std::atoi(words[5]);
  pipeline.run(options).check();
}

}  // namespace

int main(int count, char** words) {
  if (count != 10) {
    std::fprintf(stderr,
                 "usage: predict_export_tool MODEL LOGITS PROPERTIES OUT THREADS HEADS Z Y X\n");
    return 2;
  }
  try {
    run(words);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
