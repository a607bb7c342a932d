// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cli.hpp"
#include "common_options.hpp"
#include "doctor/report.hpp"

namespace nnflow::cli {

int doctor_command(const Words& words) {
  App app;
  QueryOptions query;
  query.add_to(app);
  parse_words(app, "doctor", words);
  if (query.help) {
    std::fputs(command_help("doctor",
                            "Opens every plugin that is found and looks at the machine. Exit code "
                            "0: everything that is installed\ncan be used; 3: something cannot.\n")
                   .c_str(),
               stdout);
    return kOk;
  }
  const PipelineIndex index;
  const runtime::PluginSet plugins(runtime::PluginSet::default_search(query.plugin_dirs));
  Report report;
  examine_program(report);
  examine_search(index, plugins, report);
  examine_plugins(plugins, report);
  examine_devices(report);
  examine_machine(report);
  examine_environment(index, report);
  if (query.json) {
    std::printf("%s\n", report_value(report).to_json().c_str());
  } else {
    std::fputs(report_text(report).c_str(), stdout);
  }
  return has_problem(report) ? kRunFailed : kOk;
}

}  // namespace nnflow::cli
