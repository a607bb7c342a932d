// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ensemble/stages.hpp"

namespace nnflow::ensemble {
namespace {

namespace fs = std::filesystem;

struct OpenParams {
  std::vector<std::string> folders;
  std::string out;
};

/// What decides the meaning of probabilities; names do not.
bool same_labels(const nnunet::LabelManager& a, const nnunet::LabelManager& b) {
  return a.all_labels() == b.all_labels() && a.foreground_regions() == b.foreground_regions() &&
         a.regions_class_order() == b.regions_class_order();
}

class OpenStage final : public ReduceStage {
 public:
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Read what the first of several predictions says of its data set");
    spec.doc(
        "dataset.json of the first folder holds for all; one of another folder must have the same "
        "labels, for probabilities of others cannot be averaged. It is copied to the folder of "
        "results, and so is plans.json where there is one, "
        "so that post-processing finds them there. The class that these plans name writes the "
        "results.");
    spec.nondeterministic();  // what it reads may have changed since
    spec.output(kDataset, "labels, file ending and the class that writes");
    spec.params<OpenParams>()
        .field("folders", &OpenParams::folders, "folders of predictions or of models", Required{})
        .field("out", &OpenParams::out, "folder of results; empty: no copies")
        .check([](const OpenParams& p) {
          return p.folders.empty() ? "folders: expected at least one folder" : "";
        });
  }
  explicit OpenStage(const StageConfig& config) : params_(config.params<OpenParams>()) {}

  void finish(Context& ctx) override {
    const fs::path first = params_.folders.front();
    std::error_code ignored;
    for (const std::string& folder : params_.folders) {
      if (!fs::is_directory(folder, ignored)) {
        throw Error(ErrorCode::kIo, folder + ": no such folder; expected one with predictions");
      }
      if (!params_.out.empty() && fs::equivalent(folder, params_.out, ignored)) {
        throw Error(ErrorCode::kInvalidParam,
                    params_.out +
                        ": is among the folders to average; expected another folder for "
                        "the results");
      }
    }
    const fs::path file = first / "dataset.json";
    if (!fs::is_regular_file(file, ignored)) {
      throw Error(ErrorCode::kIo, file.string() +
                                      ": no such file; expected the dataset.json that prediction "
                                      "leaves beside its results");
    }
    auto dataset = nnunet::DatasetDescription::read_file(file);
    for (const std::string& folder : std::span(params_.folders).subspan(1)) {
      const fs::path other = fs::path(folder) / "dataset.json";
      if (!fs::is_regular_file(other, ignored)) continue;
      if (!same_labels(nnunet::DatasetDescription::read_file(other).labels, dataset.labels)) {
        throw Error(ErrorCode::kInvalidData,
                    other.string() + ": has other labels or regions than " + file.string() +
                        ", expected predictions of the same labels");
      }
    }
    if (!params_.out.empty()) {
      for (const char* const name : {"dataset.json", "plans.json"}) {
        if (!fs::is_regular_file(first / name, ignored)) continue;
        ctx.artifact(fs::path(params_.out) / name)
            .write_and_commit(nnunet::read_file(first / name));
      }
    }
    if (fs::is_regular_file(first / "plans.json", ignored)) {
      nnunet::take_reader_of_plans(first / "plans.json", ctx.interfaces(), dataset);
    }
    ctx.emit(kDataset, std::move(dataset));
  }

 private:
  const OpenParams params_;
};

}  // namespace

void add_open(Registry& registry) { registry.add<OpenStage>("ensemble.open"); }

}  // namespace nnflow::ensemble
