# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""One report of what the benches of this folder and the kernel benches measured.

usage: report.py FOLDER
Reads FOLDER/jobs/*.json (what the benches write with --out) and FOLDER/kernels/*.json (Google Benchmark), prints
Markdown and writes FOLDER/report.json, report.md and, where matplotlib is there, report.png: the ratio of each job
with its range over the turns.
"""
import glob
import json
import os
import re
import statistics
import sys


def ratios(peer, ours):
    return [a / b for a, b in zip(peer, ours) if b > 0]


def row(job, unit, peer, ours, each, more=None):
    """`each`: how many times faster, turn by turn; `more`: ratios of CPU time and memory."""
    return {"job": job, "unit": unit, "peer": statistics.median(peer), "nnflow": statistics.median(ours),
            "ratio": statistics.median(each), "least": min(each), "largest": max(each), "turns": len(each), **(more or {})}


def measured(job, peer, ours, seconds):
    """A row of runs that know their time, CPU time and memory."""
    values = {key: ([run[key] for run in peer], [run[key] for run in ours])
              for key in (seconds, "cpu_seconds", "cpu_ms", "peak_mib") if key in peer[0] and key in ours[0]}
    more = {}
    for key, name in (("cpu_seconds", "cpu_ratio"), ("cpu_ms", "cpu_ratio"), ("peak_mib", "memory_ratio")):
        if key in values and (each := ratios(*values[key])):
            more[name] = statistics.median(each)
    if "peak_mib" in values:
        more |= {"peer_mib": statistics.median(values["peak_mib"][0]), "nnflow_mib": statistics.median(values["peak_mib"][1])}
    unit = "s" if seconds == "seconds" else "ms a step"
    return row(job, unit, *values[seconds], ratios(*values[seconds]), more)


def rows_of(name, result):
    """The rows of one bench's file, whichever form it has."""
    for job, runs in result.get("jobs", {}).items():
        yield measured(job if job.startswith(name) else f"{name}: {job}", runs["peer"], runs["nnflow"], "seconds")
    sides = result.get("sides", {})
    for side in sides:
        if side != "peer" and "peer" in sides:
            yield measured(f"{name}: {side}", sides["peer"], sides[side], "step_ms")
    for channels, runs in result.get("samples_per_second", {}).items():
        yield row(f"{name}: {channels} channel{'s' if int(channels) > 1 else ''}, one core", "samples/s", runs["peer"],
                  runs["nnflow"], ratios(runs["nnflow"], runs["peer"]))
    for kernel, runs in result.get("voxels_per_second", {}).items():
        peer, ours = (runs[side] if isinstance(runs[side], list) else [runs[side]] for side in ("peer", "nnflow"))
        yield row(f"{name}: {kernel}", "voxels/s", peer, ours, ratios(ours, peer))


def kernels(folder):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, "kernels", "*.json"))):
        with open(path) as file:
            entries = json.load(file)["benchmarks"]
        for entry in entries:
            if entry.get("run_type") == "aggregate" or "error_occurred" in entry:
                continue
            scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[entry["time_unit"]]
            found.append({"program": os.path.basename(path)[:-len(".json")], "name": entry["name"],
                          "seconds": entry["real_time"] * scale, **{key: entry[key] for key in (
                              "items_per_second", "bytes_per_second", "bytes", "flops", "of_memcpy") if key in entry}})
    for entry in found:
        if "bytes" in entry:  # a counter, where a program measures its own threads
            entry["bytes_per_second"] = entry.pop("bytes")
    limits = machine_limits(found)
    for entry in found:
        if (part := part_of_limit(entry, limits)) is not None:
            entry["limit"], entry["of_limit"] = part
    return found


def threads_of(name):
    match = re.search(r"threads:(\d+)", name)
    return int(match.group(1)) if match else 1


def machine_limits(entries):
    """By kind and threads: bytes a second of a copy, flop/s of multiply-adds in registers."""
    limits = {}
    for entry in entries:
        name = entry["name"]
        if entry["program"] == "machine_bench" and (match := re.match(r"copy/(\d+)", name)):
            limits["copy", int(match.group(1))] = entry["bytes_per_second"]
        if match := re.match(r"Products/bf16:(\d)", name):
            limits["bf16" if match.group(1) == "1" else "float32", threads_of(name)] = entry["flops"]
    return limits


def part_of_limit(entry, limits):
    """What a kernel is limited by at best, and how much of that it reaches."""
    name, program = entry["name"], entry["program"]
    if program == "machine_bench" or name.startswith("Products"):
        return None
    if "of_memcpy" in entry:
        return "copy in the same run", entry["of_memcpy"]
    threads = threads_of(name)
    if "flops" in entry:
        narrow = "bf16:1" in name or re.match(r"Inference/\d+/1", name)
        kind, rate = "bf16" if narrow else "float32", entry["flops"]
    elif "bytes_per_second" in entry:
        kind, rate = "copy", entry["bytes_per_second"]
    else:
        return None
    limit = limits.get((kind, threads))
    return (f"{kind}, {threads} thread{'s' if threads > 1 else ''}", rate / limit) if limit else None


def short(value):
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def markdown(report):
    lines = ["| job | unit | nnU-Net | nnflow | ratio, median (least to largest) | CPU time | peak memory | turns |",
             "|---|---|---|---|---|---|---|---|"]
    for entry in report["jobs"]:
        cpu, memory = (f"{entry[key]:.2f}" if key in entry else "" for key in ("cpu_ratio", "memory_ratio"))
        if memory:
            memory += f" ({entry['peer_mib']:.0f} to {entry['nnflow_mib']:.0f} MiB)"
        lines.append(f"| {entry['job']} | {entry['unit']} | {short(entry['peer'])} | {short(entry['nnflow'])} | "
                     f"{entry['ratio']:.2f} ({entry['least']:.2f} to {entry['largest']:.2f}) | {cpu} | {memory} | "
                     f"{entry['turns']} |")
    for name, reason in report["left_out"].items():
        lines.append(f"| {name} | | | | {reason} | | | |")
    if report["kernels"]:
        lines += ["", "| kernel | time | items/s | GB/s | GFLOP/s | limit | reached |", "|---|---|---|---|---|---|---|"]
        for entry in report["kernels"]:
            cells = [short(entry[key] / scale) if key in entry else "" for key, scale in (
                ("items_per_second", 1), ("bytes_per_second", 1e9), ("flops", 1e9))]
            lines.append(f"| {entry['program']} {entry['name']} | {short(1e3 * entry['seconds'])} ms | {' | '.join(cells)} | "
                         f"{entry.get('limit', '')} | {format(entry['of_limit'], '.0%') if 'of_limit' in entry else ''} |")
    return "\n".join(lines)


def picture(report, path):
    try:
        import matplotlib
    except ImportError:
        print("no picture: there is no matplotlib", file=sys.stderr)
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot
    jobs = report["jobs"][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.32 * len(jobs)))
    middle = [job["ratio"] for job in jobs]
    spread = [[job["ratio"] - job["least"] for job in jobs], [job["largest"] - job["ratio"] for job in jobs]]
    axes.barh([job["job"] for job in jobs], middle, xerr=spread, color="#4477aa", ecolor="#333333", capsize=3)
    for place, value in enumerate(middle):
        axes.text(value, place, f"  {value:.1f}x", va="bottom", fontsize=8)
    axes.axvline(1, color="#aa3333", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("times as fast as nnU-Net (median of the turns; bars: least to largest)")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main(folder):
    report = {"jobs": [], "left_out": {}, "kernels": kernels(folder)}
    for path in sorted(glob.glob(os.path.join(folder, "jobs", "*.json"))):
        with open(path) as file:
            report["jobs"] += rows_of(os.path.basename(path)[:-len(".json")], json.load(file))
    for path in sorted(glob.glob(os.path.join(folder, "jobs", "*.left_out"))):
        with open(path) as file:
            report["left_out"][os.path.basename(path)[:-len(".left_out")]] = file.read().strip()
    if os.path.exists(machine := os.path.join(folder, "machine.json")):
        with open(machine) as file:
            report["machine"] = json.load(file)
    text = markdown(report)
    if "machine" in report:
        text = ", ".join(f"{key} {value}" for key, value in report["machine"].items()) + "\n\n" + text
    print(text)
    for name, content in (("report.json", json.dumps(report, indent=2)), ("report.md", text)):
        with open(os.path.join(folder, name), "w") as file:
            file.write(content + "\n")
    if report["jobs"]:
        picture(report, os.path.join(folder, "report.png"))


if __name__ == "__main__":
    main(sys.argv[1])
