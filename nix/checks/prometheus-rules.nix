# Prometheus and Alertmanager take their configuration, and every alert has been seen to fire and to be silent.
{
  build,
  programs,
  project,
}:
build {
  name = "check-prometheus-rules";
  tools = [programs.prometheus programs.alertmanager];
  script = ''
    set -o pipefail
    cp -r ${project}/k8s/observability observability
    chmod -R u+w observability
    fail() {
      echo "error: $1" >&2
      exit 1
    }
    cd observability/prometheus
    # It looks whether the token's files are there, so they get a stand-in.
    mkdir account
    touch account/token account/ca.crt
    sed "s#/var/run/secrets/kubernetes.io/serviceaccount#$PWD/account#" prometheus.yml >checked.yml
    promtool check config --lint=all --lint-fatal checked.yml
    promtool check rules --lint=all --lint-fatal rules/*.yaml
    promtool test rules tests/*.yaml
    amtool check-config ../alertmanager/alertmanager.yml

    for file in rules/*.yaml; do
      grep -q "^      - $file\$" kustomization.yaml || fail "$file is not in k8s/observability/prometheus/kustomization.yaml"
      test=tests/$(basename $file)
      test -f $test || fail "$file has no $test"
      for alert in $(sed -nE 's/^ +- alert: (.+)/\1/p' $file); do
        # Not a check that cannot fail: under another name, it is missed by the test that wants it to fire.
        cp $file kept
        sed -i "s/- alert: $alert\$/- alert: Planted/" $file
        if promtool test rules $test >/dev/null 2>&1; then fail "no test in $test sees $alert fire"; fi
        mv kept $file
        # Watchdog is never silent.
        test $alert = Watchdog || grep -q "^ *- {eval_time: .*, alertname: $alert}\$" $test ||
          fail "no test in $test sees $alert silent"
        anchor=$(echo $alert | tr A-Z a-z)
        grep -q "runbook: docs/operations.md#$anchor\$" $file || fail "$alert names no runbook, or another one"
        grep -q "^### $alert\$" ${project}/docs/operations.md || fail "docs/operations.md has no section for $alert"
        echo $alert
      done
    done | tee ../alerts
    wc -l <../alerts >$out
  '';
}
