# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
"""Made the files of this folder: small NIfTI files whose headers differ in how they place the voxels, what the readers
of nnU-Net 2.8.1 make of each (`readers.json`), and what the header and voxels of a label map that its writers write then are.

usage: make_readers.py FOLDER; needs nnunetv2.
"""
import contextlib
import io
import json
import os
import sys

import nibabel
import numpy as np
from nnunetv2.imageio.nibabel_reader_writer import NibabelIO, NibabelIOWithReorient
from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO, SimpleITKIOWithReorient

FOLDER = sys.argv[1] if len(sys.argv) > 1 else "."
SHAPE = (5, 4, 3)  # x, y, z
READERS = (SimpleITKIO, SimpleITKIOWithReorient, NibabelIO, NibabelIOWithReorient)


def rotation(a, b, c):
    def turn(i, j, angle):
        m = np.eye(3)
        m[i, i] = m[j, j] = np.cos(angle)
        m[i, j], m[j, i] = -np.sin(angle), np.sin(angle)
        return m
    return turn(0, 1, a) @ turn(1, 2, b) @ turn(0, 2, c)


def affine(matrix, zooms=(0.8, 1.25, 3.0), origin=(-31.5, 12.25, 7.1)):
    out = np.eye(4)
    out[:3, :3] = np.asarray(matrix) @ np.diag(zooms)
    out[:3, 3] = origin
    return out


PERMUTED = np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]])  # axes point to A-, S-, R+
SHEARED = rotation(0.1, 0, 0) @ np.array([[1, 0.15, 0], [0, 1, 0.05], [0, 0, 1]])
# name: affine of the sform or None, of the qform or None, and what else is set in the header
CASES = {
    "ras": (affine(np.eye(3)), None, {}),
    "lps": (affine(np.diag([-1, -1, 1])), affine(np.diag([-1, -1, 1])), {}),
    "permuted": (affine(PERMUTED), affine(PERMUTED), {}),
    "oblique": (affine(rotation(0.4, 0.3, -0.2)), affine(rotation(0.4, 0.3, -0.2)), {}),
    "oblique_mirrored": (affine(rotation(2.2, 0.5, 0.3) @ np.diag([1, 1, -1])), None, {}),
    "far_oblique": (affine(rotation(0.79, 0.7, 0.75), (1, 1, 1)), None, {}),
    "qform": (None, affine(rotation(-0.6, 1.3, 0.2) @ np.diag([1, 1, -1])), {}),
    "both_differ": (affine(np.diag([1, -1, -1])), affine(rotation(0.2, 0, 0)), {}),
    "no_codes": (None, None, {"pixdim": [1, 0.8, 1.25, 3.0, 1, 1, 1, 1]}),
    "negative_pixdim": (affine(PERMUTED), None, {"pixdim": [1, -0.8, 0, 3.0, 1, 1, 1, 1]}),
    "other_pixdim": (affine(np.eye(3)), None, {"pixdim": [1, 2.0, 2.5, 4.0, 1, 1, 1, 1]}),
    "sheared": (affine(SHEARED), None, {}),
    "scaled": (affine(np.diag([-1, 1, 1])), None, {"scl_slope": 0.37, "scl_inter": -1021.3}),
    "no_slope": (affine(np.eye(3)), None, {"scl_slope": 0.0, "scl_inter": 5.0}),
}


def write_image(path, sform, qform, fields):
    rng = np.random.default_rng(7)
    data = rng.integers(-30000, 30000, SHAPE).astype(np.int16)
    header = nibabel.Nifti1Header()
    header.set_data_shape(SHAPE)
    header.set_data_dtype(np.int16)
    header.set_qform(qform, 1 if qform is not None else 0)
    header.set_sform(sform, 2 if sform is not None else 0)
    if qform is None and sform is not None:
        header["pixdim"][1:4] = np.sqrt((sform[:3, :3] ** 2).sum(0))
    header["scl_slope"], header["scl_inter"], header["vox_offset"] = 1, 0, 352
    header["magic"] = b"n+1"
    for key, value in fields.items():
        header[key] = value
    with open(path, "wb") as file:
        file.write(header.binaryblock + bytes(4) + data.tobytes(order="F"))


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return [float(one) for one in value.ravel()]
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value if isinstance(value, str) else float(value)


def described(name, reader):
    path = os.path.join(FOLDER, name + ".nii")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            array, properties = reader().read_images([path])
    except Exception as error:  # the test then expects an error too
        return {"error": str(error).strip().splitlines()[-1]}
    segmentation = (np.arange(array[0].size).reshape(array[0].shape) % 7).astype(np.uint8)
    written = os.path.join("written", f"{name}_{reader.__name__}.nii")
    target = os.path.join(FOLDER, written)
    reader().write_seg(segmentation, target, properties)
    image = nibabel.load(target)
    return {"shape": list(array.shape), "values": [float(v) for v in array.ravel()], "properties": plain(properties),
            "written": {"shape": list(image.shape), "type": str(image.get_data_dtype()),
                        "affine": plain(image.affine), "zooms": plain(image.header.get_zooms()),
                        "qfac": float(image.header["pixdim"][0]),
                        "quaternion": [float(image.header["quatern_" + c]) for c in "bcd"],
                        "values": [int(v) for v in np.asarray(image.dataobj).ravel(order="F")]}}


def main():
    os.makedirs(os.path.join(FOLDER, "written"), exist_ok=True)
    expected = {}
    for name, (sform, qform, fields) in CASES.items():
        write_image(os.path.join(FOLDER, name + ".nii"), sform, qform, fields)
        expected[name] = {reader.__name__: described(name, reader) for reader in READERS}
    for name in os.listdir(os.path.join(FOLDER, "written")):
        os.remove(os.path.join(FOLDER, "written", name))
    os.rmdir(os.path.join(FOLDER, "written"))
    with open(os.path.join(FOLDER, "readers.json"), "w") as file:
        json.dump(expected, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
