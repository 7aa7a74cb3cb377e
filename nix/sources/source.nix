# A pinned source: a fixed-output derivation that cannot fetch and says who can.
#
# scripts/fetch-sources.sh adds the real thing to the store at this derivation's own path, so its
# builder runs only when the source is missing.
{
  # The platform of the builder.
  system,
  # Folder with bin/busybox, or null for the seed itself, whose error Nix has to print.
  seed,
}: {
  # The client that gets it in: debian, seed, go-toolchain, go-vendor, go-module, crate, maven, wheel or npm.
  kind,
  # Name in the store.
  name,
  # Hash of the file (SRI or hex sha256), or of the tree's archive when `tree` is set.
  hash,
  # A folder rather than a file.
  tree ? false,
  # What the client needs besides, as an attribute set of strings.
  details ? {},
  # What brings it in.
  hint ? "run scripts/fetch-sources.sh",
}: let
  missing = "source '${name}' (${kind}) is not in the Nix store";
in
  derivation ({
      inherit name;
      outputHash = hash;
      outputHashAlgo = "sha256";
      outputHashMode =
        if tree
        then "recursive"
        else "flat";
      preferLocalBuild = true;
    }
    // (
      if seed == null
      then {
        system = "builtin";
        builder = "builtin:fetchurl";
        url = "file:///${builtins.replaceStrings [" " "'"] ["-" ""] "${missing}; ${hint}"}";
      }
      else {
        inherit system;
        builder = "${seed}/bin/busybox";
        args = [
          "sh"
          "-c"
          ''
            echo "error: ${missing}" >&2
            echo "hint: ${hint}" >&2
            exit 1
          ''
        ];
      }
    ))
  // {
    source =
      {inherit kind name hash tree;}
      // details;
  }
