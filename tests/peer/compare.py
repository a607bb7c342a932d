# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Compares two folders below nnUNet_preprocessed: compare.py PEER-FOLDER NNFLOW-FOLDER."""
import json
import os
import pickle
import sys

import blosc2
import numpy as np

FINGERPRINT_BOUND = 1e-6
PLANS_BOUND = 1e-9
IMAGE_BOUND = 1e-4
GEOMETRY_BOUND = 1e-6  # mm and cosines; 0 where both programs read the same fields of a header


class Row:
    """One line of the table: how many things were compared, the largest difference, what broke."""

    def __init__(self, name, bound):
        self.name, self.bound, self.count, self.maximum, self.breaches = name, bound, 0, 0.0, []
        self.kinds = 0  # equal numbers written once as 1 and once as 1.0

    def number(self, where, difference):
        self.count += 1
        self.maximum = max(self.maximum, difference)
        if not difference <= self.bound:
            self.breaches.append(f"{where}: difference {difference:g}")

    def equal(self, where, same, text=""):
        self.count += 1
        if not same:
            self.breaches.append(f"{where}: {text}" if text else where)


def compare_json(row, a, b, where=""):
    """Structure, order of keys and texts equal; numbers within the row's bound, relative."""
    if isinstance(a, dict) and isinstance(b, dict):
        row.equal(where, list(a) == list(b), f"keys {list(a)} and {list(b)}")
        for key in a.keys() & b.keys():
            compare_json(row, a[key], b[key], f"{where}/{key}")
    elif isinstance(a, list) and isinstance(b, list):
        row.equal(where, len(a) == len(b), f"lengths {len(a)} and {len(b)}")
        for i, (left, right) in enumerate(zip(a, b)):
            compare_json(row, left, right, f"{where}[{i}]")
    elif {type(a), type(b)} <= {int, float}:
        row.kinds += type(a) is not type(b)
        row.number(where, 0.0 if a == b else abs(a - b) / max(abs(a), abs(b)))
    else:
        row.equal(where, type(a) is type(b) and a == b, f"{a!r} and {b!r}")


def same(a, b):
    """Equal values in containers of equal kind; arrays also of equal type."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return a == b


def compare_geometry(row, where, a, b):
    """sitk_stuff or nibabel_stuff: the same kinds and texts, numbers within the row's bound."""
    row.equal(where, type(a) is type(b), f"{type(a)} and {type(b)}")
    if isinstance(a, dict) and isinstance(b, dict):
        row.equal(where, list(a) == list(b), f"keys {list(a)} and {list(b)}")
        for key in a.keys() & b.keys():
            compare_geometry(row, f"{where}/{key}", a[key], b[key])
    elif isinstance(a, str):
        row.equal(where, a == b, f"{a} and {b}")
    elif np.shape(a) != np.shape(b):
        row.equal(where, False, f"shapes {np.shape(a)} and {np.shape(b)}")
    else:
        row.number(where, float(np.max(np.abs(np.asarray(a, float) - np.asarray(b, float)))))


def read_json(folder, name):
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def compare_array(row, shape_row, where, left, right, exact):
    """Row takes the voxels, shape_row shape, type, chunks and blocks; tells whether the files' bytes are equal."""
    a, b = blosc2.open(left, mode="r"), blosc2.open(right, mode="r")
    for key in ("shape", "dtype", "chunks", "blocks"):
        shape_row.equal(f"{where} {key}", getattr(a, key) == getattr(b, key),
                        f"{getattr(a, key)} and {getattr(b, key)}")
    if a.shape != b.shape:
        row.equal(where, False, "not compared, shapes differ")
        return False
    x, y = a[:].astype(np.float64), b[:].astype(np.float64)
    differing = int(np.count_nonzero(x != y))
    if exact:
        row.equal(where, differing == 0, f"{differing} voxels differ")
        row.maximum = max(row.maximum, float(np.max(np.abs(x - y))))
    else:
        row.number(where, float(np.max(np.abs(x - y))))
    return read_bytes(left) == read_bytes(right)


def compare_cases(peer, ours, identifier):
    """The rows of the configuration whose arrays lie in the folder `identifier`."""
    images, labels = Row(f"{identifier}: images", IMAGE_BOUND), Row(f"{identifier}: labels", 0)
    shapes = Row(f"{identifier}: shape, type, chunks, blocks", 0)
    others = Row(f"{identifier}: .pkl, spacing, shapes, boxes", 0)
    geometry = Row(f"{identifier}: .pkl, geometry", GEOMETRY_BOUND)
    locations = Row(f"{identifier}: .pkl, class_locations", 0)
    peer, ours = os.path.join(peer, identifier), os.path.join(ours, identifier)
    found = [sorted(name for name in os.listdir(folder) if name.endswith((".b2nd", ".pkl")))
             for folder in (peer, ours)]
    files = Row(f"{identifier}: names of files", 0)
    for name in sorted(set(found[0]) | set(found[1])):
        files.equal(name, name in found[0] and name in found[1], "only one side has it")
    equal_bytes = 0
    for name in sorted(set(found[0]) & set(found[1])):
        left, right = os.path.join(peer, name), os.path.join(ours, name)
        if name.endswith(".b2nd"):
            is_label = name.endswith("_seg.b2nd")
            equal_bytes += compare_array(labels if is_label else images, shapes, name, left, right, is_label)
            continue
        a, b = pickle.loads(read_bytes(left)), pickle.loads(read_bytes(right))
        others.equal(name, list(a) == list(b), f"keys {list(a)} and {list(b)}")
        for key in a.keys() & b.keys():
            if key in ("sitk_stuff", "nibabel_stuff"):
                compare_geometry(geometry, f"{name} {key}", a[key], b[key])
                continue
            row = locations if key == "class_locations" else others
            row.equal(f"{name} {key}", same(a[key], b[key]),
                      "" if row is locations else f"{a[key]} and {b[key]}")
    print(f"{identifier}: {equal_bytes} of {images.count + labels.count} files .b2nd have equal bytes")
    rows = [files, images, labels, shapes, others, locations]
    return rows + [geometry] if geometry.count else rows  # photographs have none


def main(peer, ours):
    rows = []
    fingerprint = Row("dataset_fingerprint.json", FINGERPRINT_BOUND)
    compare_json(fingerprint, *(read_json(side, "dataset_fingerprint.json") for side in (peer, ours)))
    rows.append(fingerprint)
    description = Row("dataset.json", 0)
    compare_json(description, *(read_json(side, "dataset.json") for side in (peer, ours)))
    rows.append(description)
    identifiers = []
    for name in sorted(n for n in os.listdir(peer) if "Plans" in n and n.endswith(".json")):
        row = Row(name, PLANS_BOUND)
        plans = [read_json(side, name) for side in (peer, ours)]
        compare_json(row, *plans)
        rows.append(row)
        for configuration in plans[0]["configurations"].values():
            identifier = configuration.get("data_identifier")
            if identifier and identifier not in identifiers:
                identifiers.append(identifier)
    splits = Row("splits_final.json", 0)
    splits.equal("file", read_json(peer, "splits_final.json") == read_json(ours, "splits_final.json"))
    rows.append(splits)
    references = Row("gt_segmentations", 0)
    names = [sorted(os.listdir(os.path.join(side, "gt_segmentations"))) for side in (peer, ours)]
    references.equal("names", names[0] == names[1])
    for name in sorted(set(names[0]) & set(names[1])):
        references.equal(name, *[len({read_bytes(os.path.join(side, "gt_segmentations", name))
                                      for side in (peer, ours)}) == 1])
    rows.append(references)
    for identifier in identifiers:
        rows += compare_cases(peer, ours, identifier)
    print("\n| what | compared | largest difference | bound | beyond |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {row.name} | {row.count} | {row.maximum:.3g} | {row.bound:g} | {len(row.breaches)} |")
    for row in rows:
        if row.kinds:
            print(f"{row.name}: {row.kinds} numbers are an integer on one side and a float on the other")
    breaches = [f"{row.name}: {text}" for row in rows for text in row.breaches]
    for text in breaches[:30]:
        print(text)
    if len(breaches) > 30:
        print(f"and {len(breaches) - 30} more")
    return 1 if breaches or any(row.count == 0 for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
