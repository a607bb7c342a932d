// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "sharing/export_list.hpp"

#include <algorithm>
#include <nnflow/error.hpp>
#include <nnflow/nnunet/default_configurations.hpp>
#include <nnflow/nnunet/folder_contents.hpp>
#include <nnflow/nnunet/paths.hpp>

namespace nnflow::sharing {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}
bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// Sorted names of the folders, or of the files, of a folder.
std::vector<std::string> names_in(const fs::path& folder, bool folders) {
  std::vector<std::string> names;
  if (!is_folder(folder)) return names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (folders ? entry.is_directory() : entry.is_regular_file()) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Exporter {
 public:
  explicit Exporter(const ExportRequest& request)
      : request_(request), configurations_(request.configurations) {}

  ExportList run() {
    const fs::path dataset = request_.results / request_.dataset;
    if (!is_folder(dataset)) {
      throw Error(ErrorCode::kIo, dataset.string() + ": has no trained model, no such folder");
    }
    if (configurations_.empty()) take_trained();
    for (const auto& configuration : configurations_) add_model(configuration);
    if (!missing_.empty()) {
      std::string text = dataset.string() + ": cannot be exported, there is";
      for (const auto& what : missing_) text += "\n  no " + what;
      text += "\n  models found: " + nnunet::models_in(dataset);
      throw Error(ErrorCode::kIo,
                  text + "\n-c, -f, -chk, -tr and -p choose what is exported" +
                      (request_.strict ? ", --not_strict leaves out what is missing" : ""));
    }
    if (list_.models == 0) {
      throw Error(ErrorCode::kIo, dataset.string() + ": there is none of the models asked for; " +
                                      "models found: " + nnunet::models_in(dataset));
    }
    add_ensembles(dataset);
    add_if_there(dataset / "inference_information.json");
    return std::move(list_);
  }

 private:
  [[nodiscard]] fs::path relative(const fs::path& path) const {
    return path.lexically_relative(request_.results);
  }
  void add(const fs::path& path) { list_.files.push_back(relative(path)); }
  bool add_if_there(const fs::path& path) {
    if (!is_file(path)) return false;
    add(path);
    return true;
  }
  void leave_out(const fs::path& path) {
    list_.remarks.push_back(relative(path).string() + " is missing and left out");
  }
  /// Where nothing may be missing, an error; else a remark.
  void lack(const fs::path& path) {
    if (request_.strict) {
      missing_.push_back(relative(path).string());
    } else {
      leave_out(path);
    }
  }

  [[nodiscard]] fs::path model_of(const std::string& configuration) const {
    return request_.results / request_.dataset /
           nnunet::ModelName{request_.trainer, request_.plans, configuration}.folder_name();
  }

  /// The configurations that nnU-Net exports by itself, without those that are not there.
  void take_trained() {
    for (const char* const name : {"3d_lowres", "3d_fullres", "2d", "3d_cascade_fullres"}) {
      const fs::path model = model_of(name);
      if (is_folder(model)) {
        configurations_.emplace_back(name);
      } else {
        leave_out(model);
      }
    }
    for (const auto& name : names_in(request_.results / request_.dataset, true)) {
      const auto other = nnunet::ModelName::parse(name);
      if (!other || other->trainer != request_.trainer || other->plans != request_.plans) continue;
      if (nnunet::is_default_configuration(other->configuration)) continue;
      list_.remarks.push_back(relative(request_.results / request_.dataset / name).string() +
                              " is left out, -c " + other->configuration + " exports it");
    }
  }

  void add_model(const std::string& configuration) {
    const fs::path model = model_of(configuration);
    if (!is_folder(model)) return lack(model);
    std::vector<std::string> folds;
    for (const auto& fold : request_.folds) {
      if (has_fold(model / nnunet::fold_folder(fold))) folds.push_back(fold);
    }
    if (folds.empty()) return;
    for (const char* name : {"plans.json", "dataset.json"}) {
      if (!is_file(model / name)) missing_.push_back(relative(model / name).string());
    }
    for (const auto& fold : folds) add_fold(model / nnunet::fold_folder(fold));
    add_cross_validation(model);
    add_if_there(model / "plans.json");
    if (!add_if_there(model / "dataset_fingerprint.json")) {
      leave_out(model / "dataset_fingerprint.json");
    }
    add_if_there(model / "dataset.json");
    ++list_.models;
  }

  bool has_fold(const fs::path& fold) {
    if (!is_folder(fold)) {
      lack(fold);
      return false;
    }
    bool complete = true;
    for (const auto& checkpoint : request_.checkpoints) {
      if (is_file(fold / checkpoint)) continue;
      lack(fold / checkpoint);
      complete = false;
    }
    return complete;
  }

  void add_fold(const fs::path& fold) {
    add_if_there(fold / "debug.json");
    for (const auto& checkpoint : request_.checkpoints) add(fold / checkpoint);
    add_if_there(fold / "progress.png");
    add_if_there(fold / "network_architecture.pdf");
    const fs::path validation = fold / "validation";
    if (request_.predictions) {
      for (const auto& name : names_in(validation, false)) {
        if (!name.ends_with(".npz") && !name.ends_with(".pkl")) add(validation / name);
      }
    } else if (!add_if_there(validation / "summary.json")) {
      leave_out(validation / "summary.json");
    }
  }

  void add_results(const fs::path& folder) {
    if (request_.predictions) {
      for (const auto& name : names_in(folder, false)) add(folder / name);
      return;
    }
    for (const char* name : {"summary.json", "postprocessing.pkl", "postprocessing.json"}) {
      add_if_there(folder / name);
    }
  }

  void add_cross_validation(const fs::path& model) {
    std::string folds;
    for (const auto& fold : request_.folds) folds += "_" + fold;
    add_results(model / ("crossval_results_folds" + folds));
  }

  /// Whether a member of an ensemble, by the name of its model folder, is exported.
  [[nodiscard]] bool is_exported(const std::string& member) const {
    const auto name = nnunet::ModelName::parse(member);
    return name && name->trainer == request_.trainer && name->plans == request_.plans &&
           std::find(configurations_.begin(), configurations_.end(), name->configuration) !=
               configurations_.end();
  }

  void add_ensembles(const fs::path& dataset) {
    constexpr std::string_view kBetween = "___";
    for (const auto& name : names_in(dataset / "ensembles", true)) {
      std::vector<std::string> parts;  // "ensemble", the members, the folds
      for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find(kBetween, at), name.size());
        parts.push_back(name.substr(at, end - at));
        at = end + kBetween.size();
      }
      const bool whole = parts.size() > 3 &&
                         std::all_of(parts.begin() + 1, parts.end() - 1,
                                     [this](const auto& member) { return is_exported(member); });
      if (whole) add_results(dataset / "ensembles" / name);
    }
  }

  const ExportRequest& request_;
  std::vector<std::string> configurations_;
  ExportList list_;
  std::vector<std::string> missing_;
};

}  // namespace

ExportList list_export(const ExportRequest& request) { return Exporter(request).run(); }

}  // namespace nnflow::sharing
