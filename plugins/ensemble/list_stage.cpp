// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <map>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/file_digest.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ensemble/members.hpp"
#include "ensemble/stages.hpp"

namespace nnflow::ensemble {
namespace {

namespace fs = std::filesystem;

struct ListParams {
  std::vector<std::string> folders;
  std::vector<std::int64_t> folds;
  std::string done;
  bool overwrite = true;
};

class ListStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    spec.summary("List the cases whose probabilities several predictions have").cache_version(1);
    spec.doc(
        "Every folder must have the same cases (nnunet-inference 6.1). With folds, folders are "
        "those of models, which may have been trained on different splits (6.3).");
    spec.input(kDataset, "gives the file ending of results");
    spec.output(kCase, "one `.npz` a member, in the order of the folders");
    spec.params<ListParams>()
        .field("folders", &ListParams::folders,
               "folders of predictions, or of models where folds are given", Required{})
        .field("folds", &ListParams::folds,
               "folds whose validation to take; empty: the folders hold predictions")
        .field("done", &ListParams::done, "folder of results")
        .field("overwrite", &ListParams::overwrite,
               "also list cases that have a segmentation in the folder of results")
        .check([](const ListParams& p) {
          if (p.folders.empty()) return "folders: expected at least one folder";
          return !p.overwrite && p.done.empty()
                     ? "overwrite: false needs done, the folder of results"
                     : "";
        });
  }
  explicit ListStage(const StageConfig& config) : params_(config.params<ListParams>()) {}

  void open(Context& ctx) override {
    const std::vector<fs::path> folders(params_.folders.begin(), params_.folders.end());
    std::vector<Member> members;
    for (const fs::path& folder : folders) members.push_back(find_member(folder, params_.folds));
    cases_.clear();
    position_ = 0;
    const std::string& ending = ctx.get(kDataset).file_ending;
    for (auto& [id, files] : join_members(folders, members)) {
      std::error_code ignored;
      if (!params_.overwrite && fs::exists(fs::path(params_.done) / (id + ending), ignored)) {
        continue;
      }
      cases_.push_back({id, std::move(files), std::nullopt});
    }
  }
  bool next(Emitter& out) override {
    if (position_ >= cases_.size()) return false;
    const nnunet::CaseFiles& files = cases_[position_++];
    ItemInfo info;
    std::vector<fs::path> content = files.images;
    content.push_back(fs::path(files.images.front()).replace_extension(".pkl"));
    std::error_code missing;
    if (fs::exists(content.back(), missing)) info.digest = digests_.of(content);
    info.bytes = nnunet::probabilities_bytes(files.images.front());
    out.begin_item(files.id, info);
    out.emit(kCase, files);
    return true;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return cases_.size(); }
  void seek(std::uint64_t ordinal) override { position_ = ordinal; }

 private:
  const ListParams params_;
  std::vector<nnunet::CaseFiles> cases_;
  std::size_t position_ = 0;
  nnunet::FileDigests digests_;
};

}  // namespace

void add_list(Registry& registry) { registry.add<ListStage>("ensemble.list"); }

}  // namespace nnflow::ensemble
