// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/labels.hpp"
#include "nnflow/nnunet/paths.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// The files of one case.
struct CaseFiles {
  std::string id;
  /// One per channel, channel order; a folder holds a DICOM series.
  std::vector<std::filesystem::path> images;
  std::optional<std::filesystem::path> label;  ///< set when a label file belongs to the case
  std::string reader{};  ///< class that reads the files; empty: as their ending says

  friend bool operator==(const CaseFiles&, const CaseFiles&) = default;
};

/// One entry of `channel_names`, in file order.
struct Channel {
  std::string key;   ///< "0", "1", ...
  std::string name;  ///< decides the normalisation scheme

  friend bool operator==(const Channel&, const Channel&) = default;
};

/// What dataset.json says (nnunet-data 2.2). `json` is the file verbatim, so unknown keys survive a
/// copy.
struct NNFLOW_NNUNET_EXPORT DatasetDescription {
  std::filesystem::path
      folder;        ///< holds dataset.json, imagesTr, ...; empty when not read from a folder
  std::string name;  ///< base name of the folder, e.g. Dataset004_Hippocampus
  /// Parent of nnUNet_preprocessed and nnUNet_results for this run; empty: the environment
  /// variables say. Part of the payload's digest: files written below one place are not those of
  /// another.
  std::filesystem::path workspace;
  Json json;  ///< dataset.json as read, key order kept

  std::vector<Channel> channels;  ///< `channel_names`, or the older `modality`
  LabelManager labels;
  std::string file_ending;                                   ///< with the dot, e.g. ".nii.gz"
  std::int64_t num_training = 0;                             ///< as stated, not counted
  std::optional<std::string> overwrite_image_reader_writer;  ///< absent also for "None"
  /// The explicit `dataset` list, paths expanded and made absolute; JSON order.
  std::optional<std::vector<CaseFiles>> explicit_cases;

  /// Checks and interprets a parsed dataset.json. All findings are reported in one
  /// Error(kInvalidData), a line each, with `source`, key, value and what was expected.
  [[nodiscard]] static DatasetDescription from_json(Json json,
                                                    std::filesystem::path folder,
                                                    std::string_view source);
  /// Reads `<folder>/dataset.json`.
  [[nodiscard]] static DatasetDescription read_folder(const std::filesystem::path& folder);
  /// Reads a dataset.json anywhere (a model folder, an output folder); `folder` is its parent.
  [[nodiscard]] static DatasetDescription read_file(const std::filesystem::path& path);

  /// Where the data of this data set lies: below `workspace`, or as the environment says.
  [[nodiscard]] Roots roots() const;

  /// Number of entries in `labels`: what the memory estimate of planning counts (nnunet-data 4.8).
  [[nodiscard]] std::int64_t num_label_keys() const;
};

/// Training cases: the explicit list, or imagesTr/labelsTr scanned as nnunet-data 2.3 says, sorted
/// by id. `label` is the expected path, whether or not it exists. Throws Error(kIo) when the folder
/// is missing.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<CaseFiles> training_cases(
    const DatasetDescription& dataset);

/// Cases of a folder of images named `<id>_CCCC<ending>`, sorted by id; `labels_folder` (may be
/// empty) gives the expected label paths.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<CaseFiles> cases_in_folder(
    const std::filesystem::path& images_folder,
    const std::string& file_ending,
    const std::filesystem::path& labels_folder = {});

/// Everything wrong with a data set that shows without opening an image (nnunet-data 2.7): missing
/// folders and files, case count, channel count and numbering, gaps in the labels. Empty when all
/// is well.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::string> integrity_findings(
    const DatasetDescription& dataset);

/// dataset.json as nnU-Net's generator writes it (key order of nnunet-data 2.2).
struct DatasetJsonFields {
  std::vector<std::string> channel_names;
  std::vector<LabelManager::Entry> labels;
  std::int64_t num_training = 0;
  std::string file_ending;
  std::vector<std::int64_t> regions_class_order;  ///< empty: no key
  /// Each empty: no key.
  std::string licence;
  std::string converted_by;
  std::string name;
  std::string reference;
  std::string release;
  std::vector<std::string> citation;  ///< one is written as a text
  std::string description;
  std::string overwrite_image_reader_writer;
};
[[nodiscard]] NNFLOW_NNUNET_EXPORT Json make_dataset_json(const DatasetJsonFields& fields);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::CaseFiles> {
  static constexpr std::string_view kId = "nnunet.case_files/2";
  static std::size_t bytes(const nnunet::CaseFiles& value);
  static void save(const nnunet::CaseFiles& value, std::string& out);
  static nnunet::CaseFiles load(std::string_view bytes);
};

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::DatasetDescription> {
  static constexpr std::string_view kId = "nnunet.dataset/1";
  static std::size_t bytes(const nnunet::DatasetDescription& value);
  static void save(const nnunet::DatasetDescription& value, std::string& out);
  static nnunet::DatasetDescription load(std::string_view bytes);
};

}  // namespace nnflow
