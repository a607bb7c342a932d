// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <string>
#include <vector>

#include "io/kernels/case_checks.hpp"
#include "io/label_files.hpp"
#include "io/label_texts.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct CheckLabelsParams {
  std::string folder;
  std::vector<std::string> labels;
  std::string file_ending = ".nii.gz";
  std::string reader_writer;
  bool check = true;
};

std::vector<std::int64_t> values_of(const std::vector<std::string>& labels) {
  std::vector<std::int64_t> values;
  for (const auto& entry : parse_labels(labels)) {
    values.insert(values.end(), entry.value.labels.begin(), entry.value.labels.end());
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::string joined(const auto& values) {
  std::string text;
  for (const auto value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

/// `io.check_labels`: compares the values of label maps with a list of labels.
class CheckLabelsStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr Out<nnunet::CaseFiles> kChecked{"case"};

  static void describe(StageSpec& spec) {
    using P = CheckLabelsParams;
    spec.summary("Refuse label maps with values that are not declared").cache_version(1);
    spec.doc("Labels are texts as in io.write_dataset. A case without a label file passes.");
    spec.nondeterministic();  // the label files are found by their names
    spec.input(kCase, "names the case").output(kChecked, "the same");
    spec.params<P>()
        .field("folder", &P::folder, "folder with the label maps `<id><ending>`", Required{})
        .field("labels", &P::labels, "labels and regions that may occur")
        .field("file_ending", &P::file_ending, "ending with its dot")
        .field("reader_writer", &P::reader_writer,
               "class that reads the files; empty, or one that does not exist: by their ending")
        .field("check", &P::check, "false: all pass")
        .check([](const P& p) { return check_ending(p.file_ending); });
  }
  explicit CheckLabelsStage(const StageConfig& config)
      : params_(config.params<CheckLabelsParams>()), declared_(values_of(params_.labels)) {}

  void process(Context& ctx) const override {
    if (params_.check) check(ctx);
    ctx.pass(kCase, kChecked);
  }

 private:
  void check(Context& ctx) const {
    const std::filesystem::path file =
        std::filesystem::path(params_.folder) / (ctx.get(kCase).id + params_.file_ending);
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return;
    const bool known = nnunet::is_reader_writer(params_.reader_writer, ctx.interfaces());
    const auto reader = nnunet::reader_writer(known ? params_.reader_writer : "", ctx.interfaces(),
                                              "reader_writer");
    const auto found = undeclared_values(reader->read_labels(file).voxels(), declared_);
    if (found.empty()) return;
    ctx.fail(file.string() + ": label values " + joined(found) + " are not declared, there are " +
             joined(declared_));
  }

  const CheckLabelsParams params_;
  const std::vector<std::int64_t> declared_;
};

}  // namespace

void add_check_labels(Registry& registry) { registry.add<CheckLabelsStage>("io.check_labels"); }

}  // namespace nnflow::io
