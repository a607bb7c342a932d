# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""What nnU-Net does that has no command of its own, through its trainer class.

peer_side.py splits DATASET [CONFIGURATION]  writes splits_final.json as a training does
peer_side.py train DATASET CONFIGURATION     fold 0: one epoch of two batches, then its validation
"""
import os
import sys

import torch
from nnunetv2.run.run_training import get_trainer_from_args
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager
from nnunetv2.paths import nnUNet_preprocessed
from batchgenerators.utilities.file_and_folder_operations import join, load_json, subfiles
import nnunetv2.run.run_training as run_training


class nnUNetTrainer_short(nnUNetTrainer):
    """nnU-Net's default trainer, short."""

    def __init__(self, plans, configuration, fold, dataset_json, device=torch.device("cpu")):
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.num_epochs = 1
        self.num_iterations_per_epoch = 2
        self.num_val_iterations_per_epoch = 1


def make_trainer(dataset, configuration):
    run_training.recursive_find_trainer_class_by_name = lambda name: nnUNetTrainer_short
    plans = subfiles(join(nnUNet_preprocessed, dataset), suffix=".json", join=False)
    name = next(p[:-5] for p in plans if "Plans" in p)
    if configuration is None:
        known = PlansManager(load_json(join(nnUNet_preprocessed, dataset, name + ".json"))).available_configurations
        configuration = "3d_fullres" if "3d_fullres" in known else "2d"
    return get_trainer_from_args(dataset, configuration, 0, "nnUNetTrainer_short", name,
                                 device=torch.device("cpu"))


def main(command, dataset, configuration=None):
    torch.set_num_threads(2)
    trainer = make_trainer(dataset, configuration)
    if command == "splits":
        trainer.do_split()
        return
    os.environ["nnUNet_n_proc_DA"] = "0"  # augments in this process
    trainer.run_training()
    trainer.perform_actual_validation(False)


if __name__ == "__main__":
    main(*sys.argv[1:])
