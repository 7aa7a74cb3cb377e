# Debian packages unpacked into one tree, with bin, lib and sbin merged under usr.
{
  # From nix/lib/build.nix.
  build,
}: {
  # Name of the store path.
  name,
  # Sources, from nix/sources/debian.nix.
  packages,
  # Shell commands to run in the tree.
  after ? "",
}:
build {
  inherit name;
  env = {inherit packages;};
  script = ''
    mkdir -p $out/usr/bin $out/usr/sbin $out/usr/lib $out/usr/lib64
    for folder in bin sbin lib lib64; do
      ln -s usr/$folder $out/$folder
    done
    for package in $packages; do
      case $(ar t $package) in
        *data.tar.xz*) ar p $package data.tar.xz | xzcat ;;
        *data.tar.gz*) ar p $package data.tar.gz | gzip -dc ;;
        *) echo "error: $package holds no data.tar of a known kind" >&2; exit 1 ;;
      esac | tar -x -C $out
    done
    cd $out
    ${after}
  '';
}
