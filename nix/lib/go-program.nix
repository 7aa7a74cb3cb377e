# Builds commands of a Go main module from its vendored tree, without a network.
{
  # From build.nix.
  build,
  # From nix/toolchain.
  go,
  goStd,
  cc,
  # From nix/sources/go.nix.
  vendor,
}: {
  # The program.
  name,
  # Its folder, with go.mod, go.sum and vendor-hash.
  folder,
  # The module whose version is the program's.
  module,
  # Name of each command -> its package.
  commands,
  # Another name of a command -> that command; it is a link beside it.
  links ? {},
  # Link-time flags, a function of the version.
  ldflags ? _version: [],
  # Build tags.
  tags ? [],
  # Compile C too and link statically; for the few programs that cannot do without.
  cgo ? false,
  # Shell, run beside go.mod and vendor/ before the build: for what a module lacks or must do otherwise.
  # NB: its last character must be a line's end, as that of every multi-line string of Nix is.
  patch ? "",
}: let
  lines = builtins.filter builtins.isString (builtins.split "\n" (builtins.readFile (folder + "/go.mod")));
  versions = builtins.filter (match: match != null) (map (builtins.match "(require)?[[:space:]]*${module} (v[^ ]+).*") lines);
  version = builtins.elemAt (builtins.head versions) 1;
  static =
    if cgo
    then ["-linkmode=external" "-extldflags=-static"]
    else [];
  linked = builtins.concatStringsSep "" (builtins.attrValues (builtins.mapAttrs (name: command: "ln -s ${command} $out/bin/${name}\n") links));
  program = build {
    inherit name;
    tools =
      [go]
      ++ (
        if cgo
        then [cc]
        else []
      );
    env = {
      inherit version;
      CGO_ENABLED =
        if cgo
        then "1"
        else "0";
      GOTOOLCHAIN = "local";
      GOFLAGS = "-mod=vendor -trimpath -buildvcs=false";
      tags = builtins.concatStringsSep "," tags;
      # NB: the build id names every input path; without it two builds can be compared.
      ldflags = toString (["-s" "-w" "-buildid="] ++ static ++ ldflags version);
      commands = builtins.concatStringsSep "\n" (builtins.attrValues (builtins.mapAttrs (command: package: "${command} ${package}") commands));
    };
    script = ''
      export HOME=$PWD GOCACHE=$PWD/cache
      cp -r ${goStd} cache
      mkdir main
      cp ${builtins.path {path = folder + "/go.mod";}} main/go.mod
      cp ${builtins.path {path = folder + "/go.sum";}} main/go.sum
      cp -r ${vendor {inherit name folder;}} main/vendor
      chmod -R u+w cache main
      cd main
      ${patch}echo "$commands" | while read -r command package; do
        go build -tags "$tags" -ldflags "$ldflags" -o $out/bin/$command $package
      done
      ${linked}cd vendor
      find . -type f \( -iname 'licen[sc]e*' -o -iname 'notice*' -o -iname 'copying*' \) ! -name '*.go' | while read -r file; do
        mkdir -p "$out/share/licenses/${name}/''${file%/*}"
        cp "$file" "$out/share/licenses/${name}/$file"
      done
    '';
  };
in
  program
  // {
    inherit version;
    bill = [
      {
        kind = "go";
        programs = "${program}/bin";
        sums = builtins.path {path = folder + "/go.sum";};
        licences = "${program}/share/licenses/${name}";
      }
    ];
  }
