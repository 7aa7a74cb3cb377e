# A fault of each kind turns the template's check of that kind red.
{
  build,
  templates,
}: let
  inherit (templates.fastapi) check checks;
  fault = name: plant: command:
    check "fault-${name}" ''
      ${plant}
      if (${command}) >log 2>&1; then
        echo 'error: ${name}: the check finds nothing wrong' >&2
        exit 1
      fi
      cat log
    '';
in
  build {
    name = "check-template-fastapi-faults";
    env.red = [
      (fault "lint" "echo 'import os' >>src/config.py" checks.lint.command)
      (fault "format" "echo 'x  = 1' >>src/config.py" checks.lint.command)
      (fault "types" "echo 'port: str = 8080' >>src/config.py" checks.types.command)
      (fault "test" "sed -i 's/quantity: int = Field(gt=0/quantity: int = Field(ge=0/' src/models/item.py" checks.unit-tests.command)
      (fault "lock" "sed -i 's/asyncpg = .*/asyncpg = \"0.31.0\"/' pyproject.toml" checks.lock.command)
    ];
    script = "echo $red | wc -w >$out";
  }
