# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Small steps and checks of take_over, one a command; a check that fails raises."""
import json
import math
import os
import shutil
import sys

import torch


def read_json(path):
    with open(path) as file:
        return json.load(file)


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=4)


def subset(source, target, count):
    """The first `count` cases of a raw data set, as a data set of its own."""
    description = read_json(os.path.join(source, "dataset.json"))
    ending = description["file_ending"]
    labels = sorted(n for n in os.listdir(os.path.join(source, "labelsTr")) if n.endswith(ending))[:int(count)]
    cases = {n[:-len(ending)] for n in labels}
    for folder, cut in (("imagesTr", len(ending) + 5), ("labelsTr", len(ending))):
        os.makedirs(os.path.join(target, folder))
        for name in os.listdir(os.path.join(source, folder)):
            if name[:-cut] in cases:
                shutil.copy(os.path.join(source, folder, name), os.path.join(target, folder, name))
    description["numTraining"] = len(cases)
    write_json(os.path.join(target, "dataset.json"), description)


def shrink(plans_file):
    """A network of few features and a batch of two, whoever planned."""
    plans = read_json(plans_file)
    for configuration in plans["configurations"].values():
        if "architecture" in configuration:
            arguments = configuration["architecture"]["arch_kwargs"]
            arguments["features_per_stage"] = [4 * (i + 1) for i in range(arguments["n_stages"])]
            configuration["batch_size"] = 2
    write_json(plans_file, plans)


def turn(splits_file):
    """The last fold becomes the first."""
    splits = read_json(splits_file)
    assert splits[0] != splits[-1]
    write_json(splits_file, splits[::-1])


def same_plans(left, right):
    with open(os.path.join(left, "dataset_fingerprint.json"), "rb") as a, \
            open(os.path.join(right, "dataset_fingerprint.json"), "rb") as b:
        assert a.read() == b.read(), "the fingerprint was written anew"
    a, b = (read_json(os.path.join(side, "nnUNetPlans.json")) for side in (left, right))
    assert a == b and list(a) == list(b), "the plans differ"
    print(f"{len(a['configurations'])} configurations")


def trained(results):
    checkpoint = torch.load(os.path.join(results, "checkpoint_final.pth"), map_location="cpu", weights_only=False)
    losses = [checkpoint["logging"][key][-1] for key in ("train_losses", "val_losses")]
    assert all(math.isfinite(value) for value in losses), losses
    assert checkpoint["current_epoch"] == 1, checkpoint["current_epoch"]
    summary = read_json(os.path.join(results, "validation", "summary.json"))
    print(f"losses {losses[0]:.3f}, {losses[1]:.3f}; {len(summary['metric_per_case'])} cases in summary.json")


def validated(folder, results):
    ending = read_json(os.path.join(folder, "dataset.json"))["file_ending"]
    expected = read_json(os.path.join(folder, "splits_final.json"))[0]["val"]
    names = os.listdir(os.path.join(results, "validation"))
    found = sorted(n[:-len(ending)] for n in names if n.endswith(ending))
    assert found == sorted(expected), (found, expected)
    print(", ".join(found))


def untouched(before, after):
    def files(root):
        return {os.path.relpath(os.path.join(path, n), root) for path, _, names in os.walk(root) for n in names}

    for name in files(before):
        with open(os.path.join(before, name), "rb") as a, open(os.path.join(after, name), "rb") as b:
            assert a.read() == b.read(), f"{name} was changed"
    added = files(after) - files(before)
    print(f"{len(files(before))} files as they were, {len(added)} added"
          + (f" ({', '.join(sorted(added)[:3])})" if added else ""))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
