# The crates of a Cargo.lock unpacked, and a cargo configuration that takes them in place of the
# registry: a folder to copy to CARGO_HOME.
{
  # From build.nix.
  build,
  # From nix/toolchain.
  bash,
}: {
  # Name of the store path.
  name,
  # Sources, from nix/sources/rust.nix.
  crates,
}:
build {
  inherit name;
  env = {inherit crates;};
  script = ''
    mkdir -p $out/crates
    for crate in $crates; do
      file=''${crate##*/}
      folder=''${file#*-}
      folder=''${folder%.crate}
      tar -xzf $crate -C $out/crates
      sum=$(sha256sum $crate)
      # NB: no hash of single files: the whole was checked, and some builds touch theirs.
      echo "{\"files\":{},\"package\":\"''${sum%% *}\"}" >$out/crates/$folder/.cargo-checksum.json
    done
    # NB: the sandbox has no /usr/bin/env.
    find $out/crates -name configure | while read -r script; do
      sed -i '1s|^#!/usr/bin/env bash|#!${bash}/bin/bash|' $script
    done
    {
      echo '[source.crates-io]'
      echo 'replace-with = "vendored"'
      echo '[source.vendored]'
      echo "directory = \"$out/crates\""
    } >$out/config.toml
  '';
}
