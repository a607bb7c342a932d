// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <mutex>
#include <string>

#include <nnflow/error.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/validate.hpp"
#include "pipeline_call.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"
#include "run.hpp"
#include "run_session.hpp"
#include "serve_jobs.hpp"
#include "signal_scope.hpp"
#include "utf8.hpp"

namespace nnflow::cli {
namespace {

constexpr std::string_view kNotes =
    "Jobs come on standard input, a JSON object a line, and run one after the other in this "
    "process:\n"
    "{\"id\": 7, \"NAME\": VALUE, ...}, where NAME is a variable of the pipeline ('nnflow NAME "
    "--help';\n"
    "--step-size is step_size) and goes before the options of the command line. Answers are lines "
    "of\n"
    "JSON on standard output: {\"id\": 7, \"status\": \"running\", \"stage\": ..., \"done\": ..., "
    "\"total\": ...}\n"
    "now and then, at last {\"id\": 7, \"status\": \"ok\", ...} or {\"id\": 7, \"status\": "
    "\"failed\",\n"
    "\"error\": ...}. A job that fails does not end the process; the end of the input does. Where "
    "the\n"
    "pipeline has a variable keep_loaded, it is true: what is loaded for one job stays for the "
    "next.\n";

/// Writes answers, whole lines at once.
class Answers {
 public:
  void write(const Value& answer) {
    const std::lock_guard lock(mutex_);
    std::fputs((valid_utf8(answer.to_json()) + "\n").c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  std::mutex mutex_;
};

Value answer_to(const Value& id, const std::string& status) {
  Value answer;
  answer.set("id", id);
  answer.set("status", status);
  return answer;
}

Value failure(const Value& id, const std::string& error) {
  Value answer = answer_to(id, "failed");
  answer.set("error", error);
  return answer;
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

class Server {
 public:
  Server(PipelineCall call, StopFlags& flags)
      : call_(std::move(call)),
        flags_(flags),
        plugins_(runtime::PluginSet::default_search(call_.common.plugin_dirs)) {
    for (const auto& spec : call_.vars) {
      if (spec.name == "keep_loaded" && spec.type.base == runtime::VarType::Base::kBool) {
        call_.resolve.overrides.set.insert(call_.resolve.overrides.set.begin(),
                                           "vars.keep_loaded=true");
      }
    }
  }

  [[nodiscard]] const std::vector<runtime::VarSpec>& vars() const { return call_.vars; }

  void run(const Job& job) {
    if (!job.problem.empty()) return answers_.write(failure(job.id, job.problem));
    try {
      answers_.write(answer(job));
    } catch (const Error& error) {
      answers_.write(failure(job.id, error.full_message()));
    } catch (const std::bad_alloc&) {
      answers_.write(failure(job.id, "out of memory"));
    } catch (const std::exception& error) {
      answers_.write(failure(job.id, error.what()));
    }
  }

 private:
  Value answer(const Job& job) {
    const auto begin = std::chrono::steady_clock::now();
    runtime::ResolveOptions resolve = call_.resolve;
    for (const auto& text : job.vars) {
      std::erase_if(resolve.overrides.vars,
                    [&text](const auto& given) { return given.name == text.name; });
      resolve.overrides.vars.push_back(text);
    }
    runtime::Findings findings;
    const auto pipeline = runtime::resolve_pipeline(call_.file, resolve, plugins_, findings);
    if (pipeline == nullptr) return failure(job.id, trimmed(runtime::format_findings(findings)));
    const auto run_dir = call_.common.run_dir.empty()
                             ? default_run_dir(*pipeline, call_.vars)
                             : std::filesystem::absolute(call_.common.run_dir);
    const runtime::RunResult result =
        runtime::run_pipeline(*pipeline, plugins_, options(job, run_dir));
    if (!result.error.empty()) return failure(job.id, result.error);
    Value answer = answer_to(job.id, result.skipped.empty() ? "ok" : "items_skipped");
    if (!result.skipped.empty()) {
      Value::Array skipped;
      for (const auto& text : result.skipped) skipped.emplace_back(text);
      answer.set("skipped", Value(std::move(skipped)));
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    answer.set("seconds", std::round(seconds.count() * 1000.0) / 1000.0);
    answer.set("run_dir", run_dir.string());
    return answer;
  }

  runtime::RunOptions options(const Job& job, const std::filesystem::path& run_dir) {
    runtime::RunOptions options;
    options.run_dir = run_dir;
    options.force = call_.common.force;
    options.until = call_.common.until;
    options.flags = &flags_;
    options.stop_signal = kStopSignal;
    options.log = [this, id = job.id](LogLevel level, const std::string& text) {
      if (level < LogLevel::kWarning || call_.common.quiet) return;
      Value answer = answer_to(id, "running");
      answer.set("warning", text);
      answers_.write(answer);
    };
    if (!call_.common.quiet) {
      options.on_progress = [this, id = job.id](const std::vector<runtime::StageProgress>& stages) {
        for (const auto& stage : stages) {
          Value answer = answer_to(id, "running");
          answer.set("stage", stage.stage);
          answer.set("done", static_cast<std::int64_t>(stage.done));
          answer.set("total", static_cast<std::int64_t>(stage.total));
          if (!stage.text.empty()) answer.set("text", stage.text);
          std::string text = answer.to_json();
          std::string& last = told_[stage.stage];
          if (text == last) continue;
          last = std::move(text);
          answers_.write(answer);
        }
      };
    }
    told_.clear();
    return options;
  }

  PipelineCall call_;
  StopFlags& flags_;
  runtime::PluginSet plugins_;
  Answers answers_;
  std::map<std::string, std::string> told_;  ///< the last progress of every stage
};

}  // namespace

int serve_command(const Words& words) {
  const std::size_t at = target_position(words);
  if (at == words.size()) {
    const bool help = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "-h" || word == "--help";
    });
    if (!help) throw UsageError("serve", "the pipeline is missing: nnflow serve FILE|NAME");
    std::fputs(command_help("serve", kNotes).c_str(), stdout);
    return kOk;
  }
  Words rest = words;
  const std::string name = rest[at];
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
  const PipelineIndex index;
  auto call = read_call(find_pipeline(index, "serve", name).file, "serve", rest, index);
  if (!call) return kFindings;
  if (call->common.help) {
    std::fputs(command_help("serve", kNotes).c_str(), stdout);
    return kOk;
  }
  StopFlags flags;
  const SignalScope signals(flags);
  Server server(*std::move(call), flags);
  JobReader jobs(std::cin, server.vars());
  while (auto job = jobs.next()) {
    server.run(*job);
    if (flags.stop || flags.cancel) return kInterrupted;
  }
  return flags.stop || flags.cancel ? kInterrupted : kOk;
}

}  // namespace nnflow::cli
