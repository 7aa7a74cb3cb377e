# Prometheus and Alertmanager take their configuration, and every alert has been seen to fire and to be silent.
{
  build,
  components,
  programs,
  projectFiles,
}: let
  # Rules are a component's own: its folder watch has them, their tests and the runbook of each alert.
  watched = builtins.filter (component: component.rules != null) components;
  files = projectFiles "(components|services)/(.*/watch|prometheus/k8s|alertmanager/k8s)/.*";
  paths = map (component: component.path) watched;
in
  build {
    name = "check-prometheus-rules";
    tools = [programs.prometheus programs.alertmanager];
    script = ''
      set -o pipefail
      cp -r ${files}/components ${files}/services .
      chmod -R u+w components services
      fail() {
        echo "error: $1" >&2
        exit 1
      }
      # As the pod has them: one file each, by the component's name. Of the token's files there is a stand-in.
      mkdir -p here/rules account
      touch account/token account/ca.crt
      sed "s#/var/run/secrets/kubernetes.io/serviceaccount#$PWD/account#" components/prometheus/k8s/prometheus.yml >here/prometheus.yml
      for path in ${toString paths}; do
        cp $path/watch/rules.yaml here/rules/$(basename $path).yaml
      done
      promtool check config --lint=all --lint-fatal here/prometheus.yml
      amtool check-config components/alertmanager/k8s/alertmanager.yml

      # Rules outside of a component would never be loaded.
      printf '%s\n' ${toString paths} >owners
      find components services -path '*/watch/rules*.yaml' | sed -E 's#/watch/rules(\.test)?\.yaml$##' >found
      ! grep -vxFf owners found >orphans || fail "$(head -n 1 orphans)/watch has tests of rules, and no rules.yaml"
      twice=$(sed -nE 's/^  - name: (.+)/\1/p' here/rules/* | sort | uniq -d)
      test -z "$twice" || fail "two groups of rules are called $twice: $(grep -lxF "  - name: $twice" here/rules/* | sed 's#.*/##' | tr '\n' ' ')"

      for path in ${toString paths}; do
        echo "$path/watch:" >&2
        cd $path/watch
        test -f runbook.md || fail "$path/watch has rules and no runbook.md"
        test -f rules.test.yaml || fail "$path/watch/rules.yaml has no rules.test.yaml"
        promtool check rules --lint=all --lint-fatal rules.yaml >&2
        promtool test rules rules.test.yaml >&2
        for alert in $(sed -nE 's/^ +- alert: (.+)/\1/p' rules.yaml); do
          # Not a check that cannot fail: under another name, it is missed by the test that wants it to fire.
          cp rules.yaml kept
          sed -i "s/- alert: $alert\$/- alert: Planted/" rules.yaml
          if promtool test rules rules.test.yaml >/dev/null 2>&1; then fail "$path/watch/rules.test.yaml has no test that sees $alert fire"; fi
          mv kept rules.yaml
          # Watchdog is never silent.
          test $alert = Watchdog || grep -q "^ *- {eval_time: .*, alertname: $alert}\$" rules.test.yaml ||
            fail "$path/watch/rules.test.yaml has no line '- {eval_time: TIME, alertname: $alert}', which sees it silent"
          anchor=$(echo $alert | tr A-Z a-z)
          sed -n "/- alert: $alert\$/,/^\$/p" rules.yaml | grep -q " runbook: $path/watch/runbook.md#$anchor\$" ||
            fail "$path/watch/rules.yaml: $alert needs the annotation 'runbook: $path/watch/runbook.md#$anchor'"
          grep -q "^## $alert\$" runbook.md || fail "$path/watch/runbook.md has no section '## $alert'"
          echo $alert
        done
        cd - >/dev/null
      done | tee alerts
      wc -l <alerts >$out
    '';
  }
