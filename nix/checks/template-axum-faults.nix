# A fault of each kind turns the template's check of that kind red.
{
  build,
  templates,
}: let
  inherit (templates.axum) check checks;
  fault = name: plant: {
    over,
    command,
    ...
  }:
    check "fault-${name}" over ''
      ${plant}
      if (${command}) >log 2>&1; then
        echo 'error: ${name}: the check finds nothing wrong' >&2
        exit 1
      fi
      tail -n 20 log
    '';
in
  build {
    name = "check-template-axum-faults";
    env.red = [
      (fault "lint" "echo 'pub fn one() -> i32 { return 1; }' >>src/routes/mod.rs" checks.lint)
      (fault "format" "echo 'pub  mod  x {}' >>src/lib.rs" checks.lint)
      (fault "test" "sed -i 's/if quantity < 1/if quantity < 0/' src/models/item.rs" checks.unit-tests)
    ];
    script = "echo $red | wc -w >$out";
  }
