// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/plans_reader.hpp"

#include "nnflow/nnunet/reader_writer.hpp"

namespace nnflow::nnunet {

void take_reader_of_plans(const std::filesystem::path& plans,
                          const InterfaceCatalog& catalog,
                          DatasetDescription& dataset) {
  const std::string name = Plans::read(plans).header().image_reader_writer;
  (void)reader_writer(name, catalog, "image_reader_writer of " + plans.string());
  dataset.overwrite_image_reader_writer = name;
  dataset.json["overwrite_image_reader_writer"] = name;  // a stored description is its text
}

std::string named_reader(const Plans* plans,
                         const DatasetDescription* dataset,
                         const InterfaceCatalog& catalog) {
  if (plans != nullptr) {
    const std::string& name = plans->header().image_reader_writer;
    (void)reader_writer(name, catalog,
                        "image_reader_writer of the plans " + plans->header().plans_name);
    return name;
  }
  if (dataset == nullptr) return {};
  const auto& name = dataset->overwrite_image_reader_writer;
  return name && is_reader_writer(*name, catalog) ? *name : std::string();
}

}  // namespace nnflow::nnunet
