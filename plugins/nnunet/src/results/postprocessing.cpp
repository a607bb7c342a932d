// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/postprocessing.hpp"

#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "pickle/pickle_fields.hpp"

namespace nnflow::nnunet {
namespace {

using Kind = PickleNode::Kind;

constexpr std::string_view kModule = "nnunetv2.postprocessing.remove_connected_components";
constexpr std::string_view kFunction = "remove_all_but_largest_component_from_segmentation";

LabelOrRegion label_or_region(const PickleFields& fields, const PickleNode& node) {
  if (node.is(Kind::kInt)) return {{node.integer}, false};
  if (node.is(Kind::kTuple)) return {fields.integers("labels_or_regions", node), true};
  fields.wrong("labels_or_regions", "an integer, a tuple of integers or a list of those");
}

PostprocessingStep read_step(const PickleNode& kwargs, std::string_view source) {
  const PickleFields fields(kwargs, source);
  const PickleNode* const targets = fields.find("labels_or_regions");
  if (targets == nullptr) fields.wrong("labels_or_regions", "labels, but it is missing");
  PostprocessingStep step;
  step.is_list = targets->is(Kind::kList);
  if (step.is_list) {
    for (const PickleNode* const item : targets->items) {
      step.labels_or_regions.push_back(label_or_region(fields, *item));
    }
  } else {
    step.labels_or_regions.push_back(label_or_region(fields, *targets));
  }
  if (const PickleNode* const background = fields.find("background_label")) {
    if (!background->is(Kind::kInt)) fields.wrong("background_label", "an integer");
    step.background_label = background->integer;
  }
  return step;
}

void write_target(PickleWriter& out, const LabelOrRegion& target) {
  if (!target.is_region) {
    out.integer(target.labels.at(0));
    return;
  }
  out.begin_tuple();
  for (const auto label : target.labels) out.integer(label);
  out.end_tuple();
}

}  // namespace

std::vector<PostprocessingStep> postprocessing_from_pickle(std::string_view bytes,
                                                           std::string_view source) {
  const PickleDocument document = PickleDocument::parse(bytes, source);
  const PickleNode& root = document.root();
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::kInvalidData, std::string(source) + ": " + what);
  };
  if (!root.is_sequence() || root.items.size() != 2 || !root.items[0]->is_sequence() ||
      !root.items[1]->is_sequence() || root.items[0]->items.size() != root.items[1]->items.size()) {
    fail("expected a pair of equally long lists, functions and their arguments");
  }
  std::vector<PostprocessingStep> steps;
  for (std::size_t i = 0; i < root.items[0]->items.size(); ++i) {
    const PickleNode& function = *root.items[0]->items[i];
    if (!function.is_global(kModule, kFunction)) {
      fail("step " + std::to_string(i) + " calls " + function.module + "." + function.text +
           ", expected " + std::string(kFunction));
    }
    steps.push_back(read_step(*root.items[1]->items[i], source));
  }
  return steps;
}

std::vector<PostprocessingStep> read_postprocessing(const std::filesystem::path& path) {
  return postprocessing_from_pickle(read_file(path), path.string());
}

std::string postprocessing_to_pickle(const std::vector<PostprocessingStep>& steps) {
  PickleWriter out(4);
  out.begin_tuple().begin_list();
  for (std::size_t i = 0; i < steps.size(); ++i) out.global(kModule, kFunction);
  out.end_list().begin_list();
  for (const auto& step : steps) {
    out.begin_dict().string("labels_or_regions");
    if (step.is_list) {
      out.begin_list();
      for (const auto& target : step.labels_or_regions) write_target(out, target);
      out.end_list();
    } else {
      write_target(out, step.labels_or_regions.at(0));
    }
    if (step.background_label != 0) out.string("background_label").integer(step.background_label);
    out.end_dict();
  }
  return out.end_list().end_tuple().finish();
}

void write_postprocessing(const std::filesystem::path& path,
                          const std::vector<PostprocessingStep>& steps) {
  write_file(path, postprocessing_to_pickle(steps));
}

}  // namespace nnflow::nnunet
