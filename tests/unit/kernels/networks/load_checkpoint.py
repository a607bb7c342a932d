# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a checkpoint as nnU-Net does: torch.load, strict weights, optimiser state. Usage: FILE plain|residual"""
import sys

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet, ResidualEncoderUNet
from dynamic_network_architectures.building_blocks.helper import convert_dim_to_conv_op, get_matching_instancenorm

path, kind = sys.argv[1:]
torch.set_num_threads(1)
checkpoint = torch.load(path, map_location="cpu", weights_only=False)
expected = ["network_weights", "optimizer_state", "grad_scaler_state", "logging", "_best_ema", "current_epoch",
            "init_args", "trainer_name", "inference_allowed_mirroring_axes"]
assert list(checkpoint) == expected, list(checkpoint)
conv = convert_dim_to_conv_op(3)
common = dict(input_channels=1, n_stages=3, features_per_stage=[4, 8, 16], conv_op=conv,
              kernel_sizes=[[1, 3, 3], [3, 3, 3], [3, 3, 3]], strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2]],
              num_classes=2, conv_bias=True, norm_op=get_matching_instancenorm(conv),
              norm_op_kwargs={"eps": 1e-5, "affine": True}, nonlin=torch.nn.LeakyReLU,
              nonlin_kwargs={"inplace": True}, deep_supervision=True)
if kind == "plain":
    network = PlainConvUNet(n_conv_per_stage=[2, 2, 2], n_conv_per_stage_decoder=[2, 2], **common)
else:
    network = ResidualEncoderUNet(n_blocks_per_stage=[1, 2, 2], n_conv_per_stage_decoder=[1, 1], **common)
network.load_state_dict(checkpoint["network_weights"])
assert list(network.state_dict()) == list(checkpoint["network_weights"])
optimiser = torch.optim.SGD(network.parameters(), 0.01, weight_decay=3e-5, momentum=0.99, nesterov=True)
optimiser.load_state_dict(checkpoint["optimizer_state"])
assert checkpoint["optimizer_state"]["param_groups"][0]["lr"] == 0.009
count = sum(1 for _ in network.parameters())
assert len(checkpoint["optimizer_state"]["state"]) == count - 2, len(checkpoint["optimizer_state"]["state"])
assert checkpoint["init_args"]["fold"] == 3
assert checkpoint["init_args"]["plans"]["n"] == [1, 2.5, None, True]
assert checkpoint["init_args"]["device"] == torch.device("cpu")
assert checkpoint["inference_allowed_mirroring_axes"] == (0, 1, 2)
assert checkpoint["logging"]["train_losses"] == [1.5, 1.25]
network(torch.zeros(1, 1, 4, 8, 8))[0].mean().backward()
optimiser.step()
torch.load(path, map_location="cpu", weights_only=True)
