# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Made the files of this folder: a small data set, what nnU-Net 2.8.1 preprocesses it to, and the pictures that
its nnUNetv2_plot_overlay_pngs draws of both, as .ppm (their transparency is the same everywhere).

usage: make_overlays.py FOLDER; needs nnunetv2.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import matplotlib.image
import numpy as np
import SimpleITK as sitk
from batchgenerators.utilities.file_and_folder_operations import load_json, save_json

FOLDER = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
NAME = "Dataset071_Overlays"
WORK = tempfile.mkdtemp()
for kind in ("raw", "preprocessed", "results"):
    os.environ[f"nnUNet_{kind}"] = os.path.join(WORK, f"nnUNet_{kind}")
RAW, PREPROCESSED = (os.path.join(os.environ[f"nnUNet_{kind}"], NAME) for kind in ("raw", "preprocessed"))
EXTENT = (8, 18, 20)  # z, y, x


def write(array, *path):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.0, 2.0))
    os.makedirs(os.path.dirname(os.path.join(RAW, *path)), exist_ok=True)
    sitk.WriteImage(image, os.path.join(RAW, *path))


def peer(program, *arguments):
    subprocess.run([os.path.join(os.path.dirname(sys.executable), program), *arguments], check=True)


def picture(name, *arguments):
    out = os.path.join(WORK, name)
    peer("nnUNetv2_plot_overlay_pngs", "-d", "71", "-o", out, "-np", "1", *arguments)
    os.makedirs(os.path.join(FOLDER, name), exist_ok=True)
    for file in os.listdir(out):
        pixels = (matplotlib.image.imread(os.path.join(out, file)) * 255).round().astype(np.uint8)
        assert pixels.shape[2] == 4 and np.all(pixels[..., 3] == 255)
        with open(os.path.join(FOLDER, name, file.replace(".png", ".ppm")), "wb") as ppm:
            ppm.write(b"P6 %d %d 255\n" % (pixels.shape[1], pixels.shape[0]) + pixels[..., :3].tobytes())


def main():
    z, y, x = np.ogrid[:EXTENT[0], :EXTENT[1], :EXTENT[2]]
    for case in range(2):
        random = np.random.RandomState(case)
        # The border is empty, so that preprocessing cuts it off and marks corners with -1.
        inside = (z - 4) ** 2 * 4 + (y - 9) ** 2 + (x - 10 + case) ** 2 < 70
        labels = np.zeros(EXTENT, np.uint8)
        labels[((z - 3) ** 2 * 4 + (y - 9) ** 2 + (x - 9) ** 2 < 30) & inside] = 1
        labels[((z - 5) ** 2 * 4 + (y - 7) ** 2 + (x - 11) ** 2 < 9) & inside] = 2
        for channel in range(2):
            values = random.randint(1, 300, EXTENT) + 40 * channel * z
            write((values * inside).astype(np.int16), "imagesTr", f"case_{case}_{channel:04}.nii.gz")
        write(labels, "labelsTr", f"case_{case}.nii.gz")
    save_json({"channel_names": {"0": "T1", "1": "CT"}, "labels": {"background": 0, "organ": 1, "lesion": 2},
               "numTraining": 2, "file_ending": ".nii.gz"}, os.path.join(RAW, "dataset.json"), sort_keys=False)
    peer("nnUNetv2_plan_and_preprocess", "-d", "71", "-c", "2d", "3d_fullres", "-np", "1", "-npfp", "1")
    plans = load_json(os.path.join(PREPROCESSED, "nnUNetPlans.json"))
    # Without 3d_fullres the 2d data are shown.
    plans["configurations"].pop("3d_fullres")
    plans["plans_name"] = "only2d"
    save_json(plans, os.path.join(PREPROCESSED, "only2d.json"), sort_keys=False)

    for source, kind in ((RAW, "nnUNet_raw"), (PREPROCESSED, "nnUNet_preprocessed")):
        shutil.rmtree(os.path.join(FOLDER, kind), ignore_errors=True)
        shutil.copytree(source, os.path.join(FOLDER, kind, NAME),
                        ignore=shutil.ignore_patterns("gt_segmentations", "dataset_fingerprint.json"))
    picture("raw", "--use_raw")
    picture("raw_second", "--use_raw", "-channel_idx", "1", "-overlay_intensity", "0.25")
    picture("preprocessed")
    picture("preprocessed_2d", "-c", "2d", "-channel_idx", "1")
    picture("preprocessed_only2d", "-p", "only2d")


main()
