// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "nnflow/nnunet/dataset.hpp"

// A dataset.json.
void read_input(std::string_view bytes) {
  using namespace nnflow::nnunet;
  const auto dataset = DatasetDescription::from_json(parse_json(bytes, "dataset.json"),
                                                     "/Dataset001_x", "dataset.json");
  static_cast<void>(dataset.num_label_keys());
  static_cast<void>(dataset.labels.evaluated());
  static_cast<void>(dataset.labels.class_location_keys());
  static_cast<void>(parse_json(dump_json(dataset.json), "what was written"));
}
