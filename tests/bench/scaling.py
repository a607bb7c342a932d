# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""How time and memory grow, measured on this machine and simulated for larger ones. scaling.md has results.

usage: scaling.py measure NNFLOW [--model FOLDER] [--tool PROGRAM] [--out FILE]
       scaling.py simulate [options, see --help]

`measure` runs the program NNFLOW with more and more voxels, cases, threads, and with --tool (predict_export_tool of the
build; needs numpy and torch) classes, and prints seconds, CPU seconds and peak MiB, and the powers that they grow with.
With --model it also predicts the images with that model. `simulate` plays a training: workers that make samples, a
queue of them for each GPU, GPUs that take a batch a step; it prints which part of the time GPUs wait.
"""
import argparse
import heapq
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

PHANTOMS = """nnflow: 1
name: phantoms
summary: A raw data set of generated scans of one size
vars:
  folder: {type: path, required: true, flags: [--folder], doc: folder of the data set}
  cases: {type: int, default: 1, flags: [--cases], doc: number of scans}
  side: {type: int, default: 64, flags: [--side], doc: "rows, columns and slices"}
stages:
  phantoms: {use: io.phantoms, params: {count: "${cases}", extent: ["${side}", "${side}", "${side}"], variation: 0.0}}
  write: {use: io.write_raw_case, from: phantoms, params: {folder: "${folder}"}}
  dataset: {use: io.write_dataset, from: write, params: {folder: "${folder}"}}
"""


def run(words, environment=None):
    """Seconds, CPU seconds and peak MiB of a program; it must succeed."""
    begin = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(words)}\n{message.decode(errors='replace')[-2000:]}")
    return {"seconds": time.perf_counter() - begin, "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_mib": usage.ru_maxrss / 1024}


def power(sizes, values):
    """The slope of a line through the logarithms: how values grow with sizes."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in values]
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    return sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y)) / sum((a - x_mean) ** 2 for a in x)


def table(title, unit, rows):
    lines = [f"| {title} | seconds | CPU seconds | peak MiB |", "|---|---|---|---|"]
    lines += [f"| {size} {unit} | {r['seconds']:.2f} | {r['cpu_seconds']:.2f} | {r['peak_mib']:.0f} |" for size, r in rows]
    half = rows[len(rows) // 2 - 1:]  # the larger ones, where what every run costs no longer counts
    grow = ", ".join(f"{key} {power([size for size, _ in half], [r[key] for _, r in half]):.2f}"
                     for key in ("seconds", "cpu_seconds", "peak_mib"))
    return "\n".join(lines) + f"\n\npowers over the larger ones: {grow}\n"


def measure(options):
    nnflow, threads = options.nnflow, str(os.cpu_count())
    results = {}

    def report(name, unit, rows):
        results[name] = [{"size": size, **values} for size, values in rows]
        print(table(name, unit, rows), flush=True)

    with tempfile.TemporaryDirectory() as work:
        with open(os.path.join(work, "phantoms.yaml"), "w") as file:
            file.write(PHANTOMS)

        def made(cases, side):
            name = f"Dataset{len(os.listdir(work)):03d}_Phantoms"
            run([nnflow, "run", os.path.join(work, "phantoms.yaml"), "--folder", os.path.join(work, "raw", name), "--cases",
                 str(cases), "--side", str(side), "--run-dir", os.path.join(work, name)])
            return name

        environment = {**os.environ, "NNFLOW_CACHE": os.path.join(work, "cache"), **{
            f"nnUNet_{kind}": os.path.join(work, kind) for kind in ("raw", "preprocessed", "results")}}

        def prepared(name, threads):
            for kind in ("preprocessed", "cache"):
                shutil.rmtree(os.path.join(work, kind), ignore_errors=True)
            return run([nnflow, "plan_and_preprocess", "-d", name, "-c", "3d_fullres", "--threads", threads, "--quiet"],
                       environment)

        volumes = [(side ** 3, made(1, side)) for side in (64, 96, 128, 192, 256, 320)]
        report("preprocess one case", "voxels", [(size, prepared(name, threads)) for size, name in volumes])
        cases = [(count, made(count, 64)) for count in (10, 20, 40, 80, 160)]
        report("preprocess cases of 64^3", "cases", [(size, prepared(name, threads)) for size, name in cases])
        report("preprocess 40 cases of 64^3", "threads",
               [(count, prepared(cases[2][1], str(count))) for count in range(1, os.cpu_count() + 1)])
        if options.model:
            rows = []
            for size, name in volumes[:-1]:
                words = ["-i", os.path.join(work, "raw", name, "imagesTr"), "-m", options.model, "-f", "0", "--quiet"]
                rows.append((size, run([nnflow, "predict", *words, "-o", os.path.join(work, "out", str(size)),
                                        "--threads", threads], environment)))
            report("predict one case", "voxels", rows)
        if options.tool:
            report("export to 256 x 256 x 256", "classes", classes(options.tool, work, threads))
    if options.out:
        with open(options.out, "w") as file:
            json.dump(results, file, indent=2)


def classes(tool, work, threads):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peer"))
    from bench_export import make_logits, make_model, make_properties

    grid, image = (128, 128, 128), (256, 256, 256)
    rows = []
    for count in (2, 5, 10, 25, 50, 100):
        folder = os.path.join(work, f"export-{count}")
        model, logits, properties = (os.path.join(folder, name) for name in ("model", "logits.f16", "case.pkl"))
        os.makedirs(model)
        make_model(model, count)
        make_logits(logits, count, grid)
        make_properties(properties, image)
        rows.append((count, run([tool, model, logits, properties, os.path.join(folder, "out"), threads,
                                 *(str(n) for n in (count, *grid))])))
        shutil.rmtree(folder)
    return rows


def played(workers, gpus, sample_seconds, step_seconds, batch, queue, steps, spread, seed):
    """A training of one fold on every GPU, fed by its share of the workers. Returns the share of time that GPUs wait.

    Making a sample takes `sample_seconds` on the mean, of a log-normal distribution of relative deviation `spread`;
    a worker that finds `queue` samples waiting for its GPU stops until one is taken.
    """
    draw = random.Random(seed)
    sigma = math.sqrt(math.log(1 + spread * spread))

    def taking():
        return sample_seconds * draw.lognormvariate(-sigma * sigma / 2, sigma)

    waited = total = 0.0
    for gpu in range(gpus):
        mine = workers // gpus + (gpu < workers % gpus)
        if mine == 0:
            return 1.0
        finishes = [taking() for _ in range(mine)]
        heapq.heapify(finishes)
        taken = []  # by sample: when its place became free
        clock = 0.0
        for _ in range(steps):
            begin = clock
            for _ in range(batch):
                put = heapq.heappop(finishes)
                if len(taken) >= queue:
                    put = max(put, taken[-queue])
                heapq.heappush(finishes, put + taking())
                begin = max(begin, put)
                taken.append(begin)
            waited += begin - clock
            clock = begin + step_seconds
        total += clock
    return waited / total


def simulate(options):
    print(f"{options.samples_per_core} samples/s a core, steps of {options.step_ms} ms, batches of {options.batch}: "
          f"a GPU takes {1000 * options.batch / options.step_ms:.1f} samples/s, "
          f"{1000 * options.batch / options.step_ms / options.samples_per_core:.1f} cores' work\n")
    counts = [count for count in (1, 2, 4, 8, 16) if count <= options.gpus]
    print("| cores | " + " | ".join(f"{count} GPU{'s' if count > 1 else ''}" for count in counts) + " |")
    print("|---" * (len(counts) + 1) + "|")
    cores = 2
    while cores <= options.cores:
        cells = []
        for count in counts:
            wait = played(max(cores - count, 0), count, 1 / options.samples_per_core, options.step_ms / 1000, options.batch,
                          options.queue, options.steps, options.spread, options.seed)
            cells.append(f"{wait:.0%}")
        print(f"| {cores} | {' | '.join(cells)} |")
        cores *= 2
    print("\nshare of time that GPUs wait for data; a core a GPU drives it, the others make samples")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    one = kinds.add_parser("measure")
    one.add_argument("nnflow")
    one.add_argument("--model")
    one.add_argument("--tool")
    one.add_argument("--out")
    one.set_defaults(function=measure)
    two = kinds.add_parser("simulate")
    two.add_argument("--samples-per-core", type=float, required=True, help="samples a second that one core makes")
    two.add_argument("--step-ms", type=float, required=True, help="milliseconds of a training step on one GPU")
    two.add_argument("--batch", type=int, default=2)
    two.add_argument("--gpus", type=int, default=8)
    two.add_argument("--cores", type=int, default=128)
    two.add_argument("--queue", type=int, default=16, help="samples that wait for a GPU at most")
    two.add_argument("--spread", type=float, default=0.5, help="relative deviation of the time of a sample")
    two.add_argument("--steps", type=int, default=2000)
    two.add_argument("--seed", type=int, default=1)
    two.set_defaults(function=simulate)
    options = parser.parse_args()
    options.function(options)


if __name__ == "__main__":
    main()
