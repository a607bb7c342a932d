# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""The report of tools/bench from result files in every form that the benches write. usage: report_test.py REPORT.PY"""
import json
import os
import subprocess
import sys
import tempfile


def run(seconds, mib):
    return {"seconds": seconds, "cpu_seconds": 2 * seconds, "peak_mib": mib}


FILES = {
    "jobs/preprocess.json": {"times": 3, "jobs": {"data": {
        "peer": [run(20, 1000), run(22, 1000), run(30, 1000)], "nnflow": [run(2, 50), run(2, 50), run(2, 40)]}}},
    "jobs/train.json": {"sides": {
        "peer": [{"step_ms": 300, "cpu_ms": 500, "peak_mib": 900}], "float32": [{"step_ms": 200, "cpu_ms": 400, "peak_mib": 300}],
        "bf16": [{"step_ms": 100, "cpu_ms": 200, "peak_mib": 150}]}},
    "jobs/augment.json": {"samples_per_second": {"1": {"peer": [1.0, 2.0], "nnflow": [8.0, 20.0]}}},
    "jobs/resample.json": {"voxels_per_second": {"cubic": {"peer": 1e6, "nnflow": 3e7, "memcpy": 1e9}}},
    "kernels/crop_bench.json": {"benchmarks": [
        {"name": "box", "run_type": "iteration", "real_time": 2.0, "time_unit": "ms", "items_per_second": 5e8},
        {"name": "transpose", "run_type": "iteration", "real_time": 4.0, "time_unit": "ms", "bytes_per_second": 5e9}]},
    "kernels/machine_bench.json": {"benchmarks": [
        {"name": "copy/1/real_time", "run_type": "iteration", "real_time": 1.0, "time_unit": "ms", "bytes_per_second": 1e10},
        {"name": "copy/2/real_time", "run_type": "iteration", "real_time": 1.0, "time_unit": "ms", "bytes_per_second": 2e10}]},
    "kernels/train_bench.json": {"benchmarks": [
        {"name": "Products/bf16:1/real_time/threads:2", "run_type": "iteration", "real_time": 1.0, "time_unit": "ms", "flops": 8e11},
        {"name": "Convolution/threads:2/bf16:1/layer:0/backward:1/real_time", "run_type": "iteration", "real_time": 1.0,
         "time_unit": "ms", "flops": 2e11},
        {"name": "Norm/threads:2/bf16:1/backward:0/real_time", "run_type": "iteration", "real_time": 1.0, "time_unit": "ms",
         "bytes": 1.8e10}]},
    "machine.json": {"CPU": "one", "cores": 2},
}
EXPECTED = ("CPU one, cores 2", "| preprocess: data | s | 22 | 2 | 11.00 (10.00 to 15.00) | 11.00 | 20.00 (1000 to 50 MiB) | 3 |",
            "| train: float32 | ms a step | 300 | 200 | 1.50 (1.50 to 1.50) | 1.25 | 3.00 (900 to 300 MiB) | 1 |",
            "| train: bf16 | ms a step | 300 | 100 | 3.00 (3.00 to 3.00) | 2.50 | 6.00 (900 to 150 MiB) | 1 |",
            "| augment: 1 channel, one core | samples/s | 1.5 | 14 | 9.00 (8.00 to 10.00) | | | 2 |",
            "| resample: cubic | voxels/s | 1000000 | 30000000 | 30.00 (30.00 to 30.00) | | | 1 |",
            "| export | | | | there is no tool | | | |", "| crop_bench box | 2 ms | 500000000 | | | | |",
            "| crop_bench transpose | 4 ms | | 5 | | copy, 1 thread | 50% |",
            "| train_bench Convolution/threads:2/bf16:1/layer:0/backward:1/real_time | 1 ms | | | 200 | bf16, 2 threads | 25% |",
            "| train_bench Norm/threads:2/bf16:1/backward:0/real_time | 1 ms | | 18 | | copy, 2 threads | 90% |")

with tempfile.TemporaryDirectory() as folder:
    for name, content in FILES.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "w") as file:
            json.dump(content, file)
    with open(os.path.join(folder, "jobs/export.left_out"), "w") as file:
        file.write("there is no tool\n")
    text = subprocess.run([sys.executable, sys.argv[1], folder], check=True, capture_output=True, text=True).stdout
    lines = [" ".join(line.split()) for line in text.splitlines()]
    missing = [line for line in EXPECTED if line not in lines]
    if missing:
        sys.exit("not in the report:\n" + "\n".join(missing) + "\nbut\n" + text)
    with open(os.path.join(folder, "report.json")) as file:
        report = json.load(file)
    assert len(report["jobs"]) == 5 and report["left_out"] == {"export": "there is no tool"}, report
    with open(os.path.join(folder, "report.md")) as file:
        assert file.read() == text
