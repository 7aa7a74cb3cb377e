# What scripts/build.sh builds, in order: outputs of the flake, with about how many seconds each takes on two cores.
{
  # From nix/lib/components.nix.
  components,
}: let
  output = name: seconds: {
    inherit name seconds;
    tests = false;
  };
  # What only the checks need.
  testOutput = name: seconds: output name seconds // {tests = true;};
  ofComponents = what: nameOf: map (component: output (nameOf component) component.seconds) (builtins.filter (component: component.${what} != null) components);
in
  [(output "cc" 5) (output "go" 5)]
  ++ ofComponents "program" (component: component.name)
  ++ [(output "crate-dependencies" 280)]
  ++ ofComponents "crate" (component: component.crate)
  ++ [
    (output "console-page" 25)
    (output "stack" 30)
    (output "groundwork" 200)
    (output "gitleaks" 10)
    (testOutput "nix-tools" 25)
    (testOutput "crate-test-dependencies" 110)
  ]
