// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// A patch that the sampler asks for. Which part of the case it shows is drawn when it is read.
struct PatchRequest {
  std::string case_id;
  std::filesystem::path folder;           ///< preprocessed cases of the configuration
  std::filesystem::path previous_folder;  ///< label maps of the previous stage; empty: none
  int dimension = 3;                      ///< 2 or 3
  bool validation = false;
  bool forced_foreground = false;
  std::int64_t epoch = 0;
  imaging::Extent3 extent{};        ///< size to read, (z, y, x)
  imaging::Extent3 final_extent{};  ///< size the network takes
};

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct PayloadTraits<nnunet::PatchRequest> {
  static constexpr std::string_view kId = "nnunet.patch_request/1";
  static std::size_t bytes(const nnunet::PatchRequest& value) {
    return sizeof(value) + value.case_id.size() + value.folder.native().size() +
           value.previous_folder.native().size();
  }
};

}  // namespace nnflow
