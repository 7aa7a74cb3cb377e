# A person's service, from the files of its own repository: its image, what `groundwork deploy` takes, its shell and its
# checks. service.toml says of what kind it is, and each kind is a file here.
{
  # Everything that a kind may ask for by name.
  scope,
  # The project's folder.
  root,
  # From templates.nix.
  templates,
}: let
  call = import ../call.nix;
  deployment = call scope ./deployment.nix;
  variant = call scope ./variant.nix;
  kinds = {
    axum = call scope ./axum.nix;
    fastapi = call scope ./fastapi.nix;
  };
  quoted = names: builtins.concatStringsSep " or " (map (name: "'${name}'") names);
in
  {
    # The repository's folder.
    src,
    # For a template of this project: the features that are left out. Null for a repository, which has no markers.
    without ? null,
    # What brings a missing source in.
    hint ? "run scripts/fetch-sources.sh",
  }: let
    said = builtins.fromTOML (builtins.readFile (src + "/service.toml"));
    about =
      if isTemplate
      then said // {features = builtins.filter (feature: !(builtins.elem feature without)) said.features;}
      else said;
    isTemplate = without != null;
    rendered = variant {
      inherit (about) name;
      template = "${templates}/${about.kind}";
      inherit without;
    };
    kind =
      kinds.${about.kind}
      or (throw "service.toml: there is no kind '${about.kind}'\nhint: it is ${quoted (builtins.attrNames kinds)}");
    # The store's copy of a file or folder by itself, so that a change elsewhere in the repository rebuilds nothing.
    copy = folder: path:
      builtins.path {
        path = folder + "/${path}";
        name = baseNameOf path;
        filter = file: _type: baseNameOf file != "__pycache__";
      };
    take = path:
      if isTemplate
      then "${rendered}/${path}"
      else copy src path;
    # At least `image`, `debugImage`, `version`, `shell`, `checks` and `sources`.
    parts = kind {
      inherit src about hint take;
      # NB: a template's are links, of which Nix would copy the link.
      platformCrate = name:
        if isTemplate
        then copy root "crates/${name}"
        else copy src "platform/${name}";
      folder =
        if isTemplate
        then "templates/${about.kind}"
        else "${src}";
    };
    deploymentOf = image:
      deployment {
        inherit about take src image;
        inherit (parts) version;
      };
  in
    parts
    // {
      inherit (about) name;
      deployment = deploymentOf parts.image;
    }
    // (
      if parts.debugImage == null
      then {}
      else {debug = deploymentOf parts.debugImage;}
    )
