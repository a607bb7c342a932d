# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Made the files of this folder: preprocessed cases as older versions of nnU-Net stored them, and as numpy can.

usage: make_older.py FOLDER; needs numpy only.
"""
import os
import pickle
import sys

import numpy as np

EXTENT = (5, 7, 4)


def image():
    count = 2 * int(np.prod(EXTENT))
    return ((np.arange(count, dtype=np.int64) * 7919) % 1009 / 8).astype(np.float32).reshape(2, *EXTENT)


def labels(kind):
    return ((np.arange(int(np.prod(EXTENT)), dtype=np.int64) * 31) % 5 - 1).astype(kind).reshape(1, *EXTENT)


def properties():
    return {
        "sitk_stuff": {"spacing": (0.5, 0.75, 2.0), "origin": (1.0, -2.0, 3.5),
                       "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)},
        "spacing": [2.0, 0.75, 0.5],
        "shape_before_cropping": EXTENT,
        "bbox_used_for_cropping": [[0, EXTENT[0]], [0, EXTENT[1]], [0, EXTENT[2]]],
        "shape_after_cropping_and_before_resampling": EXTENT,
        "class_locations": {1: np.array([[0, 0, 1, 2], [0, 3, 4, 1]]), 2: np.array([[0, 1, 2, 3]]), 3: []},
    }


def main(folder):
    def name(text):
        return os.path.join(folder, text)

    os.makedirs(name("previous"), exist_ok=True)
    # The usual kind; one of stored entries whose axes lie the other way round; unpacked ones.
    np.savez_compressed(name("deflated.npz"), data=image(), seg=labels(np.int16))
    np.savez(name("stored.npz"), data=np.asfortranarray(image()), seg=np.asfortranarray(labels(np.int8)))
    np.save(name("unpacked.npy"), image())
    np.save(name("unpacked_seg.npy"), labels(np.int16))
    np.savez_compressed(os.path.join(name("previous"), "deflated.npz"), seg=(labels(np.int16)[0] + 1).astype(np.uint8))
    # Half precision, with what is special in it: the smallest numbers, the largest, no numbers.
    special = np.array([2.0**-24, -2.0**-15, 65504, np.inf, -np.inf, np.nan]).reshape(1, 2, 3)
    np.savez_compressed(os.path.join(name("previous"), "half.npz"), data=image().astype(np.float16),
                        seg=special.astype(np.float16))
    for case in ("deflated", "stored", "unpacked"):
        with open(name(case + ".pkl"), "wb") as file:
            pickle.dump(properties(), file)


main(sys.argv[1])
