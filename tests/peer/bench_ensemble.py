# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_ensemble, whose head says what they are."""
import argparse
import json
import os
import pickle

import numpy as np
import SimpleITK as sitk
from bench import NNFLOW, PEER, forget, measure, table

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
        json.dump({"image_reader_writer": "SimpleITKIO", "label_manager": "LabelManager", "configurations": {}}, file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--cases", type=int, default=4)
    parser.add_argument("--size", type=int, nargs=3, default=(128, 192, 192))
    parser.add_argument("--save_npz", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()
    members = [os.path.join(options.work, f"member_{k}") for k in range(2)]
    for k, member in enumerate(members):
        make_member(member, options.cases, options.size, k)
    more = ["--save_npz"] if options.save_npz else []
    commands = {"peer": [f"{PEER}/nnUNetv2_ensemble", "-i", *members, "-np", "2", *more],
                "nnflow": [NNFLOW, "ensemble", "-i", *members, "--threads", "2", *more]}
    runs = {"peer": [], "nnflow": []}
    for turn in range(options.times):
        for side, command in commands.items():
            for member in members:
                forget(member)
            load = os.getloadavg()[0]
            out = os.path.join(options.work, f"{side}-{turn}")
            result = measure([*command, "-o", out], dict(os.environ), os.path.join(options.work, side + ".log"))
            runs[side].append(dict(result, load_before=load))
            print(f"turn {turn + 1}, {side}: {result['seconds']:.2f} s, CPU {result['cpu_seconds']:.2f} s, "
                  f"{result['peak_mib']:.0f} MiB, load before {load:.2f}", flush=True)
    for case in range(options.cases):
        left, right = (sitk.GetArrayFromImage(sitk.ReadImage(
            os.path.join(options.work, f"{side}-0", f"case_{case}.nii.gz"))) for side in commands)
        assert np.array_equal(left, right), f"case_{case} differs"
    loads = [run["load_before"] for side in runs.values() for run in side]
    print(f"\n{options.times} turns on {os.cpu_count()} cores; load average before runs {min(loads):.2f} to "
          f"{max(loads):.2f}\n\n{table({'ensemble': runs})}")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "cores": os.cpu_count(), "jobs": {"ensemble": runs}}, file, indent=2)


main()
