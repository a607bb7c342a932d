# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the job of bench_export, whose head says what it is.

bench_export.py --peer MODEL LOGITS PROPERTIES OUT HEADS Z Y X is nnU-Net's side, in a process of its own.
"""
import argparse
import json
import os
import pickle
import sys

import numpy as np


def export(model, logits, properties, out, heads, *grid):
    from nnunetv2.inference.export_prediction import export_prediction_from_logits
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    manager = PlansManager(os.path.join(model, "plans.json"))
    with open(properties, "rb") as file:
        case = pickle.load(file)
    values = np.fromfile(logits, np.float16).reshape((int(heads), *map(int, grid)))
    os.makedirs(out, exist_ok=True)
    export_prediction_from_logits(values, case, manager.get_configuration("3d_fullres"), manager,
                                  os.path.join(model, "dataset.json"), os.path.join(out, "logits"))


def make_model(folder, heads):
    """A model folder that is enough for both sides: nobody runs its network."""
    import torch

    os.makedirs(os.path.join(folder, "fold_0"))
    resampling = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    network = {"n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
               "kernel_sizes": [[3, 3, 3]] * 2, "strides": [[1, 1, 1], [2, 2, 2]], "n_conv_per_stage": [2, 2],
               "n_conv_per_stage_decoder": [2], "conv_bias": True,
               "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
               "norm_op_kwargs": {"eps": 1e-5, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
               "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}}
    configuration = {
        "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
        "patch_size": [64, 64, 64], "median_image_size_in_voxels": [200.0, 256.0, 256.0], "spacing": [2.0, 2.0, 2.0],
        "normalization_schemes": ["CTNormalization"], "use_mask_for_norm": [False],
        "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_data_kwargs": dict(resampling, order=3),
        "resampling_fn_seg": "resample_data_or_seg_to_shape", "resampling_fn_seg_kwargs": dict(resampling, is_seg=True),
        "resampling_fn_probabilities": "resample_data_or_seg_to_shape", "resampling_fn_probabilities_kwargs": resampling,
        "architecture": {"network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
                         "arch_kwargs": network,
                         "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
        "batch_dice": False}
    intensities = {"max": 1.0, "mean": 0.0, "median": 0.0, "min": -1.0, "percentile_00_5": -1.0,
                   "percentile_99_5": 1.0, "std": 1.0}
    plans = {"dataset_name": "Dataset902_Export", "plans_name": "nnUNetPlans",
             "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
             "original_median_shape_after_transp": [400, 512, 512], "image_reader_writer": "SimpleITKIO",
             "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
             "configurations": {"3d_fullres": configuration}, "experiment_planner_used": "ExperimentPlanner",
             "label_manager": "LabelManager", "foreground_intensity_properties_per_channel": {"0": intensities}}
    dataset = {"channel_names": {"0": "CT"}, "numTraining": 1, "file_ending": ".nii.gz",
               "labels": {"background": 0, **{f"organ_{i}": i for i in range(1, heads)}}}
    for name, document in (("plans.json", plans), ("dataset.json", dataset)):
        with open(os.path.join(folder, name), "w") as file:
            json.dump(document, file, indent=4)
    torch.save({"network_weights": {"none": torch.zeros(1)}, "trainer_name": "nnUNetTrainer",
                "inference_allowed_mirroring_axes": (0, 1, 2),
                "init_args": {"configuration": "3d_fullres", "fold": 0, "plans": plans, "dataset_json": dataset,
                              "device": torch.device("cpu")}},
               os.path.join(folder, "fold_0", "checkpoint_final.pth"))


def make_logits(path, heads, grid):
    """Background, and a ball a label at places all over the image whose edge is soft, with a slow ripple."""
    random = np.random.default_rng(7)
    axes = [np.linspace(-1, 1, n, dtype=np.float32) for n in grid]
    with open(path, "wb") as file:
        for head in range(heads):
            if head == 0:
                values = np.zeros(grid, np.float32)
            else:
                centre, radius = random.uniform(-0.8, 0.8, 3), random.uniform(0.1, 0.4)
                squares = [((axis - c) / radius) ** 2 for axis, c in zip(axes, centre)]
                distance = squares[0][:, None, None] + squares[1][None, :, None] + squares[2][None, None, :]
                values = 8.0 * (1.0 - np.sqrt(distance))
            values += 0.5 * np.sin(9 * axes[0] + head)[:, None, None] * np.cos(7 * axes[2] - head)[None, None, :]
            values.astype(np.float16).tofile(file)


def make_properties(path, image):
    case = {"sitk_stuff": {"spacing": (1.0, 1.0, 1.0), "origin": (0.0, 0.0, 0.0),
                           "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)},
            "spacing": [1.0, 1.0, 1.0], "shape_before_cropping": tuple(image),
            "shape_after_cropping_and_before_resampling": tuple(image),
            "bbox_used_for_cropping": [[0, length] for length in image]}
    with open(path, "wb") as file:
        pickle.dump(case, file)


def main():
    import SimpleITK as sitk
    from bench import PEER, measure, table

    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--maps", type=int, default=25)
    parser.add_argument("--grid", type=int, nargs=3, default=(200, 256, 256))
    parser.add_argument("--image", type=int, nargs=3, default=(400, 512, 512))
    parser.add_argument("--out")
    options = parser.parse_args()
    model, logits, properties = (os.path.join(options.work, name) for name in ("model", "logits.f16", "case.pkl"))
    make_model(model, options.maps)
    make_logits(logits, options.maps, options.grid)
    make_properties(properties, options.image)
    shape = [str(n) for n in (options.maps, *options.grid)]
    runs = {"peer": [], "nnflow": []}
    job = f"export {options.maps} x {' x '.join(shape[1:])} to {' x '.join(str(n) for n in options.image)}"
    environment = {key: value for key, value in os.environ.items()
                   if not key.endswith("_NUM_THREADS") and key != "nnUNet_def_n_proc"}
    for turn in range(options.times):
        for side in runs:
            out = os.path.join(options.work, f"{side}-{turn}")
            command = {"peer": [f"{PEER}/python", os.path.abspath(__file__), "--peer", model, logits, properties, out, *shape],
                       "nnflow": [os.environ["NNFLOW_BENCH_TOOL"], model, logits, properties, out,
                                  str(os.cpu_count()), *shape]}[side]
            load = os.getloadavg()[0]
            result = measure(command, environment, os.path.join(options.work, side + ".log"))
            runs[side].append(dict(result, load_before=load))
            print(f"turn {turn + 1}, {side}: {result['seconds']:.2f} s, CPU {result['cpu_seconds']:.2f} s, "
                  f"{result['peak_mib']:.0f} MiB, load before {load:.2f}", flush=True)
    left, right = (sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(options.work, f"{side}-0", "logits.nii.gz")))
                   for side in runs)
    different = int((left != right).sum())
    labels = len(np.unique(left))
    loads = [run["load_before"] for side in runs.values() for run in side]
    print(f"\n{options.times} turns on {os.cpu_count()} cores; load average before runs {min(loads):.2f} to "
          f"{max(loads):.2f}\n\n{table({job: runs})}\n\n{different} of {left.size} voxels differ, {labels} labels "
          f"of {options.maps} occur, types {left.dtype} and {right.dtype}")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "cores": os.cpu_count(), "jobs": {job: runs}, "different": different,
                       "voxels": left.size, "labels": labels}, file, indent=2)
    return 1 if different or left.dtype != right.dtype else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        export(*sys.argv[2:])
    else:
        sys.exit(main())
