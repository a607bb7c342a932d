// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/label_files.hpp"

#include <nnflow/imaging/image_io.hpp>

namespace nnflow::io {

void publish_labels(Context& ctx,
                    const std::filesystem::path& folder,
                    const std::string& name,
                    const std::string& ending,
                    const imaging::LabelMap& labels,
                    const nnunet::ImageReaderWriter* writer) {
  if ((ending == ".tif" || ending == ".tiff") && labels.extent()[0] > 1) {
    Artifact sidecar = ctx.artifact(folder / (name + ".json"));
    sidecar.write_and_commit(imaging::spacing_sidecar(labels.spacing));
  }
  Artifact artifact = ctx.artifact(folder / (name + ending));
  if (writer != nullptr) {
    writer->write_labels(artifact.path(), labels, ending);
  } else {
    imaging::write_labels(artifact.path(), labels, ending);
  }
  artifact.commit();
}

std::string check_ending(const std::string& ending) {
  return imaging::is_image_ending(ending)
             ? ""
             : "file_ending: '" + ending + "' is no image ending such as .nii.gz";
}

}  // namespace nnflow::io
