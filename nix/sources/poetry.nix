# Wheels of a poetry.lock: those that some of its groups need on this platform, pinned by the lock's own hashes.
{
  # From source.nix.
  source,
  # From nix/lib/platform.nix.
  platform,
}: let
  holds = import ./marker.nix {
    environment = {
      implementation_name = "cpython";
      implementation_version = "3.11.2";
      os_name = "posix";
      platform_machine = platform.wheels;
      platform_python_implementation = "CPython";
      platform_system = "Linux";
      python_full_version = "3.11.2";
      python_version = "3.11";
      sys_platform = "linux";
      # An extra of the service itself: it has none.
      extra = "";
    };
  };
  chosen = import ./wheel-choice.nix {inherit platform;};
in
  {
    # The poetry.lock.
    lock,
    # Names of groups, `main` among them.
    groups,
    # What brings a missing wheel in.
    hint ? "run scripts/fetch-sources.sh",
  }: let
    parsed = builtins.fromTOML (builtins.readFile lock);
    # A marker is one for all groups, or one for each.
    wanted = package: group:
      builtins.elem group groups
      && (
        if builtins.isString (package.markers or "")
        then !(package ? markers) || holds package.markers
        else !(package.markers ? ${group}) || holds package.markers.${group}
      );
    needed = builtins.filter (package: builtins.any (wanted package) package.groups) parsed.package;
    wheel = package: let
      found = chosen package.files;
    in
      if package ? source
      then throw "poetry.lock: ${package.name} comes from ${package.source.type}, not from the package registry\nhint: publish it as a wheel"
      else if found == null
      then throw "poetry.lock: ${package.name} ${package.version} has no wheel for Python 3.11 on ${platform.wheels}\nhint: choose another version of it"
      else
        source {
          kind = "wheel";
          name = found.file;
          hash = builtins.head (builtins.match "sha256:(.*)" found.hash);
          details = {
            package = package.name;
            inherit (package) version;
          };
          inherit hint;
        };
    format = parsed.metadata.lock-version or "none";
  in
    if builtins.match "2\\.[1-9].*" format == null
    then throw "poetry.lock: its format is ${format}, and 2.1 has groups and markers\nhint: poetry lock, with Poetry 2"
    else map wheel needed
