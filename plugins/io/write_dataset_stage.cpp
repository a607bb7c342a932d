// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <vector>

#include "io/label_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteDatasetParams {
  std::string folder;
  std::vector<std::string> channel_names{"MRI"};
  std::vector<std::string> labels{"organ", "lesion"};
  std::string file_ending = ".nii.gz";
};

class WriteDatasetStage final : public ReduceStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Write dataset.json for the cases of a raw data set").cache_version(1);
    spec.input(kCase, "one written case").output(kDataset, "the data set as read back");
    spec.order_free().nondeterministic();
    spec.params<WriteDatasetParams>()
        .field("folder", &WriteDatasetParams::folder, "folder of the data set", Required{})
        .field("channel_names", &WriteDatasetParams::channel_names,
               "one name a channel; decides the normalisation")
        .field("labels", &WriteDatasetParams::labels, "names of the labels 1, 2 and so on")
        .field("file_ending", &WriteDatasetParams::file_ending, "ending with its dot")
        .check([](const WriteDatasetParams& p) { return check_ending(p.file_ending); });
  }
  explicit WriteDatasetStage(const StageConfig& config)
      : params_(config.params<WriteDatasetParams>()) {}

  void accumulate(Context& /*ctx*/) override { ++cases_; }

  void finish(Context& ctx) override {
    const std::filesystem::path folder(params_.folder);
    nnunet::DatasetJsonFields fields;
    fields.channel_names = params_.channel_names;
    fields.labels.push_back({"background", {{0}, false}});
    for (std::size_t i = 0; i < params_.labels.size(); ++i) {
      fields.labels.push_back({params_.labels[i], {{static_cast<std::int64_t>(i) + 1}, false}});
    }
    fields.num_training = cases_;
    fields.file_ending = params_.file_ending;
    Artifact artifact = ctx.artifact(folder / "dataset.json");
    artifact.write_and_commit(nnunet::dump_json(nnunet::make_dataset_json(fields)));
    ctx.emit(kDataset, nnunet::DatasetDescription::read_folder(folder));
  }

 private:
  const WriteDatasetParams params_;
  std::int64_t cases_ = 0;
};

}  // namespace

void add_write_dataset(Registry& registry) { registry.add<WriteDatasetStage>("io.write_dataset"); }

}  // namespace nnflow::io
