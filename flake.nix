{
  description = "Groundwork: Kubernetes, an event bus and observability on one machine, from pinned sources";

  # No inputs: every source comes from a package registry, see nix/sources.
  outputs = {self}: let
    system = "x86_64-linux";
    groundwork = import ./nix {
      inherit system;
      rev = self.rev or null;
    };
    # NB: evaluates, and has never been built: no such machine was there. The scripts take x86_64's.
    untested = "aarch64-linux";
  in {
    packages.${system} = groundwork.packages;
    packages.${untested} = (import ./nix {system = untested;}).packages;
    apps.${system} = groundwork.apps;
    devShells.${system} = groundwork.devShells;
    checks.${system} = groundwork.checks;
    formatter.${system} = groundwork.formatter;
    inherit (groundwork) sources builds rebuilt pipeline;
    # For the flake of a service in a repository of its own: templates/fastapi/flake.nix.
    lib = {inherit (groundwork) service;};
  };
}
