# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""train_peer.py DATASET CONFIGURATION STEPS OUT.json: nnU-Net's default trainer on the CPU takes STEPS training steps
of fold 0; begin and end of each one, in seconds, go to OUT.json."""
import json
import multiprocessing
import sys
import time

import torch
from nnunetv2.run.run_training import get_trainer_from_args


def main(dataset, configuration, steps, out):
    torch.set_num_threads(multiprocessing.cpu_count())  # as nnUNetv2_train does
    trainer = get_trainer_from_args(dataset, configuration, 0, device=torch.device("cpu"))
    trainer.on_train_start()
    trainer.on_epoch_start()
    trainer.on_train_epoch_start()
    times = []
    for _ in range(int(steps)):
        batch = next(trainer.dataloader_train)
        begin = time.perf_counter()
        loss = float(trainer.train_step(batch)["loss"])
        times.append((begin, time.perf_counter()))
        print(f"loss {loss:.4f}", flush=True)
    with open(out, "w") as file:
        json.dump(times, file)
    trainer.dataloader_train._finish()
    trainer.dataloader_val._finish()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork", force=True)
    main(*sys.argv[1:])
