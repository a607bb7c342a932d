# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes torch_resampling.npz with nnU-Net's resample_torch_fornnunet.

make_torch_resampling.py [FILE [SCALE]]   FILE: default beside this script; SCALE enlarges every extent

Arrays of case k: k_image (c,z,y,x), k_label (z,y,x), k_shape, k_current, k_target (mm), k_force (-1: null),
k_out_image, k_out_label, k_out_half (memefficient_seg_resampling).
"""
import sys
from pathlib import Path

import numpy as np
from nnunetv2.preprocessing.resampling.resample_torch import resample_torch_fornnunet

# channels, extent, new extent, current spacing, target spacing, force_separate_z, labels
CASES = [
    (2, (7, 9, 8), (10, 7, 12), (1.4, 1, 1.5), (1, 1.3, 1), 0, 3),
    (1, (6, 10, 9), (12, 15, 6), (2, 1.5, 1), (1, 1, 1.5), 0, 4),
    (2, (4, 10, 12), (7, 13, 15), (5, 1, 1), (3, 0.8, 0.8), -1, 3),
    (2, (9, 4, 10), (12, 9, 10), (1, 6, 1), (0.8, 3, 1), -1, 2),
    (1, (10, 11, 5), (8, 9, 5), (0.8, 0.8, 4), (1, 1, 4), -1, 3),
    (2, (1, 12, 14), (1, 9, 17), (999, 1, 1), (999, 1.3, 0.8), 0, 3),
    (1, (5, 8, 8), (9, 8, 8), (4, 1, 1), (2, 1, 1), 0, 2),
    (1, (8, 8, 8), (16, 16, 16), (2, 2, 2), (1, 1, 1), 0, 6),
    (1, (2, 12, 12), (49, 25, 11), (1, 1, 1), (0.04, 0.5, 1.1), 0, 3),  # scores next to one half
]


def blobs(rng, extent, labels):
    """Smooth regions, so that borders are as in segmentations, with label -1 in a corner."""
    noise = rng.normal(size=(labels, *extent)).astype(np.float32)
    for axis in (1, 2, 3):
        for _ in range(2):
            noise = (noise + np.roll(noise, 1, axis)) / 2
    label = noise.argmax(0).astype(np.int16)
    label[: max(1, extent[0] // 3), : extent[1] // 3, : extent[2] // 3] = -1
    return label


def main(file=Path(__file__).parent / "torch_resampling.npz", scale="1"):
    rng = np.random.default_rng(33)
    scale = int(scale)
    arrays = {}
    for k, (channels, extent, shape, current, target, force, labels) in enumerate(CASES):
        extent = tuple(n if n == 1 else n * scale for n in extent)
        shape = tuple(n if n == 1 else n * scale + (3 if scale > 1 else 0) for n in shape)
        image = rng.normal(size=(channels, *extent)).astype(np.float16).astype(np.float32)
        label = blobs(rng, extent, labels)
        how = {"force_separate_z": None if force < 0 else bool(force)}
        seg = label[None].astype(np.float32)
        arrays |= {
            f"{k}_image": image, f"{k}_label": label, f"{k}_shape": np.array(shape, np.int32),
            f"{k}_current": np.array(current, np.float64), f"{k}_target": np.array(target, np.float64),
            f"{k}_force": np.array([force], np.int32),
            f"{k}_out_image": resample_torch_fornnunet(image, shape, current, target, is_seg=False, **how),
            f"{k}_out_label": resample_torch_fornnunet(seg, shape, current, target, is_seg=True, **how)[0].astype(np.int16),
            f"{k}_out_half": resample_torch_fornnunet(seg, shape, current, target, is_seg=True,
                                                      memefficient_seg_resampling=True, **how)[0].astype(np.int16),
        }
    np.savez_compressed(file, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
