# Every script passes shellcheck.
{
  build,
  unpack,
  relocate,
  debian,
  project,
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
      cd ${project}
      ${shellcheck}/usr/bin/shellcheck --external-sources --source-path=SCRIPTDIR .ci/run $(find scripts tests -name '*.sh')
      touch $out
    '';
  }
