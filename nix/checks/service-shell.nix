# The programs of `nix develop .#service` do their work: Python, Poetry, mypy, ruff, pre-commit and kubectl.
{
  build,
  projectFiles,
  python,
  service-tools,
}:
build {
  name = "check-service-shell";
  tools = [python service-tools];
  script = ''
    fails() {
      if "$@"; then
        echo "error: $* finds nothing wrong" >&2
        return 1
      fi
    }
    export HOME=$PWD/home
    mkdir home
    python -c 'import bz2, ctypes, curses, lzma, readline, sqlite3, ssl, sys; assert sys.version_info >= (3, 11)'
    python -m venv plain
    plain/bin/pip --version

    poetry new shop
    cd shop
    poetry env use python
    poetry check
    poetry run python -c 'import sys; assert sys.prefix != sys.base_prefix, sys.prefix'

    printf 'def name(number: int) -> str:\n    return str(number)\n' >src/shop/right.py
    printf 'import os\n\n\ndef name(number: int) -> str:\n    return number\n' >src/shop/wrong.py
    mypy src/shop/right.py
    ruff check src/shop/right.py
    ruff format --check src/shop/right.py
    fails mypy src/shop/wrong.py
    fails ruff check src/shop/wrong.py

    pre-commit validate-config ${projectFiles "\\.pre-commit-config\\.yaml"}/.pre-commit-config.yaml
    kubectl version --client
    touch $out
  '';
}
