# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""nnU-Net's side of exchange_cascade and compare_nuclei, and their checks; a check that fails raises.

trainer_side.py train DATASET CONFIGURATION FOLD EPOCHS ITERATIONS SEED  default trainer but for its length; validates
trainer_side.py validate DATASET CONFIGURATION FOLD                      a fold that somebody has trained
trainer_side.py same_arrays FOLDER FOLDER SHARE                          .b2nd of both equal but for a share of voxels
trainer_side.py same_images FOLDER FOLDER SHARE                          .nii of both
trainer_side.py dice SUMMARY AT_LEAST                                    mean Dice of a summary.json
trainer_side.py compare FOLDER SEEDS                                     the table of compare_nuclei
"""
import json
import os
import statistics
import sys


def read_json(path):
    with open(path) as file:
        return json.load(file)


def make_trainer(dataset, configuration, fold):
    import torch
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    os.environ["nnUNet_n_proc_DA"] = "0"  # augments in this process
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    folder = os.path.join(os.environ["nnUNet_preprocessed"], dataset)
    plans = read_json(os.path.join(folder, "nnUNetPlans.json"))
    plans["continue_training"] = False
    return nnUNetTrainer(plans, configuration, fold if fold == "all" else int(fold),
                         read_json(os.path.join(folder, "dataset.json")), device=torch.device("cpu"))


def train(dataset, configuration, fold, epochs, iterations, seed):
    import torch

    torch.manual_seed(int(seed))
    trainer = make_trainer(dataset, configuration, fold)
    trainer.num_epochs = int(epochs)
    trainer.num_iterations_per_epoch = int(iterations)
    trainer.num_val_iterations_per_epoch = 1
    trainer.run_training()
    trainer.perform_actual_validation(False)


def validate(dataset, configuration, fold):
    trainer = make_trainer(dataset, configuration, fold)
    trainer.initialize()
    trainer.load_checkpoint(os.path.join(trainer.output_folder, "checkpoint_final.pth"))
    trainer.perform_actual_validation(False)


def compare_files(left, right, ending, read, share):
    names = sorted(n for n in os.listdir(left) if n.endswith(ending))
    assert names and names == sorted(n for n in os.listdir(right) if n.endswith(ending)), (left, right)
    different = voxels = foreground = 0
    for name in names:
        a, b = (read(os.path.join(folder, name)) for folder in (left, right))
        assert a.shape == b.shape and a.dtype == b.dtype, (name, a.shape, b.shape, a.dtype, b.dtype)
        different += int((a != b).sum())
        foreground += int((a != 0).sum())
        voxels += a.size
    assert foreground > voxels // 1000, "nothing to compare"
    assert different <= float(share) * voxels, f"{different} of {voxels} voxels differ"
    print(f"{different} of {voxels} voxels differ ({len(names)} cases, {foreground} foreground)")


def same_arrays(left, right, share):
    import blosc2

    compare_files(left, right, ".b2nd", lambda path: blosc2.open(path, mode="r")[:], share)


def same_images(left, right, share):
    import SimpleITK

    compare_files(left, right, ".nii", lambda path: SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(path)), share)


def dice(summary, at_least):
    value = read_json(summary)["foreground_mean"]["Dice"]
    assert value >= float(at_least), f"Dice {value:.4f}"
    print(f"Dice {value:.4f}")


def compare(folder, seeds):
    """Prints the runs; fails where nnflow's mean is too far below nnU-Net's."""
    lines, means = [], {}
    for side in ("peer", "nnflow"):
        means[side] = []
        for seed in range(1, int(seeds) + 1):
            path = os.path.join(folder, f"{side}-{seed}")
            summary = read_json(path + ".json")
            with open(path + ".seconds") as file:
                seconds = file.read().strip()
            each = ", ".join(f"{values['Dice']:.4f}" for values in summary["mean"].values())
            means[side].append(summary["foreground_mean"]["Dice"])
            lines.append(f"| {side} | {seed} | {each} | {means[side][-1]:.4f} | {len(summary['metric_per_case'])} "
                         f"| {seconds} |")
    print("| program | seed | Dice of each label | mean | cases | seconds |\n|---|---|---|---|---|---|")
    print("\n".join(lines))
    mean = {side: statistics.mean(values) for side, values in means.items()}
    spread = [statistics.variance(values) / len(values) for values in means.values() if len(values) > 1]
    error = sum(spread) ** 0.5
    bound = mean["peer"] - max(0.05, 2 * error)
    print(f"\nmean of nnU-Net {mean['peer']:.4f}, of nnflow {mean['nnflow']:.4f}, standard error of the difference "
          f"{error:.4f}; asked: at least {bound:.4f}")
    sys.exit(0 if mean["nnflow"] >= bound else 1)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
