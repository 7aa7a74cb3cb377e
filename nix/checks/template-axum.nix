# The template of a service in Rust passes its own lint and tests, with all features and without a database, and its objects
# have the image in them.
{
  build,
  variantOf,
}: let
  # NB: each set of features compiles packages of its own, for minutes. The second is that of the checks' service
  # (crates/groundwork-validate).
  variants = map (variantOf "axum") [[] ["database"]];
  passed = variant: builtins.attrValues variant.checks ++ [variant.deployment];
in
  build {
    name = "check-template-axum";
    env.passed = builtins.concatMap passed variants;
    script = "echo $passed | wc -w >$out";
  }
