// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <nnflow/nnunet/few.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/json_differences.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <nnflow/nnunet/splits.hpp>

#include "plan/named_classes.hpp"
#include "plan/stages.hpp"

namespace nnflow::plan {
namespace {

constexpr double kLargestMemoryGb = 10000.0;

/// Puts what later steps need beside the plans: dataset.json and splits that come with the raw
/// data.
void copy_companions(Context& ctx,
                     const nnunet::DatasetDescription& dataset,
                     const std::filesystem::path& folder) {
  if (dataset.folder.empty()) return;
  const auto source = dataset.folder / "dataset.json";
  if (std::filesystem::exists(source) && source != folder / "dataset.json") {
    ctx.artifact(folder / "dataset.json").write_and_commit(nnunet::read_file(source));
  }
  const auto splits = dataset.folder / "splits_final.json";
  if (std::filesystem::exists(splits))
    nnunet::adopt_raw_splits(splits, folder / "splits_final.json");
}

/// Class that reads the training images, found on the first; empty for a data set without its raw
/// images (their file ending then decides).
std::string reader_of_data(Context& ctx, const nnunet::DatasetDescription& dataset) {
  std::filesystem::path example;
  std::error_code ignored;
  try {
    example = nnunet::example_image(dataset);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kIo) throw;
  }
  const bool present = !example.empty() && std::filesystem::exists(example, ignored);
  const auto& wanted = dataset.overwrite_image_reader_writer;
  if (!present) {
    return wanted && nnunet::is_reader_writer(*wanted, ctx.interfaces()) ? *wanted : std::string();
  }
  return nnunet::determine_reader_writer(
      dataset, example, ctx.interfaces(),
      [&](const std::string& text) { ctx.log(LogLevel::kWarning, text); });
}

/// What is wrong with the voxel size that replaces the planned one; empty where nothing is.
std::string wrong_spacing(const std::vector<double>& spacing) {
  const bool good = std::all_of(spacing.begin(), spacing.end(),
                                [](double mm) { return mm > 0 && std::isfinite(mm); });
  if (spacing.empty() || (good && spacing.size() == 3)) return {};
  std::string text = "overwrite_target_spacing (-overwrite_target_spacing) is";
  for (const double mm : spacing) text.append(" ").append(nnunet::python_float(mm));
  return text + ", expected three positive numbers, the voxel size along z, y and x in mm";
}

/// What the plans of this run change in those that are there; empty for none.
std::string changes(const nnunet::Json& previous, const nnunet::Json& now) {
  nnunet::Few few("\n  ");
  for (const std::string& text : nnunet::json_differences(previous, now)) few.add(text);
  return few.text();
}

}  // namespace

std::filesystem::path plans_file(const std::string& out,
                                 const std::string& plans_name,
                                 const nnunet::DatasetDescription& dataset) {
  std::filesystem::path path = out;
  if (out.empty()) path = dataset.roots().require_preprocessed() / dataset.name;
  return path.extension() == ".json" ? path : path / (plans_name + ".json");
}

void ExperimentStage::describe(StageSpec& spec) {
  spec.summary("Plan voxel sizes, patches, batches and networks from a fingerprint")
      .cache_version(2)
      .writes_artifacts();
  spec.doc(
      "Writes the plans file, and beside it dataset.json and splits_final.json of the raw data "
      "set. Configurations of an "
      "existing plans file that are not planned anew are kept. Where the other ones would become "
      "different, the parameter existing says what happens; --force replaces them.");
  spec.input(kDataset, "the data set").input(kFingerprint, "its fingerprint");
  spec.output(kPlans, "the plans");
  spec.params<Params>()
      .field("out", &Params::out,
             "file or folder to write; default: the data set's folder in $nnUNet_preprocessed")
      .field("planner", &Params::planner,
             "the rules to plan by: a planner of nnU-Net, or of a plugin (nnunet.planner/1)")
      .field("plans_name", &Params::plans_name, "name of the plans; default: that of the planner")
      .field("gpu_memory_target", &Params::gpu_memory_target,
             "memory that training may need; 0: that of the planner", Range{0.0, kLargestMemoryGb},
             Unit{"GB"})
      .field("overwrite_target_spacing", &Params::overwrite_target_spacing,
             "voxel size of 3d_fullres along z, y, x instead of the planned one", Unit{"mm"})
      .field("preprocessor_name", &Params::preprocessor_name,
             "name of the preprocessor that is written into the plans")
      .field("features", &Params::features,
             "features per stage of every network, the last entry for all further stages; none "
             "given: those of the planner")
      .field("batch_size", &Params::batch_size, "batch size of every configuration; 0: as planned",
             Minimum{0})
      .field("suppress_transpose", &Params::suppress_transpose,
             "keep the axis order of the raw data instead of putting the coarsest axis first")
      .field("existing", &Params::existing,
             "plans that are there and differ from those of this run: replace them with a warning, "
             "as nnU-Net does without one, keep and use them, or refuse to run",
             Choices{{"replace", "keep", "refuse"}})
      .check([](const Params& p) { return wrong_spacing(p.overwrite_target_spacing); })
      .check([](const Params& p) {
        for (const std::int64_t f : p.features) {
          if (f < 1) return "features must be positive";
        }
        return "";
      });
}

/// Whether the plans that are there are to be used instead of those of this run.
bool ExperimentStage::settle_existing(Context& ctx,
                                      const std::filesystem::path& file,
                                      const nnunet::Json& previous,
                                      const nnunet::Plans& plans) const {
  const std::string found = changes(previous, plans.document());
  if (found.empty()) return false;
  const bool replace = params_.existing == "replace" || ctx.forced();
  if (!replace && params_.existing == "refuse") {
    throw Error(ErrorCode::kInvalidParam,
                file.string() + ": there are plans, and this run would make others:\n  " + found);
  }
  ctx.log(LogLevel::kWarning, file.string() +
                                  (replace ? ": plans that differ are replaced:\n  "
                                           : ": is used; this run would have made others:\n  ") +
                                  found);
  return !replace;
}

void ExperimentStage::finish(Context& ctx) {
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  require_preprocessor(ctx.interfaces(), params_.preprocessor_name);
  const auto custom = find_planner(ctx.interfaces(), params_.planner);
  PlanOptions options{params_.planner,
                      params_.plans_name,
                      params_.gpu_memory_target,
                      params_.overwrite_target_spacing,
                      params_.preprocessor_name,
                      params_.features,
                      params_.batch_size,
                      params_.suppress_transpose,
                      reader_of_data(ctx, dataset)};
  if (custom) {
    options.planner = custom->base();
    if (options.plans_name.empty()) options.plans_name = custom->plans_name();
  }
  const auto file = plans_file(params_.out, plans_name(options), dataset);
  std::optional<nnunet::Json> previous;
  if (std::filesystem::exists(file)) previous = nnunet::read_json(file);
  const nnunet::Fingerprint& fingerprint = ctx.get(kFingerprint);
  nnunet::Plans plans = make_plans(dataset, fingerprint, options, previous ? &*previous : nullptr);
  if (custom) {
    nnunet::Json document = plans.document();
    document["experiment_planner_used"] = params_.planner;
    plans = nnunet::Plans::from_json(custom->plan(std::move(document), dataset, fingerprint),
                                     "planner " + params_.planner);
  }
  if (previous && settle_existing(ctx, file, *previous, plans))
    plans = nnunet::Plans::from_json(std::move(*previous), file.string());
  copy_companions(ctx, dataset, file.parent_path());
  ctx.artifact(file).write_and_commit(nnunet::dump_json(plans.document()));
  ctx.emit(kPlans, std::move(plans));
}

}  // namespace nnflow::plan
