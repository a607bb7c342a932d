# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""The side of nnU-Net in the exchange of files: peer.py check|write <folder>."""
import json
import os
import sys

import blosc2
import numpy as np
from batchgenerators.utilities.file_and_folder_operations import load_pickle
from nnunetv2.training.dataloading.nnunet_dataset import (comp_blosc2_params, infer_dataset_class,
                                                          nnUNetDatasetBlosc2, nnUNetDatasetNumpy)

EXTENT = (20, 40, 30)
PATCH = (16, 16, 16)
IMAGE = ((np.arange(2 * 24000, dtype=np.int64) * 7919) % 1009 / 8).astype(np.float32).reshape(2, *EXTENT)
SEG = ((np.arange(24000, dtype=np.int64) * 31) % 5 - 1).astype(np.int16).reshape(1, *EXTENT)
LOCATIONS = {1: np.array([[0, 0, 1, 2], [0, 3, 4, 5]]), (1, 2): np.array([[0, 6, 7, 8]]), 3: []}


def properties():
    return {
        "sitk_stuff": {"spacing": (0.5, 0.75, 2.0), "origin": (1.0, -2.0, 3.5),
                       "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)},
        "spacing": [np.float64(2.0), np.float64(0.75), np.float64(0.5)],
        "shape_before_cropping": (22, 42, 32),
        "bbox_used_for_cropping": [[1, 21], [1, 41], [1, 31]],
        "shape_after_cropping_and_before_resampling": EXTENT,
        "class_locations": LOCATIONS,
    }


def check(folder):
    cases = os.path.join(folder, "cases")
    assert infer_dataset_class(cases) is nnUNetDatasetBlosc2
    data, seg, previous, props = nnUNetDatasetBlosc2(
        cases, folder_with_segs_from_previous_stage=os.path.join(folder, "previous")).load_case("a")
    assert data.dtype == np.float32 and seg.dtype == np.int16 and previous.dtype == np.uint8
    assert np.array_equal(data[:], IMAGE) and np.array_equal(seg[:], SEG)
    assert np.array_equal(data[:, 3:9, 11:30, 2:5], IMAGE[:, 3:9, 11:30, 2:5])
    assert np.array_equal(previous[:], SEG[0] + 1)
    blocks, chunks = comp_blosc2_params(IMAGE.shape, PATCH)
    assert data.blocks == blocks and data.chunks == chunks, (data.blocks, data.chunks)
    assert data.schunk.cparams.codec == blosc2.Codec.ZSTD and data.schunk.cparams.clevel == 1
    expected = properties()
    assert list(props) == list(expected)
    for key, value in props["class_locations"].items():
        assert np.array_equal(value, expected["class_locations"][key]), key
    assert list(props["class_locations"]) == list(LOCATIONS)
    del props["class_locations"], expected["class_locations"]
    assert props == expected, props
    functions, arguments = load_pickle(os.path.join(folder, "postprocessing.pkl"))
    assert [f.__name__ for f in functions] == ["remove_all_but_largest_component_from_segmentation"] * 2
    assert arguments == [{"labels_or_regions": [1, 2]}, {"labels_or_regions": (1, 2)}]
    from nnunetv2.utilities.crossval_split import generate_crossval_split
    with open(os.path.join(folder, "splits_final.json")) as file:
        text = file.read()
    splits = generate_crossval_split(list("abcdefg"), seed=12345, n_splits=5)
    assert text == json.dumps([{k: [str(i) for i in s[k]] for k in s} for s in splits], indent=4)


def same_bytes(ours, theirs):
    """Not required, only reported: whether both programs give the same bytes."""
    for name in ("cases/a.b2nd", "cases/a_seg.b2nd", "previous/a.b2nd"):
        with open(os.path.join(ours, name), "rb") as a, open(os.path.join(theirs, name), "rb") as b:
            print(name, "same bytes" if a.read() == b.read() else "other bytes")


def write(folder):
    for name in ("cases", "previous"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    blocks, chunks = comp_blosc2_params(IMAGE.shape, PATCH)
    blocks_seg, chunks_seg = comp_blosc2_params(SEG.shape, PATCH, 2)
    nnUNetDatasetBlosc2.save_case(IMAGE, SEG, properties(), os.path.join(folder, "cases", "a"), chunks=chunks,
                                  blocks=blocks, chunks_seg=chunks_seg, blocks_seg=blocks_seg)
    blocks, chunks = comp_blosc2_params(SEG.shape, PATCH, 1)
    nnUNetDatasetBlosc2.save_seg((SEG[0] + 1).astype(np.uint8), os.path.join(folder, "previous", "a"),
                                 chunks_seg=chunks[1:], blocks_seg=blocks[1:])
    for name in ("older", "unpacked"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        nnUNetDatasetNumpy.save_case(IMAGE, SEG, properties(), os.path.join(folder, name, "a"))
    nnUNetDatasetNumpy.unpack_dataset(os.path.join(folder, "unpacked"), num_processes=1)
    assert os.path.isfile(os.path.join(folder, "unpacked", "a_seg.npy"))


if __name__ == "__main__":  # unpacking starts processes that import this file
    if sys.argv[1] == "check":
        check(sys.argv[2])
    elif sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        same_bytes(sys.argv[2], sys.argv[3])
