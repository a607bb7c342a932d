// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "augment/stages.hpp"

NNFLOW_PLUGIN("augment", "0.1.0") {
  nnflow::augment::add_blank_rectangles(registry);
  nnflow::augment::add_binary_operators(registry);
  nnflow::augment::add_brightness(registry);
  nnflow::augment::add_brightness_gradient(registry);
  nnflow::augment::add_brightness_shift(registry);
  nnflow::augment::add_center_crop(registry);
  nnflow::augment::add_contrast(registry);
  nnflow::augment::add_gamma(registry);
  nnflow::augment::add_gaussian_blur(registry);
  nnflow::augment::add_gaussian_noise(registry);
  nnflow::augment::add_local_gamma(registry);
  nnflow::augment::add_low_resolution(registry);
  nnflow::augment::add_mask_outside(registry);
  nnflow::augment::add_median_filter(registry);
  nnflow::augment::add_mirror(registry);
  nnflow::augment::add_quarter_turns(registry);
  nnflow::augment::add_previous_labels(registry);
  nnflow::augment::add_remove_component(registry);
  nnflow::augment::add_remove_label(registry);
  nnflow::augment::add_sharpen(registry);
  nnflow::augment::add_spatial(registry);
  nnflow::augment::add_transpose_axes(registry);
}
