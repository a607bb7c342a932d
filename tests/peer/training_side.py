# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""nnU-Net's side of compare_training, and the table of both."""
import json
import os
import statistics
import sys


def train(name, configuration, seed, epochs, iterations):
    """Fold 0 with the default trainer but for its length; ends with the validation of whole cases."""
    import torch
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    torch.manual_seed(seed)
    folder = os.path.join(os.environ["nnUNet_preprocessed"], name)
    with open(os.path.join(folder, "nnUNetPlans.json")) as file:
        plans = json.load(file)
    with open(os.path.join(folder, "dataset.json")) as file:
        dataset = json.load(file)
    plans["continue_training"] = False
    trainer = nnUNetTrainer(plans, configuration, 0, dataset, device=torch.device("cpu"))
    trainer.num_epochs = epochs
    trainer.num_iterations_per_epoch = iterations
    trainer.num_val_iterations_per_epoch = 10
    trainer.run_training()
    trainer.perform_actual_validation(False)


def table(folder, seeds):
    """Prints the runs; whether nnflow's mean is good enough."""
    means = {}
    lines = []
    for side in ("peer", "nnflow"):
        means[side] = []
        for seed in range(1, seeds + 1):
            path = os.path.join(folder, f"{side}-{seed}")
            with open(path + ".json") as file:
                summary = json.load(file)
            with open(path + ".seconds") as file:
                seconds = int(file.read())
            dice = {label: values["Dice"] for label, values in summary["mean"].items()}
            means[side].append(summary["foreground_mean"]["Dice"])
            lines.append(f"| {side} | {seed} | {', '.join(f'{d:.4f}' for d in dice.values())} | {means[side][-1]:.4f} "
                         f"| {len(summary['metric_per_case'])} | {seconds} |")
    print("| program | seed | Dice of each label | mean | cases | seconds |\n|---|---|---|---|---|---|")
    print("\n".join(lines))
    mean = {side: statistics.mean(values) for side, values in means.items()}
    error = sum(statistics.variance(v) / len(v) for v in means.values()) ** 0.5 if seeds > 1 else 0.0
    bound = mean["peer"] - max(0.01, 2 * error)
    print(f"\nmean of nnU-Net {mean['peer']:.4f}, of nnflow {mean['nnflow']:.4f}, standard error of the difference "
          f"{error:.4f}; asked: at least {bound:.4f}")
    return mean["nnflow"] >= bound


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7]))
    else:
        sys.exit(0 if table(sys.argv[2], int(sys.argv[3])) else 1)
