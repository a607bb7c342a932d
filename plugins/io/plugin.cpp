// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "io/folders_doctor.hpp"
#include "io/stages.hpp"

NNFLOW_PLUGIN("io", "0.1.0") {
  nnflow::io::add_open_dataset(registry);
  nnflow::io::add_list_cases(registry);
  nnflow::io::add_list_images(registry);
  nnflow::io::add_check_labels(registry);
  nnflow::io::add_read_case(registry);
  nnflow::io::add_copy_reference(registry);
  nnflow::io::add_read_reference(registry);
  nnflow::io::add_list_pairs(registry);
  nnflow::io::add_read_pair(registry);
  nnflow::io::add_write_preprocessed(registry);
  nnflow::io::add_write_segmentation(registry);
  nnflow::io::add_write_class_files(registry);
  nnflow::io::add_write_probabilities(registry);
  nnflow::io::add_write_overlay(registry);
  nnflow::io::add_phantoms(registry);
  nnflow::io::add_write_raw_case(registry);
  nnflow::io::add_write_dataset(registry);
  nnflow::io::add_open_msd(registry);
  nnflow::io::add_list_msd(registry);
  nnflow::io::add_convert_msd(registry);
  nnflow::io::add_write_description(registry);
  nnflow::io::add_open_v1(registry);
  nnflow::io::add_list_files(registry);
  nnflow::io::add_copy_file(registry);
  registry.add<nnflow::Diagnostician, nnflow::io::FoldersDoctor>(
      std::string(nnflow::Diagnostician::kInterface), "io",
      "the environment variables of nnU-Net's folders");
}
