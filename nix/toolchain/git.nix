# git with what it needs for HTTP, both ways, and nothing of its Perl; the certificates of the web's authorities beside it.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  unpack,
  relocate,
  runtime,
  # The packages.
  packages,
}:
relocate {
  name = "git";
  tree = unpack {
    name = "git-unpacked";
    inherit packages;
  };
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
    # Of the libraries, those that something here loads.
    for file in usr/bin/git usr/lib/git-core/git-http-backend usr/lib/git-core/git-remote-http; do
      ${runtime}/lib/${platform.loader} --list $PWD/$file
    done >loaded
    if grep 'not found' loaded; then exit 1; fi
    sed -nE "s#.* => $out/(.*) \(.*#\1#p" loaded | sort -u | while read -r library; do
      echo $library
      readlink -f $library | sed "s#^$out/##"
    done >kept
    find usr/lib/${platform.triplet} \( -type f -o -type l \) | grep -vxFf kept | xargs rm
    find usr/lib/${platform.triplet} -depth -mindepth 1 -type d -exec rmdir {} +
    rm loaded kept
  '';
}
