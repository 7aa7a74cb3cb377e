# What scripts/build.sh builds: outputs of the flake, with about how many seconds each takes on two cores.
{
  # From nix/lib/components.nix.
  components,
  # From nix/default.nix: the stacks with optional components.
  variants,
  # The flake's packages and checks, and the shells of `nix develop`.
  packages,
  checks,
  devShells,
  # From nix/rebuilt.nix.
  rebuilt,
}: let
  # NB: these evaluate what has been built, which a machine without sources cannot.
  results = map (name: checks.${name}) (builtins.attrNames (builtins.removeAttrs checks ["component-faults" "new-component"]));
  describe = name: seconds: {
    inherit name seconds;
    derivation = packages.${name}.drvPath;
  };
  ofComponents = what: nameOf: map (component: describe (nameOf component) component.seconds) (builtins.filter (component: component.${what} != null) components);
  # Each stack with optional components, by their names: `with-postgresql`.
  withOptional = builtins.listToAttrs (map (variant: {
      name = "with-${builtins.concatStringsSep "-" (map (component: component.name) variant.optional)}";
      value = wanted.stack ++ [variant.stack];
    })
    variants);
  wanted = {
    stack = [packages.groundwork packages.gitleaks];
    shell = wanted.stack ++ [devShells.default];
    service = wanted.stack ++ [devShells.service];
    # Results of the checks come from a cache, or from the steps' outputs when the checks run; so does the receipt.
    tests = wanted.shell ++ [devShells.service rebuilt.receipt packages.act] ++ results ++ map (variant: variant.stack) variants;
  };
in {
  # In an order in which each is built after what it needs: the long ones begin early.
  steps =
    [(describe "cc" 5) (describe "go" 5) (describe "crate-dependencies" 280)]
    ++ ofComponents "program" (component: component.name)
    ++ ofComponents "crate" (component: component.crate)
    ++ [
      (describe "console-page" 25)
      (describe "stack" 30)
      (describe "groundwork" 200)
      (describe "gitleaks" 10)
      (describe "act" 60)
      (describe "actionlint" 10)
      (describe "nix-tools" 25)
      {
        name = "shell";
        seconds = 5;
        derivation = devShells.default.drvPath;
      }
      {
        name = "service-shell";
        seconds = 20;
        derivation = devShells.service.drvPath;
      }
      (describe "image-template-axum" 150)
      (describe "image-template-fastapi" 30)
      (describe "crate-test-dependencies" 110)
    ];
  # What is wanted in the end; a step that none of them needs is left out.
  wanted = builtins.mapAttrs (_set: map (output: output.drvPath)) (wanted // withOptional);
  # What scripts/publish-cache.sh puts into a cache, each with all that it needs to run.
  published = builtins.mapAttrs (_set: map (output: output.outPath)) {
    inherit (wanted) stack;
    everything = wanted.tests ++ [packages.groundwork-image packages.hello packages.browser-tests];
  };
  # What scripts/fetch-sources.sh brings the sources of each kind in with.
  clients = builtins.mapAttrs (_kind: map (name: packages.${name}.drvPath)) {
    go-toolchain = ["fetch-go-bootstrap"];
    go-vendor = ["go"];
    go-module = ["go"];
    crate = ["cc"];
    maven = ["fetch-maven" "jdk"];
    wheel = ["fetch-pip"];
    npm = ["node"];
  };
}
