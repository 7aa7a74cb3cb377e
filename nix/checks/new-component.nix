# A component is its folder and nothing else. A copy of the project gets one folder more, and every other file stays as
# it is. The component is then in the stack, in what is watched, in the console and in the list of builds; and the checks
# of components, whose example it is, pass.
{
  build,
  project,
  system,
}: let
  # NB: evaluated from what has been built, so that the folder is found as any other is.
  copy = build {
    name = "project-with-an-example";
    script = ''
      cp -r ${project} $out
      chmod u+w $out/components
      cp -r ${builtins.path {path = ./example;}} $out/components/example
    '';
  };
  groundwork = import "${copy}/nix" {inherit system;};
in
  build {
    name = "check-new-component";
    env = {
      builds = builtins.toJSON (map (step: {inherit (step) name seconds;}) groundwork.builds.steps);
      passed = with groundwork.checks; [component-names prometheus-rules console];
    };
    script = ''
      # has WHERE TEXT: where it must be found, and what.
      has() {
        grep -q -- "$2" $1 || { echo "error: no '$2' in $1" >&2; exit 1; }
        echo "$2"
      }
      echo "$builds" >builds
      stack=${groundwork.packages.stack}
      {
        has builds '"name":"example","seconds":1'
        tr '{' '\n' <$stack/stack.json >components
        grep '"name":"example"' components >example
        has $stack/stack.json '"reference":"groundwork.local/example:'
        has $stack/stack.json '"scrape":\["example"\]'
        has $stack/stack.json '"role":"example"'
        has $stack/services.yaml 'image: groundwork.local/example:'
        has $stack/services.yaml 'prometheus.io/scrape: "true"'
        has $stack/system.yaml 'alert: ExampleIsLow'
        has $stack/services.yaml 'example.json: |'
        has $stack/services.yaml '"service":"http://example.example.svc:8099"'
        grep -rho 'The example.s figure has fallen.' ${groundwork.packages.console-page}/page | head -n 1 >runbook
        has runbook 'The example.s figure has fallen.'
      } | tee found
      wc -l <found >$out
    '';
  }
