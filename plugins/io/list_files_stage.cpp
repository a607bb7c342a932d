// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/file_digest.hpp>
#include <optional>
#include <string>
#include <vector>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

struct ListFilesParams {
  std::string folder;
  std::vector<std::string> folders{"imagesTr", "labelsTr",  "imagesTs",
                                   "labelsTs", "imagesVal", "labelsVal"};
};

/// `io.list_files`: all files of the sub-folders of a data set.
class ListFilesStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseFiles> kFile{"file"};

  static void describe(StageSpec& spec) {
    using P = ListFilesParams;
    spec.summary("List the files of the sub-folders of a data set").cache_version(1);
    spec.doc("Files of folders inside them are not listed.");
    spec.optional_input(kDataset, "makes the list wait for the data set's checks");
    spec.output(kFile, "one file");
    spec.params<P>()
        .field("folder", &P::folder, "the data set", Required{})
        .field("folders", &P::folders, "sub-folders; those that are not there are left out");
  }
  explicit ListFilesStage(const StageConfig& config) : params_(config.params<ListFilesParams>()) {}

  void open(Context& /*ctx*/) override {
    files_.clear();
    position_ = 0;
    for (const std::string& sub : params_.folders) {
      const fs::path folder = fs::path(params_.folder) / sub;
      std::error_code error;
      if (!fs::is_directory(folder, error)) continue;
      const std::size_t before = files_.size();
      for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
           entry.increment(error)) {
        if (entry->is_regular_file()) files_.push_back(entry->path());
      }
      if (error) {
        throw Error(ErrorCode::kIo,
                    folder.string() + ": cannot list the folder: " + error.message());
      }
      std::sort(files_.begin() + static_cast<std::ptrdiff_t>(before), files_.end());
    }
  }
  bool next(Emitter& out) override {
    if (position_ >= files_.size()) return false;
    const fs::path& file = files_[position_++];
    std::error_code ignored;
    ItemInfo info;
    info.digest = digests_.of({file});
    info.bytes = fs::file_size(file, ignored);
    std::string id = file.parent_path().filename().string();
    id.append(".").append(file.filename().string());
    out.begin_item(id, info);
    out.emit(kFile, nnunet::CaseFiles{id, {file}, {}});
    return true;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return files_.size(); }
  void seek(std::uint64_t ordinal) override {
    position_ = static_cast<std::size_t>(std::min<std::uint64_t>(ordinal, files_.size()));
  }

 private:
  const ListFilesParams params_;
  std::vector<fs::path> files_;
  std::size_t position_ = 0;
  nnunet::FileDigests digests_;
};

}  // namespace

void add_list_files(Registry& registry) { registry.add<ListFilesStage>("io.list_files"); }

}  // namespace nnflow::io
