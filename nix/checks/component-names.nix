# Crates choose a component by its role, and are free of the names of those that run in the cluster.
{
  build,
  project,
  components,
}: let
  # NB: a name that is an ordinary word, too, may stand in a sentence.
  words = ["gateway" "node" "observability" "pause"];
  isOrdinary = component: builtins.elem component.name words || component.name == component.role;
  isNamed = component: builtins.match "components/.*" component.path != null && component.wave != null && !isOrdinary component;
in
  build {
    name = "check-component-names";
    env.names = map (component: component.name) (builtins.filter isNamed components);
    script = ''
      cd ${project}
      # names FOLDER: where a text between quotes has a component's name in it, outside of comments and tests. A name in
      # another project's protocol is allowed, OpenTelemetry's for one, and so are the features of services.
      names() {
        pattern=$(echo $names | tr ' ' '|')
        find $1 -name '*.rs' ! -path '*/tests/*' ! -name '*tests.rs' | while read -r file; do
          awk 'test && /^mod / && /[{]$/ { exit } { test = /^#\[cfg\(test\)\]/; print }' $file | grep -nE "\"[^\"]*\b($pattern)\b[^\"]*\"" | sed "s#^#$file:#"
        done | grep -vE ':[0-9]+: *//' | grep -vE 'prometheus\.io/|messaging\.|db\.system\.|const FEATURES: '
      }
      # Not a check that cannot fail: services know their own names.
      names services >/dev/null
      if names crates >&2; then
        echo 'error: these lines spell the name of a component' >&2
        echo "hint: choose it by its role (groundwork_contract::role); an ordinary word goes into 'words' of nix/checks/component-names.nix" >&2
        exit 1
      fi
      echo $names | wc -w >$out
    '';
  }
