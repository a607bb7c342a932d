#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
#
# usage: kill_resume.sh DATASET WORKSPACE NNFLOW [OPTION...]
# Runs `NNFLOW nnunet -d DATASET -o WORKSPACE OPTION...` twice: undisturbed, then killed with SIGKILL in
# each of the phases fingerprint, preprocessing, training and prediction and started again each time.
# Prints what was kept and whether the validation summaries are equal; exits with 1 if they are not.
# OPTION... must name one configuration and one fold (-c 3d_fullres -f 0). WORKSPACE must not exist.
set -euo pipefail

if (($# < 3)); then
  sed -n '5,9s/^# //p' "$0" >&2
  exit 2
fi
dataset=$1 workspace=$2
shift 2
command=("$@")
[[ ! -e $workspace ]] || { echo "$workspace exists" >&2; exit 2; }
mkdir -p "$workspace"
work=$workspace/work record=$workspace/record
export NNFLOW_CACHE=$record/cache

start() { # in the background; $run is the process
  "${command[0]}" nnunet -d "$dataset" -o "$work" --run-dir "$record" "${command[@]:1}" \
    >> "$workspace/output.txt" 2>&1 &
  run=$!
}
finished() { # files below a path that a pattern matches, without temporary ones; of ledgers their lines
  if [[ $2 == *.jsonl ]]; then
    find "$1" -type f -path "$2" -exec cat {} + 2> /dev/null | wc -l
  else
    find "$1" -type f -path "$2" -not -path '*.nnflow-tmp*' 2> /dev/null | wc -l
  fi
}
kill_at() { # NAME FOLDER PATTERN COUNT: kills when so many are there
  start
  until (($(finished "$2" "$3") >= $4)); do
    if ! kill -0 "$run" 2> /dev/null; then
      echo "$1: the run ended before it could be killed; see $workspace/output.txt" >&2
      exit 1
    fi
    sleep 0.02
  done
  kill -KILL "$run"
  wait "$run" 2> /dev/null || true
  echo "$1: killed with $(finished "$2" "$3") finished"
}
finish() {
  start
  if ! wait "$run"; then
    tail -n 5 "$workspace/output.txt" >&2
    exit 1
  fi
}
kept() { # STAGE SUMMARY: counters of a stage
  grep -o "\"$1\":{[^}]*}" "$2" | grep -o '"done":[0-9]*,"kept":[0-9]*' | tr -d '"'
}

echo "undisturbed run"
finish
mv "$work" "$workspace/work-undisturbed"
mv "$record" "$workspace/record-undisturbed"

kill_at fingerprint "$record" '*/cache/*' 3
kill_at preprocessing "$record" '*/preprocess/*/ledger/write.jsonl' 3
kill_at training "$work" '*/checkpoint_latest.pth' 1
kill_at prediction "$record" '*/train/*/ledger/write.jsonl' 1
finish
echo "fingerprint:   $(kept prepare/statistics "$record/summary.json")"
echo "preprocessing: $(kept write "$record"/preprocess/*/summary.json)"
grep -h "going on after" "$record"/train/*/log.txt || true
echo "prediction:    $(kept write "$record"/train/*/summary.json)"

status=0
while read -r summary; do
  one=$workspace/work-undisturbed/$summary
  if cmp -s "$one" "$work/$summary"; then
    echo "equal: $summary ($(sha256sum < "$one" | cut -c1-16))"
  else
    echo "DIFFERENT: $summary"
    status=1
  fi
done < <(cd "$workspace/work-undisturbed" && find . -path '*/validation/summary.json')
exit $status
