// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "sharing/install_model_stage.hpp"

#include <filesystem>
#include <fstream>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/zip_archive.hpp>

#include "sharing/install_list.hpp"

namespace nnflow::sharing {
namespace {

namespace fs = std::filesystem;

fs::path results_folder(const std::string& workspace) {
  if (!workspace.empty()) return fs::path(workspace) / "nnUNet_results";
  return nnunet::Roots::from_environment().require_results();
}

void unpack(const nnunet::ZipReader& archive, const nnunet::ZipEntry& entry, Artifact artifact) {
  std::ofstream file(artifact.path(), std::ios::binary | std::ios::trunc);
  archive.read(entry, [&](std::string_view part) {
    if (file.write(part.data(), static_cast<std::streamsize>(part.size()))) return;
    throw Error(ErrorCode::kIo, artifact.target().string() + ": cannot write, is the disk full?");
  });
  file.close();
  if (!file) {
    throw Error(ErrorCode::kIo, artifact.target().string() + ": cannot write, is the disk full?");
  }
  artifact.commit();
}

}  // namespace

void InstallModelStage::describe(StageSpec& spec) {
  using P = InstallModelParams;
  spec.summary("Unpack a zip archive of trained models into nnUNet_results")
      .cache_version(1)
      .writes_artifacts()
      .nondeterministic();  // what it reads may have changed since
  spec.doc(
      "Reads what nnU-Net's and nnflow's export write. Everything is checked before the first file "
      "is written: names that lead out of the folder, links, sizes, files that are there. Files "
      "that are there with the same content stay.");
  spec.params<P>()
      .field("archive", &P::archive, "the zip archive", Required{})
      .field("workspace", &P::workspace,
             "parent of nnUNet_results; empty = as the environment says")
      .field("overwrite", &P::overwrite, "replace files that are there with other content");
}

void InstallModelStage::finish(Context& ctx) {
  const fs::path results = results_folder(params_.workspace);
  const nnunet::ZipReader archive{fs::path(params_.archive)};
  const InstallList list = list_install(archive, results, params_.overwrite);
  double done = 0.0;
  for (const auto& entry : list.files) {
    if (ctx.cancelled()) throw Error(ErrorCode::kCancelled, "the installation was cancelled");
    unpack(archive, entry, ctx.artifact(results / entry.name));
    ctx.progress(++done, static_cast<double>(list.files.size()), "files");
  }
  std::string models;
  for (const auto& model : list.models) models += " " + model;
  ctx.log(LogLevel::kInfo, std::to_string(list.files.size()) + " files unpacked, " +
                               std::to_string(list.kept) + " were there; models:" + models);
}

}  // namespace nnflow::sharing
