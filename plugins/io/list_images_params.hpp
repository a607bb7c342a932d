// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nnflow/nnflow.hpp>

namespace nnflow::io {

/// Parameters of `io.list_images`; `describe_params` says what each one is.
struct ListImagesParams {
  std::string folder;
  std::vector<std::string> images;
  std::optional<std::string> file_ending;
  std::int64_t part = 0;
  std::int64_t parts = 1;
  std::string previous_stage;
  std::string finished;
  bool skip_finished = false;
  bool finished_with_probabilities = false;
  std::string copies;
};

void describe_params(StageSpec& spec);

}  // namespace nnflow::io
