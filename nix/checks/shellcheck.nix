# Every script passes shellcheck, and reads all that it asks for.
{
  build,
  unpack,
  relocate,
  debian,
  projectFiles,
}: let
  shellcheck = relocate {
    name = "shellcheck";
    tree = unpack {
      name = "shellcheck-tree";
      packages = debian "shellcheck";
    };
  };
in
  build {
    name = "check-shellcheck";
    script = ''
      cd ${projectFiles "\\.ci/run|(components|nix|scripts|tests)/.*\\.sh"}
      ${shellcheck}/usr/bin/shellcheck --external-sources --source-path=SCRIPTDIR .ci/run $(find components scripts tests nix -name '*.sh')
      # What such a grep leaves unread ends the writer now and then, and pipefail takes that for a failure.
      if grep -rnE '[^|]\| *grep -[a-zA-Z]*q' scripts tests; then
        echo 'error: grep -q behind a pipe' >&2
        exit 1
      fi
      touch $out
    '';
  }
