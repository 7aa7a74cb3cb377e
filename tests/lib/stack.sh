# shellcheck shell=bash
# Stacks that differ from the built one, for tests of what `up` does with them.

# changed_stack FILE EXPRESSION: writes the built stack's manifest, changed by a Nix expression of `stack`.
changed_stack() {
  nix eval --impure --json --expr "
    let stack = builtins.fromJSON (builtins.readFile $(built stack)/stack.json); in $2" >"$1" 2>/dev/null
}
