# The programs of `nix develop .#service`, without those that only come along with them.
{
  # From nix/lib/build.nix.
  build,
  # From nix/toolchain and components.
  kubernetes,
  python,
  pythonTools,
}:
build {
  name = "service-tools";
  script = ''
    mkdir -p $out/bin $out/share
    ln -s ${kubernetes}/bin/kubectl $out/bin/
    for program in poetry pre-commit ruff mypy; do
      ln -s ${pythonTools}/bin/$program $out/bin/
    done
    ln -s ${python} $out/share/python
  '';
}
