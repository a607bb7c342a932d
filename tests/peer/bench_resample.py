# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_resample, whose head says what they are."""
import argparse
import json
import os
import statistics
import subprocess
import time

import numpy as np
from nnunetv2.preprocessing.resampling.default_resampling import resample_data_or_seg

# As in tests/bench/resample_bench.cpp.
FROM = (96, 256, 256)
TO = (120, 220, 220)
# Name, benchmark, the benchmark of its memcpy, arguments of nnU-Net's function.
JOBS = (
    ("image, cubic", "channels/cubic/1/process_time/real_time", "memcpy_volume<float>", dict(order=3)),
    ("image, cubic, separate z", "channels/cubic_separate_z/1/process_time/real_time", "memcpy_volume<float>",
     dict(order=3, do_separate_z=True, axis=0, order_z=0)),
    ("image, linear", "channels/linear/1/process_time/real_time", "memcpy_volume<float>", dict(order=1)),
    ("labels, linear", "label_map/linear", "memcpy_volume<std::int16_t>", dict(order=1, is_seg=True)),
    ("labels, linear, separate z", "label_map/separate_z", "memcpy_volume<std::int16_t>",
     dict(order=1, is_seg=True, do_separate_z=True, axis=0, order_z=0)),
)


def of_nnflow(program):
    """Voxels by the second of CPU time, for each benchmark."""
    names = "|".join(f"^{name}$" for job in JOBS for name in job[1:3])
    result = subprocess.run([program, "--benchmark_format=json", f"--benchmark_filter={names}"], check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    voxels = np.prod(TO)
    return {entry["name"]: voxels / (entry["cpu_time"] * 1e-3) for entry in json.loads(result.stdout)["benchmarks"]}


def of_peer(data, arguments):
    begin = time.process_time()
    result = resample_data_or_seg(data, TO, **arguments)
    assert result.shape == (1, *TO)
    return np.prod(TO) / (time.process_time() - begin)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--out")
    options = parser.parse_args()

    image = np.random.default_rng(1).integers(0, 4096, (1, *FROM)).astype(np.float32)
    z, y, x = np.ogrid[:FROM[0], :FROM[1], :FROM[2]]
    labels = ((z // 30 + y // 50 + x // 60) % 5).astype(np.int16)[None]

    load = [os.getloadavg()[0]]
    ours, theirs = {}, {}
    for _ in range(options.times):
        for name, rate in of_nnflow(options.program).items():
            ours.setdefault(name, []).append(rate)
        for name, _, _, arguments in JOBS:
            data = labels if arguments.get("is_seg") else image
            theirs.setdefault(name, []).append(of_peer(data, arguments))
        load.append(os.getloadavg()[0])

    print(f"{' x '.join(map(str, FROM))} to {' x '.join(map(str, TO))}; {options.times} times; one thread; CPU time; "
          f"load average {min(load):.1f} to {max(load):.1f} on {os.cpu_count()} cores\n")
    print("| job | nnflow, Mvoxel/s | of memcpy | peer, Mvoxel/s | nnflow / peer | least | largest |")
    print("|---|---|---|---|---|---|---|")
    rows = {}
    for name, benchmark, copy, _ in JOBS:
        ratios = [a / b for a, b in zip(ours[benchmark], theirs[name])]
        copied = statistics.median(a / b for a, b in zip(ours[benchmark], ours[copy]))
        mine, other, ratio = (statistics.median(v) for v in (ours[benchmark], theirs[name], ratios))
        print(f"| {name} | {mine / 1e6:.2f} | {copied:.4f} | {other / 1e6:.3f} | {ratio:.1f} | {min(ratios):.1f} "
              f"| {max(ratios):.1f} |")
        rows[name] = {"nnflow": ours[benchmark], "memcpy": ours[copy], "peer": theirs[name]}
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"voxels_per_second": rows, "load": load}, file, indent=1)


main()
