# git with what it needs for HTTP, both ways, and nothing of its Perl; the certificates of the web's authorities beside it.
{
  # From nix/lib/build.nix.
  unpack,
  relocate,
  # The packages.
  packages,
}:
relocate {
  name = "git";
  tree = unpack {
    name = "git-unpacked";
    inherit packages;
  };
  programs = "usr/bin/git usr/lib/git-core/git-http-backend usr/lib/git-core/git-remote-http";
  after = ''
    mkdir bare bare/licenses
    for package in usr/share/doc/*; do
      [ ! -f $package/copyright ] || cp $package/copyright bare/licenses/''${package##*/}
    done
    cat usr/share/ca-certificates/mozilla/*.crt >bare/certificates.crt
    for command in http-backend remote-http remote-https; do
      cp usr/lib/git-core/git-$command bare/
    done
    rm -rf etc var lib64 usr/sbin usr/share usr/lib/git-core usr/lib/git usr/lib/p11-kit* usr/libexec
    find usr/bin -mindepth 1 ! -name git -exec rm {} +
    mkdir -p usr/share usr/lib/git-core
    mv bare/licenses usr/share/
    mv bare/certificates.crt usr/share/
    mv bare/git-* usr/lib/git-core/
    rm -r bare
    # It starts itself by these names.
    for command in git git-receive-pack git-upload-pack; do
      ln -s ../../bin/git usr/lib/git-core/$command
    done
  '';
}
