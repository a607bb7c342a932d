# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Made the files of this folder with nnU-Net 2.8.1: probabilities exported from logits, ensembles of them, and
the search for the best configuration among two small models, with labels and with regions.

usage: make_selection.py FOLDER; needs nnunetv2. Absolute paths in JSON files are cut to the file's name; in
texts the folder of results becomes RESULTS.
"""
import json
import os
import pickle
import shutil
import sys
import tempfile

FOLDER = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
WORK = tempfile.mkdtemp()
for kind in ("raw", "preprocessed", "results"):
    os.environ[f"nnUNet_{kind}"] = os.path.join(WORK, f"nnUNet_{kind}")

import numpy as np  # noqa: E402
import SimpleITK as sitk  # noqa: E402
from nnunetv2.ensembling.ensemble import ensemble_folders  # noqa: E402
from nnunetv2.evaluation.evaluate_predictions import compute_metrics_on_folder_simple  # noqa: E402
from nnunetv2.evaluation.find_best_configuration import (  # noqa: E402
    dumb_trainer_config_plans_to_trained_models_dict, find_best_configuration)
from nnunetv2.inference.export_prediction import export_prediction_from_logits  # noqa: E402
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager  # noqa: E402

LABELS = {"labels": {"background": 0, "a": 1, "b": 2}}
REGIONS = {"labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1, 2]}
ONE_REGION = {"labels": {"background": 0, "all": [1, 2]}, "regions_class_order": [1]}
EXTENT = (5, 12, 10)  # z, y, x
GEOMETRY = {"spacing": (0.8, 1.0, 2.5), "origin": (3.0, -4.0, 5.5),
            "direction": (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)}


def dataset_json(labels):
    return {"channel_names": {"0": "MRI"}, **labels, "numTraining": 6, "file_ending": ".nii.gz"}


def plans(name, backward=(0, 1, 2)):
    forward = tuple(int(i) for i in np.argsort(backward))
    configuration = {
        "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
        "patch_size": [8, 8, 8], "median_image_size_in_voxels": [8, 8, 8], "spacing": [2.0, 1.0, 1.0],
        "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [False],
        "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_seg": "resample_data_or_seg_to_shape",
        "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
        "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
        "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
        "resampling_fn_probabilities_kwargs": {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None},
        "architecture": {
            "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
            "arch_kwargs": {
                "n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
                "kernel_sizes": [[3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [2, 2, 2]],
                "n_conv_per_stage": [1, 1], "n_conv_per_stage_decoder": [1], "conv_bias": True,
                "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
                "norm_op_kwargs": {"eps": 1e-5, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
                "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}},
            "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
        "batch_dice": False}
    return {"dataset_name": name, "plans_name": "nnUNetPlans", "original_median_spacing_after_transp": [2.0, 1.0, 1.0],
            "original_median_shape_after_transp": [8, 8, 8], "image_reader_writer": "SimpleITKIO",
            "transpose_forward": list(forward), "transpose_backward": list(backward),
            "configurations": {"3d_fullres": configuration, "3d_other": {"inherits_from": "3d_fullres"}},
            "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
            "foreground_intensity_properties_per_channel": {"0": {k: 1.0 for k in (
                "max", "mean", "median", "min", "percentile_00_5", "percentile_99_5", "std")}}}


def save(value, *path):
    path = os.path.join(*path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(value, file, indent=4)


def spacing():
    return [np.float64(s) for s in reversed(GEOMETRY["spacing"])]


def export():
    """Logits on a coarser grid of a crop, with permuted axes; one head gives an array in Fortran order."""
    for name, labels, heads, backward in (("labels", LABELS, 3, (0, 1, 2)), ("regions", REGIONS, 2, (1, 2, 0)),
                                          ("one_region", ONE_REGION, 1, (2, 1, 0))):
        folder = os.path.join(FOLDER, "export", name)
        os.makedirs(folder)
        description, plan = dataset_json(labels), plans("Dataset001_Export", backward)
        forward = plan["transpose_forward"]
        before = tuple(EXTENT[i] for i in forward)
        box = [[1, n - (1 if i else 0)] for i, n in enumerate(before)]
        crop = tuple(b - a for a, b in box)
        grid = tuple(max(2, n - 1) for n in crop)
        logits = np.random.RandomState(len(name)).normal(size=(heads, *grid)).astype(np.float16) * np.float16(3)
        properties = {"sitk_stuff": GEOMETRY, "spacing": spacing(), "shape_before_cropping": before,
                      "bbox_used_for_cropping": box, "shape_after_cropping_and_before_resampling": crop}
        manager = PlansManager(plan)
        export_prediction_from_logits(logits, properties, manager.get_configuration("3d_fullres"), manager,
                                      description, os.path.join(folder, "case"), True, 1)
        np.savez_compressed(os.path.join(folder, "logits.npz"), data=logits.astype(np.float32))
        if heads == 1:  # the same in C order
            values = np.ascontiguousarray(np.load(os.path.join(folder, "case.npz"))["probabilities"])
            np.savez_compressed(os.path.join(folder, "plain.npz"), probabilities=values)
        save(description, folder, "dataset.json")
        save(plan, folder, "plans.json")


def truth(case):
    z, y, x = np.ogrid[:EXTENT[0], :EXTENT[1], :EXTENT[2]]
    labels = np.zeros(EXTENT, np.uint8)
    labels[(z - 2) ** 2 * 3 + (y - 5) ** 2 + (x - 4 - case % 3) ** 2 < 16] = 1
    labels[(z - 2) ** 2 * 3 + (y - 6) ** 2 + (x - 4 - case % 3) ** 2 < 5] = 2
    return labels


def probabilities(labels, case, model):
    """Right where a model is sure; each model is unsure of other voxels, and wrong there."""
    random = np.random.RandomState(10 * case + model)
    flat = truth(case)
    unsure = random.uniform(size=EXTENT) < (0.08 if model else 0.12)
    if labels is LABELS:
        right = np.stack([(flat == k).astype(np.float32) for k in range(3)])
    else:
        right = np.stack([(flat >= k).astype(np.float32) for k in (1, 2)])
    wrong = np.roll(right, 1, 0) if labels is LABELS else 1 - right
    values = np.where(unsure, 0.4 * right + 0.6 * wrong, 0.9 * right + 0.1 / len(right)).astype(np.float32)
    values += random.uniform(-0.01, 0.01, values.shape).astype(np.float32)
    return values / values.sum(0) if labels is LABELS else np.clip(values, 0, 1)


def decide(labels, values):
    if labels is LABELS:
        return values.argmax(0).astype(np.uint8)
    result = np.zeros(EXTENT, np.uint8)
    result[values[0] > 0.5] = 1
    result[values[1] > 0.5] = 2
    return result


def write(array, path):
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(GEOMETRY["spacing"])
    image.SetOrigin(GEOMETRY["origin"])
    image.SetDirection(GEOMETRY["direction"])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sitk.WriteImage(image, path, True)


def selection():
    for name, labels in (("Dataset002_Labels", LABELS), ("Dataset003_Regions", REGIONS)):
        description, plan = dataset_json(labels), plans(name)
        preprocessed = os.path.join(WORK, "nnUNet_preprocessed", name)
        results = os.path.join(WORK, "nnUNet_results", name)
        save(description, preprocessed, "dataset.json")
        save(plan, preprocessed, "nnUNetPlans.json")
        for case in range(6):
            write(truth(case), os.path.join(preprocessed, "gt_segmentations", f"case_{case}.nii.gz"))
        models = [f"nnUNetTrainer__nnUNetPlans__{c}" for c in ("3d_fullres", "3d_other")]
        for m, model in enumerate(models):
            save(description, results, model, "dataset.json")
            save(plan, results, model, "plans.json")
            for case in range(6):
                # The second model was trained on other splits.
                folder = os.path.join(results, model, f"fold_{case % 2 if m else case // 3}", "validation")
                values = probabilities(labels, case, m)
                write(decide(labels, values), os.path.join(folder, f"case_{case}.nii.gz"))
                np.savez_compressed(os.path.join(folder, f"case_{case}.npz"), probabilities=values)
                with open(os.path.join(folder, f"case_{case}.pkl"), "wb") as file:
                    pickle.dump({"sitk_stuff": GEOMETRY, "spacing": spacing(), "shape_before_cropping": EXTENT,
                                 "bbox_used_for_cropping": [[0, n] for n in EXTENT],
                                 "shape_after_cropping_and_before_resampling": EXTENT}, file)
        for kind in ("nnUNet_preprocessed", "nnUNet_results"):
            shutil.copytree(os.path.join(WORK, kind, name), os.path.join(FOLDER, kind, name))
        # nnUNetv2_ensemble, of the folders of two folds' validations with the same cases.
        members = [os.path.join(WORK, "members", name, str(m)) for m in range(2)]
        for m, member in enumerate(members):
            os.makedirs(member)
            shutil.copy(os.path.join(results, models[m], "dataset.json"), member)
            shutil.copy(os.path.join(results, models[m], "plans.json"), member)
            for fold in range(2):
                validation = os.path.join(results, models[m], f"fold_{fold}", "validation")
                for file in os.listdir(validation):
                    if int(file[5]) < 2:
                        shutil.copy(os.path.join(validation, file), member)
            shutil.copytree(member, os.path.join(FOLDER, "members", name, str(m)))
        expected = os.path.join(FOLDER, "expected", name)
        ensemble_folders(members, os.path.join(expected, "ensemble"), True, 1)
        # nnUNetv2_evaluate_simple
        for out, wanted, ignored in (("simple.json", (1, 2), None), ("simple_ignore.json", (0, 2), 1)):
            compute_metrics_on_folder_simple(os.path.join(preprocessed, "gt_segmentations"), members[0], wanted,
                                             os.path.join(expected, out), 1, ignored, chill=True)
        for arguments in ((), ("3d_other",)):
            models_to_try = dumb_trainer_config_plans_to_trained_models_dict(
                ["nnUNetTrainer"], ["3d_fullres", "3d_other", "not_planned"], ["nnUNetPlans"])
            if arguments:
                find_best_configuration(name, models_to_try[:1], False, 1, True, (0, 1))
            else:
                find_best_configuration(name, models_to_try, True, 1, True, (0, 1))
            target = os.path.join(expected, "single" if arguments else "all")
            os.makedirs(target)
            for file in ("inference_information.json", "inference_instructions.txt"):
                shutil.copy(os.path.join(results, file), target)
            with open(os.path.join(target, "inference_information.json")) as file:
                chosen = json.load(file)["best_model_or_ensemble"]["postprocessing_file"]
            for file in ("summary.json", "postprocessing.json", "postprocessing.pkl", "postprocessed"):
                source = os.path.join(os.path.dirname(chosen), file)
                (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, os.path.join(target, file))
        for model in models:
            shutil.copy(os.path.join(results, model, "crossval_results_folds_0_1", "summary.json"),
                        os.path.join(expected, f"{model}.json"))


def cut_paths():
    def cut(value):
        if isinstance(value, dict):
            return {k: cut(v) for k, v in value.items()}
        if isinstance(value, list):
            return [cut(v) for v in value]
        return os.path.basename(value) if isinstance(value, str) and value.startswith(WORK) else value

    for folder, _, files in os.walk(os.path.join(FOLDER, "expected")):
        for name in files:
            path = os.path.join(folder, name)
            if name.endswith(".json"):
                with open(path) as file:
                    content = json.load(file)
                save(cut(content), path)
            if name.endswith(".txt"):
                with open(path) as file:
                    text = file.read().replace(os.environ["nnUNet_results"], "RESULTS")
                with open(path, "w") as file:
                    file.write(text)


if __name__ == "__main__":
    export()
    selection()
    cut_paths()
    shutil.rmtree(WORK)
