{
  description = "template-service";

  # Where Groundwork is: a path, a Git repository, or a name of `nix registry`.
  inputs.groundwork.url = "flake:groundwork";

  # Packages `image` and `deployment`, the shell of `nix develop`, and checks; service.toml says of what kind it is.
  outputs = {
    self,
    groundwork,
  }:
    groundwork.lib.service {src = self;};
}
