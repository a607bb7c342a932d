// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>

namespace nnflow::augment {

/// Each adds one stage `augment.<name>` that turns a patch into a patch. Stages that draw leave
/// patches of the validation stream alone; their draws depend only on the run's seed, the stage id
/// and the item id.
void add_blank_rectangles(Registry& registry);
void add_binary_operators(Registry& registry);
void add_brightness(Registry& registry);
void add_brightness_gradient(Registry& registry);
void add_brightness_shift(Registry& registry);
void add_center_crop(Registry& registry);
void add_contrast(Registry& registry);
void add_gamma(Registry& registry);
void add_gaussian_blur(Registry& registry);
void add_gaussian_noise(Registry& registry);
void add_local_gamma(Registry& registry);
void add_low_resolution(Registry& registry);
void add_mask_outside(Registry& registry);
void add_median_filter(Registry& registry);
void add_mirror(Registry& registry);
void add_quarter_turns(Registry& registry);
void add_previous_labels(Registry& registry);
void add_remove_component(Registry& registry);
void add_remove_label(Registry& registry);
void add_sharpen(Registry& registry);
void add_spatial(Registry& registry);
void add_transpose_axes(Registry& registry);

}  // namespace nnflow::augment
