# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""What compare_readers needs of nnU-Net and numpy.

readers_side.py turn SOURCE TARGET READER COUNT   a data set of the first COUNT cases of SOURCE, each turned another way
readers_side.py model SOURCE TARGET READER        a trained model's folder with another reader in its plans
readers_side.py write LABELS OUT READER           every label file, read and written by the reader
readers_side.py written PEER OURS                 compares folders of written segmentations
readers_side.py dicom IMAGES SERIES NIFTI         every image as a DICOM series in a folder of its own, and what SimpleITK
                                                  reads from it as a NIfTI file
"""
import json
import os
import shutil
import sys

import nibabel
import numpy as np

AFFINE_BOUND = 1e-4  # mm and mm per voxel; ITK's writer goes through a quaternion of single precision


def turned(index, affine):
    """Orientation to store a case in, and what turns its axes in space."""
    orientations = [[[0, -1], [1, -1], [2, 1]], [[2, 1], [0, -1], [1, 1]], [[1, 1], [2, -1], [0, -1]],
                    [[0, 1], [1, 1], [2, 1]], [[2, -1], [1, 1], [0, 1]], [[0, -1], [2, 1], [1, -1]]]
    angle = 0.12 * index
    turn = np.eye(4)
    turn[0, 0] = turn[1, 1] = np.cos(angle)
    turn[0, 1], turn[1, 0] = -np.sin(angle), np.sin(angle)
    tilt = np.eye(4)
    tilt[1, 1] = tilt[2, 2] = np.cos(angle / 2)
    tilt[1, 2], tilt[2, 1] = -np.sin(angle / 2), np.sin(angle / 2)
    return np.array(orientations[index % len(orientations)]), turn @ tilt


def store(source, target, index):
    image = nibabel.load(source)
    orientation, turn = turned(index, image.affine)
    image = image.as_reoriented(orientation)
    affine = turn @ image.affine @ np.diag([1.0, 1.3, 0.9, 1.0])
    result = nibabel.Nifti1Image(np.asarray(image.dataobj), affine, dtype=image.get_data_dtype())
    result.set_qform(affine, 1)
    result.set_sform(affine, 1)
    nibabel.save(result, target)


def turn_data_set(source, target, reader, count):
    with open(os.path.join(source, "dataset.json")) as file:
        description = json.load(file)
    names = sorted(os.listdir(os.path.join(source, "labelsTr")))[:int(count)]
    for folder in ("imagesTr", "labelsTr"):
        os.makedirs(os.path.join(target, folder))
    for index, name in enumerate(names):
        image = name.replace(".nii.gz", "_0000.nii.gz")
        store(os.path.join(source, "imagesTr", image), os.path.join(target, "imagesTr", image), index)
        store(os.path.join(source, "labelsTr", name), os.path.join(target, "labelsTr", name), index)
    description["numTraining"] = len(names)
    description["overwrite_image_reader_writer"] = reader
    with open(os.path.join(target, "dataset.json"), "w") as file:
        json.dump(description, file, indent=4)


def copy_model(source, target, reader):
    shutil.copytree(source, target)
    path = os.path.join(target, "plans.json")
    with open(path) as file:
        plans = json.load(file)
    plans["image_reader_writer"] = reader
    with open(path, "w") as file:
        json.dump(plans, file, indent=4)


def write(labels, out, name):
    from nnunetv2.imageio.reader_writer_registry import recursive_find_reader_writer_by_name
    reader = recursive_find_reader_writer_by_name(name)()
    os.makedirs(out)
    for file in sorted(os.listdir(labels)):
        segmentation, properties = reader.read_seg(os.path.join(labels, file))
        reader.write_seg(segmentation[0].astype(np.uint8), os.path.join(out, file), properties)


def dicom(images, series, nifti):
    import SimpleITK as sitk
    os.makedirs(nifti)
    for number, name in enumerate(sorted(os.listdir(images))):
        case = name.replace("_0000.nii.gz", "")
        image = sitk.ReadImage(os.path.join(images, name), sitk.sitkInt16)
        folder = os.path.join(series, case)
        os.makedirs(folder)
        writer = sitk.ImageFileWriter()
        writer.KeepOriginalImageUIDOn()
        d = image.GetDirection()
        for z in range(image.GetDepth()):
            part = image[:, :, z]
            texts = {"0008|0060": "CT", "0020|000e": f"1.2.826.0.1.3680043.9.8.{number + 1}",
                     "0020|0037": "\\".join(f"{v:.10g}" for v in (d[0], d[3], d[6], d[1], d[4], d[7])),
                     "0020|0032": "\\".join(f"{v:.10g}" for v in image.TransformIndexToPhysicalPoint((0, 0, z)))}
            for tag, text in texts.items():
                part.SetMetaData(tag, text)
            writer.SetFileName(os.path.join(folder, f"slice_{900 - z}.dcm"))
            writer.Execute(part)
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
        sitk.WriteImage(reader.Execute(), os.path.join(nifti, name))


def written(peer, ours):
    names = [sorted(n for n in os.listdir(side) if n.endswith(".nii.gz")) for side in (peer, ours)]
    if names[0] != names[1] or not names[0]:
        print(f"other files: {names[0]} and {names[1]}")
        return 1
    bad, largest, differing, voxels = 0, 0.0, 0, 0
    for name in names[0]:
        a, b = (nibabel.load(os.path.join(side, name)) for side in (peer, ours))
        x, y = np.asarray(a.dataobj), np.asarray(b.dataobj)
        same_type = a.get_data_dtype() == b.get_data_dtype() and x.shape == y.shape
        affine = float(np.max(np.abs(a.affine - b.affine)))
        count = int(np.count_nonzero(x != y)) if x.shape == y.shape else x.size
        largest, differing, voxels = max(largest, affine), differing + count, voxels + x.size
        if not same_type or affine > AFFINE_BOUND:
            print(f"{name}: {a.get_data_dtype()} {x.shape} and {b.get_data_dtype()} {y.shape}, affines differ by {affine:g}")
            bad += 1
    print(f"{len(names[0])} files: {differing} of {voxels} voxels differ, affines by at most {largest:.3g}")
    # Predictions of two programs may differ in a voxel where two classes are equally likely.
    return 1 if bad or differing > 1e-4 * voxels else 0


if __name__ == "__main__":
    COMMANDS = {"turn": turn_data_set, "model": copy_model, "write": write, "written": written, "dicom": dicom}
    sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
