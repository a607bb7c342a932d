// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Plugins made to be wrong; BROKEN selects how.
#include <stdexcept>

#include "nnflow/nnflow.hpp"

namespace {

class Nothing final : public nnflow::ReduceStage {
 public:
  static void describe(nnflow::StageSpec& spec) {
#if BROKEN == 5
    spec.summary("A summary that ends with a full stop.");
#else
    spec.summary("Do nothing");
#endif
  }
  explicit Nothing(const nnflow::StageConfig&) {}
  void finish(nnflow::Context&) override {}
};

[[maybe_unused]] void register_all([[maybe_unused]] nnflow::Registry& registry) {
#if BROKEN == 6
  throw std::runtime_error("no licence found");
#elif BROKEN == 7
  registry.add<Nothing>("broken_duplicate.nothing");
  registry.add<Nothing>("broken_duplicate.nothing");
#elif BROKEN == 5
  registry.add<Nothing>("broken_docs.nothing");
#endif
}

[[maybe_unused]] const char* probe() { return "it needs a coprocessor"; }

}  // namespace

#if BROKEN != 0
extern "C" NNFLOW_PLUGIN_EXPORT const nnflow::PluginDescriptor nnflow_plugin;
const nnflow::PluginDescriptor nnflow_plugin = {
#if BROKEN == 1
    {'N', 'O', 'T', 'N', 'N', 'F', 'L', 'W'},
#else
    {'N', 'N', 'F', 'L', 'O', 'W', 'P', 'L'},
#endif
#if BROKEN == 2
    NNFLOW_ABI_MAJOR + 1,
#else
    NNFLOW_ABI_MAJOR,
#endif
    NNFLOW_ABI_MINOR,
    sizeof(nnflow::PluginDescriptor),
    0,
#if BROKEN == 3
    "elsewhere/libfoo/none",
#else
    NNFLOW_BUILD_TAG,
#endif
#if BROKEN == 4
    "another_name",
#else
    BROKEN_NAME,
#endif
    "1.0.0",
#if BROKEN == 8
    &probe,
#else
    nullptr,
#endif
    &register_all,
    {}};
#endif
