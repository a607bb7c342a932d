// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "version.hpp"

#include <tbb/version.h>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>

#include "nnflow/abi.hpp"

namespace nnflow::runtime {

Value version_info() {
  Value info;
  info.set("version", NNFLOW_VERSION);
  info.set("abi", std::to_string(NNFLOW_ABI_MAJOR) + "." + std::to_string(NNFLOW_ABI_MINOR));
  info.set("build_tag", NNFLOW_BUILD_TAG);
  info.set("compiler", __VERSION__);
  info.set("tbb", std::to_string(TBB_VERSION_MAJOR) + "." + std::to_string(TBB_VERSION_MINOR));
  info.set("boost", BOOST_LIB_VERSION);
  info.set("nlohmann_json", std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                                std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                                std::to_string(NLOHMANN_JSON_VERSION_PATCH));
  return info;
}

}  // namespace nnflow::runtime
