#!/bin/sh
# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Exchanges preprocessed cases with nnU-Net: each side reads what the other wrote. 77 = skipped.
set -eu
tool=$1
python=${NNFLOW_REFERENCE_PYTHON:-python3}
here=$(dirname "$0")
if ! "$python" -c 'import nnunetv2, blosc2' 2>/dev/null; then
  echo "skipped: $python has no nnunetv2; set NNFLOW_REFERENCE_PYTHON"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$tool" write "$folder/ours"
"$python" "$here/peer.py" check "$folder/ours"
"$python" "$here/peer.py" write "$folder/theirs"
"$tool" read "$folder/theirs"
"$python" "$here/peer.py" same_bytes "$folder/ours" "$folder/theirs"
