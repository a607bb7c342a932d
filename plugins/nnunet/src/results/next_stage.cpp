// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/next_stage.hpp"

#include <algorithm>
#include <array>

#include "cases/npz_write.hpp"
#include "nnflow/error.hpp"
#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

constexpr const char* kFolder = "predicted_next_stage";
constexpr std::size_t kNames = 5;  ///< most case names in one message

template <class Stored>
std::string raw_bytes(std::span<const std::int16_t> labels) {
  std::vector<Stored> values(labels.begin(), labels.end());
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Stored)};
}

}  // namespace

std::filesystem::path next_stage_folder(const std::filesystem::path& model_folder,
                                        std::string_view configuration) {
  return model_folder / kFolder / configuration;
}

std::filesystem::path previous_stage_folder(const DatasetDescription& dataset,
                                            const Plans& plans,
                                            const std::string& trainer,
                                            const ConfigurationPlan& configuration) {
  if (!configuration.previous_stage) return {};
  const std::string& planned = plans.header().dataset_name;
  const ModelName model{trainer, plans.header().plans_name, *configuration.previous_stage};
  return next_stage_folder(
      model_folder(dataset.roots(), planned.empty() ? dataset.name : planned, model),
      configuration.name);
}

void require_previous_stage(const std::filesystem::path& folder,
                            std::span<const std::string> cases,
                            const Plans& plans,
                            const std::string& trainer,
                            const ConfigurationPlan& configuration) {
  std::vector<std::string> missing;
  for (const std::string& id : cases) {
    if (!std::filesystem::exists(image_file(folder, id))) missing.push_back(id);
  }
  if (missing.empty()) return;
  const std::string& previous = *configuration.previous_stage;
  std::string text = "configuration " + configuration.name + " refines the segmentations of " +
                     previous + ", but " + folder.string() + " has none of " +
                     std::to_string(missing.size()) + " of " + std::to_string(cases.size()) +
                     " cases: ";
  for (std::size_t i = 0; i < std::min(missing.size(), kNames); ++i) {
    text += (i == 0 ? "" : ", ") + missing[i];
  }
  if (missing.size() > kNames) text += ", ...";
  const auto& next = plans.configuration(previous).next_stages;
  if (std::find(next.begin(), next.end(), configuration.name) == next.end()) {
    text += "; " + previous + " cannot write them, as " + plans.source() + " does not name " +
            configuration.name + " as its next_stage";
  } else {
    text += "; their validation writes them: preprocess " + configuration.name +
            ", then run train -c " + previous + " -p " + plans.header().plans_name + " -tr " +
            trainer +
            " with every fold (-f 0, -f 1, ...) or with -f all; add --val where a fold is trained "
            "already";
  }
  throw Error(ErrorCode::kInvalidData, text);
}

std::string next_stage_file(const std::string& id, const std::filesystem::path& image) {
  return id + (image.extension() == ".b2nd" ? ".b2nd" : ".npz");
}

void write_next_stage(const std::filesystem::path& path,
                      std::span<const std::int16_t> labels,
                      const imaging::Extent3& extent,
                      std::span<const std::int64_t> patch,
                      bool wide) {
  if (path.extension() != ".npz") {
    write_previous_stage_array(path, labels, extent, patch, wide);
    return;
  }
  const std::array<std::int64_t, 3> shape{extent[0], extent[1], extent[2]};
  write_npz(path, "seg", wide ? "u2" : "u1", shape,
            wide ? raw_bytes<std::uint16_t>(labels) : raw_bytes<std::uint8_t>(labels));
}

}  // namespace nnflow::nnunet
