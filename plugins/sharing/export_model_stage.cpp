// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "sharing/export_model_stage.hpp"

#include <filesystem>
#include <nnflow/nnunet/checkpoint_name.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/zip_archive.hpp>

#include "sharing/export_list.hpp"

namespace nnflow::sharing {
namespace {

namespace fs = std::filesystem;

ExportRequest request_of(const ExportModelParams& params) {
  auto roots = nnunet::Roots::from_environment();
  if (!params.workspace.empty()) roots.results = fs::path(params.workspace) / "nnUNet_results";
  ExportRequest request;
  request.results = roots.require_results();
  std::error_code ignored;
  request.dataset = fs::is_directory(params.dataset, ignored)
                        ? nnunet::find_raw_dataset(params.dataset, roots).filename().string()
                        : nnunet::dataset_name(params.dataset, roots);
  request.trainer = params.trainer;
  request.plans = params.plans_name;
  request.configurations = params.configurations;
  request.folds = params.folds;
  request.checkpoints = params.checkpoints;
  request.strict = params.strict;
  request.predictions = params.predictions;
  return request;
}

}  // namespace

void ExportModelStage::describe(StageSpec& spec) {
  using P = ExportModelParams;
  spec.summary("Pack trained models of a data set into a zip archive")
      .cache_version(1)
      .writes_artifacts()
      .nondeterministic();  // what it reads may have changed since
  spec.doc(
      "Holds, with names relative to nnUNet_results, what nnU-Net's export holds: checkpoints, "
      "plans, dataset.json, fingerprint, summaries, post-processing, and the ensembles of which "
      "every member is asked for (nnunet-inference 8). Pictures and summaries that are missing are "
      "left out.");
  spec.params<P>()
      .field("dataset", &P::dataset, "name or id of the data set, or its raw folder", Required{})
      .field("out", &P::out, "the archive to write", Required{})
      .field("workspace", &P::workspace,
             "parent of nnUNet_results; empty = as the environment says")
      .field("configurations", &P::configurations,
             "trained configurations; empty: those of nnU-Net's four that are there")
      .field("trainer", &P::trainer, "trainer class")
      .field("plans_name", &P::plans_name, "plans identifier")
      .field("folds", &P::folds, "folds, or all")
      .field("checkpoints", &P::checkpoints, "file names of the weights in each fold")
      .field("strict", &P::strict, "a missing configuration, fold or checkpoint is an error")
      .field("predictions", &P::predictions, "also the predictions of the cross-validation")
      .check([](const P& p) {
        return p.folds.empty() || p.checkpoints.empty() ? "folds and checkpoints must not be empty"
                                                        : "";
      })
      .check([](const P& p) {
        std::string wrong;
        for (const std::string& name : p.checkpoints) {
          if (wrong.empty()) wrong = nnunet::wrong_checkpoint_name(name);
        }
        return wrong;
      });
}

void ExportModelStage::finish(Context& ctx) {
  const ExportRequest request = request_of(params_);
  const ExportList list = list_export(request);
  for (const auto& remark : list.remarks) ctx.log(LogLevel::kWarning, remark);
  Artifact artifact = ctx.artifact(params_.out);
  nnunet::ZipWriter zip(artifact.path());
  for (const auto& file : list.files) zip.add_file(file.generic_string(), request.results / file);
  zip.finish([&ctx](double share) {
    ctx.progress(100.0 * share, 100.0, "percent packed");
    return !ctx.cancelled();
  });
  artifact.commit();
  ctx.log(LogLevel::kInfo, std::to_string(list.models) + " models in " +
                               std::to_string(list.files.size()) + " files packed into " +
                               params_.out);
}

}  // namespace nnflow::sharing
