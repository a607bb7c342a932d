# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes the files beside this script from nnU-Net's trainer classes.

make_trainers.py [FOLDER]

trainers.json: of every class, per configuration of plans.json, what it trains with.
steps.npz: data (b,n,c,y,x), seg (b,n,y,x); before/<name>: the weights to start from.
steps.json: of the classes with another loss, optimiser, schedule or norm: [epoch, learning rate], and the losses of
STEPS steps over the batches in turn, at the learning rates of the epochs 0 and 1, half of the steps each.
after.npz: of some of them <class>/<name>: the weights after them, with the running statistics of a batch norm.
nearest.npz: of spatial transforms with nearest interpolation k_image, k_seg, k_affine, k_out_image, k_out_seg.
"""
import importlib
import inspect
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
import nnunetv2.training.nnUNetTrainer.nnUNetTrainer as trainer_module
import nnunetv2.training.nnUNetTrainer.variants as variants
from batchgeneratorsv2.transforms.spatial.spatial import SpatialTransform
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

trainer_module.infer_dataset_class = lambda folder: None  # there are no preprocessed cases
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
STEPS = 8
EPOCHS = (0, 1, 10, 48, 49, 50, 51, 500, 998, 999)
AFTER = ["nnUNetTrainer" + n for n in ("", "Adam", "VanillaAdam", "BN", "DiceTopK10Loss", "NoDeepSupervision")]
DATASET = {"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1, "b": 2}, "numTraining": 5,
           "file_ending": ".nii.gz"}


def configuration(patch, batch_size):
    d = len(patch)
    arch = {"n_stages": 4, "features_per_stage": [4, 6, 8, 8], "conv_op": f"torch.nn.modules.conv.Conv{d}d",
            "kernel_sizes": [[3] * d] * 4, "strides": [[1] * d] + [[2] * d] * 3, "n_conv_per_stage": [1, 1, 1, 1],
            "n_conv_per_stage_decoder": [1, 1, 1], "conv_bias": True,
            "norm_op": f"torch.nn.modules.instancenorm.InstanceNorm{d}d",
            "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}}
    same = "resample_data_or_seg_to_shape"
    return {"data_identifier": f"nnUNetPlans_{d}d", "preprocessor_name": "DefaultPreprocessor",
            "batch_size": batch_size, "patch_size": patch, "median_image_size_in_voxels": [float(p) for p in patch],
            "spacing": [1.0] * d, "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [False],
            "resampling_fn_data": same, "resampling_fn_seg": same, "resampling_fn_probabilities": same,
            "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
            "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
            "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0,
                                                   "force_separate_z": None},
            "architecture": {
                "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
                "arch_kwargs": arch, "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
            "batch_dice": d == 2}


PLANS = {"dataset_name": "Dataset001_Small", "plans_name": "nnUNetPlans",
         "original_median_spacing_after_transp": [1.0, 1.0, 1.0], "original_median_shape_after_transp": [8, 32, 32],
         "image_reader_writer": "SimpleITKIO", "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2],
         "configurations": {"2d": configuration([16, 32], 7), "cube": configuration([32, 24, 24], 2),
                            "thin": configuration([8, 32, 32], 2)},
         "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
         "foreground_intensity_properties_per_channel": {
             "0": {"max": 1.0, "mean": 0.5, "median": 0.5, "min": 0.0, "percentile_00_5": 0.0,
                   "percentile_99_5": 1.0, "std": 0.25}}}


def plain(value):
    """As JSON has it."""
    return json.loads(json.dumps(value, default=lambda v: v.item() if isinstance(v, np.generic) else list(v)))


def classes():
    """Every variant that only needs what nnU-Net installs and that is a training of its own."""
    found = {"nnUNetTrainer": nnUNetTrainer}
    for module in pkgutil.walk_packages(variants.__path__, variants.__name__ + "."):
        for name, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(one, nnUNetTrainer) and "Adan" not in name and "Benchmark" not in name:
                found[name] = one
    return dict(sorted(found.items()))


def trainer(one, configuration_name):
    plans = json.loads(json.dumps(PLANS)) | {"continue_training": False}
    result = one(plans, configuration_name, 0, DATASET, torch.device("cpu"))
    result.print_to_log_file = lambda *args, **kwargs: None
    return result


def settings(one, configuration_name):
    made = trainer(one, configuration_name)
    rotation, dummy, initial, mirror = made.configure_rotation_dummyDA_mirroring_and_inital_patch_size()
    transforms = one.get_training_transforms(
        made.configuration_manager.patch_size, rotation, None, mirror, dummy, [False])
    spatial = [t for t in transforms.transforms if isinstance(t, SpatialTransform)]
    return plain({
        "epochs": made.num_epochs, "initial_lr": made.initial_lr, "mirror_axes": mirror,
        "inference_mirror_axes": made.inference_allowed_mirroring_axes, "initial_patch": initial,
        "rotation": rotation, "dummy_2d": dummy, "oversample": made.oversample_foreground_percent,
        "probabilistic": made.probabilistic_oversampling, "deep_supervision": made.enable_deep_supervision,
        "spatial": {k: getattr(spatial[0], k) for k in (
            "p_rotation", "p_rot_per_axis", "p_scaling", "scaling", "p_synchronize_scaling_across_axes",
            "mode_image", "mode_seg")} if spatial else None})


def state(network):
    arrays = {k: v.detach().numpy().copy() for k, v in network.named_parameters()}
    arrays |= {k: v.numpy().copy() for k, v in network.named_buffers()
               if not k.startswith("decoder.encoder.") and "all_modules" not in k}
    return arrays


def run_steps(one, data, seg, before):
    made = trainer(one, "2d")
    made.initialize()
    made.network.load_state_dict({k: torch.from_numpy(before[k]) for k in before}, strict=False)
    for key, value in made.network.named_parameters():
        assert np.array_equal(value.detach().numpy(), before[key]), key
    lrs = []
    for epoch in [e for e in EPOCHS if e < made.num_epochs]:
        if hasattr(made, "training_stage"):
            made.optimizer, made.lr_scheduler = made.configure_optimizers(
                "warmup_all" if epoch < made.warmup_duration_whole_net else "train")
        made.lr_scheduler.step(epoch)
        lrs.append([epoch, made.optimizer.param_groups[0]["lr"]])
    made = trainer(one, "2d")
    made.initialize()
    made.network.load_state_dict({k: torch.from_numpy(before[k]) for k in before}, strict=False)
    made.network.train()
    losses = []
    for step in range(STEPS):
        if step % (STEPS // 2) == 0:
            made.lr_scheduler.step(step // (STEPS // 2))
        batch = step % len(data)
        target = torch.from_numpy(seg[batch])[:, None]
        if made.enable_deep_supervision:
            scales = made._get_deep_supervision_scales()
            targets = [torch.nn.functional.interpolate(
                target.float(), [round(e * s) for e, s in zip(target.shape[2:], scale)],
                mode="nearest-exact").to(torch.int16) for scale in scales]
        else:
            targets = target
        made.optimizer.zero_grad(set_to_none=True)
        loss = made.loss(made.network(torch.from_numpy(data[batch])), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(made.network.parameters(), 12)
        made.optimizer.step()
        losses.append(loss.item())
    return {"lrs": lrs, "losses": losses}, state(made.network)


def nearest():
    arrays = {}
    for k, (size, patch) in enumerate([((12, 14), (8, 9)), ((9, 9), (6, 6)), ((9, 8, 10), (5, 6, 6)),
                                       ((8, 8, 8), (6, 6, 6))]):
        rng = np.random.default_rng(k)
        np.random.seed(k)
        d = len(size)
        image = rng.normal(size=(2, *size)).astype(np.float32)
        seg = rng.integers(-1, 3, size=(1, *size)).astype(np.int16)
        transform = SpatialTransform(patch, 0, False, p_elastic_deform=0, p_rotation=1, rotation=(-0.7, 0.7),
                                     p_scaling=1, scaling=(0.7, 1.43), p_synchronize_scaling_across_axes=0,
                                     bg_style_seg_sampling=False, border_mode_seg="constant", padding_value_seg=-1,
                                     mode_image="nearest", mode_seg="nearest")
        data = {"image": torch.from_numpy(image), "segmentation": torch.from_numpy(seg)}
        params = transform.get_parameters(**data)
        if k % 2 == 1:  # half voxels: every position lies between two voxels
            params["affine"] = np.eye(d)
            grid = transform._get_base_grid_clone()
            from batchgeneratorsv2.transforms.spatial.spatial import _convert_my_grid_to_grid_sample_grid
            params["grid"] = _convert_my_grid_to_grid_sample_grid(grid.float(), torch.Size(size))
        arrays |= {f"{k}_image": image, f"{k}_seg": seg, f"{k}_affine": np.asarray(params["affine"], np.float64),
                   f"{k}_out_image": transform._apply_to_image(data["image"], **params).numpy(),
                   f"{k}_out_seg": transform._apply_to_segmentation(data["segmentation"], **params).numpy()}
    return arrays


def main():
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    everything = {name: {c: settings(one, c) for c in PLANS["configurations"]} for name, one in classes().items()}
    (FOLDER / "plans.json").write_text(json.dumps(PLANS, indent=1) + "\n")
    (FOLDER / "dataset.json").write_text(json.dumps(DATASET, indent=1) + "\n")
    lines = ",\n".join(f'"{name}": {json.dumps(value)}' for name, value in everything.items())
    (FOLDER / "trainers.json").write_text("{\n" + lines + "\n}\n")

    rng = np.random.default_rng(1)
    seg = (rng.random((3, 2, 16, 32)) * 3).astype(np.int16)
    for axis in (2, 3):
        seg = np.maximum(seg, np.roll(seg, 1, axis))
    data = (seg[:, :, None] - 1 + rng.normal(size=(3, 2, 1, 16, 32))).astype(np.float32)
    torch.manual_seed(2)
    start = trainer(nnUNetTrainer, "2d")
    start.initialize()
    before = state(start.network)
    np.savez_compressed(FOLDER / "steps.npz", data=data, seg=seg, **{f"before/{k}": v for k, v in before.items()})
    steps, after = {}, {}
    for name, one in classes().items():
        changed = any(m in vars(c) for c in one.__mro__[:-2] for m in (
            "_build_loss", "configure_optimizers", "build_network_architecture"))
        if name != "nnUNetTrainer" and not changed and "DeepSupervision" not in name:
            continue
        steps[name], weights = run_steps(one, data, seg, before)
        if name in AFTER:
            after |= {f"{name}/{k}": v for k, v in weights.items()}
    (FOLDER / "steps.json").write_text("{\n" + ",\n".join(
        f'"{name}": {json.dumps(value)}' for name, value in steps.items()) + "\n}\n")
    np.savez_compressed(FOLDER / "after.npz", **after)
    np.savez_compressed(FOLDER / "nearest.npz", **nearest())


main()
