#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of tests/fuzz/corpus/pth. Usage: make_pth_corpus.py [FOLDER]; needs nnU-Net's Python packages.

The network is the one of pth_fuzz.cpp. Files named good-* have to be read, files named bad-* to be refused.
"""
import io
import os
import pickle
import sys
import zipfile
from collections import OrderedDict

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
FOLDER = os.path.join(ROOT, "pth")


def write(name, content):
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, name + ".pth"), "wb") as file:
        file.write(content)


def saved(document):
    buffer = io.BytesIO()
    torch.save(document, buffer)
    return buffer.getvalue()


def rezipped(content, change):
    """The archive with its entries, by name without the first folder, changed by a function."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = OrderedDict((name.split("/", 1)[1], archive.read(name)) for name in archive.namelist())
    change(entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr("archive/" + name, data)
    return buffer.getvalue()


def with_pickle(content, data):
    return rezipped(content, lambda entries: entries.update({"data.pkl": data}))


class System:
    """What a hostile file would run."""

    def __reduce__(self):
        return os.system, ("touch NNFLOW_WAS_HERE",)


class Storage:
    """A record of the archive as torch.save refers to it."""

    def __init__(self, kind, key, elements):
        self.reference = ("storage", kind, key, "cpu", elements)


class Tensor:
    def __init__(self, storage, offset, size, stride):
        self.arguments = (storage, offset, size, stride, False, OrderedDict())

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, self.arguments


def dumped(document):
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=2)
    pickler.persistent_id = lambda item: item.reference if isinstance(item, Storage) else None
    pickler.dump(document)
    return buffer.getvalue()


torch.manual_seed(1)
network = PlainConvUNet(1, 2, [2, 3], torch.nn.Conv2d, 3, [1, 2], 1, 2, 1, conv_bias=True,
                        norm_op=torch.nn.InstanceNorm2d, norm_op_kwargs={"eps": 1e-5, "affine": True},
                        nonlin=torch.nn.LeakyReLU, nonlin_kwargs={"inplace": True}, deep_supervision=True)
weights = network.state_dict()
parameters = list(network.parameters())
log = {key: [0.5] for key in ("mean_fg_dice", "ema_fg_dice", "train_losses", "val_losses", "lrs",
                              "epoch_start_timestamps", "epoch_end_timestamps")}
log["dice_per_class_or_region"] = [[0.5]]
training = {"network_weights": weights, "trainer_name": "nnUNetTrainer", "current_epoch": 1, "_best_ema": 0.5,
            "logging": log, "inference_allowed_mirroring_axes": (0, 1), "grad_scaler_state": None,
            "init_args": {"configuration": "2d", "fold": 0, "device": torch.device("cpu"), "plans": {},
                          "dataset_json": {}},
            "optimizer_state": {"state": {i: {"momentum_buffer": torch.zeros_like(p)} for i, p in enumerate(parameters)},
                                "param_groups": [{"lr": 0.01}]}}
good = saved(training)
write("good-training", good)
write("good-weights", saved(weights))
write("good-wrapped", saved(OrderedDict(("module." + key, value) for key, value in weights.items())))
write("good-half", saved({**training, "network_weights": OrderedDict((k, v.half()) for k, v in weights.items())}))

first = next(iter(weights))
write("bad-empty", b"")
write("bad-text", b"these are no weights")
write("bad-cut", good[:len(good) // 2])
write("bad-cut-end", good[:-30])
write("bad-root", saved([1, 2]))
write("bad-no-pickle", rezipped(good, lambda entries: entries.pop("data.pkl")))
write("bad-no-record", rezipped(good, lambda entries: entries.pop("data/0")))
write("bad-short-record", rezipped(good, lambda entries: entries.update({"data/0": entries["data/0"][:8]})))
write("bad-big-endian", rezipped(good, lambda entries: entries.update({"byteorder": b"big"})))
write("bad-no-weights", saved({**training, "network_weights": {}}))
write("bad-missing-keys", saved({**training, "network_weights": OrderedDict(
    (k, v) for k, v in weights.items() if "seg_layers" not in k)}))
write("bad-more-keys", saved({**training, "network_weights": OrderedDict([*weights.items(), ("other", torch.ones(1))])}))
write("bad-shape", saved({**training, "network_weights": OrderedDict(
    (k, v.repeat(2, *[1] * (v.dim() - 1)) if "seg_layers" in k else v) for k, v in weights.items())}))
write("bad-no-tensor", saved({**training, "network_weights": OrderedDict((k, 1.0) for k in weights)}))
write("bad-complex", saved({**training, "network_weights": OrderedDict(
    (k, v.to(torch.complex64)) for k, v in weights.items())}))
write("bad-momentum-shape", saved({**training, "optimizer_state": {"state": {0: {"momentum_buffer": torch.ones(1)}}}}))
write("bad-momentum-place", saved({**training, "optimizer_state": {"state": {99: {"momentum_buffer": torch.ones(1)}}}}))

# Hostile ones: calls, depth, sizes.
write("bad-system", with_pickle(good, dumped({"network_weights": System()})))
write("bad-system-entry", with_pickle(good, dumped({"network_weights": {first: System()}})))
write("bad-system-root", with_pickle(good, dumped(System())))
for depth in (2000, 40000):
    nested = b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + b"."
    write(f"bad-deep-{depth}", with_pickle(good, nested))
    write(f"bad-deep-dict-{depth}", with_pickle(good, b"\x80\x02" + b"}K\x00" * depth + b"}" + b"s" * depth + b"."))
shape = tuple(weights[first].shape)
stride = weights[first].stride()


def one_tensor(offset=0, size=shape, strides=stride, elements=weights[first].numel()):
    tensor = Tensor(Storage(torch.FloatStorage, "0", elements), offset, size, strides)
    return with_pickle(good, dumped({"network_weights": OrderedDict((k, tensor) for k in weights)}))


same = OrderedDict((k, weights[first]) for k in weights)
write("bad-huge-size", one_tensor(size=(1 << 40, 1, 1, 1), strides=(1, 1, 1, 1), elements=1 << 40))
write("bad-negative-size", one_tensor(size=(-2, 1, 3, 3)))
write("bad-negative-stride", one_tensor(strides=(-9, 9, 3, 1)))
write("bad-negative-offset", one_tensor(offset=-4))
write("bad-far-offset", one_tensor(offset=(1 << 62) - 18, elements=1 << 62))
write("bad-far-stride", one_tensor(strides=(1 << 60, 9, 3, 1), elements=(1 << 61)))
write("bad-wide-offset", one_tensor(offset=1 << 70))
write("bad-no-memo", with_pickle(good, b"\x80\x02h\x07."))
write("bad-stack", with_pickle(good, b"\x80\x02ss."))
write("bad-string-length", with_pickle(good, b"\x80\x02X\xff\xff\xff\x7fabc."))
write("bad-unfinished", with_pickle(good, dumped({"network_weights": {}})[:-1]))
print(len(os.listdir(FOLDER)), "files in", FOLDER)
