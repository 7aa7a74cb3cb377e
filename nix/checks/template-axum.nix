# The template of a service in Rust passes its own lint and tests, with all features and with none, and its objects have the
# image in them.
{
  build,
  variantOf,
}: let
  # NB: each set of features compiles packages of its own.
  variants = map (variantOf "axum") [[] ["kafka" "database"]];
  passed = variant: builtins.attrValues variant.checks ++ [variant.deployment];
in
  build {
    name = "check-template-axum";
    env.passed = builtins.concatMap passed variants;
    script = "echo $passed | wc -w >$out";
  }
