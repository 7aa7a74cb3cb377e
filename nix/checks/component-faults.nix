# A component that is made wrongly is refused before anything is built.
{build}: let
  # Each is a project of two components, the second of which is wrong in one way: shell, run in its folder.
  faults = {
    a-capital-in-the-name = "mv ../second ../Second";
    a-list-that-is-a-text = "echo '{ role = \"b\"; after = \"first\"; }' >component.nix";
    a-number-that-is-a-text = "echo '{ role = \"b\"; seconds = \"1\"; }' >component.nix";
    a-role-that-another-has = "echo '{ role = \"a\"; }' >component.nix";
    a-way-to-read-that-is-not-there = "echo '{ role = \"b\"; read_paths.x = \"post\"; }' >component.nix";
    after-a-later-wave = "echo '{ role = \"b\"; wave = \"late\"; }' >component.nix; mkdir k8s; echo '{ role = \"a\"; after = [\"second\"]; }' >../first/component.nix";
    after-an-optional-one = "echo '{ role = \"a\"; optional = true; wave = \"early\"; }' >../first/component.nix; mkdir ../first/k8s k8s; echo '{ role = \"b\"; wave = \"early\"; after = [\"first\"]; }' >component.nix";
    after-itself = "echo '{ role = \"b\"; after = [\"second\"]; }' >component.nix";
    after-nobody = "echo '{ role = \"b\"; after = [\"frist\"]; }' >component.nix";
    an-image-of-no-program = "touch image.nix";
    an-unknown-field = "echo '{ role = \"b\"; secs = 1; }' >component.nix";
    an-unknown-file = "touch images.nix";
    an-unknown-file-that-watches = "mkdir watch; touch watch/rules.yml";
    an-unknown-wave = "echo '{ role = \"b\"; wave = \"middle\"; }' >component.nix; mkdir k8s";
    no-role = "echo '{}' >component.nix";
    no-set = "echo '_: {}' >component.nix";
    no-truth = "echo '{ role = \"b\"; optional = \"true\"; }' >component.nix";
    objects-in-no-wave = "mkdir k8s";
    optional-for-the-node = "echo '{ role = \"b\"; optional = true; }' >component.nix";
    the-name-of-a-service = "mkdir ../../services/second; echo '{ role = \"c\"; }' >../../services/second/component.nix";
    a-wave-without-objects = "echo '{ role = \"b\"; wave = \"late\"; }' >component.nix";
  };
  projects = build {
    name = "faulty-projects";
    script = builtins.concatStringsSep "\n" (builtins.attrValues (builtins.mapAttrs (name: fault: ''
        mkdir -p $out/${name}/components/first $out/${name}/components/second $out/${name}/services
        echo '{ role = "a"; }' >$out/${name}/components/first/component.nix
        echo '{ role = "b"; after = ["first"]; }' >$out/${name}/components/second/component.nix
        cd $out/${name}/components/second
        ${fault}
      '')
      (faults // {none = "";})));
  };
  isTaken = name: let
    components = import ../lib/components.nix {
      root = projects + "/${name}";
      waves = ["early" "late"];
    };
  in
    (builtins.tryEval (builtins.deepSeq components true)).success;
  taken = builtins.filter isTaken (builtins.attrNames faults);
in
  # Not a check that cannot fail: the project without a fault is taken.
  if !isTaken "none"
  then throw "two components without a fault are refused"
  else if taken != []
  then throw "these faults of a component are taken: ${toString taken}"
  else
    build {
      name = "check-component-faults";
      script = "echo ${toString (builtins.length (builtins.attrNames faults))} >$out";
    }
