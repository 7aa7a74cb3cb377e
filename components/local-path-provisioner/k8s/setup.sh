#!/bin/sh
# Makes a volume's directory. Any user may write: which one the pod will be is not known yet, and
# the directory above keeps the host's other users out.
set -eu
# shellcheck disable=SC2174 # the directory above is there
mkdir -m 0777 -p "$VOL_DIR"
