# The same Python as a container needs it: without what only development uses, and with the C library of all images.
{
  # From nix/lib/platform.nix.
  platform,
  # From relocate.nix.
  relocate,
  # glibc and libgcc.
  runtime,
  # The unpacked packages of set `python`.
  tree,
}:
relocate {
  name = "python-runtime";
  inherit tree;
  after = ''
    mv usr/bin/python3.11 .
    rm -r usr/bin/* usr/sbin/* etc var
    mv python3.11 usr/bin/
    ln -s python3.11 usr/bin/python
    mv usr/share/doc .
    rm -r usr/share/*
    mkdir usr/share/licenses
    (cd doc && for package in *; do
      if [ -f $package/copyright ]; then
        mkdir $out/usr/share/licenses/$package
        cp $package/copyright $out/usr/share/licenses/$package/
      fi
    done)
    rm -r doc
    mkdir keep
    mv usr/lib/python3.11 usr/lib/${platform.triplet} keep/
    rm -r usr/lib/* lib64 usr/lib64
    mv keep/* usr/lib/
    rmdir keep
    (cd usr/lib/python3.11 && rm -rf ensurepip idlelib lib2to3 pydoc_data test tkinter turtledemo)
    rm -r usr/lib/${platform.triplet}/gconv
    for library in ${runtime}/lib/*; do
      rm -f usr/lib/${platform.triplet}/''${library##*/}
    done
    # NB: the packages carry no bytecode, and nobody can write it to an image later.
    $out/usr/bin/python3.11 -m compileall -q -j 1 --invalidation-mode unchecked-hash usr/lib/python3.11
  '';
}
