// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/list_images_params.hpp"

#include "io/case_source.hpp"

namespace nnflow::io {

void describe_params(StageSpec& spec) {
  using P = ListImagesParams;
  spec.params<P>()
      .field("folder", &P::folder, "folder with the images, or one image file")
      .field("images", &P::images,
             "instead of folder: the same, or the files of one case, a channel each")
      .field("file_ending", &P::file_ending, "ending with its dot; null: that of the data set")
      .field("part", &P::part, "which share of the cases to take", Minimum{0})
      .field("parts", &P::parts, "number of shares", Minimum{1})
      .field("previous_stage", &P::previous_stage,
             "folder with `<id><ending>`, segmentations that a cascade refines, which become the "
             "labels of the cases; empty = none")
      .field("finished", &P::finished,
             "folder of the results `<id><ending>`, none of which may be a file that is read; "
             "empty = not checked")
      .field("skip_finished", &P::skip_finished, "leave out cases that have a result")
      .field("finished_with_probabilities", &P::finished_with_probabilities,
             "a finished case has `<id>.npz` too; else such files there are remarked")
      .field("copies", &P::copies,
             "folder that gets copies of plans.json and dataset.json, once there are images; "
             "empty = none")
      .check([](const P& p) -> std::string {
        if (p.folder.empty() == p.images.empty()) return "give folder or images";
        return wrong_share({p.part, p.parts});
      });
}

}  // namespace nnflow::io
