# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Makes planner_cases.json and moved_plans.json with nnU-Net itself.

make_plans_cases.py INPUTS [DATA_SET...]
INPUTS holds folders with dataset.json and dataset_fingerprint.json, and plans of
Dataset913_sagittal. Without names, the data sets of the committed files are taken.
"""
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

root = Path(tempfile.mkdtemp())
for variable in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[variable] = str(root / variable)

import SimpleITK as sitk  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners.default_experiment_planner import ExperimentPlanner  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners.residual_unets.residual_encoder_unet_planners import nnUNetPlannerResEncL  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners.resampling import planners_no_resampling as none  # noqa: E402
from nnunetv2.experiment_planning.experiment_planners.resampling import resample_with_torch as torch  # noqa: E402
from nnunetv2.experiment_planning.plans_for_pretraining.move_plans_between_datasets import move_plans_between_datasets  # noqa: E402

PLANNERS = [(torch.nnUNetPlanner_torchres, False), (torch.nnUNetPlannerResEncL_torchres, False),
            (torch.nnUNetPlannerResEncL_torchres_sepz, False), (none.nnUNetPlannerResEncL_noResampling, False),
            (ExperimentPlanner, True), (nnUNetPlannerResEncL, True), (torch.nnUNetPlannerResEncL_torchres_sepz, True)]
DEFAULT = ["Dataset912_em2d", "Dataset913_sagittal", "Dataset914_coronal"]


def read(path):
    return json.loads(Path(path).read_text())


def raw_dataset(name, dataset, image=None):
    """A raw data set of one case; the planners never open its image."""
    folder = root / "nnUNet_raw" / name
    for part in ("imagesTr", "labelsTr"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (root / "nnUNet_preprocessed" / name).mkdir(parents=True, exist_ok=True)
    (folder / "dataset.json").write_text(json.dumps(dataset))
    ending = dataset["file_ending"]
    for c in range(len(dataset["channel_names"])):
        path = folder / "imagesTr" / f"case_{c:04d}{ending}"
        path.touch() if image is None else image(path)
    (folder / "labelsTr" / f"case{ending}").touch()


def planner_cases(folder):
    name = folder.name
    dataset, fingerprint = read(folder / "dataset.json"), read(folder / "dataset_fingerprint.json")
    raw_dataset(name, dataset)
    preprocessed = root / "nnUNet_preprocessed" / name
    (preprocessed / "dataset_fingerprint.json").write_text(json.dumps(fingerprint))
    for planner, suppress in PLANNERS:
        class Blind(planner):
            def determine_reader_writer(self):
                return type("SimpleITKIO", (), {})

        Blind.__name__ = planner.__name__
        for old in preprocessed.glob("*Plans*.json"):
            old.unlink()
        case = {"data_set": name, "planner": planner.__name__, "suppress_transpose": suppress}
        Blind(name, suppress_transpose=suppress).plan_experiment()
        (written,) = preprocessed.glob("*Plans*.json")
        yield {**case, "plans": read(written)}


def write_nifti(path):
    sitk.WriteImage(sitk.GetImageFromArray(np.arange(336, dtype=np.float32).reshape(6, 7, 8)), str(path))


def write_png(path):
    from skimage import io
    io.imsave(str(path), np.arange(48, dtype=np.uint8).reshape(4, 4, 3), check_contrast=False)


def write_stack(path):
    import tifffile
    tifffile.imwrite(str(path), np.arange(360, dtype=np.uint8).reshape(6, 6, 10))
    Path(str(path)[:-len("_0000.tif")] + ".json").write_text('{"spacing": [1, 1, 1]}')


def write_flat_tif(path):
    import tifffile
    tifffile.imwrite(str(path), np.arange(48, dtype=np.uint8).reshape(6, 8))


def moved_cases(inputs):
    plans = inputs / "Dataset913_sagittal" / "nnUNetResEncUNetLPlans.json"
    source = root / "nnUNet_preprocessed" / "Dataset001_Source"
    source.mkdir(parents=True)
    base = {"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 1}, "numTraining": 1}
    ask = [(".nii.gz", write_nifti, None, "Mine"), (".nii.gz", write_nifti, None, None), (".nii", write_nifti, None, "Mine"),
           (".nrrd", write_nifti, None, "nnUNetPlans"), (".png", write_png, None, "Mine"), (".tif", write_stack, None, "Mine"),
           (".tif", write_flat_tif, None, "Mine"), (".nii.gz", write_nifti, "NibabelIOWithReorient", "Mine"),
           (".nii", write_nifti, "NibabelIO", "Mine"), (".nii", write_nifti, "Unknown", "Mine")]
    for number, (ending, image, reader, name) in enumerate(ask):
        target = f"Dataset{number + 100}_Target"
        dataset = {**base, "file_ending": ending}
        if reader:
            dataset["overwrite_image_reader_writer"] = reader
        raw_dataset(target, dataset, image)
        (source / "nnUNetResEncUNetLPlans.json").write_text(plans.read_text())
        move_plans_between_datasets(1, number + 100, "nnUNetResEncUNetLPlans", name)
        written = root / "nnUNet_preprocessed" / target / f"{name or 'nnUNetResEncUNetLPlans'}.json"
        result = read(written)
        identifiers = {k: v.get("data_identifier") for k, v in result["configurations"].items()}
        yield {"target": target, "dataset": dataset, "flat": image in (write_png, write_flat_tif), "name": name or "",
               "plans": result if number == 0 else None, "plans_name": result["plans_name"],
               "dataset_name": result["dataset_name"], "image_reader_writer": result["image_reader_writer"],
               "data_identifiers": identifiers}


def write_lines(path, key, cases, **more):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    head = "".join(json.dumps(k) + ":" + json.dumps(v, separators=(",", ":")) + ",\n" for k, v in more.items())
    Path(path).write_text("{" + head + json.dumps(key) + ":[\n" + lines + "\n]}\n")


def main(inputs, *names):
    here, inputs = Path(__file__).parent, Path(inputs)
    folders = [inputs / name for name in (names or DEFAULT)]
    data_sets = {f.name: {"dataset": read(f / "dataset.json"), "fingerprint": read(f / "dataset_fingerprint.json")}
                 for f in folders}
    write_lines(here / "planner_cases.json", "cases", [c for f in folders for c in planner_cases(f)], data_sets=data_sets)
    write_lines(here / "moved_plans.json", "cases", list(moved_cases(inputs)), source_name="nnUNetResEncUNetLPlans",
                source=read(inputs / "Dataset913_sagittal" / "nnUNetResEncUNetLPlans.json"))


if __name__ == "__main__":
    main(*sys.argv[1:])
