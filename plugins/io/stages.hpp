// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>

namespace nnflow::io {

// Each adds one stage, "io.<name>".
void add_open_dataset(Registry& registry);
void add_list_cases(Registry& registry);
void add_list_images(Registry& registry);
void add_check_labels(Registry& registry);
void add_read_case(Registry& registry);
void add_copy_reference(Registry& registry);
void add_read_reference(Registry& registry);
void add_list_pairs(Registry& registry);
void add_read_pair(Registry& registry);
void add_write_preprocessed(Registry& registry);
void add_write_segmentation(Registry& registry);
void add_write_class_files(Registry& registry);
void add_write_probabilities(Registry& registry);
void add_write_overlay(Registry& registry);
void add_phantoms(Registry& registry);
void add_write_raw_case(Registry& registry);
void add_write_dataset(Registry& registry);
void add_open_msd(Registry& registry);
void add_list_msd(Registry& registry);
void add_convert_msd(Registry& registry);
void add_write_description(Registry& registry);
void add_open_v1(Registry& registry);
void add_list_files(Registry& registry);
void add_copy_file(Registry& registry);

}  // namespace nnflow::io
