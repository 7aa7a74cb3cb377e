#!/usr/bin/env bash
# Resolves the sets of nix/sources/pypi.json with the pinned pip, as one environment each, and pins every wheel in the
# lock file beside it: name, version, the rest of its file's name, sha256.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
cd "$project_root"

sets=nix/sources/pypi.json
lock=nix/sources/pypi-x86_64-linux.lock.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nix build --out-link "$work/pip" "$flake#fetch-pip"
nix build --out-link "$work/python" "$flake#python"

"$work/python/bin/python" - "$sets" "$work/pip/bin/pip" "$work/report" >"$lock.new" <<'PYTHON'
import json
import subprocess
import sys

sets, pip, report = sys.argv[1:]
lines = []
for name, roots in json.load(open(sets)).items():
    subprocess.run(
        [pip, "install", "--quiet", "--dry-run", "--ignore-installed", "--disable-pip-version-check"]
        + ["--break-system-packages", "--only-binary", ":all:", "--report", report, *roots],
        check=True,
    )
    packages = []
    for item in json.load(open(report))["install"]:
        download = item["download_info"]
        file = download["url"].rsplit("/", 1)[1]
        package, version, tags = file.removesuffix(".whl").split("-", 2)
        fields = {"name": package, "version": version, "tags": tags, "sha256": download["archive_info"]["hashes"]["sha256"]}
        packages.append("    " + json.dumps(fields).replace("{", "{ ").replace("}", " }"))
    lines.append(f'  "{name}": [\n' + ",\n".join(sorted(packages, key=str.lower)) + "\n  ]")
print("{\n" + ",\n".join(lines) + "\n}")
PYTHON
mv "$lock.new" "$lock"
printf 'pinned %s wheels in %s\n' "$(grep -c sha256 "$lock")" "$lock"
