# The layer of an image whose program needs glibc.
{
  # From nix/toolchain/runtime.nix.
  runtime,
}: {
  store_paths = [runtime];
  inherit (runtime) bill;
  symlinks = [
    {
      target = "${runtime}/share/licenses";
      link = "/usr/share/licenses/runtime";
    }
  ];
}
