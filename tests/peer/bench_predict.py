# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_predict, whose head says what they are."""
import argparse
import json
import os
import shutil
import sys

import numpy as np
import SimpleITK as sitk
from bench import NNFLOW, PEER, forget, measure, table

SHARED = os.environ["NNFLOW_BENCH_SHARED"]
SET_BY_COMMON = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "nnUNet_n_proc_DA",
                 "nnUNet_def_n_proc", "nnUNet_compile")


def full_model(folder):
    """The planned 3d_fullres, features 32 to 256, with random weights; scales as of trained networks."""
    import torch
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    source = model_folder("3d_small", "")
    documents = {}
    os.makedirs(os.path.join(folder, "fold_0"))
    for name in ("plans.json", "dataset.json"):
        shutil.copy(os.path.join(source, name), folder)
        with open(os.path.join(source, name)) as file:
            documents[name] = json.load(file)
    configuration = PlansManager(documents["plans.json"]).get_configuration("3d_fullres")
    torch.manual_seed(1)
    network = get_network_from_plans(
        configuration.network_arch_class_name, configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import, 1, 3, allow_init=True, deep_supervision=True)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if "norm" in key:
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif "seg_layers" in key:
                parameter.mul_(8)
    torch.save({"network_weights": network.state_dict(), "trainer_name": "nnUNetTrainer",
                "inference_allowed_mirroring_axes": (0, 1, 2),
                "init_args": {"configuration": "3d_fullres", "fold": 0, "plans": documents["plans.json"],
                              "dataset_json": documents["dataset.json"], "device": torch.device("cpu")}},
               os.path.join(folder, "fold_0", "checkpoint_final.pth"))


def model_folder(name, work):
    if name == "full":
        folder = os.path.join(work, "full")
        if not os.path.isdir(folder):
            full_model(folder)
        return folder
    trained = os.path.join(SHARED, "golden", "models", "trained")
    return next(os.path.join(trained, folder) for folder in os.listdir(trained) if folder.endswith("__" + name))


def link_images(folder, count):
    """A folder with links to the images of `count` cases."""
    source = os.path.join(SHARED, "data", "Dataset004_Hippocampus", "imagesTr")
    os.makedirs(folder)
    names = sorted(os.listdir(source))[:count]
    if len(names) < count:
        sys.exit(f"{source} has {len(names)} images, expected {count}")
    for name in names:
        os.symlink(os.path.join(os.path.abspath(source), name), os.path.join(folder, name))
    return folder


def environment(work):
    """As a user has it who set nothing but the folders."""
    result = {key: value for key, value in os.environ.items() if key not in SET_BY_COMMON}
    for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
        result[name] = work
    return result


def differences(left_folder, right_folder):
    """Voxels that differ and voxels of each case, and the least Dice over cases and labels."""
    counts, dice = [], [1.0]
    for name in sorted(n for n in os.listdir(left_folder) if n.endswith(".nii.gz")):
        left, right = (sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(folder, name)))
                       for folder in (left_folder, right_folder))
        counts.append((int((left != right).sum()), left.size))
        for label in set(np.unique(left)) | set(np.unique(right)):
            a, b = left == label, right == label
            dice.append(2 * float((a & b).sum()) / float(a.sum() + b.sum()))
    return counts, min(dice)


def run_job(options, name, cases):
    images = link_images(os.path.join(options.work, f"images-{name}-{cases}"), cases)
    model = model_folder(name, options.work)
    words = ["-i", images, "-m", model, "-f", "0"]
    sides = {"peer": [f"{PEER}/nnUNetv2_predict_from_modelfolder", *words, "-device", "cpu"],
             "nnflow": [NNFLOW, "predict", *words]}
    if options.fast:
        sides["nnflow bf16"] = [*sides["nnflow"], "--precision", "bf16"]
    if options.also:
        sides["nnflow " + " ".join(options.also)] = [*sides["nnflow"], *options.also]
    runs = {side: [] for side in sides}
    for turn in range(options.times):
        for side, command in sides.items():
            forget(images)
            forget(model)
            load = os.getloadavg()[0]
            out = os.path.join(options.work, f"{side}-{name}-{cases}-{turn}".replace(" ", "_"))
            result = measure([*command, "-o", out], environment(options.work), os.path.join(options.work, "run.log"))
            runs[side].append(dict(result, load_before=load, out=out))
            print(f"{name}, {cases} cases, turn {turn + 1}, {side}: {result['seconds']:.2f} s, "
                  f"CPU {result['cpu_seconds']:.2f} s, {result['peak_mib']:.0f} MiB, load before {load:.2f}", flush=True)
    bad, compared = False, []
    for left, right in [("nnflow", "peer")] + [(side, "nnflow") for side in list(sides)[2:]]:
        counts, dice = differences(runs[left][0]["out"], runs[right][0]["out"])
        bad = bad or len(counts) != cases
        bad = bad or (right == "peer" and any(count > 8 and count > 1e-4 * size for count, size in counts))
        row = {"job": f"{name}, {cases} cases", "left": left, "right": right, "cases": len(counts),
               "different": sum(count for count, _ in counts), "worst": max(count for count, _ in counts),
               "voxels": sum(size for _, size in counts), "least_dice": dice}
        compared.append(row)
    return runs, compared, bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=["3d_small", "3d_resenc_small", "2d_small"])
    parser.add_argument("--cases", type=int, nargs="+", default=[1, 60])
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--also", nargs="+", default=[])
    parser.add_argument("--out")
    options = parser.parse_args()
    jobs, compared, failed = {}, [], False
    for name in options.models:
        for cases in options.cases:
            runs, rows, bad = run_job(options, name, cases)
            failed = failed or bad
            compared += rows
            for side in list(runs)[1:]:
                title = f"{name}, {cases} case{'s' if cases > 1 else ''}" + side.removeprefix("nnflow").replace(" ", ", ", 1)
                jobs[title] = {"peer": runs["peer"], "nnflow": runs[side]}
    note = os.environ.get("NNFLOW_LOAD_NOTE", "")
    loads = [run["load_before"] for runs in jobs.values() for side in runs.values() for run in side]
    print(f"\n{options.times} turns on {os.cpu_count()} cores; load average before runs {min(loads):.2f} to "
          f"{max(loads):.2f}{'; ' + note if note else ''}\n\n{table(jobs)}\n")
    print("| job | segmentations of | against | voxels that differ | at most in a case | least Dice |\n"
          "|---|---|---|---|---|---|")
    for row in compared:
        print(f"| {row['job']} | {row['left']} | {row['right']} | {row['different']} of {row['voxels']} | "
              f"{row['worst']} | {row['least_dice']:.5f} |")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "cores": os.cpu_count(), "note": note, "jobs": jobs,
                       "segmentations": compared}, file, indent=2)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
