# Debian's Python by itself, for services: `bin` holds nothing but it.
{
  # From relocate.nix.
  relocate,
  # The unpacked packages of set `python`.
  tree,
}:
relocate {
  name = "python";
  inherit tree;
  after = ''
    mv usr/bin/python3 usr/bin/python3.11 .
    rm -r usr/bin/* usr/sbin/* etc var
    mv python3 python3.11 usr/bin/
    ln -s python3.11 usr/bin/python
    mv usr/share/doc usr/share/python-wheels .
    rm -r usr/share/*
    mv doc python-wheels usr/share/
    find usr/share/doc -type f ! -name copyright -exec rm {} +
    # Where `python -m venv` finds pip.
    sed -i "s#'/usr/share/python-wheels/'#'$out/usr/share/python-wheels/'#" usr/lib/python3.11/_sysconfigdata_*.py
    # NB: the packages carry no bytecode, and nobody can write it to the store later.
    $out/usr/bin/python3.11 -m compileall -q -j 1 --invalidation-mode unchecked-hash usr/lib/python3.11
  '';
}
