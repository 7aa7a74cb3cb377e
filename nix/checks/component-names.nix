# Crates choose a component by its role, and are free of the names of those that run in the cluster.
{
  build,
  project,
  components,
}: let
  # NB: a name that is an ordinary word, too, may stand in a sentence.
  words = ["gateway" "node" "observability" "pause"];
  isNamed = component: builtins.match "components/.*" component.path != null && component.wave != null && !builtins.elem component.name words;
in
  build {
    name = "check-component-names";
    env.names = map (component: component.name) (builtins.filter isNamed components);
    script = ''
      cd ${project}
      # names FOLDER: where a text between quotes has a component's name in it. A name in another project's protocol is
      # allowed.
      names() {
        pattern=$(echo $names | tr ' ' '|')
        find $1 -name '*.rs' -exec grep -HnE "\"[^\"]*\\b($pattern)\\b[^\"]*\"" {} + | grep -vE ':[0-9]+: *//' | grep -vE 'prometheus\.io/'
      }
      # Not a check that cannot fail: services know their own names.
      names services >/dev/null
      if names crates >&2; then
        echo 'error: a component is spelled in crates/; choose it by its role (crates/groundwork-contract)' >&2
        exit 1
      fi
      echo $names | wc -w >$out
    '';
  }
