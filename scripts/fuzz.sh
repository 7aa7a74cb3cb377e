#!/usr/bin/env bash
# Tries each fuzz target with input at random for some seconds; what fails is kept in fuzz/artifacts, and printed with
# the command that tries it again. It needs a C++ compiler, and no nightly Rust: no crate has unsafe code for a
# sanitizer to look at.
#
#   fuzz.sh [SECONDS]   60 of them for each target unless said
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

seconds=${1:-60}
# The versions are those of the project; cargo adds what the targets alone need.
cp Cargo.lock fuzz/Cargo.lock
for target in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$target" .rs)
  mkdir -p "fuzz/corpus/$name"
  scripts/cargo-tool.sh cargo-fuzz run --sanitizer none "$name" "fuzz/corpus/$name" "fuzz/seeds/$name" -- \
    -max_total_time="$seconds" -timeout=10
done
