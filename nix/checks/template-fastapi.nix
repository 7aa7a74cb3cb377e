# The template of a service in Python passes its own lint, types and tests, whichever features a person leaves out; its lock
# fits, and its objects have the image in them.
{
  build,
  variantOf,
}: let
  variants = map (variantOf "fastapi") [[] ["kafka"] ["database"] ["kafka" "database"]];
  passed = variant: builtins.attrValues variant.checks ++ [variant.deployment];
in
  build {
    name = "check-template-fastapi";
    env.passed = builtins.concatMap passed variants;
    script = "echo $passed | wc -w >$out";
  }
