// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <utility>

#include "io/case_reader.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

class ReadPairStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kPair{"pair"};
  static constexpr Out<imaging::LabelMap> kPrediction{"prediction"};
  static constexpr Out<imaging::LabelMap> kReference{"reference"};

  static void describe(StageSpec& spec) {
    spec.summary("Read a predicted and a reference segmentation").cache_version(1);
    spec.input(kPair, "the prediction as the only image, the reference as the label");
    spec.output(kPrediction, "the prediction")
        .output(kReference, "the reference, of the same shape");
    spec.memory_hint("2*input");
  }
  explicit ReadPairStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kPair);
    if (files.images.size() != 1 || !files.label) {
      throw Error(ErrorCode::kInvalidData,
                  "pair " + files.id + ": expected one prediction and one reference");
    }
    const auto reader = nnunet::reader_writer(files.reader, ctx.interfaces(), "pair " + files.id);
    imaging::LabelMap prediction = reader->read_labels(files.images.front());
    imaging::LabelMap reference = reader->read_labels(*files.label);
    if (prediction.extent() != reference.extent()) {
      throw Error(ErrorCode::kInvalidData, files.images.front().string() + ": shape " +
                                               extent_text(prediction.extent()) + " differs from " +
                                               extent_text(reference.extent()) + " of " +
                                               files.label->string());
    }
    ctx.emit(kPrediction, std::move(prediction));
    ctx.emit(kReference, std::move(reference));
  }
};

}  // namespace

void add_read_pair(Registry& registry) { registry.add<ReadPairStage>("io.read_pair"); }

}  // namespace nnflow::io
