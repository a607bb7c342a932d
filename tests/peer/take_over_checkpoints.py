# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Small steps and checks of take_over_checkpoints, one a command; a check that fails raises."""
import os
import sys

import numpy as np
import torch


def train(dataset, configuration, plans, epochs):
    """Fold 0 until `epochs` are done, from the checkpoint that is there."""
    import nnunetv2.run.run_training as run_training

    torch.set_num_threads(2)
    os.environ["nnUNet_n_proc_DA"] = "0"  # augments in this process
    trainer = run_training.get_trainer_from_args(dataset, configuration, 0, "nnUNetTrainer", plans,
                                                 device=torch.device("cpu"))
    trainer.num_epochs = int(epochs)
    trainer.num_iterations_per_epoch = 3
    trainer.num_val_iterations_per_epoch = 1
    run_training.maybe_load_checkpoint(trainer, True, False)
    trainer.run_training()


def load(model):
    return torch.load(os.path.join(model, "fold_0", "checkpoint_final.pth"), map_location="cpu", weights_only=False)


def went_on(before, after, epochs):
    a, b, epochs = load(before), load(after), int(epochs)
    assert a["current_epoch"] == epochs - 1 and b["current_epoch"] == epochs, (a["current_epoch"], b["current_epoch"])
    for key in ("train_losses", "val_losses", "mean_fg_dice", "ema_fg_dice", "lrs", "dice_per_class_or_region",
                "epoch_start_timestamps", "epoch_end_timestamps"):
        old, new = a["logging"][key], b["logging"][key]
        assert len(old) == epochs - 1 and len(new) == epochs, (key, len(old), len(new))
        assert np.array_equal(np.array(new[:-1]), np.array(old), equal_nan=True), (key, old, new)
    rate = 0.01 * (1 - (epochs - 1) / epochs) ** 0.9
    assert abs(b["logging"]["lrs"][-1] - rate) < 1e-9, (b["logging"]["lrs"], rate)
    weights = b["network_weights"]
    assert list(weights) == list(a["network_weights"])
    state = b["optimizer_state"]
    momentum = [state["state"][i]["momentum_buffer"] for i in sorted(state["state"])]
    assert len(momentum) <= len(state["param_groups"][0]["params"])
    assert all(torch.isfinite(m).all() for m in momentum)
    moved = sum(float((weights[n] - a["network_weights"][n]).abs().sum()) for n in weights)
    assert moved > 0, "no weight has changed"
    # Three steps with a momentum of 0.99 leave most of what was there.
    kept = [float(torch.nn.functional.cosine_similarity(m.flatten(), old["momentum_buffer"].flatten(), dim=0))
            for m, old in ((state["state"][i]["momentum_buffer"], a["optimizer_state"]["state"][i])
                           for i in sorted(state["state"])) if m.numel() > 100]
    assert np.median(kept) > 0.5, f"cosines of the momentum before and after {min(kept):.2f} to {max(kept):.2f}"
    losses = b["logging"]["train_losses"]
    assert all(np.isfinite(losses)) and abs(losses[-1] - losses[-2]) < 0.5, losses
    print(f"losses {', '.join(f'{x:.3f}' for x in losses)}; cosine of the momentum before and after, median "
          f"{np.median(kept):.2f}")


def same_segmentations(left, right):
    import SimpleITK as sitk

    names = sorted(n for n in os.listdir(left) if n.endswith(".nii.gz"))
    assert names and names == sorted(n for n in os.listdir(right) if n.endswith(".nii.gz"))
    different = voxels = foreground = 0
    for name in names:
        a, b = (sitk.GetArrayFromImage(sitk.ReadImage(os.path.join(side, name))) for side in (left, right))
        assert a.shape == b.shape
        different, voxels, foreground = different + int((a != b).sum()), voxels + a.size, foreground + int((a > 0).sum())
    assert different <= 1e-4 * voxels, f"{different} of {voxels} voxels differ"
    print(f"{different} of {voxels} voxels differ, {foreground} are foreground")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
