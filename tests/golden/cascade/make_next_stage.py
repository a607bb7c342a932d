# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the files beside this script with nnU-Net's export for the next stage of a cascade.

make_next_stage.py [FOLDER]

next_stage.json: per case name, the plans, the dataset.json, the spacing of the raw image and the target shape.
next_stage.npz: <name>: logits (head, z, y, x), float32 with the values of float16.
<name>.b2nd: what resample_and_save wrote.
"""
import json
import os
import sys
import tempfile
from pathlib import Path

TEMP = tempfile.mkdtemp()
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = TEMP

import numpy as np
import torch
from nnunetv2.inference.export_prediction import resample_and_save
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
LABELS = {"background": 0, "a": 1, "b": 2}
REGIONS = {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "rim": 3, "ignore": 4}
WIDE = {"background": 0, **{f"label {i}": i for i in range(1, 257)}}


def plans(spacing, transpose, function="resample_data_or_seg_to_shape"):
    d = len(spacing)
    arch = {"n_stages": 2, "features_per_stage": [4, 8], "conv_op": f"torch.nn.modules.conv.Conv{d}d",
            "kernel_sizes": [[3] * d] * 2, "strides": [[1] * d, [2] * d], "n_conv_per_stage": [1, 1],
            "n_conv_per_stage_decoder": [1], "conv_bias": True,
            "norm_op": f"torch.nn.modules.instancenorm.InstanceNorm{d}d",
            "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}}
    same = "resample_data_or_seg_to_shape"
    linear = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    first = {"data_identifier": "nnUNetPlans_first", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
             "patch_size": [4] * d, "median_image_size_in_voxels": [8.0] * d, "spacing": spacing,
             "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [False],
             "resampling_fn_data": same, "resampling_fn_seg": same, "resampling_fn_probabilities": function,
             "resampling_fn_data_kwargs": {**linear, "order": 3},
             "resampling_fn_seg_kwargs": {**linear, "is_seg": True},
             "resampling_fn_probabilities_kwargs": linear if function == same else
             {"is_seg": False, "force_separate_z": False, "memefficient_seg_resampling": False},
             "architecture": {"network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
                              "arch_kwargs": arch, "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
             "batch_dice": False, "next_stage": "second"}
    second = {"inherits_from": "first", "data_identifier": "nnUNetPlans_second", "previous_stage": "first",
              "next_stage": None}
    backward = [transpose.index(i) for i in range(3)]
    return {"dataset_name": "Dataset901_Cascade", "plans_name": "nnUNetPlans",
            "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
            "original_median_shape_after_transp": [8, 8, 8], "image_reader_writer": "SimpleITKIO",
            "transpose_forward": transpose, "transpose_backward": backward,
            "configurations": {"first": first, "second": second},
            "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
            "foreground_intensity_properties_per_channel": {"0": dict.fromkeys(
                ["max", "mean", "median", "min", "percentile_00_5", "percentile_99_5", "std"], 1.0)}}


# name: labels, regions_class_order, spacing of the configuration, transpose, raw spacing, logits, target, resampling
CASES = {
    "plain": (LABELS, None, [2.0, 2.0, 2.0], [0, 1, 2], [1.0, 1.0, 1.0], (5, 6, 7), (9, 13, 14), None),
    "thick": (LABELS, None, [6.0, 1.5, 1.5], [2, 0, 1], [1.0, 1.0, 5.0], (4, 6, 7), (7, 11, 13), None),
    "slices": (LABELS, None, [2.0, 2.0], [0, 1, 2], [7.0, 1.0, 1.0], (4, 6, 7), (9, 11, 13), None),
    "smaller": (LABELS, None, [1.0, 1.0, 1.0], [0, 1, 2], [1.0, 1.0, 1.0], (9, 11, 8), (5, 6, 8), None),
    "regions": (REGIONS, [1, 2, 3], [2.0, 2.0, 2.0], [0, 1, 2], [1.0, 1.0, 1.0], (5, 6, 7), (9, 13, 14), None),
    "wide": (WIDE, None, [2.0, 2.0, 2.0], [0, 1, 2], [1.0, 1.0, 1.0], (2, 3, 2), (4, 5, 4), None),
    "torch": (LABELS, None, [2.0, 2.0, 2.0], [0, 1, 2], [1.0, 1.0, 1.0], (5, 6, 7), (9, 13, 14),
              "resample_torch_fornnunet"),
}


def main():
    rng = np.random.default_rng(32)
    arrays, texts = {}, {}
    for name, (labels, order, spacing, transpose, raw, shape, target, function) in CASES.items():
        document = plans(spacing, transpose, *([function] if function else []))
        dataset = {"channel_names": {"0": "MRI"}, "labels": labels, "numTraining": 5, "file_ending": ".nii.gz"}
        if order:
            dataset["regions_class_order"] = order
        manager = PlansManager(document)
        heads = manager.get_label_manager(dataset).num_segmentation_heads
        logits = (4 * rng.standard_normal((heads, *shape))).astype(np.float16)
        arrays[name] = logits.astype(np.float32)
        texts[name] = {"plans": document, "dataset": dataset, "spacing": raw, "target": target}
        properties = {"spacing": raw, "shape_after_cropping_and_before_resampling": list(target)}
        resample_and_save(torch.from_numpy(logits), list(target), str(FOLDER / name), manager,
                          manager.get_configuration("first"), properties, dataset, 1)
    np.savez_compressed(FOLDER / "next_stage.npz", **arrays)
    (FOLDER / "next_stage.json").write_text(json.dumps(texts) + "\n")


if __name__ == "__main__":
    main()
