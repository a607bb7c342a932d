# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Runs and measures the sides of bench_train, whose head says what they are."""
import argparse
import json
import os
import statistics
import subprocess
import sys

from bench import NNFLOW, PEER, measure, side_environment

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = (("steps_per_s", "steps / s", True), ("step_ms", "ms a step", False), ("wait_ms", "of it wait, ms", False),
        ("cpu_ms", "CPU ms a step", False), ("peak_mib", "peak MiB", False))


def preprocess(work, source):
    """The data set planned and preprocessed below `work`; the environment that finds it."""
    name = os.path.basename(os.path.normpath(source))
    os.makedirs(os.path.join(work, "raw"), exist_ok=True)
    os.symlink(os.path.abspath(source), os.path.join(work, "raw", name))
    environment = side_environment(work, "nnflow-data")
    measure([NNFLOW, "plan_and_preprocess", "-d", name], environment, os.path.join(work, "preprocess.log"))
    return name, environment["nnUNet_preprocessed"]


def has_bf16():
    with open("/proc/cpuinfo") as file:
        return "avx512_bf16" in file.read()


def command_of(side, name, options, folder):
    steps = options.warm_up + options.steps
    if side == "peer":
        return [f"{PEER}/python", os.path.join(HERE, "train_peer.py"), name, options.configuration, str(steps),
                os.path.join(folder, "steps.json")]
    return [NNFLOW, "train", "-d", name, "-c", options.configuration, "-f", "0", "--epochs", "1", "--iterations",
            str(steps), "--val-iterations", "1", "--until", "network", "--set", "run.record=items", "--run-dir", os.path.join(folder, "run"),
            *(["--precision", "bf16"] if side == "bf16" else [])]


def times_of(side, folder):
    """Begin and end of every training step in seconds."""
    if side == "peer":
        with open(os.path.join(folder, "steps.json")) as file:
            return [tuple(pair) for pair in json.load(file)]
    with open(os.path.join(folder, "run", "trace.json")) as file:
        events = json.load(file)["traceEvents"]
    calls = [event for event in events if event.get("ph") == "X" and event["name"] == "network"]
    return sorted((call["ts"] / 1e6, (call["ts"] + call["dur"]) / 1e6) for call in calls)


def run_side(work, turn, side, data, options):
    name, preprocessed = data
    kind = "peer" if side == "peer" else "nnflow"
    environment = side_environment(work, f"{kind}-{side}-{turn}")
    environment["nnUNet_preprocessed"] = preprocessed
    folder = os.path.join(work, f"{kind}-{side}-{turn}")
    load = os.getloadavg()[0]
    whole = measure(command_of(side, name, options, folder), environment, os.path.join(work, side + ".log"))
    times = times_of(side, folder)
    if len(times) < options.warm_up + options.steps:
        sys.exit(f"{side}: only {len(times)} steps were found")
    begun = times[options.warm_up - 1][1]
    timed = times[options.warm_up:options.warm_up + options.steps]
    wait = sum(begin - end for (begin, _), end in zip(timed, [begun] + [end for _, end in timed]))
    step = (timed[-1][1] - begun) / options.steps
    result = {"steps_per_s": 1 / step, "step_ms": 1000 * step, "wait_ms": 1000 * wait / options.steps,
              "cpu_ms": 1000 * whole["cpu_seconds"] / len(times), "peak_mib": whole["peak_mib"],
              "load_before": load, "steps": [end - begin for begin, end in timed]}
    print(f"turn {turn}, {side}: {result['step_ms']:.0f} ms a step, of it {result['wait_ms']:.0f} ms wait, "
          f"{result['peak_mib']:.0f} MiB, load before {load:.2f}", flush=True)
    return result


def table(results):
    sides = [side for side in results if side != "peer"]
    lines = ["| measure | " + " | ".join(results) + " | " + " | ".join(f"{side} to peer" for side in sides) + " |",
             "|---" * (1 + len(results) + len(sides)) + "|"]
    for key, title, _ in KEYS:
        values = {side: [run[key] for run in runs] for side, runs in results.items()}
        cells = [f"{statistics.median(numbers):.2f}" for numbers in values.values()]
        for side in sides:
            ratios = [ours / peer for ours, peer in zip(values[side], values.get("peer", [])) if peer > 0]
            cells.append(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", required=True)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--data", default=os.path.join(os.environ["NNFLOW_BENCH_SHARED"],
                                                       "data", "Dataset004_Hippocampus"))
    parser.add_argument("--configuration", default="3d_fullres")
    parser.add_argument("--sides", default="peer,float32,bf16")
    parser.add_argument("--out")
    options = parser.parse_args()
    if options.warm_up < 1 or options.steps < 1 or options.times < 1:
        parser.error("--times, --steps and --warm-up are at least 1")
    if not os.path.exists(os.path.join(options.data, "dataset.json")):
        print(f"skipped: there is no data set {options.data}")
        return 77
    sides = options.sides.split(",")
    if unknown := set(sides) - {"peer", "float32", "bf16"}:
        parser.error(f"--sides: {', '.join(sorted(unknown))}: expected peer, float32, bf16")
    if "bf16" in sides and not has_bf16():
        print("bf16 is left out: this CPU has no avx512_bf16")
        sides.remove("bf16")
    data = preprocess(options.work, options.data)
    with open(os.path.join(data[1], data[0], "nnUNetPlans.json")) as file:
        plan = json.load(file)["configurations"][options.configuration]
    results = {side: [] for side in sides}
    for turn in range(1, options.times + 1):
        for side in sides:
            results[side].append(run_side(options.work, turn, side, data, options))
    note = os.environ.get("NNFLOW_LOAD_NOTE", "")
    loads = [run["load_before"] for runs in results.values() for run in runs]
    versions = subprocess.run([f"{PEER}/python", "-c", "import importlib.metadata as m; print('nnunetv2',"
                               " m.version('nnunetv2'), 'torch', m.version('torch'))"],
                              capture_output=True, text=True, check=True).stdout.strip()
    print(f"\n{data[0]} {options.configuration}, patch {plan['patch_size']}, batch {plan['batch_size']}; {versions}; "
          f"{options.times} turns of {options.steps} steps after {options.warm_up} on {os.cpu_count()} cores; load "
          f"average before runs {min(loads):.2f} to {max(loads):.2f}{'; ' + note if note else ''}\n\n{table(results)}")
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"times": options.times, "steps": options.steps, "warm_up": options.warm_up,
                       "cores": os.cpu_count(), "note": note, "versions": versions, "patch_size": plan["patch_size"],
                       "batch_size": plan["batch_size"], "sides": results}, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
