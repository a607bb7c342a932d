// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/plans_transfer.hpp"

#include "plan/plans_document.hpp"

namespace nnflow::plan {
namespace {

using nnunet::Json;

/// Planning takes the first reader that supports the file ending; here nnU-Net takes the first that
/// can read an image, and SimpleITKIO comes before the readers of NIfTI without compression and of
/// TIFF stacks. (NaturalImage2DIO comes even before that, and takes such volumes of 3 or 4 slices
/// for colour images; they stay volumes here.)
std::string reader_of(const nnunet::DatasetDescription& target, bool flat) {
  std::string reader = reader_name(target, flat);
  const bool chosen = target.overwrite_image_reader_writer == reader;
  return !chosen && (reader == "NibabelIO" || reader == "Tiff3DIO") ? "SimpleITKIO" : reader;
}

std::string renamed(const std::string& identifier, const std::string& from, const std::string& to) {
  std::string result = to;
  if (identifier.starts_with(from)) {
    result += identifier.substr(from.size());
  } else {
    result += '_';
    result += identifier;
  }
  return result;
}

}  // namespace

Json transferred_plans(Json plans,
                       const std::string& source_name,
                       const nnunet::DatasetDescription& target,
                       const std::string& name,
                       bool flat) {
  plans["dataset_name"] = target.name;
  for (auto& entry : plans.at("configurations").items()) {
    if (name == source_name || !entry.value().is_object()) continue;
    const auto identifier = entry.value().find("data_identifier");
    if (identifier == entry.value().end() || !identifier->is_string()) continue;
    *identifier = renamed(identifier->get<std::string>(), source_name, name);
  }
  plans["image_reader_writer"] = reader_of(target, flat);
  plans["plans_name"] = name;
  return plans;
}

}  // namespace nnflow::plan
