# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes scalar_events.tfevents: what TensorBoard 2.21 writes for the log of scalar_events_test.cpp.

usage: make_scalar_events.py   (needs the package tensorboard)
"""
import io
import os

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

EPOCHS = (
    {"loss/train": -0.25, "loss/validation": -0.125, "dice/mean": 0.5, "dice/smoothed": 0.5, "dice/class_1": 0.75,
     "dice/class_2": 0.25, "learning_rate": 0.01, "epoch_seconds": 2.5},
    # The second class has no voxel in this epoch.
    {"loss/train": -0.5, "loss/validation": -0.375, "dice/mean": 0.8, "dice/smoothed": 0.53, "dice/class_1": 0.8,
     "learning_rate": 0.005, "epoch_seconds": 130.0},
)
ENDS = (1700000002.5, 1700000140.0)

data = io.BytesIO()
writer = RecordWriter(data)
writer.write(Event(wall_time=1700000000.0, file_version="brain.Event:2").SerializeToString())
for step, (scalars, end) in enumerate(zip(EPOCHS, ENDS)):
    values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()]
    writer.write(Event(wall_time=end, step=step, summary=Summary(value=values)).SerializeToString())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scalar_events.tfevents"), "wb") as file:
    file.write(data.getvalue())
