# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes da5.json and da5.npz beside this script from batchgeneratorsv2's transforms.

make_da5.py [FOLDER]

da5.json: of each entry <transform>_<2d or 3d>_<n>: its input and the parameters that were drawn. da5.npz: <input>/image
and <input>/seg with axes (c, [z,] y, x), and <entry>/image, of the transforms that move voxels also <entry>/seg. The
transforms have the arguments of nnUNetTrainerDA5, but apply to every channel."""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from batchgeneratorsv2.transforms.intensity.brightness import BrightnessAdditiveTransform
from batchgeneratorsv2.transforms.intensity.contrast import BGContrast, ContrastTransform
from batchgeneratorsv2.transforms.local.brightness_gradient import BrightnessGradientAdditiveTransform
from batchgeneratorsv2.transforms.local.local_gamma import LocalGammaTransform
from batchgeneratorsv2.transforms.noise.blank_rectangle import BlankRectangleTransform
from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
from batchgeneratorsv2.transforms.noise.median_filter import MedianFilterTransform
from batchgeneratorsv2.transforms.noise.sharpen import SharpeningTransform
from batchgeneratorsv2.transforms.spatial.rot90 import Rot90Transform
from batchgeneratorsv2.transforms.spatial.transpose import TransposeAxesTransform
from nnunetv2.training.nnUNetTrainer.variants.data_augmentation import nnUNetTrainerDA5 as da5

# 3D inputs share an edge length on some axes, and those called tiles are larger than the blocks of a filter.
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
INPUTS = {"2d": (2, 14, 14), "3d": (2, 7, 9, 9), "cube": (1, 6, 6, 6), "tiles_2d": (1, 68, 66),
          "tiles_3d": (1, 23, 22, 21)}
DRAWN = []


def recorded(draw):
    """The same draw, which also leaves what it drew in DRAWN."""
    def wrapped(*args, **kwargs):
        DRAWN.append(float(draw(*args, **kwargs)))
        return DRAWN[-1]
    return wrapped


def local(kind, **value):
    return kind(scale=recorded(da5._brightnessadditive_localgamma_transform_scale),
                loc=recorded(lambda *_: np.random.uniform(-0.5, 1.5)), same_for_all_channels=False, p_per_channel=1,
                **value)


def transforms(shape):
    axes = [a for a, n in enumerate(shape) if shape.count(n) > 1]
    return {
        "quarter_turns": Rot90Transform(1, (0, 1, 2, 3), set(axes)),
        "transpose_axes": TransposeAxesTransform(set(axes)),
        "median_filter": MedianFilterTransform((2, 8), 0, 1),
        "blur": GaussianBlurTransform((0.3, 1.5), False, True, 1),
        "brightness_shift": BrightnessAdditiveTransform(0, 0.5, False, 1),
        "contrast": ContrastTransform(BGContrast((0.5, 2)), False, False, 1),
        "blank_rectangles": BlankRectangleTransform([[max(1, p // 10), p // 3] for p in shape], torch.mean, (1, 5),
                                                    False, 1),
        "brightness_gradient": local(BrightnessGradientAdditiveTransform, mean_centered=False,
                                     max_strength=recorded(da5._brightness_gradient_additive_max_strength)),
        "local_gamma": local(LocalGammaTransform, gamma=recorded(da5._local_gamma_gamma)),
        "sharpen": SharpeningTransform((0.1, 1), 0, 1)}


def plain(value):
    return json.loads(json.dumps(value, default=lambda v: v.tolist()))


def main():
    np.random.seed(20)
    torch.manual_seed(20)
    arrays, entries = {}, {}
    for name, shape in INPUTS.items():
        smooth = np.round(np.cumsum(np.random.normal(size=shape), axis=-1) * 5) / 16  # few bits: a small file
        arrays[f"{name}/image"] = smooth.astype(np.float32)
        arrays[f"{name}/seg"] = np.random.randint(-1, 4, (1, *shape[1:])).astype(np.int16)
        for kind, transform in transforms(shape[1:]).items():
            moves = kind in ("quarter_turns", "transpose_axes")
            if name == "cube" and not moves or "tiles" in name and kind != "median_filter":
                continue
            for n in range(1 if "tiles" in name else 4 if moves else 2):
                image = torch.from_numpy(arrays[f"{name}/image"].copy())
                DRAWN.clear()
                parameters = transform.get_parameters(image=image)
                entry = f"{kind}_{name}_{n}"
                shown = {k: v for k, v in parameters.items() if k != "kernels"}
                entries[entry] = {"input": name, "drawn": list(DRAWN)} | plain(shown)
                arrays[f"{entry}/image"] = transform._apply_to_image(image, **parameters).numpy().copy()
                if moves:
                    seg = torch.from_numpy(arrays[f"{name}/seg"].copy())
                    arrays[f"{entry}/seg"] = transform._apply_to_segmentation(seg, **parameters).numpy().copy()
    with open(FOLDER / "da5.json", "w") as file:
        file.write("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in entries.items()) + "\n}\n")
    np.savez_compressed(FOLDER / "da5.npz", **arrays)


main()
