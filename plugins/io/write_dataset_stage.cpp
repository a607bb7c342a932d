// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "io/integrity.hpp"
#include "io/label_files.hpp"
#include "io/label_texts.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteDatasetParams {
  std::string folder;
  std::vector<std::string> channel_names{"MRI"};
  std::vector<std::string> labels{"organ", "lesion"};
  std::string file_ending = ".nii.gz";
  std::vector<std::int64_t> regions_class_order;
  std::string name;
  std::string description;
  std::string reference;
  std::string release;
  std::vector<std::string> citation;
  std::string licence;
  std::string converted_by;
  std::string reader_writer;
  bool check = false;
  bool overwrite = true;
};

class WriteDatasetStage final : public ReduceStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    using P = WriteDatasetParams;
    spec.summary("Write dataset.json for the cases of a raw data set").cache_version(2);
    spec.doc(
        "A label is NAME=VALUE, or NAME alone for the number of its place in the list, a region "
        "NAME=VALUE,VALUE,...; background is 0 (nnunet-data 2.2).");
    spec.input(kCase, "one written case").output(kDataset, "the data set as read back");
    spec.order_free().nondeterministic();
    spec.params<P>()
        .field("folder", &P::folder, "folder of the data set", Required{})
        .field("channel_names", &P::channel_names, "one name a channel; decides the normalisation")
        .field("labels", &P::labels, "labels and regions, in the order of the regions")
        .field("file_ending", &P::file_ending, "ending with its dot")
        .field("regions_class_order", &P::regions_class_order,
               "with regions, the label written for each of them")
        .field("name", &P::name, "name of the data set; as all texts below, empty leaves it out")
        .field("description", &P::description, "what the data set is")
        .field("reference", &P::reference, "where it comes from")
        .field("release", &P::release, "its version")
        .field("citation", &P::citation, "what to cite")
        .field("licence", &P::licence, "its licence")
        .field("converted_by", &P::converted_by, "who made it")
        .field("overwrite_image_reader_writer", &P::reader_writer, "nnU-Net's reader for it")
        .field("check", &P::check, "compare with the files in the folder before writing")
        .field("overwrite", &P::overwrite,
               "replace a dataset.json that is there and says something else; false: an error")
        .check([](const P& p) { return check_ending(p.file_ending); });
  }
  explicit WriteDatasetStage(const StageConfig& config)
      : params_(config.params<WriteDatasetParams>()) {}

  void accumulate(Context& /*ctx*/) override { ++cases_; }

  void finish(Context& ctx) override {
    const std::filesystem::path folder(params_.folder);
    const std::filesystem::path file = folder / "dataset.json";
    const nnunet::Json json = nnunet::make_dataset_json(fields());
    const auto dataset = nnunet::DatasetDescription::from_json(
        json, std::filesystem::absolute(folder), file.string());
    if (!params_.overwrite) require_unchanged(file, json);
    if (params_.check) require_integrity(dataset);
    ctx.artifact(file).write_and_commit(nnunet::dump_json(json));
    ctx.emit(kDataset, nnunet::DatasetDescription::read_folder(folder));
  }

 private:
  [[nodiscard]] nnunet::DatasetJsonFields fields() const {
    nnunet::DatasetJsonFields fields;
    fields.channel_names = params_.channel_names;
    fields.labels = parse_labels(params_.labels);
    fields.num_training = cases_;
    fields.file_ending = params_.file_ending;
    fields.regions_class_order = params_.regions_class_order;
    fields.licence = params_.licence;
    fields.converted_by = params_.converted_by;
    fields.name = params_.name;
    fields.reference = params_.reference;
    fields.release = params_.release;
    fields.citation = params_.citation;
    fields.description = params_.description;
    fields.overwrite_image_reader_writer = params_.reader_writer;
    return fields;
  }

  const WriteDatasetParams params_;
  std::int64_t cases_ = 0;
};

}  // namespace

void add_write_dataset(Registry& registry) { registry.add<WriteDatasetStage>("io.write_dataset"); }

}  // namespace nnflow::io
