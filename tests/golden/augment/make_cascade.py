# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the files beside this script from nnU-Net's transforms for cascades.

make_cascade.py [FOLDER]

cascade.npz: elements/<ball or disk>/<n>: structuring elements of the radii in cascade.json; per sample <2d or 3d>:
image (c, [z,] y, x), seg (2, [z,] y, x) with the previous stage's labels in channel 1, and with the numbers of
cascade.json: one_hot (image and labels), <sample>/operators/<n> and <sample>/removed/<n> (the label channels after).
cascade.json: radii; per sample labels, operators ([[channel, operator, radius], ...] each) and removed (channel,
sizes of its components, share, and the first voxel of the removed one or null, each); trainers: per class the
probabilities and ranges of the two random transforms, null where it has none.
"""
import importlib
import json
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

TEMP = tempfile.mkdtemp()
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = TEMP
os.environ["nnUNet_compile"] = "f"

import numpy as np
import torch
import batchgeneratorsv2.transforms.nnunet.random_binary_operator as operators
import nnunetv2.training.nnUNetTrainer.variants as variants
from acvl_utils.morphology.morphology_helper import label_with_component_sizes
from batchgeneratorsv2.transforms.nnunet.remove_connected_components import \
    RemoveRandomConnectedComponentFromOneHotEncodingTransform as Remove
from batchgeneratorsv2.transforms.nnunet.seg_to_onehot import MoveSegAsOneHotToDataTransform
from batchgeneratorsv2.transforms.utils.random import RandomTransform
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from skimage.morphology import ball, disk

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
LABELS = [1, 2, 4]
RADII = [1.0, 1.2, 1.5, 1.7, 2.0, 2.3, 2.5, 2.9, 3.0, 3.6, 4.25, 5.0, 6.1, 7.0, 7.4999, 7.9, 8.0]
KINDS = {"dilation": operators.binary_dilation_torch, "erosion": operators.binary_erosion_torch,
         "closing": operators.binary_closing_torch, "opening": operators.binary_opening_torch}
TRAINERS = ["nnUNetTrainer", "nnUNetTrainerNoDA", "nnUNetTrainer_DASegOrd0", "nnUNetTrainer_DASegOrd0_NoMirroring",
            "nnUNetTrainer_onlyMirror01_DASegOrd0", "nnUNetTrainerNoMirroring"]


def sample(shape, rng):
    image = rng.standard_normal((2, *shape)).astype(np.float32)
    seg = np.zeros((2, *shape), np.int16)
    grid = np.indices(shape)
    for _ in range(16):  # blobs that overlap and touch each other and the border
        centre = [rng.uniform(0, s) for s in shape]
        inside = sum((g - c) ** 2 for g, c in zip(grid, centre)) < rng.uniform(1.2, 4) ** 2
        for s in seg:
            s[inside] = [0, *LABELS, 3][rng.integers(5)]
    seg[1, ..., 0] = -1
    return torch.from_numpy(image), torch.from_numpy(seg)


def classes():
    found = {"nnUNetTrainer": nnUNetTrainer}
    for module in pkgutil.walk_packages(variants.__path__, variants.__name__ + "."):
        try:
            members = vars(importlib.import_module(module.name))
        except ImportError:
            continue
        found.update({n: c for n, c in members.items() if isinstance(c, type) and issubclass(c, nnUNetTrainer)})
    return found


def settings(trainer):
    compose = trainer.get_training_transforms([8, 8, 8], (-0.5, 0.5), None, (0, 1, 2), False, use_mask_for_norm=[False],
                                              is_cascaded=True, foreground_labels=LABELS)
    result = {"operators": None, "removed": None, "one_hot": False}
    for transform in compose.transforms:
        probability = 1.0
        if isinstance(transform, RandomTransform):
            probability, transform = transform.apply_probability, transform.transform
        if isinstance(transform, operators.ApplyRandomBinaryOperatorTransform):
            assert transform.channel_idx == list(range(-len(LABELS), 0))
            assert list(transform.any_of_these) == list(KINDS.values())
            result["operators"] = [probability, transform.p_per_label, list(transform.strel_size)]
        elif isinstance(transform, Remove):
            assert transform.channel_idx == list(range(-len(LABELS), 0)) and transform.fill_with_other_class_p == 0
            result["removed"] = [probability, transform.p_per_label, transform.dont_do_if_covers_more_than_x_percent]
        elif isinstance(transform, MoveSegAsOneHotToDataTransform):
            result["one_hot"] = True
    return result


def main():
    rng = np.random.default_rng(64)
    arrays, texts = {}, {"radii": RADII, "trainers": {}}
    for i, radius in enumerate(RADII):
        arrays[f"elements/ball/{i}"] = ball(radius, dtype=bool).astype(np.uint8)
        arrays[f"elements/disk/{i}"] = disk(radius, dtype=bool).astype(np.uint8)
    for name, shape in (("2d", (26, 31)), ("3d", (11, 17, 14))):
        image, seg = sample(shape, rng)
        arrays[f"{name}/image"], arrays[f"{name}/seg"] = image.numpy(), seg.numpy()
        seg[seg == -1] = 0
        moved = MoveSegAsOneHotToDataTransform(1, LABELS)(image=image, segmentation=seg)
        assert moved["segmentation"].shape[0] == 1
        arrays[f"{name}/one_hot"] = moved["image"].numpy()
        text = texts[name] = {"labels": LABELS, "operators": [], "removed": []}
        n = len(LABELS)
        transform = operators.ApplyRandomBinaryOperatorTransform(list(range(-n, 0)))
        for i in range(16):
            order = [int(c) for c in rng.permutation(n)[:1 + i % n]]
            chosen = [[c, list(KINDS)[(i + j) % 4], float(rng.uniform(1, 8) if i % 3 else rng.uniform(1, 3))]
                      for j, c in enumerate(order)]
            result = transform._apply_to_image(moved["image"].clone(), apply_to_channels=[c - n for c, _, _ in chosen],
                                               operators=[KINDS[k] for _, k, _ in chosen],
                                               strel_size=[r for _, _, r in chosen])
            arrays[f"{name}/operators/{i}"] = result[-n:].numpy().astype(np.uint8)
            text["operators"].append(chosen)
        for i in range(12):
            channel, share = i % n, (0.15, 0.02, 0.0005)[i // 4]
            remove = Remove(list(range(-n, 0)), 0, share)
            np.random.seed(i)
            before = moved["image"].clone()
            result = remove._apply_to_image(before.clone(), apply_to_channels=[channel - n])
            arrays[f"{name}/removed/{i}"] = result[-n:].numpy().astype(np.uint8)
            _, sizes = label_with_component_sizes(before[channel - n].numpy().astype(bool))
            gone = np.flatnonzero((result != before)[channel - n].numpy())
            text["removed"].append({"channel": channel, "sizes": [int(s) for s in sizes.values()], "share": share,
                                    "first": int(gone[0]) if len(gone) else None})
    found = classes()
    for name in TRAINERS:
        texts["trainers"][name] = settings(found[name])
    np.savez_compressed(FOLDER / "cascade.npz", **arrays)
    (FOLDER / "cascade.json").write_text(json.dumps(texts, indent=1) + "\n")


if __name__ == "__main__":
    main()
