// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/image_cases.hpp"

#include <algorithm>
#include <nnflow/error.hpp>
#include <nnflow/nnunet/few.hpp>
#include <nnflow/nnunet/folder_contents.hpp>

namespace nnflow::io {
namespace {

namespace fs = std::filesystem;
using nnunet::CaseFiles;

void require_ending(const fs::path& file, const std::string& ending) {
  const std::string name = file.filename().string();
  if (name.ends_with(ending) && name.size() > ending.size()) return;
  throw Error(ErrorCode::kIo, file.string() + ": expected a file that ends with " + ending +
                                  ", as the images of the model's data set do");
}

/// Length of the `_CCCC` at the end of a name without its ending, or 0.
std::size_t channel_suffix(const std::string& stem) {
  constexpr std::size_t kSuffix = 5;
  const bool numbered =
      stem.size() > kSuffix && stem[stem.size() - kSuffix] == '_' &&
      stem.find_first_not_of("0123456789", stem.size() - kSuffix + 1) == std::string::npos;
  return numbered ? kSuffix : 0;
}

std::string stem_of(const fs::path& file, const std::string& ending) {
  const std::string name = file.filename().string();
  return name.substr(0, name.size() - ending.size());
}

/// The channels of the case that a file belongs to; other cases of its folder are not looked at.
CaseFiles case_of_file(const fs::path& file, const std::string& ending) {
  require_ending(file, ending);
  const std::string stem = stem_of(file, ending);
  if (channel_suffix(stem) == 0) return case_of_files({file}, ending);
  const std::string id = stem.substr(0, stem.size() - channel_suffix(stem));
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::vector<fs::path> channels;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(ending) || !name.starts_with(id + "_")) continue;
    const std::string other = stem_of(name, ending);
    const bool is_channel = other.size() == stem.size() && channel_suffix(other) != 0;
    if (is_channel && entry.is_regular_file()) channels.push_back(folder / name);
  }
  std::sort(channels.begin(), channels.end());
  return case_of_files(std::move(channels), ending);
}

}  // namespace

std::string image_place(const std::string& folder,
                        const std::vector<std::string>& images,
                        const std::string& results) {
  std::string place = images.empty() ? folder : images.front();
  std::error_code ignored;
  if (!results.empty() && fs::is_directory(place, ignored) &&
      fs::equivalent(place, results, ignored)) {
    throw Error(ErrorCode::kInvalidParam,
                results + ": holds the images, expected another folder for the results");
  }
  return place;
}

void require_apart(const std::vector<CaseFiles>& cases,
                   const fs::path& results,
                   const std::string& ending) {
  if (results.empty()) return;
  for (const CaseFiles& files : cases) {
    std::error_code ignored;
    const fs::path result = results / (files.id + ending);
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::kInvalidParam,
                  result.string() + ": is " + what +
                      " and would be the result of its case, expected another folder for the "
                      "results");
    };
    for (const fs::path& image : files.images) {
      if (fs::equivalent(image, result, ignored)) refuse("an image");
    }
    if (files.label && fs::equivalent(*files.label, result, ignored))
      refuse("a segmentation of the previous stage");
  }
}

CaseFiles case_of_files(std::vector<fs::path> files, const std::string& ending) {
  for (const fs::path& file : files) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) {
      throw Error(ErrorCode::kIo, file.string() + ": no such image file");
    }
    require_ending(file, ending);
  }
  std::string id = stem_of(files.front(), ending);
  id.resize(id.size() - channel_suffix(id));
  const bool numbered = std::all_of(files.begin(), files.end(), [&](const fs::path& file) {
    return channel_suffix(stem_of(file, ending)) != 0;
  });
  for (std::size_t channel = 0; numbered && channel < files.size(); ++channel) {
    std::string number = std::to_string(channel);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    const std::string expected = id + "_" + number + ending;
    if (files[channel].filename() == expected) continue;
    throw Error(ErrorCode::kInvalidParam,
                files[channel].string() + ": expected " + expected +
                    ", since the files of a case are its channels in their order");
  }
  return {std::move(id), std::move(files), {}};
}

std::vector<CaseFiles> image_cases(const fs::path& place, const std::string& ending) {
  std::error_code ignored;
  if (fs::is_regular_file(place, ignored)) return {case_of_file(place, ending)};
  return nnunet::cases_in_folder(place, ending);
}

std::string ending_of(const std::optional<std::string>& given,
                      const nnunet::DatasetDescription* dataset) {
  if (given) return *given;
  if (dataset != nullptr) return dataset->file_ending;
  throw Error(ErrorCode::kInvalidParam,
              "file_ending: expected an ending such as .nii.gz, or a data set to take it from");
}

void no_images(const std::string& place, const std::string& ending) {
  const std::string others = nnunet::endings_in(place);
  throw Error(ErrorCode::kIo,
              place + ": no image ends with " + ending + ", expected names such as case_0000" +
                  ending + ", or DICOM series in sub-folders" +
                  (others == "none" ? ""
                                    : "; the files there end with " + others +
                                          " (the ending is that of the data set; "
                                          "generate_dataset_json has --file-ending)"));
}

void check_previous_stage(const nnunet::ConfigurationPlan& configuration, bool given) {
  if (given == configuration.previous_stage.has_value()) return;
  std::string text = "configuration " + configuration.name;
  if (given) {
    text += " has no previous stage, expected no folder with its predictions";
  } else {
    text += " refines the segmentations of " + *configuration.previous_stage +
            ": predict the same images with -c " + *configuration.previous_stage +
            " first, then give that folder by -prev_stage_predictions";
  }
  throw Error(ErrorCode::kInvalidParam, text);
}

void add_previous_stage(std::vector<CaseFiles>& cases,
                        const fs::path& folder,
                        const std::string& ending) {
  nnunet::Few missing;
  for (CaseFiles& files : cases) {
    files.label = folder / (files.id + ending);
    std::error_code ignored;
    if (fs::is_regular_file(*files.label, ignored)) continue;
    missing.add(files.id + ending);
  }
  if (missing.empty()) return;
  throw Error(ErrorCode::kIo,
              folder.string() + ": the segmentations of the previous stage lack " + missing.text());
}

std::string stale_probabilities(const std::vector<CaseFiles>& cases, const fs::path& folder) {
  nnunet::Few stale;
  for (const CaseFiles& files : cases) {
    std::error_code ignored;
    const std::string name = files.id + ".npz";
    if (!folder.empty() && fs::exists(folder / name, ignored)) stale.add(name);
  }
  if (stale.empty()) return {};
  return folder.string() +
         ": holds probabilities of an earlier prediction, which this one does not replace and "
         "'nnflow ensemble' would take: " +
         stale.text() + "; delete them, or predict with --save_probabilities";
}

std::size_t leave_out_finished(std::vector<CaseFiles>& cases,
                               const fs::path& folder,
                               const std::string& ending,
                               bool probabilities) {
  return std::erase_if(cases, [&](const CaseFiles& files) {
    std::error_code ignored;
    return fs::is_regular_file(folder / (files.id + ending), ignored) &&
           (!probabilities || fs::is_regular_file(folder / (files.id + ".npz"), ignored));
  });
}

}  // namespace nnflow::io
