# nft, from Debian: the node's only packet filter tool.
{
  # From nix/toolchain.
  unpack,
  relocate,
  build,
  # From nix/sources.
  debian,
}: let
  tree = relocate {
    name = "nftables-tree";
    tree = unpack {
      name = "nftables-unpacked";
      packages = debian "nftables";
    };
  };
in
  build {
    name = "nftables";
    script = ''
      mkdir -p $out/bin
      ln -s ${tree}/usr/sbin/nft $out/bin/nft
    '';
  }
