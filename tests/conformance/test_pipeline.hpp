// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/validate.hpp"
#include "plugin/plugin_set.hpp"
#include "record/provenance.hpp"
#include "record/run_record.hpp"
#include "run.hpp"

namespace nnflow::runtime::testing {

/// A pipeline text in a folder of its own, resolved and run with the plugin `fake`.
class TestPipeline {
 public:
  explicit TestPipeline(std::filesystem::path folder, int threads = 2)
      : folder_(std::move(folder)), threads_(threads), plugins_({NNFLOW_FAKES_DIR}) {
    std::filesystem::create_directories(folder_);
  }

  /// Writes FOLDER/NAME.
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  RunResult run(const std::string& text, RunOptions options = {}) {
    const auto resolved = resolve(text);
    if (options.run_dir.empty()) options.run_dir = folder_ / "run";
    if (options.cache_dir.empty()) options.cache_dir = cache();
    return run_pipeline(*resolved, plugins_, options);
  }

  /// What a dry run of `text` says.
  std::vector<Reason> reasons(const std::string& text, const std::vector<std::string>& force) {
    return rerun_reasons(*resolve(text), folder_ / "run", force);
  }

  [[nodiscard]] std::filesystem::path cache() const { return folder_ / "cache"; }

  /// The byte image of an exported value.
  static std::string exported(const RunResult& result, const std::string& name) {
    const auto payload = result.exports.find(name);
    if (payload == result.exports.end()) return "(none)";
    std::string bytes;
    payload->second.type()->save(payload->second.raw(), bytes);
    return bytes;
  }

  [[nodiscard]] std::string read(const std::filesystem::path& relative) const {
    std::ifstream stream(folder_ / relative, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] Value summary() const { return Value::parse_json(read("run/summary.json")); }
  [[nodiscard]] std::int64_t count(const std::string& stage, const std::string& what) const {
    return summary().find("stages")->find(stage)->find(what)->as_integer();
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::shared_ptr<const ResolvedPipeline> resolve(const std::string& text) {
    write("pipeline.yaml", text);
    ResolveOptions resolve;
    resolve.threads = threads_;
    Findings findings;
    auto resolved = resolve_pipeline(folder_ / "pipeline.yaml", resolve, plugins_, findings);
    if (resolved == nullptr) throw Error(ErrorCode::kInvalidPipeline, format_findings(findings));
    return resolved;
  }

  std::filesystem::path folder_;
  int threads_;
  PluginSet plugins_;
};

}  // namespace nnflow::runtime::testing
