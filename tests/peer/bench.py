# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_preprocess, whose head says what they are."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

import numpy as np
import SimpleITK as sitk

PEER = os.path.join(os.environ["NNFLOW_PEER"], "bin")
NNFLOW = os.environ["NNFLOW_BENCH_PROGRAM"]
CT = "Dataset901_SyntheticCT"
CT_SPACING = (0.8, 0.8, 2.5)
CT_TARGET = ("1.0", "0.75", "0.75")
KEYS = (("seconds", "s"), ("cpu_seconds", "CPU s"), ("peak_mib", "MiB"))


def tree(root):
    """The process `root` and all its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def pss(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("Pss:")), 0) / 1024
    except OSError:
        return 0.0


def measure(command, environment, log):
    """Seconds, CPU seconds and peak MiB of a command and its children; a failing one ends the program."""
    peak, done = [0.0], threading.Event()

    def watch(pid):
        pause = 0.002  # short at first, for programs that end at once
        while not done.wait(pause):
            peak[0] = max(peak[0], sum(pss(p) for p in tree(pid)))
            pause = min(0.1, 1.5 * pause)

    with open(log, "w") as file:
        before = os.times()
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=os.path.dirname(log), stdout=file, stderr=subprocess.STDOUT)
        watcher = threading.Thread(target=watch, args=(process.pid,))
        watcher.start()
        status = process.wait()
        seconds = time.perf_counter() - begin
        after = os.times()
        done.set()
        watcher.join()
    if status != 0:
        with open(log) as file:
            sys.exit(f"failed: {' '.join(command)}\n{file.read()[-3000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mib": peak[0]}


def side_environment(work, run):
    """New folders for one run, say "nnflow-3". None is deleted before the end: file systems take their time to give
    away what was freed a moment ago, which would count for the side with the faster runs."""
    folder = os.path.join(work, run)
    environment = dict(os.environ, nnUNet_raw=os.path.join(work, "raw"))
    if run.startswith("nnflow"):
        environment.pop("OMP_NUM_THREADS", None)
    for name in ("nnUNet_preprocessed", "nnUNet_results"):
        environment[name] = os.path.join(folder, name)
        os.makedirs(environment[name])
    return environment


def forget(folder):
    """Drops the files below a folder from the page cache."""
    for path, _, names in os.walk(folder, followlinks=True):
        for name in names:
            descriptor = os.open(os.path.join(path, name), os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def make_ct(folder, size):
    """A CT data set of one case: air, an elliptic body, tissue of several kinds, noise; two labels."""
    for name in ("imagesTr", "labelsTr"):
        os.makedirs(os.path.join(folder, name))
    x, y, z = (np.linspace(-1, 1, n, dtype=np.float32) for n in size)
    plane = (x[None, :] / 0.8) ** 2 + (y[:, None] / 0.6) ** 2
    random = np.random.default_rng(1234)
    image, label = np.empty(size[::-1], np.int16), np.zeros(size[::-1], np.uint8)
    for k, depth in enumerate(z):
        slice_ = np.where(plane < 1 - 0.2 * depth ** 2, 40.0, -1000.0)
        slice_[plane < 0.2] = 120.0
        organ = ((x[None, :] - 0.3) / 0.25) ** 2 + (y[:, None] / 0.3) ** 2 + (depth / 0.7) ** 2
        label[k][organ < 1] = 1
        label[k][organ < 0.1] = 2
        slice_ += 40 * (label[k] == 1) - 60 * (label[k] == 2)
        image[k] = np.clip(slice_ + random.normal(0, 20, slice_.shape), -1024, 3000)
    for name, array in (("imagesTr/ct_0000.nii.gz", image), ("labelsTr/ct.nii.gz", label)):
        volume = sitk.GetImageFromArray(array)
        volume.SetSpacing(CT_SPACING)
        sitk.WriteImage(volume, os.path.join(folder, name))
    with open(os.path.join(folder, "dataset.json"), "w") as file:
        json.dump({"channel_names": {"0": "CT"}, "labels": {"background": 0, "organ": 1, "tumour": 2},
                   "numTraining": 1, "file_ending": ".nii.gz"}, file, indent=4)


def data_job(work, source):
    """Commands of the job `data`, and what comes before each run."""
    name = os.path.basename(os.path.normpath(source))
    os.symlink(os.path.abspath(source), os.path.join(work, "raw", name))
    commands = {"peer": [f"{PEER}/nnUNetv2_plan_and_preprocess", "-d", str(int(name[7:10])), "-np", "2",
                         "-npfp", "2", "--verify_dataset_integrity"],
                "nnflow": [NNFLOW, "plan_and_preprocess", "-d", name, "--threads", "2"]}
    return commands, name, lambda environment: None


def ct_job(work, size):
    """The same of the job `ct`; fingerprint and plan are nnflow's for both sides and not measured."""
    make_ct(os.path.join(work, "raw", CT), size)
    environment = side_environment(work, "nnflow-plan")
    log = os.path.join(work, "plan.log")
    measure([NNFLOW, "fingerprint", "-d", CT], environment, log)
    measure([NNFLOW, "plan", "-d", CT, "-overwrite_target_spacing", *CT_TARGET], environment, log)
    planned = os.path.join(work, "ct_planned")
    shutil.copytree(os.path.join(environment["nnUNet_preprocessed"], CT), planned,
                    ignore=shutil.ignore_patterns(".nnflow*"))
    commands = {"peer": ["taskset", "-c", "0", f"{PEER}/nnUNetv2_preprocess", "-d", CT[7:10], "-c", "3d_fullres",
                         "-np", "1"],
                "nnflow": ["taskset", "-c", "0", NNFLOW, "preprocess", "-d", CT, "-c", "3d_fullres", "--threads",
                           "1"]}
    return commands, CT, lambda environment: shutil.copytree(
        planned, os.path.join(environment["nnUNet_preprocessed"], CT))


def run_job(work, job, times):
    commands, name, prepare = job
    runs = {"peer": [], "nnflow": []}
    for turn in range(times):
        for side, command in commands.items():
            environment = side_environment(work, f"{side}-{name}-{turn + 1}")
            prepare(environment)
            forget(os.path.join(work, "raw", name))
            load = os.getloadavg()[0]
            result = measure(command, environment, os.path.join(work, side + ".log"))
            runs[side].append(dict(result, load_before=load))
            arrays = [n for _, _, names in os.walk(environment["nnUNet_preprocessed"]) for n in names
                      if n.endswith(".b2nd")]
            runs[side][-1]["arrays"] = len(arrays)
            print(f"{name}, turn {turn + 1}, {side}: {result['seconds']:.2f} s, CPU {result['cpu_seconds']:.2f} s, "
                  f"{result['peak_mib']:.0f} MiB, {len(arrays)} arrays, load before {load:.2f}", flush=True)
    if len({run["arrays"] for side in runs.values() for run in side}) != 1:
        sys.exit(f"{name}: the sides wrote different numbers of arrays")
    return runs


def table(results):
    lines = ["| job | measure | peer, median | nnflow, median | peer / nnflow, median (least to largest) |",
             "|---|---|---|---|---|"]
    for job, runs in results.items():
        for key, unit in KEYS:
            peer, ours = ([run[key] for run in runs[side]] for side in ("peer", "nnflow"))
            ratios = [a / b for a, b in zip(peer, ours)]
            lines.append(f"| {job} | {unit} | {statistics.median(peer):.2f} | {statistics.median(ours):.2f} | "
                         f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--data", default=os.path.join(os.environ["NNFLOW_BENCH_SHARED"],
                                                       "data", "Dataset004_Hippocampus"))
    parser.add_argument("--only", choices=("data", "ct"))
    parser.add_argument("--size", type=int, nargs=3, default=(512, 512, 300))
    parser.add_argument("--out")
    options = parser.parse_args()
    os.makedirs(os.path.join(options.work, "raw"), exist_ok=True)
    results = {}
    if options.only != "ct":
        if not os.path.exists(os.path.join(options.data, "dataset.json")):
            print(f"skipped: there is no data set {options.data}")
            return 77
        results["data"] = run_job(options.work, data_job(options.work, options.data), options.times)
    if options.only != "data":
        results["ct"] = run_job(options.work, ct_job(options.work, tuple(options.size)), options.times)
    note = os.environ.get("NNFLOW_LOAD_NOTE", "")
    loads = [run["load_before"] for runs in results.values() for side in runs.values() for run in side]
    print(f"\n{options.times} turns on {os.cpu_count()} cores; load average before runs {min(loads):.2f} to "
          f"{max(loads):.2f}{'; ' + note if note else ''}\n\n{table(results)}")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "cores": os.cpu_count(), "note": note, "jobs": results}, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
