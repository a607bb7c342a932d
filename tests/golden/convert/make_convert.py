# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Made the files of this folder: a small Decathlon-like data set, what nnU-Net 2.8.1 converts it to, and what its
generator of dataset.json writes.

usage: make_convert.py FOLDER; needs nnunetv2.
"""
import os
import shutil
import sys
import tempfile

import numpy as np
import SimpleITK as sitk

FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."
RAW = tempfile.mkdtemp()
os.environ["nnUNet_raw"] = RAW
for name in ("nnUNet_preprocessed", "nnUNet_results"):
    os.environ[name] = os.path.join(RAW, "none")

EXTENT = (4, 5, 6)  # z, y, x
ANGLE = 0.3
DIRECTION = (np.cos(ANGLE), -np.sin(ANGLE), 0, np.sin(ANGLE), np.cos(ANGLE), 0, 0, 0, 1)
MSD_JSON = """{
"name": "Small",
"description": "Für Prüfungen",
"tensorImageSize": "4D",
"modality": {
 "0": "T2",
 "1": "ADC"
},
"labels": {
 "0": "background",
 "1": "PZ",
 "2": "TZ"
},
"numTraining": 2,
"numTest": 1,
"training": [{"image": "./imagesTr/small_00.nii.gz", "label": "./labelsTr/small_00.nii.gz"}],
"test": ["./imagesTs/small_02.nii.gz"]
}
"""


def image(frames, kind, seed):
    """x, y, z, t; a shear of the fourth axis is not possible in NIfTI."""
    values = np.random.RandomState(seed).randint(0, 200, (frames, *EXTENT)).astype(kind)
    if frames == 1:
        result = sitk.GetImageFromArray(values[0])
        result.SetDirection(DIRECTION)
    else:
        result = sitk.GetImageFromArray(values, isVector=False)
        direction = np.eye(4)
        direction[:3, :3] = np.reshape(DIRECTION, (3, 3))
        result.SetDirection(direction.ravel())
    result.SetSpacing((0.625, 0.7, 3.6, 1.0)[:result.GetDimension()])
    result.SetOrigin((-12.5, 8.25, 3.1, 0.0)[:result.GetDimension()])
    return result


def scale(path):
    """Sets slope and intercept of a NIfTI file."""
    import gzip
    import struct
    with gzip.open(path) as file:
        data = bytearray(file.read())
    struct.pack_into("<ff", data, 112, 0.5, -3.25)
    write_gzip(path, bytes(data))


def write_gzip(path, data):
    """Without name and date, so that a second run makes the same bytes."""
    import gzip
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as file:
        file.write(data)


def make_source(task, channels, kinds):
    for sub in ("imagesTr", "imagesTs", "labelsTr"):
        os.makedirs(os.path.join(task, sub))
    with open(os.path.join(task, "dataset.json"), "w", encoding="utf-8") as file:
        file.write(MSD_JSON if channels == 2 else MSD_JSON.replace(' "0": "T2",\n "1": "ADC"', ' "0": "MRI"'))
    for i, kind in enumerate(kinds):
        sub = "imagesTs" if i == len(kinds) - 1 else "imagesTr"
        sitk.WriteImage(image(channels, kind, i), os.path.join(task, sub, f"small_{i:02d}.nii.gz"))
        if sub == "imagesTr":
            sitk.WriteImage(image(1, np.uint8, 100 + i) > 150, os.path.join(task, "labelsTr", f"small_{i:02d}.nii.gz"))
    if channels > 1:
        scale(os.path.join(task, "imagesTs", f"small_{len(kinds) - 1:02d}.nii.gz"))
    for sub in ("imagesTr", "labelsTr"):
        with open(os.path.join(task, sub, "._small_00.nii.gz"), "w") as file:
            file.write("no image")


def convert_v1():
    """dataset.json of a data set of nnU-Net v1, which has the files of the new form and the description of the old."""
    from nnunetv2.dataset_conversion.convert_raw_dataset_from_old_nnunet_format import convert
    source = os.path.join(RAW, "Task107_Small")
    shutil.copytree(os.path.join(FOLDER, "Dataset007_Small"), source)
    shutil.copy(os.path.join(FOLDER, "Task07_Small", "dataset.json"), source)
    convert(source, "Dataset107_Small")
    os.makedirs(os.path.join(FOLDER, "generated"), exist_ok=True)
    shutil.copy(os.path.join(RAW, "Dataset107_Small", "dataset.json"), os.path.join(FOLDER, "generated", "v1.json"))


def main():
    from nnunetv2.dataset_conversion.convert_MSD_dataset import convert_msd_dataset
    from nnunetv2.dataset_conversion.generate_dataset_json import generate_dataset_json
    for task, channels, kinds in (("Task07_Small", 2, (np.int16, np.float32, np.int16)),
                                  ("Task08_Flat", 1, (np.uint8, np.float32))):
        shutil.rmtree(os.path.join(FOLDER, task), ignore_errors=True)
        make_source(os.path.join(FOLDER, task), channels, kinds)
    convert_msd_dataset(os.path.join(FOLDER, "Task07_Small"), None, 1)
    convert_msd_dataset(os.path.join(FOLDER, "Task08_Flat") + "/", 312, 1)
    for dataset in ("Dataset007_Small", "Dataset312_Flat"):
        shutil.rmtree(os.path.join(FOLDER, dataset), ignore_errors=True)
        shutil.copytree(os.path.join(RAW, dataset), os.path.join(FOLDER, dataset))
    convert_v1()
    shutil.rmtree(RAW)

    def generated(name, *args, **kwargs):
        target = os.path.join(FOLDER, "generated")
        os.makedirs(target, exist_ok=True)
        generate_dataset_json(target, *args, **kwargs)
        os.replace(os.path.join(target, "dataset.json"), os.path.join(target, name))

    texts = dict(license="CC-BY-SA 4.0", converted_by="Jörg")
    generated("labels.json", {0: "T2", 1: "ADC"}, {"background": 0, "PZ": 1, "TZ": 2}, 2, ".nii.gz", **texts)
    generated("regions.json", {0: "T2", 1: "ADC"},
              {"background": 0, "prostate": (1, 2), "TZ": 2, "ignore": 3}, 2, ".nii.gz", regions_class_order=(1, 2),
              dataset_name="Small", reference="none", release="1.0", description="for \"tests\"",
              overwrite_image_reader_writer="SimpleITKIO", **texts)


if __name__ == "__main__":
    main()
