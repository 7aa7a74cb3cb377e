# Every bill of materials is what its standard says, by the standard's own library, and its two forms agree.
{
  build,
  platform,
  python,
  relocate,
  wheels,
  bills,
}: let
  validators = import ../lib/service/python-environment.nix {inherit build platform python relocate;} {
    name = "bill-validators";
    wheels = wheels "bills";
  };
in
  build {
    name = "check-bills";
    tools = [validators];
    script = ''
      python ${./bills.py} ${bills} | tee $out
    '';
  }
