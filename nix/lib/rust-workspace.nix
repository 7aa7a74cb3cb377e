# Builds the project's crates in layers: dependencies once, then each member's library over those that it uses, then each
# program over its libraries, and each member's tests and lints over the same of those. A derivation sees the sources of its own member and of what that uses, and nothing else.
{
  # From build.nix.
  build,
  # From nix/toolchain: compilers and cargo.
  cc,
  bash,
  # From crate-vendor.nix: the crates of Cargo.lock.
  vendor,
  # The workspace's folder.
  root,
}: let
  # The folders that a pattern of Cargo.toml's members stands for, from the workspace's.
  expand = done: parts: let
    first = builtins.head parts;
    names =
      if first == "*"
      then builtins.attrNames (builtins.readDir (root + "/${done}"))
      else [first];
  in
    if parts == []
    then [done]
    else builtins.concatMap (name: expand "${done}/${name}" (builtins.tail parts)) names;
  parts = pattern: builtins.filter builtins.isString (builtins.split "/" pattern);
  patterns = (builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.members;
  isMember = folder: builtins.pathExists (root + "${folder}/Cargo.toml");
  manifestOf = folder: builtins.fromTOML (builtins.readFile (root + "${folder}/Cargo.toml"));
  # Each member's folder by its name, as in `/crates/groundwork`.
  folders = builtins.listToAttrs (map (folder: {
    inherit ((manifestOf folder).package) name;
    value = folder;
  }) (builtins.filter isMember (builtins.concatMap (pattern: expand "" (parts pattern)) patterns)));
  members = builtins.attrNames folders;
  # NB: each file and folder becomes a store path of its own, so that a change elsewhere in the
  # project does not rebuild anything here.
  take = path: name:
    builtins.path {
      path = root + path;
      inherit name;
    };
  has = name: file: builtins.pathExists (root + "${folders.${name}}/${file}");
  # A member that is not built is only a manifest with empty targets.
  stub = name: let
    folder = ".${folders.${name}}";
    empty = file: text:
      if has name file
      then "echo '${text}' >${folder}/${file}"
      else "";
  in ''
    mkdir -p ${folder}/src
    cp ${take "${folders.${name}}/Cargo.toml" "${name}-manifest"} ${folder}/Cargo.toml
    ${empty "src/main.rs" "fn main() {}"}
    ${empty "src/lib.rs" ""}
  '';
  # Lays out a workspace in which the given members are real.
  workspace = real: ''
    mkdir -p workspace cargo
    cd workspace
    cp ${take "/Cargo.toml" "Cargo.toml"} Cargo.toml
    cp ${take "/Cargo.lock" "Cargo.lock"} Cargo.lock
    ${builtins.concatStringsSep "\n" (map (name:
      if builtins.elem name real
      then "mkdir -p .${dirOf folders.${name}} && cp -rp ${take folders.${name} "${name}-source"} .${folders.${name}}"
      else stub name)
    members)}
    chmod -R u+w .
    cp ${vendor}/config.toml ../cargo/
    export HOME=$PWD CARGO_HOME=$PWD/../cargo
  '';
  cargoTools = import ./cargo-tools.nix {inherit build cc bash;};
  inherit (cargoTools) adapted tools wrapper layTarget;
  env = cargoTools.env vendor;

  # Artefacts of the empty members would pass for the real ones.
  forget = ''
    for name in ${toString members}; do
      find $out -depth \( -name "$name-*" -o -name "lib$(echo $name | tr - _)-*" -o -name "$(echo $name | tr - _)-*" \) -exec rm -r {} +
      rm -f $out/release/$name $out/release/$name.d
    done
  '';

  # Every dependency, compiled as the programs use it.
  dependencies = build {
    name = "groundwork-dependencies";
    inherit tools env;
    script = ''
      ${workspace []}
      export CARGO_TARGET_DIR=$out
      cargo build --release --frozen --workspace
      ${forget}
    '';
  };
  # The same, and what only tests and lints want: some features more, and metadata alone.
  testDependencies = build {
    name = "groundwork-test-dependencies";
    inherit tools env;
    script = ''
      cp -rp ${dependencies} $out
      chmod -R u+w $out
      ${workspace []}
      export CARGO_TARGET_DIR=$out
      cargo build --release --frozen --workspace --all-targets
      cargo check --release --frozen --workspace --all-targets
      ${forget}
    '';
  };
  # The members that one depends on, directly or not.
  dependenciesOf = name: let
    manifest = manifestOf folders.${name};
    direct = builtins.attrNames (manifest.dependencies or {} // manifest.dev-dependencies or {});
    ours = builtins.filter (dependency: builtins.elem dependency members) direct;
    all = ours ++ builtins.concatMap dependenciesOf ours;
  in
    builtins.filter (member: builtins.elem member all) members;

  optionalString = condition: text:
    if condition
    then text
    else "";
  # Lets cargo find no tests in any member, and no lint in those that are not `real`; the tests of `own` stay where they are.
  untested = own: real: let
    quiet = name: let
      folder = ".${folders.${name}}";
      off = target: more: "printf '\\n${target}\\ntest = false\\nbench = false\\n${more}' >>${folder}/Cargo.toml";
      isLibrary = has name "src/lib.rs";
      isProgram = has name "src/main.rs";
      isStub = !builtins.elem name real;
    in ''
      ${optionalString isLibrary (off "[lib]" "doctest = false\\n")}
      ${optionalString isProgram (off "[[bin]]" "name = \"${name}\"\\npath = \"src/main.rs\"\\n")}
      ${optionalString (isLibrary && isStub) "echo '//! Empty.' >${folder}/src/lib.rs"}
      ${optionalString (isProgram && isStub) "printf '//! Empty.\\nfn main() {}\\n' >${folder}/src/main.rs"}
      ${optionalString (name != own) "rm -rf ${folder}/tests"}
    '';
  in
    # NB: clippy takes what it has checked for changed when a manifest is newer.
    builtins.concatStringsSep "\n" (map quiet members ++ ["find . -name Cargo.toml -exec touch -d @1 {} +"]);
  # Copies what has been compiled of a member's library.
  keep = name: let
    prefix = builtins.replaceStrings ["-"] ["_"] name;
  in ''
    hash='????????????????'
    (
      cd $CARGO_TARGET_DIR
      find . -type f \( -path "./release/.fingerprint/${name}-$hash/*" -o -path "./release/deps/*${prefix}-$hash.*" \)
    ) | while read -r file; do
      mkdir -p $out/''${file%/*}
      cp -p $CARGO_TARGET_DIR/$file $out/$file
    done
    # With other names than these, whatever uses the library would compile it once more.
    test -e $out/release/deps/lib${prefix}-*.rmeta
    test -e $out/release/.fingerprint/${name}-*/invoked.timestamp
  '';
  # What is compiled of each member, over what is compiled of those that it uses: a change compiles the member and what
  # uses it, and nothing else.
  each = {
    # The end of the store paths' names.
    what,
    # The dependencies, compiled.
    base,
    # The command that compiles the workspace's libraries. Those of other members are compiled before, or empty.
    compile,
    # Given the member's name, shell commands that try it.
    try ? null,
  }: let
    layer = name: let
      used = dependenciesOf name;
      real = [name] ++ used;
      manifest = ".${folders.${name}}/Cargo.toml";
    in
      build {
        name = "${name}-${what}";
        inherit tools;
        env = env // wrapper;
        script = ''
          mkdir $out
          ${layTarget ([base] ++ map (member: layers.${member}) used)}
          ${workspace real}
          ${optionalString (try != null) "cp ${manifest} ../manifest\n${untested name real}"}
          ${optionalString (has name "src/lib.rs") (compile + "\n" + keep name)}
          ${optionalString (try != null) "cp ../manifest ${manifest}\n${try name}"}
        '';
      };
    layers = builtins.listToAttrs (map (name: {
        inherit name;
        value = layer name;
      })
      members);
  in
    layers;
  # Each member's library, as programs have it.
  libraries = each {
    what = "library";
    base = dependencies;
    # NB: --package alone would choose other features of the dependencies than they are compiled with.
    compile = "cargo build --release --frozen --workspace --lib";
  };
  # What a program is made of, as a bill has it.
  billOf = name: [
    {
      kind = "cargo";
      tree = build {
        name = "${name}-crates";
        inherit tools env;
        script = ''
          ${workspace []}
          ${import ./crate-tree.nix {package = name;}} >$out
        '';
      };
      lock = take "/Cargo.lock" "Cargo.lock";
    }
  ];
in {
  inherit adapted dependencies testDependencies members dependenciesOf each billOf;
  # Members that are programs.
  programs = builtins.filter (name: has name "src/main.rs") members;

  # Runs cargo on the workspace with its dependencies compiled.
  cargo = {
    # Name of the store path.
    name,
    # Members whose sources are needed.
    crates,
    # Members whose libraries have been compiled.
    compiled ? [],
    # Shell commands; they start in the workspace.
    script,
  }:
    build {
      inherit name;
      inherit tools;
      env = env // wrapper;
      script = ''
        ${layTarget ([dependencies] ++ map (member: libraries.${member}) compiled)}
        ${workspace crates}
        ${script}
      '';
    };
}
