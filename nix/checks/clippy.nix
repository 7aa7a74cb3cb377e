# The lints of Cargo.toml and clippy.toml hold everywhere, tests included.
{
  build,
  workspace,
}: let
  # By itself, so that a change of any other file is none of this check's.
  configuration = builtins.path {
    path = ../..;
    name = "clippy-configuration";
    filter = path: _: baseNameOf path == "clippy.toml";
  };
  clippy = targets: "CLIPPY_CONF_DIR=${configuration} cargo clippy --release --frozen --workspace ${targets} -- --deny warnings";
  linted = workspace.each {
    what = "clippy";
    base = workspace.testDependencies;
    compile = clippy "--lib --examples";
    try = _: clippy "--all-targets";
  };
in
  build {
    name = "check-clippy";
    # NB: the result does not hold what it waits for, or that would be in every cache.
    script = "touch $out # when there are ${toString (builtins.attrValues linted)}";
  }
