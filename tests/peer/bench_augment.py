# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the jobs of bench_augment, whose head says what they are."""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PIN = ["taskset", "-c", "0"]


def of_peer(channels, seconds, turn):
    """Samples per second."""
    result = subprocess.run(PIN + [sys.executable, os.path.join(HERE, "augment_side.py"), str(channels), str(seconds),
                                   str(turn)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    answer = json.loads(result.stdout)
    expected = [[channels, 128, 128, 128]] + [[1] + [128 // 2 ** i] * 3 for i in range(5)]
    assert answer["shapes"] == expected, answer["shapes"]
    return answer["samples"] / answer["seconds"]


def of_nnflow(program, channels, seconds, turn):
    result = subprocess.run(PIN + [program, "--benchmark_format=json", f"--benchmark_min_time={seconds}",
                                   f"--benchmark_filter=^default_pipeline/{channels}$"], check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            env=dict(os.environ, NNFLOW_BENCH_SEED=str(turn)))
    entry = json.loads(result.stdout)["benchmarks"][0]
    return 1e3 / entry["real_time"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--channels", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--out")
    options = parser.parse_args()

    load = [os.getloadavg()[0]]
    rows = {}
    for channels in options.channels:
        row = rows[channels] = {"peer": [], "nnflow": []}
        for turn in range(options.times):
            row["peer"].append(of_peer(channels, options.seconds, turn))
            row["nnflow"].append(of_nnflow(options.program, channels, options.seconds, turn))
            load.append(os.getloadavg()[0])
            print(f"{channels} channels, turn {turn + 1}: peer {row['peer'][-1]:.2f}, nnflow {row['nnflow'][-1]:.2f}",
                  file=sys.stderr, flush=True)

    print(f"256 x 256 x 256 to 128 x 128 x 128 with deep supervision; {options.times} turns of {options.seconds:g} s; "
          f"one thread on one core; load average {min(load):.1f} to {max(load):.1f} on {os.cpu_count()} cores\n")
    print("| channels | peer, samples/s | nnflow, samples/s | nnflow / peer | least | largest |")
    print("|---|---|---|---|---|---|")
    for channels, row in rows.items():
        ratios = [a / b for a, b in zip(row["nnflow"], row["peer"])]
        print(f"| {channels} | {statistics.median(row['peer']):.2f} | {statistics.median(row['nnflow']):.2f} | "
              f"{statistics.median(ratios):.1f} | {min(ratios):.1f} | {max(ratios):.1f} |")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"samples_per_second": rows, "load": load}, file, indent=1)


main()
