# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_ensemble, whose head says what they are."""
import argparse
import json
import os
import pickle
import shutil

import numpy as np
import SimpleITK as sitk
from bench import NNFLOW, PEER, forget, measure, table
from bench_predict import SHARED, link_images, model_folder

REAL_MODELS = ("3d_small", "2d_small")

GEOMETRY = {"spacing": (1.0, 1.0, 1.0), "origin": (0.0, 0.0, 0.0),
            "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)}


def make_member(folder, cases, size, seed):
    """Softmax of smooth logits with noise: sure far from borders, as predictions are."""
    os.makedirs(folder)
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in size)
    random = np.random.default_rng(seed)
    for case in range(cases):
        radius = z[:, None, None] ** 2 + y[None, :, None] ** 2 + x[None, None, :] ** 2
        logits = np.stack([30 * (radius - 0.4), 20 * (0.4 - radius), 40 * (0.2 - radius)]).astype(np.float32)
        logits += random.normal(0, 0.5, logits.shape).astype(np.float32)
        values = np.exp(logits - logits.max(0))
        np.savez_compressed(os.path.join(folder, f"case_{case}.npz"), probabilities=values / values.sum(0))
        with open(os.path.join(folder, f"case_{case}.pkl"), "wb") as file:
            pickle.dump({"sitk_stuff": GEOMETRY, "spacing": [1.0, 1.0, 1.0]}, file)
    with open(os.path.join(folder, "dataset.json"), "w") as file:
        json.dump({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "a": 1, "b": 2},
                   "numTraining": cases, "file_ending": ".nii.gz"}, file)
    with open(os.path.join(folder, "plans.json"), "w") as file:
        json.dump({"dataset_name": "Dataset900_Made", "plans_name": "nnUNetPlans", "transpose_forward": [0, 1, 2],
                   "transpose_backward": [0, 1, 2], "foreground_intensity_properties_per_channel": {},
                   "image_reader_writer": "SimpleITKIO", "label_manager": "LabelManager", "configurations": {}}, file)


def references(folder, cases, size):
    """What the members' segmentations are near to, as label maps of their own."""
    os.makedirs(folder)
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in size)
    radius = z[:, None, None] ** 2 + y[None, :, None] ** 2 + x[None, None, :] ** 2
    for case in range(cases):
        labels = (radius < 0.38 + 0.001 * case).astype(np.uint8) + (radius < 0.1)
        sitk.WriteImage(sitk.GetImageFromArray(labels.astype(np.uint8)), os.path.join(folder, f"case_{case}.nii.gz"))


def predicted_members(work, cases):
    """Two predictions of `cases` real cases with their probabilities, made by nnflow with two trained models."""
    images = link_images(os.path.join(work, "images"), cases)
    members = [os.path.join(work, f"member_{name}") for name in REAL_MODELS]
    for name, member in zip(REAL_MODELS, members):
        measure([NNFLOW, "predict", "-i", images, "-m", model_folder(name, work), "-f", "0", "--save_probabilities",
                 "-o", member], dict(os.environ), os.path.join(work, "predict.log"))
    known = os.path.join(work, "references")
    os.makedirs(known)
    for name in sorted(os.listdir(members[0])):
        if name.endswith(".nii.gz"):
            shutil.copy(os.path.join(SHARED, "data", "Dataset004_Hippocampus", "labelsTr", name), known)
    return members, known


def run_job(job, commands, inputs, options):
    """Each of the commands --times times in turn, with the place of its result as last argument."""
    runs = {side: [] for side in commands}
    for turn in range(options.times):
        for side, command in commands.items():
            for folder in inputs:
                forget(folder)
            load = os.getloadavg()[0]
            out = os.path.join(options.work, f"{side}-{job}-{turn}") + (".json" if job == "evaluate" else "")
            result = measure([*command, "-o", out], dict(os.environ), os.path.join(options.work, side + ".log"))
            runs[side].append(dict(result, load_before=load))
            print(f"{job}, turn {turn + 1}, {side}: {result['seconds']:.2f} s, CPU {result['cpu_seconds']:.2f} s, "
                  f"{result['peak_mib']:.0f} MiB, load before {load:.2f}", flush=True)
    return runs


def same_summaries(left, right):
    """The numbers of two summaries; names of files are left out."""
    if isinstance(left, dict):
        assert left.keys() == right.keys(), (left.keys(), right.keys())
        for key in left.keys() - {"prediction_file", "reference_file"}:
            same_summaries(left[key], right[key])
    elif isinstance(left, list):
        assert len(left) == len(right)
        for a, b in zip(left, right):
            same_summaries(a, b)
    else:
        assert left == right or abs(left - right) < 1e-12 or (left != left and right != right), (left, right)


def made_members(work, cases, size):
    """Two predictions of generated cases, and what they are near to."""
    members = [os.path.join(work, f"member_{k}") for k in range(2)]
    for k, member in enumerate(members):
        make_member(member, cases, size, k)
    known = os.path.join(work, "references")
    references(known, cases, size)
    return members, known


def compare(suffix, members, known, options):
    """Both jobs on the same inputs, `suffix` behind their names; ends the program where results differ."""
    more = ["--save_npz"] if options.save_npz else []
    jobs = {"ensemble" + suffix: run_job("ensemble", {
        "peer": [f"{PEER}/nnUNetv2_ensemble", "-i", *members, "-np", "2", *more],
        "nnflow": [NNFLOW, "ensemble", "-i", *members, "--threads", "2", *more]}, members, options)}
    predicted = [os.path.join(options.work, f"{side}-ensemble-0") for side in ("peer", "nnflow")]
    cases = sorted(name for name in os.listdir(known) if name.endswith(".nii.gz"))
    for case in cases:
        left, right = (sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(folder, case))) for folder in predicted)
        assert np.array_equal(left, right), f"{case} differs"
    description = ["-djfile", os.path.join(members[0], "dataset.json"), "-pfile", os.path.join(members[0], "plans.json")]
    jobs["evaluate" + suffix] = run_job("evaluate", {
        "peer": [f"{PEER}/nnUNetv2_evaluate_folder", known, predicted[0], *description, "-np", "2"],
        "nnflow": [NNFLOW, "evaluate", known, predicted[0], *description, "--threads", "2"]},
        [known, predicted[0]], options)
    summaries = []
    for side in ("peer", "nnflow"):
        with open(os.path.join(options.work, f"{side}-evaluate-0.json")) as file:
            summaries.append(json.load(file))
    same_summaries(*summaries)
    return jobs, len(cases)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--cases", type=int, default=4)
    parser.add_argument("--size", type=int, nargs=3, default=(128, 192, 192))
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--save_npz", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()
    work, jobs = options.work, {}
    sources = {"generated": lambda folder: made_members(folder, options.cases, options.size)}
    if options.real:
        sources["Hippocampus"] = lambda folder: predicted_members(folder, options.cases)
    for source, make in sources.items():
        options.work = os.path.join(work, source)
        os.makedirs(options.work)
        members, known = make(options.work)
        print(source, flush=True)
        added, cases = compare(f", {source}", members, known, options)
        assert cases == options.cases, (cases, options.cases)
        jobs.update(added)
    loads = [run["load_before"] for runs in jobs.values() for side in runs.values() for run in side]
    print(f"\n{options.times} turns on {os.cpu_count()} cores, {options.cases} cases; load average before runs "
          f"{min(loads):.2f} to {max(loads):.2f}; segmentations and summaries are equal\n\n{table(jobs)}")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "cores": os.cpu_count(), "jobs": jobs}, file, indent=2)


main()
