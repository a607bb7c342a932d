# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""nnU-Net's side of bench_augment, whose head says what it measures.

augment_side.py CHANNELS SECONDS SEED: makes samples for SECONDS, as augment_pipeline_bench.cpp does it for nnflow, and
prints one JSON object."""
import json
import sys
import time

import numpy as np
import torch
from acvl_utils.cropping_and_padding.bounding_boxes import crop_and_pad_nd
from nnunetv2.training.data_augmentation.compute_initial_patch_size import get_patch_size
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

CASE = (256, 256, 256)
PATCH = (128, 128, 128)
ANGLE = np.pi / 6
SCALES = [[1 / 2 ** i] * 3 for i in range(5)]


def make_case(channels):
    """A head-like ball with four nested labels, smooth intensities and noise in each channel."""
    z, y, x = np.ogrid[:CASE[0], :CASE[1], :CASE[2]]
    radius = np.sqrt((z - 128.0) ** 2 + (y - 128.0) ** 2 + (x - 128.0) ** 2)
    labels = np.clip(4 - radius // 24, 0, 3).astype(np.int16)
    random = np.random.default_rng(1)
    image = np.stack([np.cos(radius / (9.0 + c)) + random.normal(0, 0.2, CASE) for c in range(channels)])
    return image.astype(np.float32), labels[None]


def main():
    channels, seconds, seed = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    np.random.seed(seed)
    torch.manual_seed(seed)
    image, labels = make_case(channels)
    load = get_patch_size(PATCH, ANGLE, ANGLE, ANGLE, (0.85, 1.25))
    transforms = nnUNetTrainer.get_training_transforms(
        PATCH, (-ANGLE, ANGLE), SCALES, (0, 1, 2), False, use_mask_for_norm=[False] * channels)
    pad = load - np.array(PATCH)
    lower = -pad // 2
    upper = np.array(CASE) + pad // 2 + pad % 2 - load
    sizes, samples = None, 0
    begin, cpu = time.perf_counter(), time.process_time()
    with torch.no_grad():
        while time.perf_counter() - begin < seconds:
            start = [np.random.randint(a, b + 1) for a, b in zip(lower, upper)]
            box = [[a, a + n] for a, n in zip(start, load)]
            data = torch.from_numpy(crop_and_pad_nd(image, box, 0)).float()
            seg = torch.from_numpy(crop_and_pad_nd(labels, box, -1, cast_cropped_to=np.int16)).to(torch.int16)
            out = transforms(image=data, segmentation=seg)
            samples += 1
            sizes = [list(out["image"].shape)] + [list(s.shape) for s in out["segmentation"]]
    print(json.dumps({"samples": samples, "seconds": time.perf_counter() - begin,
                      "cpu_seconds": time.process_time() - cpu, "shapes": sizes}))


main()
