# The stages of CI in the order that REQ-0.5 asks for; `groundwork ci` runs them. Each check of the flake is a step of one of them.
{
  system,
  # The project's folder.
  root,
  # The flake's packages and checks.
  packages,
  checks,
}: let
  names = builtins.attrNames;
  step = kind: outputs: name: {
    inherit name;
    output = "${kind}.${system}.${name}";
    inputs = builtins.unsafeDiscardStringContext outputs.${name}.drvPath;
  };
  check = step "checks" checks;
  package = step "packages" packages;
  # What looks at texts, and what looks at images. Every other check runs or tries something.
  lint = ["clippy" "component-names" "editor" "file-length" "nix-fmt" "nix-unused" "rust-fmt" "shellcheck" "workflows"];
  ofImages = ["bills" "images-reproducible"];
  units = names (builtins.removeAttrs checks (lint ++ ofImages));
  isImage = name: builtins.match "image-.*" name != null;

  # What is done on a running stack depends on the launcher with its stack, and on the files that do it.
  files = map (path:
    builtins.path {
      path = root + path;
      name = baseNameOf path;
    }) [/scripts /tests];
  ofStack = builtins.hashString "sha256" (builtins.unsafeDiscardStringContext (toString ([packages.groundwork.outPath] ++ map (file: "${file}") files)));
in {
  stages = [
    {
      name = "lint";
      steps = map check lint;
    }
    {
      name = "unit-tests";
      steps = map check units;
    }
    {
      name = "integration";
      steps = [
        {
          name = "the requirements, on a stack of its own";
          command = ["scripts/test-stack.sh" "--smoke" "--own"];
          inputs = "${ofStack}-smoke";
        }
        {
          name = "the same broken, filled, stopped and wiped";
          command = ["scripts/test-stack.sh" "--own"];
          inputs = ofStack;
          nightly = true;
        }
      ];
    }
    {
      name = "security";
      steps = [
        {
          name = "no commit holds a secret";
          command = ["scripts/secrets-in-git.sh" "history"];
        }
        {
          name = "no file names a registry host";
          command = ["scripts/check-registry-hosts.sh"];
        }
        {
          name = "no part has a known vulnerability";
          command = ["scripts/scan.sh" "--allow-unchecked"];
        }
      ];
    }
    {
      name = "images";
      steps =
        map package (builtins.filter isImage (names packages))
        ++ map check ofImages
        ++ [
          {
            name = "bit-identical when rebuilt";
            command = ["scripts/verify-reproducible.sh" "--once"];
            nightly = true;
          }
        ];
    }
    {
      name = "push";
      steps = [
        {
          name = "images";
          push = true;
        }
      ];
    }
  ];
}
