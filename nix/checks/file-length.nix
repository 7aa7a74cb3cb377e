# flake.nix stays under 60 lines, every source file within 400.
{
  build,
  project,
}:
build {
  name = "check-file-length";
  script = ''
    cd ${project}
    long=$(find . -type f \( -name '*.rs' -o -name '*.nix' -o -name '*.sh' -o -name '*.ts' -o -name '*.tsx' \) -exec wc -l {} + |
      awk '$2 != "total" && ($1 > 400 || ($2 == "./flake.nix" && $1 >= 60))')
    if [ -n "$long" ]; then
      echo "error: too long:" >&2
      echo "$long" >&2
      exit 1
    fi
    touch $out
  '';
}
