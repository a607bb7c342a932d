#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of tests/fuzz/corpus. Usage: make_corpus.py [FOLDER]; needs numpy and blosc2 of Python.

Files named good-* have to be read, files named bad-* to be refused. Inputs that the fuzzers found are
in the corpus too; they are kept as they are.
"""
import copy
import io
import json
import os
import pickle
import sys
import types
import zipfile
from collections import OrderedDict

import blosc2
import numpy as np

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def write(target, name, content):
    folder = os.path.join(ROOT, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)


def changed(document, **values):
    result = copy.deepcopy(document)
    for key, value in values.items():
        if value is None:
            result.pop(key)
        else:
            result[key] = value
    return result


def datasets():
    plain = {"channel_names": {"0": "CT", "1": "noNorm"}, "labels": {"background": 0, "liver": 1, "tumour": 2},
             "numTraining": 2, "file_ending": ".nii.gz"}
    good = {
        "plain": plain,
        "regions": changed(plain, labels={"background": 0, "whole": [1, 2], "core": [2], "ignore": 3},
                           regions_class_order=[1, 2]),
        "modality": changed(plain, channel_names=None, modality={"0": "T1"}),
        "list": changed(plain, overwrite_image_reader_writer="NibabelIO",
                        dataset={"a": {"images": ["$HOME/a_0000.nii.gz", "../b.nii.gz"], "label": "/l/a.nii.gz"}}),
    }
    for name, document in good.items():
        write("dataset", f"good-{name}.json", json.dumps(document))
    write("dataset", "good-text.json",
          '\t{"labels":{"b\\u00e9\\ud83d\\ude00":1.0,"background":0},"channel_names":{"0":"é"},"numTraining":1e0,'
          '"file_ending":".png","x":[NaN,-Infinity,1e999,-0,123456789012345678901,[[[]]],{}]}\r\n')
    bad = {
        "gap": changed(plain, labels={"background": 1, "x": 70000, "y": []}),
        "order": changed(plain, labels={"background": 0, "a": [1, 2]}, regions_class_order=[1, 2]),
        "ignore": changed(plain, labels={"background": 0, "a": 1, "ignore": 7}),
        "list": changed(plain, dataset={"a": {"images": []}, "b": 3}),
        "ending": changed(plain, file_ending="/x"),
        "channels": changed(plain, channel_names={"0": 1, "2": []}),
        "array": [plain],
    }
    for name, document in bad.items():
        write("dataset", f"bad-{name}.json", json.dumps(document))
    write("dataset", "bad-deep.json", "[" * 1000)
    write("dataset", "bad-cut.json", json.dumps(plain)[:-9])
    write("dataset", "bad-escape.json", '{"a\\')
    write("dataset", "bad-utf8.json", b'{"\xf0\x80\x80\x80": 1}')


def architecture(axes, residual=False):
    name = "residual_unet.ResidualEncoderUNet" if residual else "unet.PlainConvUNet"
    return {
        "network_class_name": "dynamic_network_architectures.architectures." + name,
        "arch_kwargs": {
            "n_stages": 2, "features_per_stage": [32, 64], "conv_op": f"torch.nn.modules.conv.Conv{axes}d",
            "kernel_sizes": [[3] * axes] * 2, "strides": [[1] * axes, [2] * axes],
            ("n_blocks_per_stage" if residual else "n_conv_per_stage"): [2, 2], "n_conv_per_stage_decoder": [2],
            "conv_bias": True, "norm_op": f"torch.nn.modules.instancenorm.InstanceNorm{axes}d",
            "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None, "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}},
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]}


def configuration(axes, **values):
    document = {
        "data_identifier": "nnUNetPlans_x", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
        "patch_size": [16, 32, 32][-axes:], "median_image_size_in_voxels": [20.0, 40.5, 40.0][-axes:],
        "spacing": [2.0, 1.0, 1.0][-axes:], "normalization_schemes": ["CTNormalization"], "use_mask_for_norm": [False],
        "architecture": architecture(axes), "batch_dice": True}
    for what, order in (("data", 3), ("seg", 1), ("probabilities", 1)):
        document[f"resampling_fn_{what}"] = "resample_data_or_seg_to_shape"
        document[f"resampling_fn_{what}_kwargs"] = {"is_seg": what == "seg", "order": order, "order_z": 0,
                                                    "force_separate_z": None}
    return changed(document, **values)


def plans():
    intensities = dict(max=9.0, mean=1.5, median=1.0, min=0.0, percentile_00_5=0.1, percentile_99_5=8.0, std=2.0)
    plain = {
        "dataset_name": "Dataset001_x", "plans_name": "nnUNetPlans",
        "original_median_spacing_after_transp": [2.0, 1.0, 1.0], "original_median_shape_after_transp": [20, 40, 40],
        "image_reader_writer": "SimpleITKIO", "transpose_forward": [2, 0, 1], "transpose_backward": [1, 2, 0],
        "configurations": {"2d": configuration(2), "3d_fullres": configuration(3)},
        "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {"0": intensities}}
    old = configuration(
        3, architecture=None, UNet_class_name="PlainConvUNet", UNet_base_num_features=32, unet_max_num_features=320,
        n_conv_per_stage_encoder=[2, 2], n_conv_per_stage_decoder=[2], num_pool_per_axis=[1, 1, 1],
        pool_op_kernel_sizes=[[1, 1, 1], [2, 2, 2]], conv_kernel_sizes=[[3, 3, 3], [3, 3, 3]])
    older = changed(plain, configurations={"3d_fullres": old}, foreground_intensity_properties_per_channel=None,
                    foreground_intensity_properties_by_modality={"0": intensities})
    lowres = configuration(3, next_stage="3d_cascade_fullres")
    inherits = changed(plain, configurations={
        "3d_fullres": configuration(3, architecture=architecture(3, True)),
        "3d_lowres": {"inherits_from": "3d_fullres", "next_stage": ["3d_cascade_fullres"]},
        "3d_cascade_fullres": {"inherits_from": "3d_fullres", "previous_stage": "3d_lowres", "batch_size": 3}})
    good = {"plain": plain, "old": older, "inherits": inherits,
            "next": changed(plain, configurations={"3d_lowres": lowres}),
            "features": changed(older, configurations={"a": changed(
                old, unet_max_num_features=2**63 - 1, n_conv_per_stage_encoder=[1] * 64,
                n_conv_per_stage_decoder=[1] * 63, pool_op_kernel_sizes=1, conv_kernel_sizes=3)})}
    for name, document in good.items():
        write("plans", f"good-{name}.json", json.dumps(document))
    bad = {
        "circle": changed(plain, configurations={"a": {"inherits_from": "b"}, "b": {"inherits_from": "a"}}),
        "orphan": changed(plain, configurations={"a": {"inherits_from": 3}}),
        "negative": changed(older, configurations={"a": changed(
            old, UNet_base_num_features=-(2**62), n_conv_per_stage_encoder=[1] * 8, n_conv_per_stage_decoder=[1] * 7,
            pool_op_kernel_sizes=1, conv_kernel_sizes=3)}),
        "patch": changed(plain, configurations={"a": configuration(3, patch_size=[2**62, 3, -1])}),
        "permutation": changed(plain, transpose_forward=[0, 1, 1]),
        "stages": changed(plain, configurations={"a": configuration(3, architecture={
            "network_class_name": "PlainConvUNet", "arch_kwargs": {"n_stages": 1 << 40}})}),
        "median": changed(plain, configurations={"a": configuration(3, median_image_size_in_voxels="many")}),
    }
    for name, document in bad.items():
        write("plans", f"bad-{name}.json", json.dumps(document))


def properties():
    stuff = {"spacing": (1.0, 1.0, 2.0), "origin": (0.0, -5.5, 1e3),
             "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)}
    affine = np.diag([1.0, 2.0, 3.0, 1.0])
    plain = {"sitk_stuff": stuff, "spacing": [2.0, 1.0, 1.0], "shape_before_cropping": (8, 9, 10),
             "bbox_used_for_cropping": [[0, 8], [1, 9], [0, 10]],
             "shape_after_cropping_and_before_resampling": (8, 8, 10)}
    located = changed(plain, class_locations={
        1: np.arange(12).reshape(3, 4), 2: [], (1, 2): np.asfortranarray(np.arange(8, dtype=np.int32).reshape(2, 4)),
        np.int64(3): [(0, 1, 2, 3)]})
    values = {
        "plain": plain, "located": located,
        "nibabel": {"nibabel_stuff": {"original_affine": affine, "reoriented_affine": affine.astype("f4")},
                    "spacing": [3.0, 2.0, 1.0]},
        "scalars": changed(plain, spacing=np.array([1, 2, 3], dtype=">f8"), shape_before_cropping=np.array([1, 2, 3]),
                           text=np.str_("ab"), half=np.float16(2), flag=np.bool_(True), big=1 << 70, od=OrderedDict(a={1})),
        "picture": {"spacing": (999, 1, 1)},
        "flat": changed(plain, sitk_stuff={"spacing": (1.0, 2.0), "origin": (0.0, 0.0), "direction": (1.0, 0.0, 0.0, 1.0)}),
    }
    for name, value in values.items():
        for protocol in (0, 2, 4, 5):
            write("pickle", f"good-{name}-{protocol}.pkl", pickle.dumps(value, protocol))
    bad = {
        "spacing": changed(plain, spacing=[0.0, 1.0, 1.0]), "list": [1, 2], "box": changed(plain, bbox_used_for_cropping=3),
        "shape": changed(plain, shape_before_cropping=(1, 2)), "locations": changed(plain, class_locations={1: np.zeros((2, 7))}),
        "far": changed(plain, class_locations={1: np.array([[0, 1, 2, 1 << 40]])}),
    }
    for name, value in bad.items():
        write("pickle", f"bad-{name}.pkl", pickle.dumps(value, 4))
    write("pickle", "bad-length.pkl", b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.")
    write("pickle", "bad-cut.pkl", pickle.dumps(located, 4)[:-40])
    write("pickle", "bad-call.pkl", b"cos\nsystem\n(S'true'\ntR.")
    # One list of many voxels, named once for each of many classes.
    shared = [(0, 1, 2, 3)] * 300
    write("pickle", "bad-repeated.pkl", pickle.dumps(changed(plain, class_locations={i: shared for i in range(600)}), 4))


def numpy_file(array, **arguments):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, **arguments)
    return out.getvalue()


def header(text, version=1):
    text = text.encode() + b"\n"
    size = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + text


def archive(members, method, force_zip64=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zipped:
        for name, content in members.items():
            information = zipfile.ZipInfo(name + ".npy")
            information.compress_type = method
            with zipped.open(information, "w", force_zip64=force_zip64) as file:
                file.write(content)
    return out.getvalue()


def arrays():
    image = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
    labels = (image[:1] % 3).astype(np.int16)
    for name, array in {"image": image, "labels": labels, "fortran": np.asfortranarray(image),
                        "three": image[0].astype("f8"), "bytes": labels.astype("u1"), "wide": labels.astype("u8"),
                        "flags": labels.astype(bool)}.items():
        write("npy", f"good-{name}.npy", numpy_file(array))
    write("npy", "good-version2.npy", numpy_file(image[:1], version=(2, 0)))
    for name, content in {
        "shape": header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000, 1000000, 1000000), }"),
        "overflow": header("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2147483648, 2147483648, 4), }"),
        "negative": header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2, 2, 2), }") + bytes(32),
        "order": numpy_file(image.astype(">f4")), "axes": numpy_file(image[0, 0]), "object": header("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1, 1), }"),
        "long": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "cut": numpy_file(image)[:-1], "empty": b"",
        "type": header("{'descr': '<f0', 'fortran_order': False, 'shape': (1, 1, 1), }"),
    }.items():
        write("npy", f"bad-{name}.npy", content)

    members = {"data": numpy_file(image), "seg": numpy_file(labels)}
    stored = archive(members, zipfile.ZIP_STORED)
    deflated = archive(members, zipfile.ZIP_DEFLATED)
    write("npz", "good-stored.npz", stored)
    write("npz", "good-deflated.npz", deflated)
    write("npz", "good-zip64.npz", archive(members, zipfile.ZIP_DEFLATED, True))
    write("npz", "bad-member.npz", archive({"other": members["seg"]}, zipfile.ZIP_DEFLATED))
    write("npz", "bad-checksum.npz", stored[:260] + bytes([stored[260] ^ 1]) + stored[261:])
    write("npz", "bad-cut.npz", deflated[:-30])
    entry = deflated.index(b"PK\1\2")
    write("npz", "bad-size.npz", deflated[:entry + 24] + b"\xfe\xff\xff\xff" + deflated[entry + 28:])
    claim = header("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 100000, 100000, 100000), }")
    write("npz", "bad-shape.npz", archive({"data": claim, "seg": members["seg"]}, zipfile.ZIP_DEFLATED))

    def b2nd(array, **arguments):
        arguments.setdefault("chunks", tuple(min(n, 3) for n in array.shape))
        arguments.setdefault("blocks", tuple(min(n, 2) for n in array.shape))
        return blosc2.asarray(np.ascontiguousarray(array), cparams={"codec": blosc2.Codec.ZSTD, "clevel": 8}, **arguments).to_cframe()

    files = {"image": b2nd(image), "labels": b2nd(labels), "three": b2nd(image[0]),
             "one-chunk": b2nd(image, chunks=image.shape, blocks=image.shape),
             "zeros": blosc2.zeros((1, 4, 4, 4), dtype=np.float32).to_cframe(),
             "lz4": blosc2.asarray(image, chunks=(1, 3, 4, 5), blocks=(1, 2, 2, 5),
                                   cparams={"codec": blosc2.Codec.LZ4, "filters": [blosc2.Filter.BITSHUFFLE]}).to_cframe()}
    for name, content in files.items():
        write("b2nd", f"good-{name}.b2nd", content)
    write("b2nd", "bad-axes.b2nd", b2nd(image[0, 0]))
    write("b2nd", "bad-order.b2nd", b2nd(image.astype(">f4")))
    write("b2nd", "bad-cut.b2nd", files["image"][:-200])
    write("b2nd", "bad-empty.b2nd", b"")
    first = int.from_bytes(files["image"][11:15], "big")  # of the chunks; sizes unpacked and of a block follow 4 bytes
    write("b2nd", "bad-blocks.b2nd", files["image"][:first + 4] + (0x1C00008).to_bytes(4, "little") +
          (1).to_bytes(4, "little") + files["image"][first + 12:])
    write("b2nd", "bad-chunk.b2nd", files["image"][:first + 12] + (1 << 28).to_bytes(4, "little") +
          files["image"][first + 16:])
    write("b2nd", "bad-places.b2nd", files["image"][:30] + (1 << 36).to_bytes(8, "big") + files["image"][38:])
    padded = blosc2.zeros((1, 1, 1, 1), dtype=np.float32, chunks=(1, 64, 1024, 1024), blocks=(1, 1, 64, 64))
    write("b2nd", "bad-padding.b2nd", padded.to_cframe())
    plain = blosc2.SChunk(data=np.arange(100, dtype=np.float32), cparams={"typesize": 4})
    write("b2nd", "bad-no-array.b2nd", plain.to_cframe())


def postprocessing():
    """Pickles name nnU-Net's function, which need not be there."""
    name = "nnunetv2.postprocessing.remove_connected_components"
    for i in range(1, 4):
        part = ".".join(name.split(".")[:i])
        sys.modules[part] = types.ModuleType(part)

    def keep_largest():
        pass
    keep_largest.__module__ = name
    keep_largest.__name__ = keep_largest.__qualname__ = "remove_all_but_largest_component_from_segmentation"
    setattr(sys.modules[name], keep_largest.__name__, keep_largest)

    def pair(*steps):
        return [keep_largest] * len(steps), list(steps)

    good = {
        "none": pair(),
        "label": pair({"labels_or_regions": 1}),
        "labels": pair({"labels_or_regions": [1, 2]}, {"labels_or_regions": 2, "background_label": 3}),
        "regions": pair({"labels_or_regions": [(1, 2), (2,)]}, {"labels_or_regions": (2, 3)}),
    }
    for key, value in good.items():
        for protocol in (0, 2, 4):
            write("postprocessing", f"good-{key}-{protocol}.pkl", pickle.dumps(value, protocol))
    bad = {
        "call": ([os.getcwd], [{"labels_or_regions": 1}]),
        "length": ([keep_largest], []),
        "missing": pair({"labels": 1}),
        "type": pair({"labels_or_regions": "1"}),
        "background": pair({"labels_or_regions": 1, "background_label": (0,)}),
        "single": [keep_largest],
    }
    for key, value in bad.items():
        write("postprocessing", f"bad-{key}.pkl", pickle.dumps(value, 4))
    write("postprocessing", "bad-cut.pkl", pickle.dumps(good["regions"], 4)[:-20])


datasets()
plans()
properties()
arrays()
postprocessing()
