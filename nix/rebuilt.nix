# What scripts/verify-reproducible.sh builds once more and compares, and the receipt that it leaves. The receipt is a derivation like
# any other, so that a binary cache's is believed only with a signature.
{
  # From nix/toolchain.
  build,
  # The flake's packages.
  packages,
  # The script: another way to compare is another receipt.
  script,
}: let
  chosen = name: builtins.match "(image|template)-.*" name != null || builtins.elem name ["console-page" "stack"];
  derivations = map (name: "${name} ${builtins.unsafeDiscardStringContext packages.${name}.drvPath}\n");
in rec {
  # Outputs of the flake; what takes longest is the first.
  names = ["whole"] ++ builtins.filter chosen (builtins.attrNames packages);
  # Its builder compares nothing: the script realises it when all are the same.
  receipt = build {
    name = "groundwork-rebuilt";
    env = {
      compared = builtins.concatStringsSep "" (derivations names);
      how = builtins.hashFile "sha256" script;
    };
    script = ''printf '%s%s\n' "$compared" "$how" >$out'';
  };
}
