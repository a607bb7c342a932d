# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# What the scripts of this folder share; read by them with `.`, not run.
#   NNFLOW_PEER    virtual environment with nnU-Net (nnunetv2); without it a script ends with 77, skipped
#   NNFLOW         program nnflow (default: nnflow in PATH)
#   NNFLOW_SHARED  folder with data/ (default: ../shared beside the source tree)
# Sets here, nnflow, shared and work (a folder of its own, removed at the end unless KEEP=1).
here=$(cd "$(dirname "$0")" && pwd)
nnflow=${NNFLOW:-nnflow}
shared=${NNFLOW_SHARED:-$here/../../../shared}

skip() {
  echo "skipped: $1"
  exit 77
}

[ -n "${NNFLOW_PEER:-}" ] || skip "NNFLOW_PEER names no virtual environment"
"$NNFLOW_PEER/bin/python" -c 'import nnunetv2, blosc2' 2> /dev/null || skip "$NNFLOW_PEER has no nnunetv2"
command -v "$nnflow" > /dev/null || skip "there is no program '$nnflow'; set NNFLOW"

nnflow=$(realpath "$(command -v "$nnflow")")

work=$(mktemp -d)
if [ "${KEEP:-0}" = 1 ]; then
  echo "results are kept in $work"
else
  trap 'rm -rf "$work"' EXIT
fi

# One thread per library in each process of the peer, as nnU-Net's own entry points ask for.
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export nnUNet_n_proc_DA=2 nnUNet_def_n_proc=2 nnUNet_compile=false MPLBACKEND=Agg

# use_side SIDE: SIDE's folders become those of nnU-Net's environment variables; the raw data is shared.
use_side() {
  export nnUNet_raw="$work/raw" nnUNet_preprocessed="$work/$1/nnUNet_preprocessed"
  export nnUNet_results="$work/$1/nnUNet_results"
  mkdir -p "$nnUNet_raw" "$nnUNet_preprocessed" "$nnUNet_results"
}

# quietly NAME COMMAND...: runs it with its messages in a file, which is shown where it fails.
quietly() {
  log="$work/$1.log"
  shift
  if ! "$@" > "$log" 2>&1; then
    echo "failed: $*" >&2
    tail -n 40 "$log" >&2
    return 1
  fi
}

peer() {
  program=$1
  shift
  "$NNFLOW_PEER/bin/$program" "$@"
}

# Its record of the run belongs into $work too.
run_nnflow() {
  (cd "$work" && env -u OMP_NUM_THREADS "$nnflow" "$@")
}
