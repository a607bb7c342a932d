// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/artifact.hpp>
#include <nnflow/error.hpp>

#include "graph/dot.hpp"
#include "program.hpp"

namespace nnflow::cli {

void write_svg(const std::string& dot, const std::filesystem::path& file) {
  const auto program = find_program("dot");
  if (!program) {
    throw Error(ErrorCode::kResource,
                file.string() +
                    ": SVG is drawn by Graphviz, and PATH has no program dot; install the package "
                    "graphviz, or write a file that ends with .dot");
  }
  Artifact picture(file);
  const int code = run_program({program->string(), "-Tsvg", "-o", picture.path().string()}, dot);
  if (code != 0) {
    throw Error(ErrorCode::kIo, file.string() + ": " + program->string() +
                                    " failed with exit code " + std::to_string(code));
  }
  picture.commit();
}

}  // namespace nnflow::cli
