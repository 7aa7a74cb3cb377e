# nft, from Debian: the node's only packet filter tool.
{
  # From nix/toolchain.
  unpack,
  relocate,
  build,
  billed,
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
  billed (debian "nftables") "share/licenses" (build {
    name = "nftables";
    script = ''
      mkdir -p $out/bin $out/share
      ln -s ${tree}/usr/share/doc $out/share/licenses
      ln -s ${tree}/usr/sbin/nft $out/bin/nft
    '';
  })
