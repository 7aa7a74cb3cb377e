#!/bin/sh
# Removes a volume's directory with everything in it.
set -eu
rm -rf "${VOL_DIR:?}"
