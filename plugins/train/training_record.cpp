// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/training_record.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/file_digest.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::train {
namespace {

namespace fs = std::filesystem;
using nnunet::Json;

constexpr std::size_t kShort = 80;      ///< longest value that is kept, and shown, as it is
constexpr std::size_t kNames = 20;      ///< most case names in one message
constexpr const char* kMark = "xxh3:";  ///< in front of a digest

std::string one_line(const Json& value, bool sort_keys = false) {
  return nnunet::dump_json(value, {.indent = -1, .sort_keys = sort_keys});
}

/// A short value itself, else its digest. The order of an object's keys counts where it has a
/// meaning, as in `labels`.
Json entry(const Json& value, bool order_counts) {
  const std::string text = one_line(value, !order_counts);
  if (text.size() <= kShort) return value;
  return kMark + nnunet::digest(text);
}

Json parameters_of(const TrainerOptions& options, std::int64_t batch_size, std::size_t axes) {
  Json result;
  result["batch_size"] = batch_size;
  result["deep_supervision"] = options.deep_supervision;
  result["gradient_clip"] = options.gradient_clip;
  result["half_precision"] = options.half_precision;
  result["initial_lr"] = options.initial_lr;
  result["iterations"] = options.iterations;
  Json& mirror = result["mirror_axes"] = Json::array();
  for (const int axis : mirror_axes_of(options, static_cast<int>(axes))) mirror.push_back(axis);
  result["momentum"] = options.momentum;
  result["seed"] = options.seed;
  result["val_iterations"] = options.val_iterations;
  result["weight_decay"] = options.weight_decay;
  // Only what differs from the default trainer: records of older versions do not have them.
  const TrainerOptions usual;
  if (options.loss != usual.loss) result["loss"] = options.loss;
  if (options.smooth != usual.smooth) result["smooth"] = options.smooth;
  if (options.label_smoothing != usual.label_smoothing)
    result["label_smoothing"] = options.label_smoothing;
  if (options.batch_norm) result["batch_norm"] = true;
  if (options.precision != usual.precision) result["precision"] = options.precision;
  if (options.optimiser != usual.optimiser) result["optimiser"] = options.optimiser;
  if (options.schedule != usual.schedule) result["schedule"] = options.schedule;
  if (options.schedule == "warmup_poly") result["warmup_epochs"] = options.warmup_epochs;
  if (!options.pretrained_weights.empty()) {
    const fs::path file = options.pretrained_weights;
    const std::string digest = nnunet::FileDigests().of({file});
    if (digest.empty()) throw Error(ErrorCode::kIo, file.string() + ": no such checkpoint file");
    result["pretrained_weights"] = kMark + digest;
  }
  return result;
}

Json plans_of(const nnunet::Plans& plans, const nnunet::ConfigurationPlan& configuration) {
  Json result;
  for (const auto& [key, value] : configuration.json.items()) {
    if (key != "inherits_from") result[key] = entry(value, false);
  }
  for (const char* key : {"transpose_forward", "transpose_backward", "label_manager",
                          "foreground_intensity_properties_per_channel"}) {
    const auto place = plans.document().find(key);
    if (place != plans.document().end()) result[key] = entry(*place, false);
  }
  return result;
}

Json dataset_of(const nnunet::DatasetDescription& dataset) {
  Json result;
  for (const char* key : {"channel_names", "modality", "labels", "regions_class_order"}) {
    const auto place = dataset.json.find(key);
    if (place != dataset.json.end()) result[key] = entry(*place, true);
  }
  return result;
}

/// Stages that leave patches without a previous stage as they are.
bool is_of_cascades(const Json& stage) {
  const Json& use = stage.at("use");
  return use == "augment.previous_labels" || use == "augment.binary_operators" ||
         use == "augment.remove_component";
}

/// The output of a stage that stays when those of cascades are taken out.
std::string source_of(const Json& upstream, std::string port) {
  for (;;) {
    const auto stage = upstream.find(port.substr(0, port.find('.')));
    if (stage == upstream.end() || !is_of_cascades(*stage)) return port;
    port = stage->at("from").at("patch").at(0).get<std::string>();
  }
}

Json stages_of(const Json& upstream, bool cascade) {
  Json result;
  for (const auto& [id, stage] : upstream.items()) {
    if (!cascade && is_of_cascades(stage)) continue;
    Json& kept = result[id];
    for (const char* key : {"use", "version", "from"}) kept[key] = stage.at(key);
    for (auto& ports : kept["from"]) {
      if (cascade || !ports.is_array()) continue;
      for (auto& port : ports) port = source_of(upstream, port.get<std::string>());
    }
    Json& params = kept["params"] = Json::object();
    for (const auto& [name, value] : stage.at("params").items()) {
      if (name == "epochs" || name == "folder" || name == "open_cases") continue;
      // Of cascades the digests of the cases say what came from there.
      if (name == "trainer" || (cascade && name == "previous_folder")) continue;
      params[name] = entry(value, true);
    }
  }
  return result;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Json digests_of(const FoldCases& cases) {
  std::vector<std::string> ids = cases.split.train;
  ids.insert(ids.end(), cases.split.val.begin(), cases.split.val.end());
  Json result = Json::object();
  nnunet::FileDigests digests;
  for (const std::string& id : sorted(std::move(ids))) {
    std::vector<fs::path> files = nnunet::case_files(cases.folder, id);
    if (!cases.previous.empty()) files.push_back(nnunet::image_file(cases.previous, id));
    const std::string digest = digests.of(files);
    if (digest.empty()) {
      std::string names = files[0].string();
      for (std::size_t i = 1; i < files.size(); ++i) {
        names += (i + 1 < files.size() ? ", " : " and ") + files[i].filename().string();
      }
      throw Error(ErrorCode::kIo, "case " + id + ": cannot read its preprocessed files " + names);
    }
    result[id] = kMark + digest;
  }
  return result;
}

std::string listed(const std::vector<std::string>& names) {
  nnunet::Few few(", ", kNames);
  for (const std::string& name : names) few.add(name);
  return few.text();
}

bool is_digest(const std::string& text) { return text.find(kMark) != std::string::npos; }

void compare_values(const Json& before,
                    const Json& now,
                    const std::string& what,
                    std::vector<std::string>& found) {
  const auto text_of = [](const Json& section, const std::string& key) {
    const auto place = section.find(key);
    return place == section.end() ? std::string("absent") : one_line(*place);
  };
  std::vector<std::string> keys;
  for (const Json* section : {&before, &now}) {
    for (const auto& [key, value] : section->items()) keys.push_back(key);
  }
  for (const std::string& key : sorted(std::move(keys))) {
    const std::string old_text = text_of(before, key);
    const std::string new_text = text_of(now, key);
    if (old_text == new_text) continue;
    std::string line = what + " " + key;
    if (is_digest(old_text) || is_digest(new_text)) {
      line += " differs";
    } else {
      line += " was " + old_text + ", is " + new_text;
    }
    found.push_back(std::move(line));
  }
}

void compare_split(const Json& before, const Json& now, std::vector<std::string>& found) {
  for (const char* part : {"train", "val"}) {
    const auto ids = [&](const Json& split) {
      return sorted(split.value(part, std::vector<std::string>()));
    };
    const auto old_ids = ids(before);
    const auto new_ids = ids(now);
    const auto only = [&](const auto& in, const auto& not_in, const char* verb) {
      std::vector<std::string> names;
      std::set_difference(in.begin(), in.end(), not_in.begin(), not_in.end(),
                          std::back_inserter(names));
      if (!names.empty()) {
        found.push_back("split " + std::string(part) + " " + verb + " " + listed(names));
      }
    };
    only(new_ids, old_ids, "has gained");
    only(old_ids, new_ids, "has lost");
  }
}

void compare_stages(const Json& before, const Json& now, std::vector<std::string>& found) {
  for (const auto& [id, stage] : before.items()) {
    if (!now.contains(id)) found.push_back("stage " + id + " is gone");
  }
  for (const auto& [id, stage] : now.items()) {
    const std::string name = "stage " + id;
    const auto old = before.find(id);
    if (old == before.end()) {
      found.push_back(name + " is new");
      continue;
    }
    const auto without_params = [](Json value) {
      value.erase("params");
      return value;
    };
    compare_values(without_params(*old), without_params(stage), name, found);
    compare_values(old->at("params"), stage.at("params"), name + " parameter", found);
  }
}

void compare_cases(const Json& before, const Json& now, std::vector<std::string>& found) {
  std::vector<std::string> names;
  for (const auto& [id, digest] : now.items()) {
    const auto place = before.find(id);
    if (place != before.end() && *place != digest) names.push_back(id);
  }
  if (!names.empty()) found.push_back("preprocessed files differ of " + listed(names));
}

}  // namespace

FoldCases fold_cases(const fs::path& preprocessed,
                     const nnunet::ConfigurationPlan& configuration,
                     const nnunet::Splits& splits,
                     const std::string& fold,
                     fs::path previous) {
  FoldCases cases;
  cases.folder = nnunet::configuration_folder(preprocessed, configuration.data_identifier);
  cases.split = nnunet::select_fold(splits, fold, nnunet::PreprocessedFolder(cases.folder).ids());
  cases.previous = std::move(previous);
  return cases;
}

Json training_record(const TrainerOptions& options,
                     std::int64_t batch_size,
                     const nnunet::Plans& plans,
                     const nnunet::DatasetDescription& dataset,
                     const std::optional<FoldCases>& cases,
                     const Json& upstream) {
  const nnunet::ConfigurationPlan& configuration = plans.configuration(options.configuration);
  Json record;
  record["parameters"] = parameters_of(options, batch_size, configuration.patch_size.size());
  record["plans"] = plans_of(plans, configuration);
  record["dataset"] = dataset_of(dataset);
  if (cases) {
    record["split"]["train"] = sorted(cases->split.train);
    record["split"]["val"] = sorted(cases->split.val);
    record["cases"] = digests_of(*cases);
  }
  if (!upstream.empty())
    record["stages"] = stages_of(upstream, configuration.previous_stage.has_value());
  return record;
}

std::vector<std::string> record_differences(const Json& before, const Json& now) {
  std::vector<std::string> found;
  const auto both = [&](const char* section) {
    return before.contains(section) && now.contains(section);
  };
  for (const auto& [section, what] :
       {std::pair{"parameters", "parameter"}, {"plans", "plans"}, {"dataset", "dataset.json"}}) {
    if (both(section)) compare_values(before.at(section), now.at(section), what, found);
  }
  if (both("stages")) compare_stages(before.at("stages"), now.at("stages"), found);
  if (both("split")) compare_split(before.at("split"), now.at("split"), found);
  if (both("cases")) compare_cases(before.at("cases"), now.at("cases"), found);
  return found;
}

bool check_training_record(const fs::path& checkpoint,
                           const Json& record,
                           const std::string& stage) {
  const fs::path file = checkpoint.parent_path() / kTrainingRecord;
  if (!fs::exists(file)) return false;
  const auto differences = record_differences(nnunet::read_json(file), record);
  if (differences.empty()) return true;
  std::string message = checkpoint.string() + ": was trained from other inputs than this run has";
  for (const std::string& difference : differences) message += "\n  " + difference;
  message += "\nGo back to the inputs that " + file.string() +
             " names; or validate the fold as it was trained, without training: --val, with "
             "--val_best its best checkpoint; or train anew and overwrite the fold: --restart "
             "where the pipeline has it, else resume: false in the parameters of the stage " +
             stage;
  throw Error(ErrorCode::kInvalidData, message);
}

void begin_fold(const fs::path& fold_folder,
                const Json& record,
                bool anew,
                const Publish& publish) {
  if (anew) {
    for (const char* name : {kFinalCheckpoint, kLatestCheckpoint, kBestCheckpoint}) {
      fs::remove(fold_folder / name);
    }
  }
  publish(fold_folder / kTrainingRecord).write_and_commit(nnunet::dump_json(record));
}

}  // namespace nnflow::train
