# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""The simulation of scaling.py against what queues of known rates do. usage: scaling_test.py SCALING.PY"""
import importlib.util
import math
import sys

spec = importlib.util.spec_from_file_location("scaling", sys.argv[1])
scaling = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scaling)


def wait(workers, gpus=1, sample=0.1, step=0.1, batch=2, queue=8, spread=0.5):
    return scaling.played(workers, gpus, sample, step, batch, queue, steps=3000, spread=spread, seed=1)


def near(value, expected, bound):
    assert abs(value - expected) <= bound, f"{value}, expected {expected} within {bound}"


# A GPU takes 20 samples/s, a worker makes 10.
near(wait(1), 0.5, 0.02)
near(wait(4), 0.0, 0.01)
near(wait(4, spread=0.0), 0.0, 0.001)
near(wait(2, spread=0.0), 0.0, 0.002)
# Exactly enough work with random times is not enough: queues run empty, and the longer ones less often.
assert 0.01 < wait(2, queue=4) and wait(2, queue=64) < wait(2, queue=4)
# Without workers GPUs wait for ever; uneven shares lie between.
near(wait(1, gpus=2), 1.0, 0.0)
near(wait(2, gpus=2), 0.5, 0.02)
assert wait(3, gpus=2) < wait(2, gpus=2)
# Twice the work for each sample halves what one worker feeds.
near(wait(1, sample=0.2), 0.75, 0.02)

near(scaling.power([1, 2, 4], [3, 6, 12]), 1.0, 1e-12)
near(scaling.power([1, 2, 4], [5, 5, 5]), 0.0, 1e-12)
near(scaling.power([1, 10], [1, math.sqrt(10)]), 0.5, 1e-12)
print("scaling: all as expected")
