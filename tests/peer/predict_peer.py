# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""nnU-Net's side of compare_predict, and the comparison.

predict_peer.py predict GOLDEN WORK DATASET CONFIGURATION plain|residual [PREVIOUS-STAGE-FOLDER]
    makes a model with random weights from the plans in GOLDEN/preprocess, predicts the images there, and the logits of
    a patch of noise. Writes WORK/model, WORK/images, WORK/peer, WORK/patch.npy, WORK/logits.npy; keeps the first two
    where they are there.
predict_peer.py compare WORK NAME
    compares WORK/peer and WORK/nnflow, WORK/logits.npy and WORK/logits.raw; prints a row; 1 if a bound is exceeded.
"""
import json
import os
import sys

import numpy as np

CASES = 2
FEATURES = [8, 16, 32, 48, 64, 64, 64, 64]


def shrink(configuration, residual):
    """Fewer features; `residual` takes the residual encoder, with the strides and kernels of the plain network."""
    architecture = configuration["architecture"]
    arguments = architecture["arch_kwargs"]
    stages = arguments["n_stages"]
    arguments["features_per_stage"] = FEATURES[:stages]
    if residual:
        architecture["network_class_name"] = "dynamic_network_architectures.architectures.unet.ResidualEncoderUNet"
        del arguments["n_conv_per_stage"]
        arguments["n_blocks_per_stage"] = [1, 2, 3, 2, 2, 2, 2, 2][:stages]
        arguments["n_conv_per_stage_decoder"] = [1] * (stages - 1)


def make_model(golden, dataset, name, kind, folder):
    import torch
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    from nnunetv2.utilities.label_handling.label_handling import determine_num_input_channels
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    source = os.path.join(golden, "preprocess", dataset)
    with open(os.path.join(source, "nnUNetPlans.json")) as file:
        plans = json.load(file)
    with open(os.path.join(source, "raw", "dataset.json")) as file:
        description = json.load(file)
    for configuration in plans["configurations"].values():
        if "architecture" in configuration:
            shrink(configuration, kind == "residual")
        if "cascade" in dataset and "patch_size" in configuration:  # fewer tiles than its tiny memory target gives
            configuration["patch_size"] = [3 * length for length in configuration["patch_size"]]
    os.makedirs(os.path.join(folder, "fold_0"))
    for file_name, document in (("plans.json", plans), ("dataset.json", description)):
        with open(os.path.join(folder, file_name), "w") as file:
            json.dump(document, file, indent=4)
    manager = PlansManager(plans)
    configuration = manager.get_configuration(name)
    labels = manager.get_label_manager(description)
    torch.manual_seed(len(dataset) + len(name))
    network = get_network_from_plans(
        configuration.network_arch_class_name, configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import,
        determine_num_input_channels(manager, configuration, description), labels.num_segmentation_heads,
        allow_init=True, deep_supervision=True)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if "norm" in key:  # the initial values would hide a mistake
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif "seg_layers" in key:  # scales of trained networks, so that labels do not hang on the last bits
                parameter.mul_(8)
    axes = None if "cascade" in dataset else tuple(range(len(configuration.patch_size)))
    torch.save({"network_weights": network.state_dict(), "trainer_name": "nnUNetTrainer",
                "inference_allowed_mirroring_axes": axes,
                "init_args": {"configuration": name, "fold": 0, "plans": plans, "dataset_json": description,
                              "device": torch.device("cpu")}},
               os.path.join(folder, "fold_0", "checkpoint_final.pth"))


def predict(golden, work, dataset, name, kind, previous=None):
    import torch
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    torch.set_num_threads(2)
    model = os.path.join(work, "model")
    if not os.path.isdir(model):
        make_model(golden, dataset, name, kind, model)
    images = os.path.join(work, "images")
    if not os.path.isdir(images):
        os.mkdir(images)
        source = os.path.join(golden, "preprocess", dataset, "raw", "imagesTr")
        cases = sorted({file.rsplit("_", 1)[0] for file in os.listdir(source)})[:CASES]
        for file in os.listdir(source):
            if file.rsplit("_", 1)[0] in cases:
                os.symlink(os.path.join(source, file), os.path.join(images, file))
    predictor = nnUNetPredictor(perform_everything_on_device=False, device=torch.device("cpu"), allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(model, use_folds=(0,))
    os.makedirs(os.path.join(work, "peer"), exist_ok=True)
    predictor.predict_from_files_sequential(images, os.path.join(work, "peer"),
                                            folder_with_segs_from_prev_stage=previous)
    network = predictor.network
    network.load_state_dict(predictor.list_of_parameters[0])
    network.eval()
    channels = next(network.parameters()).shape[1]
    image_channels = len(predictor.dataset_json.get("channel_names", predictor.dataset_json.get("modality")))
    patch = predictor.configuration_manager.patch_size
    noise = torch.randn((1, channels, *patch), generator=torch.Generator().manual_seed(5))
    one_hot = channels - image_channels
    if one_hot:  # of a cascade: labels in stripes along the last axis
        stripe = torch.arange(patch[-1]) * (one_hot + 1) // patch[-1]
        for label in range(one_hot):
            noise[:, image_channels + label] = (stripe == label + 1).float()
        previous_labels = np.broadcast_to(stripe.numpy().astype(np.int16), patch)
        np.save(os.path.join(work, "previous.npy"), np.ascontiguousarray(previous_labels))
    with torch.inference_mode():
        logits = network(noise)[0].numpy()
    flat = len(patch) == 2
    image = noise[0, :image_channels].numpy()
    np.save(os.path.join(work, "patch.npy"), np.ascontiguousarray(image[:, None] if flat else image))
    np.save(os.path.join(work, "logits.npy"), np.ascontiguousarray(logits[:, None] if flat else logits))


def read(path):
    if path.endswith(".png"):
        from skimage import io
        return io.imread(path)
    import SimpleITK
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(path))


def compare(work, name):
    with open(os.path.join(work, "model", "dataset.json")) as file:
        ending = json.load(file)["file_ending"]
    logits = np.load(os.path.join(work, "logits.npy"))
    ours = np.fromfile(os.path.join(work, "logits.raw"), "<f4").reshape(logits.shape)
    error = float(np.abs(ours - logits).max() / np.abs(logits).max())
    different = voxels = worst = 0
    classes = set()
    files = sorted(f for f in os.listdir(os.path.join(work, "peer")) if f.endswith(ending))
    bad = error > 1e-4 or not files
    for file in files:
        a, b = (read(os.path.join(work, side, file)) for side in ("nnflow", "peer"))
        if a.shape != b.shape or a.dtype != b.dtype:
            print(f"{file}: {a.shape} {a.dtype}, expected {b.shape} {b.dtype}", file=sys.stderr)
            bad = True
            continue
        count = int((a != b).sum())
        bad = bad or (count > 8 and count > 1e-4 * a.size)
        different, voxels, worst = different + count, voxels + a.size, max(worst, count)
        classes |= set(np.unique(b).tolist())
    print(f"| {name} | {error:.1e} | {len(files)} | {different} of {voxels}, at most {worst} a case | "
          f"{len(classes)} labels | {'NO' if bad else 'yes'} |")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit({"predict": predict, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
