# What goes to a registry: of each image its layout and its bills, and from what all of it was built.
#
#   NAME/image            the OCI layout, with its digest in the file `digest`
#   NAME/cyclonedx.json   what it is made of
#   NAME/spdx.json
#   provenance.json       the predicate of SLSA's provenance, version 1; not where the tree is no commit's
{
  # From build.nix.
  build,
  # The platform.
  system,
}: {
  # Name of each image -> the image, with its bill.
  images,
  # All sources, as scripts/fetch-sources.sh reads them.
  sources,
  # The commit; null where there is none that has what is built.
  rev,
}: let
  commit = {gitCommit = rev;};
  # NB: a file's hash is in hexadecimal digits. That of a tree is of its archive, so it has a name of its own.
  dependency = source: {
    inherit (source) name;
    digest =
      if source.tree
      then {narHash = source.hash;}
      else {sha256 = source.hash;};
    annotations = {inherit (source) kind;};
  };
  # A service's own may be among the project's.
  different = builtins.attrValues (builtins.listToAttrs (map (source: {
      inherit (source) name;
      value = source;
    })
    sources));
  provenance = {
    buildDefinition = {
      buildType = "urn:groundwork:flake:1";
      externalParameters.source.digest = commit;
      internalParameters = {inherit system;};
      resolvedDependencies =
        [
          {
            name = "source";
            digest = commit;
          }
        ]
        ++ map dependency different;
    };
  };
  file = builtins.toFile "provenance.json" (builtins.unsafeDiscardStringContext (builtins.toJSON provenance));
in
  build {
    name = "published";
    script = ''
      mkdir $out
      ${builtins.concatStringsSep "" (map (name: ''
        mkdir $out/${name}
        ln -s ${images.${name}} $out/${name}/image
        ln -s ${images.${name}.bill}/*.cdx.json $out/${name}/cyclonedx.json
        ln -s ${images.${name}.bill}/*.spdx.json $out/${name}/spdx.json
      '') (builtins.attrNames images))}${
        if rev == null
        then ""
        else "ln -s ${file} $out/provenance.json\n"
      }
    '';
  }
