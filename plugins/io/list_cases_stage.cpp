// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>
#include <utility>
#include <vector>

#include "io/case_source.hpp"
#include "io/reader_choice.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct ListCasesParams {
  bool labelled = true;
  std::vector<std::string> cases;
  std::int64_t part = 0;
  std::int64_t parts = 1;
};

class ListCasesStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    spec.summary("List the training cases of a data set").cache_version(2);
    spec.doc(
        "Every case names the class that reads its files: that of the plans; without plans the one "
        "that dataset.json overwrites it with, else the first that supports the file ending and "
        "can "
        "open the first image (nnunet-data 2.6).");
    spec.input(kDataset, "the data set")
        .optional_input(kPlans, "name the class that reads the files")
        .output(kCase, "one case: its image files and its label file");
    spec.params<ListCasesParams>()
        .field("labelled", &ListCasesParams::labelled, "give the label files too")
        .field("cases", &ListCasesParams::cases, "only these cases; empty takes all")
        .field("part", &ListCasesParams::part, "which share of the cases to take", Minimum{0})
        .field("parts", &ListCasesParams::parts, "number of shares", Minimum{1})
        .check([](const ListCasesParams& p) {
          return wrong_share({p.part, p.parts});
        });
  }
  explicit ListCasesStage(const StageConfig& config) : params_(config.params<ListCasesParams>()) {}

  void open(Context& ctx) override {
    auto cases = nnunet::training_cases(ctx.get(kDataset));
    const std::string reader =
        reader_of(ctx, ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr, &ctx.get(kDataset), cases);
    if (!params_.cases.empty()) cases = selected(std::move(cases), params_.cases);
    for (auto& files : cases) {
      if (!params_.labelled) files.label.reset();
      files.reader = reader;
    }
    list_.assign(std::move(cases), {params_.part, params_.parts});
  }
  bool next(Emitter& out) override { return list_.next(out, kCase); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  static std::vector<nnunet::CaseFiles> selected(std::vector<nnunet::CaseFiles> cases,
                                                 const std::vector<std::string>& wanted) {
    std::vector<nnunet::CaseFiles> result;
    for (const std::string& id : wanted) {
      const auto found =
          std::find_if(cases.begin(), cases.end(), [&](const auto& c) { return c.id == id; });
      if (found == cases.end()) {
        throw Error(ErrorCode::kInvalidParam, "cases: the data set has no case '" + id + "'");
      }
      result.push_back(*found);
    }
    return result;
  }

  const ListCasesParams params_;
  CaseList list_;
};

}  // namespace

void add_list_cases(Registry& registry) { registry.add<ListCasesStage>("io.list_cases"); }

}  // namespace nnflow::io
