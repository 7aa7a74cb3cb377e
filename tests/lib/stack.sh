# shellcheck shell=bash
# Looks into the stack that runs, and makes some that differ from the built one, for tests of what `up` does with them.

# of_stack FORMAT EXPRESSION: prints what a Nix expression makes of the built `stack`, as `json` or `raw`.
of_stack() {
  # NB: Nix gives no file that names store paths away without the discarding.
  nix eval --impure "--$1" --expr "
    let stack = builtins.fromJSON (builtins.unsafeDiscardStringContext (builtins.readFile $(built stack)/stack.json));
    in $2"
}

# image_of_stack NAME [FIELD]: prints the reference by which a pod names one of the stack's images, or another field of it.
image_of_stack() {
  of_stack raw "(builtins.head (builtins.filter (component: component.name == \"$1\") stack.components)).image.${2:-reference}"
}

# changed_stack FILE EXPRESSION: writes the built stack's manifest as a Nix expression changes it.
changed_stack() { of_stack json "$2" >"$1"; }

# node_pid NAME: prints the process id of a node process.
node_pid() { sed -nE 's/^ *"pid": ([0-9]+).*/\1/p' "/run/groundwork/processes/$1.json"; }
