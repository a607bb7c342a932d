# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Small steps and checks of take_over_predictions, one a command; a check that fails raises."""
import json
import os
import shutil
import sys

import numpy as np
import SimpleITK as sitk


def same(left, right):
    """Segmentations are equal; probabilities, where there are any, to the last bit."""
    names = sorted(n for n in os.listdir(left) if n.endswith((".nii.gz", ".npz")))
    assert names and names == sorted(n for n in os.listdir(right) if n.endswith((".nii.gz", ".npz"))), names
    voxels = 0
    for name in names:
        files = [os.path.join(side, name) for side in (left, right)]
        if name.endswith(".npz"):
            a, b = (np.load(file)["probabilities"] for file in files)
            assert a.dtype == b.dtype == np.float32
        else:
            images = [sitk.ReadImage(file) for file in files]
            a, b = (sitk.GetArrayFromImage(image) for image in images)
            assert images[0].GetDirection() == images[1].GetDirection(), name
            voxels += a.size
        assert np.array_equal(a, b), f"{name} differs"
    print(f"{len(names)} files, {voxels} voxels")


def same_json(left, right):
    contents = []
    for path in (left, right):
        with open(path) as file:
            contents.append(json.load(file))
    assert contents[0] == contents[1], contents
    best = contents[0]["best_model_or_ensemble"]
    print(f"{best['selected_model_or_models']}, Dice {best['result_on_crossval_pre_pp']:.4f}")


def selection(results, references, target, preprocessed):
    name = os.listdir(results)[0]
    shutil.copytree(os.path.join(results, name), os.path.join(target, name), dirs_exist_ok=True)
    for path, folders, files in os.walk(target):
        for entry in folders + files:
            os.chmod(os.path.join(path, entry), 0o755)
    plans = {}  # each model's plans have its configuration only
    for model in sorted(os.listdir(os.path.join(results, name))):
        with open(os.path.join(results, name, model, "plans.json")) as file:
            content = json.load(file)
        content["configurations"].update(plans.get("configurations", {}))
        plans = content
    os.makedirs(os.path.join(preprocessed, name))
    with open(os.path.join(preprocessed, name, "nnUNetPlans.json"), "w") as file:
        json.dump(plans, file)
    os.symlink(os.path.abspath(references), os.path.join(preprocessed, name, "gt_segmentations"))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
