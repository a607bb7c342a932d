// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/folder_contents.hpp"
#include "nnflow/nnunet/paths.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::size_t kChannelSuffix = 5;  // "_0000"

bool is_channel_suffix(std::string_view text) {
  return text.size() == kChannelSuffix && text[0] == '_' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> file_names(const std::filesystem::path& folder,
                                    const std::string& ending) {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.ends_with(ending) && entry->is_regular_file(ignored)) names.push_back(name);
  }
  if (error) {
    throw Error(ErrorCode::kIo, folder.string() + ": cannot list the folder: " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_channel_files(const CaseFiles& files,
                         std::size_t channels,
                         const std::string& ending,
                         std::vector<std::string>& findings) {
  if (files.images.size() != channels) {
    findings.push_back("case " + files.id + ": " + std::to_string(files.images.size()) +
                       " image files, expected " + std::to_string(channels) + " channels");
    return;
  }
  for (std::size_t i = 0; i < channels; ++i) {
    const std::string expected = channel_file_name(files.id, static_cast<std::int64_t>(i), ending);
    if (files.images[i].filename() != expected) {
      findings.push_back("case " + files.id + ": channel " + std::to_string(i) + " is " +
                         files.images[i].filename().string() + ", expected " + expected);
    }
  }
}

void check_labels_consecutive(const LabelManager& labels, std::vector<std::string>& findings) {
  for (std::size_t i = 0; i < labels.all_labels().size(); ++i) {
    if (labels.all_labels()[i] == static_cast<std::int64_t>(i)) continue;
    findings.push_back("key 'labels' has the value " + std::to_string(labels.all_labels()[i]) +
                       " where " + std::to_string(i) + " was expected: values must be consecutive");
    return;
  }
}

/// Why there may be fewer cases than expected; empty for no idea.
std::string missing_images(const DatasetDescription& dataset, const std::vector<CaseFiles>& cases) {
  const std::filesystem::path images = dataset.folder / "imagesTr";
  if (cases.empty()) {
    return "; key 'file_ending' is " + dataset.file_ending + ", the files in " + images.string() +
           " end with " + endings_in(images);
  }
  const std::filesystem::path labels = dataset.folder / "labelsTr";
  std::error_code ignored;
  if (!std::filesystem::is_directory(labels, ignored)) return "";
  Few lonely;
  for (const std::string& name : file_names(labels, dataset.file_ending)) {
    const std::string id = name.substr(0, name.size() - dataset.file_ending.size());
    if (std::none_of(cases.begin(), cases.end(), [&](const auto& one) { return one.id == id; }))
      lonely.add(name);
  }
  return lonely.empty() ? "" : "; labels without an image: " + lonely.text();
}

}  // namespace

std::vector<CaseFiles> cases_in_folder(const std::filesystem::path& images_folder,
                                       const std::string& file_ending,
                                       const std::filesystem::path& labels_folder) {
  std::map<std::string, CaseFiles> cases;
  std::map<std::string, std::string> unnumbered;  ///< a file's name by case
  for (const std::string& name : file_names(images_folder, file_ending)) {
    const std::size_t cut = file_ending.size() + kChannelSuffix;
    const std::string id = name.substr(0, name.size() - std::min(name.size(), cut));
    CaseFiles& files = cases[id];
    files.id = id;
    if (name.size() > cut &&
        is_channel_suffix(std::string_view(name).substr(id.size(), kChannelSuffix))) {
      files.images.push_back(images_folder / name);
    } else {
      unnumbered[id] = name;
    }
  }
  std::vector<CaseFiles> result;
  for (auto& [id, files] : cases) {
    if (files.images.empty()) {
      throw Error(ErrorCode::kInvalidData,
                  (images_folder / unnumbered[id]).string() +
                      ": has no channel number, expected names such as case_0000" + file_ending);
    }
    if (!labels_folder.empty()) files.label = labels_folder / (id + file_ending);
    result.push_back(std::move(files));
  }
  return result;
}

std::vector<CaseFiles> training_cases(const DatasetDescription& dataset) {
  if (dataset.explicit_cases) return *dataset.explicit_cases;
  return cases_in_folder(dataset.folder / "imagesTr", dataset.file_ending,
                         dataset.folder / "labelsTr");
}

std::vector<std::string> integrity_findings(const DatasetDescription& dataset) {
  std::vector<std::string> findings;
  check_labels_consecutive(dataset.labels, findings);
  if (dataset.json.find("channel_names") == dataset.json.end()) {
    findings.push_back("key 'channel_names' is missing; 'modality' is its old name");
  }
  if (!dataset.explicit_cases) {
    for (const char* const sub : {"imagesTr", "labelsTr"}) {
      std::error_code ignored;
      if (!std::filesystem::is_directory(dataset.folder / sub, ignored)) {
        findings.push_back((dataset.folder / sub).string() + ": the folder is missing");
      }
    }
  }
  std::vector<CaseFiles> cases;
  try {
    cases = training_cases(dataset);
  } catch (const Error& error) {
    if (findings.empty() || error.code() != ErrorCode::kIo) findings.emplace_back(error.what());
    return findings;
  }
  if (static_cast<std::int64_t>(cases.size()) != dataset.num_training) {
    std::string message = "key 'numTraining' is " + std::to_string(dataset.num_training) +
                          ", but " + std::to_string(cases.size()) + " cases were found";
    for (std::size_t i = 0; i < std::min<std::size_t>(5, cases.size()); ++i) {
      message += (i == 0 ? ": " : ", ") + cases[i].id;
    }
    message += cases.size() > 5 ? ", ..." : "";
    if (!dataset.explicit_cases) message += missing_images(dataset, cases);
    findings.push_back(message);
  }
  const auto check_exists = [&](const CaseFiles& files, const std::filesystem::path& path,
                                const char* what) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
      findings.push_back("case " + files.id + ": " + what + " " + path.string() +
                         " does not exist");
    }
  };
  // One file a case may hold all channels (colour pictures, 4D files): then no case has a second
  // file.
  const bool single_files = std::all_of(
      cases.begin(), cases.end(), [](const CaseFiles& files) { return files.images.size() == 1; });
  const std::size_t files_per_case = single_files ? 1 : dataset.channels.size();
  for (const CaseFiles& files : cases) {
    if (dataset.explicit_cases && files.images.size() != files_per_case) {
      findings.push_back("case " + files.id + ": " + std::to_string(files.images.size()) +
                         " image files, expected " + std::to_string(files_per_case));
    } else if (!dataset.explicit_cases) {
      check_channel_files(files, files_per_case, dataset.file_ending, findings);
    }
    for (const auto& image : files.images) check_exists(files, image, "image");
    if (files.label) {
      check_exists(files, *files.label, "label");
    } else {
      findings.push_back("case " + files.id + ": no label file is named");
    }
  }
  return findings;
}

}  // namespace nnflow::nnunet
