// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "run_session.hpp"

#include <unistd.h>
#include <algorithm>
#include <cstdint>
#include <cstdio>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "cache/key.hpp"
#include "pipeline/compose.hpp"
#include "record/provenance.hpp"
#include "run.hpp"
#include "signal_scope.hpp"
#include "utf8.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<spdlog::logger> make_logger(const CommonOptions& common) {
  auto logger = std::make_shared<spdlog::logger>(
      "nnflow", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%^%H:%M:%S %l:%$ %v");
  logger->set_level(common.quiet ? spdlog::level::err : spdlog::level::from_str(common.log_level));
  return logger;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view status_text(runtime::RunStatus status) {
  switch (status) {
    case runtime::RunStatus::kOk:
      return "ok";
    case runtime::RunStatus::kItemsSkipped:
      return "items_skipped";
    case runtime::RunStatus::kFailed:
      return "failed";
    case runtime::RunStatus::kInterrupted:
      return "interrupted";
  }
  return "failed";
}

void print_json(const runtime::RunResult& result, const fs::path& run_dir) {
  Value out;
  out.set("status", status_text(result.status));
  out.set("exit_code", result.exit_code());
  out.set("error", result.error);
  Value::Array skipped;
  for (const std::string& text : result.skipped) skipped.emplace_back(text);
  out.set("skipped", Value(std::move(skipped)));
  out.set("run_dir", run_dir.string());
  std::printf("%s\n", valid_utf8(out.to_json()).c_str());
}

}  // namespace

fs::path default_run_dir(const runtime::ResolvedPipeline& pipeline,
                         const std::vector<runtime::VarSpec>& vars) {
  fs::path folder;
  bool own_folder = false;
  std::string identity;
  for (const runtime::VarSpec& spec : vars) {
    const Value* value = pipeline.vars.find(spec.name);
    if (value == nullptr || value->is_null()) continue;
    const bool has_flag = std::find(spec.flags.begin(), spec.flags.end(), "-o") != spec.flags.end();
    const bool is_path = spec.type.base == runtime::VarType::Base::kPath && !spec.type.is_list;
    if (is_path && (spec.name == "out" || has_flag) && folder.empty()) {
      folder = value->as_string();
      own_folder = spec.name == "out";
    } else if (spec.required) {
      identity += spec.name + "=" + value->to_json() + "\n";
    }
  }
  std::error_code ignored;
  if (folder.has_extension() && !fs::is_directory(folder, ignored)) folder = folder.parent_path();
  own_folder = own_folder && !folder.empty();
  std::string name = pipeline.name;
  if (!own_folder && !identity.empty()) name += "-" + runtime::digest(identity).substr(0, 8);
  for (const runtime::VarSpec& spec : vars) {
    const Value* value = spec.apart ? pipeline.vars.find(spec.name) : nullptr;
    if (value == nullptr || value->is_null()) continue;
    if (spec.default_value && *value == *spec.default_value) continue;
    const std::string text = value->to_json();
    name += "-" + spec.name + "-" + (text.size() < 8 ? text : runtime::digest(text).substr(0, 8));
  }
  return fs::absolute(folder / ".nnflow" / name).lexically_normal();
}

std::string dry_run_text(const runtime::ResolvedPipeline& pipeline,
                         const fs::path& run_dir,
                         const std::vector<std::string>& force,
                         std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string text = margin + pipeline.name + " would run:\n";
  std::vector<HelpLine> lines;
  std::vector<bool> seen(pipeline.stages.size(), false);
  const std::vector<runtime::Reason> reasons = runtime::rerun_reasons(pipeline, run_dir, force);
  std::string inner;
  const auto add = [&](std::size_t index) {
    const runtime::ResolvedStage& stage = pipeline.stages[index];
    std::string left = margin + stage.id + "  (";
    left += stage.foreach ? runtime::shown_path(stage.foreach->pipeline) : stage.use;
    left += seen[index] ? ", replayed)" : ")";
    std::string right = reasons[index].text;
    if (stage.foreach && !stage.foreach->elements) {
      right += "; for each element of " + pipeline.stages[stage.foreach->from->stage].id;
    } else if (stage.foreach) {
      for (const Element& element : *stage.foreach->elements) {
        inner += dry_run_text(stage.foreach->resolve(element), run_dir / stage.id / element.id,
                              force, indent + 2);
      }
    }
    lines.push_back({std::move(left), std::move(right)});
    seen[index] = true;
  };
  for (std::size_t i = 0; i < pipeline.phases.size(); ++i) {
    lines.push_back({margin + "phase " + std::to_string(i + 1), ""});
    for (const std::size_t stage : pipeline.phases[i].once) add(stage);
    for (const std::size_t stage : pipeline.phases[i].stream) add(stage);
  }
  return text + two_columns(lines) + inner;
}

int run_session(const runtime::ResolvedPipeline& pipeline,
                runtime::PluginSet& plugins,
                const std::string& command,
                const CommonOptions& common,
                const fs::path& run_dir) {
  if (common.dry_run) {
    std::fputs(dry_run_text(pipeline, run_dir, common.force, 0).c_str(), stdout);
    return kOk;
  }
  const auto logger = make_logger(common);
  for (const std::string& problem : plugins.problems()) logger->warn("{}", problem);
  runtime::StopFlags flags;
  runtime::RunOptions options;
  options.run_dir = run_dir;
  options.force = common.force;
  options.until = common.until;
  options.flags = &flags;
  options.stop_signal = kStopSignal;
  options.log = [logger](LogLevel level, const std::string& text) {
    logger->log(level_of(level), "{}", text);
  };
  if (!common.quiet) {
    options.progress =
        isatty(STDERR_FILENO) != 0 ? runtime::ProgressStyle::kBars : runtime::ProgressStyle::kLines;
  }
  runtime::RunResult result;
  {
    const SignalScope signals(flags);
    result = runtime::run_pipeline(pipeline, plugins, options);
  }
  if (common.json) print_json(result, options.run_dir);
  const auto print_error = [&](const std::string& text) {
    std::fprintf(stderr, "nnflow %s: error: %s\n", command.c_str(), text.c_str());
  };
  // Of a failed run they are part of what is wrong.
  const bool failed = result.status == runtime::RunStatus::kFailed;
  for (const std::string& skipped : result.skipped) {
    if (failed) {
      print_error(skipped);
    } else {
      logger->warn("skipped {}", skipped);
    }
  }
  if (!result.error.empty()) print_error(result.error);
  return result.exit_code();
}

}  // namespace nnflow::cli
