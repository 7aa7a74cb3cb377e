# `dev`, the cargo loop of `nix develop`: the crates are those of the build, compiled once; a change takes seconds.
{
  # From nix/toolchain.
  build,
  bash,
  cc,
  # From rust-workspace.nix and crate-vendor.nix.
  adapted,
  vendor,
  # The workspace's Cargo.lock.
  lock,
  # From nix/stack.
  stack,
}:
build {
  name = "dev";
  script = ''
    mkdir -p $out/bin
    {
      echo '#!${bash}/bin/bash'
      echo 'export PATH=${adapted}/bin:${cc}/bin:$PATH'
      echo 'vendor=${vendor} lock=${builtins.path {path = lock;}} stack=${stack}/stack.json'
      cat ${./dev.sh}
    } >$out/bin/dev
    chmod +x $out/bin/dev
  '';
}
