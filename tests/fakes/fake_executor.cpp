// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A plugin with executors, for tests of the engine.
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>

#include "nnflow/nnflow.hpp"

namespace fake {

namespace fs = std::filesystem;

/// A parameter that is a text.
std::string text_of(const nnflow::Value& params, const std::string& name) {
  const nnflow::Value* const value = params.find(name);
  if (value == nullptr || !value->is_string()) {
    throw nnflow::Error(nnflow::ErrorCode::kInvalidParam,
                        "the executor needs the parameter '" + name + "'");
  }
  return value->as_string();
}

/// Notes its calls in the file of the parameter `log`.
class Logged : public nnflow::Executor {
 public:
  explicit Logged(const nnflow::Value& params) : log_(text_of(params, "log")) {}

 protected:
  void note(const std::string& line) const { std::ofstream(log_, std::ios::app) << line << "\n"; }

 private:
  const std::string log_;
};

/// The last element first, in this process.
class Reverse final : public Logged {
 public:
  using Logged::Logged;
  void run(nnflow::ExecutorHost& host) override {
    for (std::size_t i = host.elements().size(); i-- > 0;) {
      const nnflow::ElementRun& element = host.elements()[i];
      note(element.id + " " + element.title + " " + element.run_dir.filename().string());
      host.report(i, host.run_here(i));
    }
  }
};

/// All at once, in this process.
class Together final : public Logged {
 public:
  using Logged::Logged;
  void run(nnflow::ExecutorHost& host) override {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < host.elements().size(); ++i)
      threads.emplace_back([&host, i] { host.report(i, host.run_here(i)); });
    for (std::thread& thread : threads) thread.join();
  }
};

/// Each element by the program `program`, as a cluster would do it.
class Children final : public Logged {
 public:
  explicit Children(const nnflow::Value& params)
      : Logged(params), program_(text_of(params, "program")) {}
  void run(nnflow::ExecutorHost& host) override {
    for (std::size_t i = 0; i < host.elements().size(); ++i) {
      const nnflow::ElementRun& element = host.elements()[i];
      const fs::path file = element.run_dir / "element.yaml";
      nnflow::Artifact(file).write_and_commit(element.pipeline);
      fs::remove(element.run_dir / "summary.json");
      std::string command = "NNFLOW_CACHE='" + host.cache_dir().string() + "' '" + program_;
      command += "' run '" + file.string() + "' --quiet --run-dir '";
      command += element.run_dir.string() + "'";
      for (const fs::path& folder : host.plugin_dirs())
        command += " --plugin-dir '" + folder.string() + "'";
      for (const std::string& stage : element.force) command += " --force '" + stage + "'";
      host.progress("element " + element.id);
      const int status = std::system((command + " 2> /dev/null").c_str());
      note(element.id + " " + std::to_string(status == 0 ? 0 : 1));
      host.report(i, nnflow::read_element_result(element.run_dir));
    }
  }

 private:
  const std::string program_;
};

/// Forgets the last element.
class Forgetful final : public Logged {
 public:
  using Logged::Logged;
  void run(nnflow::ExecutorHost& host) override {
    for (std::size_t i = 0; i + 1 < host.elements().size(); ++i) host.report(i, host.run_here(i));
  }
};

}  // namespace fake

NNFLOW_PLUGIN("fake_executor", "1.0.0") {
  const std::string interface(nnflow::Executor::kInterface);
  registry.add<nnflow::Executor, fake::Reverse>(interface, "reverse", "last element first");
  registry.add<nnflow::Executor, fake::Together>(interface, "together", "all elements at once");
  registry.add<nnflow::Executor, fake::Children>(interface, "children", "processes of nnflow");
  registry.add<nnflow::Executor, fake::Forgetful>(interface, "forgetful", "all but the last");
}
