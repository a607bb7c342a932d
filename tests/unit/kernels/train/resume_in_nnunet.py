# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Opens a trained model folder as nnU-Net does: for prediction, and to go on training. Usage: MODEL_FOLDER EPOCHS TRAINER AXES"""
import json
import os
import sys

folder, epochs, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
axes = tuple(int(axis) for axis in sys.argv[4]) or None  # 012, or nothing
for variable in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[variable] = os.path.join(folder, variable)
os.environ["nnUNet_compile"] = "f"

import nnunetv2
import torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.utilities.find_class_by_name import recursive_find_python_class

torch.set_num_threads(1)
device = torch.device("cpu")
predictor = nnUNetPredictor(perform_everything_on_device=False, device=device, verbose=False, allow_tqdm=False)
predictor.initialize_from_trained_model_folder(folder, use_folds=(0,), checkpoint_name="checkpoint_final.pth")
assert predictor.allowed_mirroring_axes == axes
logits = predictor.predict_logits_from_preprocessed_data(torch.zeros(1, 8, 8, 8))
assert logits.shape == (3, 8, 8, 8) and torch.isfinite(logits).all()

with open(os.path.join(folder, "plans.json")) as f:
    plans = json.load(f)
with open(os.path.join(folder, "dataset.json")) as f:
    dataset = json.load(f)
plans["continue_training"] = True
preprocessed = os.path.join(os.environ["nnUNet_preprocessed"], plans["dataset_name"], "nnUNetPlans_3d_fullres")
os.makedirs(preprocessed)
open(os.path.join(preprocessed, "case.b2nd"), "w").close()  # decides the kind of the data set; never read
training = os.path.join(nnunetv2.__path__[0], "training", "nnUNetTrainer")
trainer_class = recursive_find_python_class(training, name, "nnunetv2.training.nnUNetTrainer")
trainer = trainer_class(plans, "3d_fullres", 0, dataset, device)
trainer.initialize()
trainer.load_checkpoint(os.path.join(folder, "fold_0", "checkpoint_final.pth"))
assert trainer.current_epoch == epochs
assert len(trainer.logger.get_value("train_losses", None) if hasattr(trainer.logger, "get_value") else
           trainer.logger.my_fantastic_logging["train_losses"]) == epochs
assert trainer.__class__.__name__ == name and trainer.inference_allowed_mirroring_axes == axes
kept = trainer.optimizer.state_dict()["state"]
assert len(kept) > 0 and all(tensor.numel() > 0 for entry in kept.values() for tensor in entry.values())
batch = {"data": torch.zeros(2, 1, 8, 8, 8), "target": [torch.zeros(2, 1, 8, 8, 8), torch.zeros(2, 1, 4, 4, 4)]}
trainer.train_step(batch)
