# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# The table that take_over and its like print; read by them with `.` after common.sh.
failures=0
printf '' > "$work/table"

# row TEXT COMMAND...: a line of the table, "yes" if the command succeeds; what it printed is the remark.
row() {
  text=$1
  shift
  if "$@" > "$work/remark" 2> "$work/errors"; then
    echo "| $text | yes | $(tail -n 1 "$work/remark") |" >> "$work/table"
  else
    failures=$((failures + 1))
    tail -n 20 "$work/errors" >&2
    echo "| $text | NO | $(tail -n 1 "$work/errors") |" >> "$work/table"
  fi
}

# Prints it; fails if a line is not "yes".
show_table() {
  printf '| step | works | remark |\n|---|---|---|\n'
  cat "$work/table"
  [ "$failures" = 0 ]
}
