# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Opens a trained model folder as nnU-Net does: for prediction, and to go on training. Usage: MODEL_FOLDER EPOCHS"""
import json
import os
import sys

folder, epochs = sys.argv[1], int(sys.argv[2])
for name in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = os.path.join(folder, name)
os.environ["nnUNet_compile"] = "f"

import torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

torch.set_num_threads(1)
device = torch.device("cpu")
predictor = nnUNetPredictor(perform_everything_on_device=False, device=device, verbose=False, allow_tqdm=False)
predictor.initialize_from_trained_model_folder(folder, use_folds=(0,), checkpoint_name="checkpoint_final.pth")
assert predictor.allowed_mirroring_axes == (0, 1, 2)
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
trainer = nnUNetTrainer(plans, "3d_fullres", 0, dataset, device)
trainer.initialize()
trainer.load_checkpoint(os.path.join(folder, "fold_0", "checkpoint_final.pth"))
assert trainer.current_epoch == epochs
assert len(trainer.logger.get_value("train_losses", None) if hasattr(trainer.logger, "get_value") else
           trainer.logger.my_fantastic_logging["train_losses"]) == epochs
assert len(trainer.optimizer.state_dict()["state"]) > 0
batch = {"data": torch.zeros(2, 1, 8, 8, 8), "target": [torch.zeros(2, 1, 8, 8, 8), torch.zeros(2, 1, 4, 4, 4)]}
trainer.train_step(batch)
