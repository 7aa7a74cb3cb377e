# The API server itself takes every rendered object, refuses unknown fields, and warns of fields without effect
# here. It is a real one, with its own etcd, on the sandbox's loopback.
{
  build,
  unpack,
  relocate,
  debian,
  programs,
  wholeStack,
}: let
  openssl = relocate {
    name = "openssl";
    tree = unpack {
      name = "openssl-tree";
      packages = debian "openssl";
    };
  };
in
  build {
    name = "check-objects";
    tools = [programs.etcd programs.kubernetes];
    script = ''
      set -o pipefail
      export HOME=$PWD
      ${openssl}/usr/bin/openssl ecparam -name prime256v1 -genkey -noout -out key.pem
      echo 'token,check,check,system:masters' >tokens.csv
      etcd --data-dir etcd --logger zap --log-level error &
      etcd=$!
      kube-apiserver --etcd-servers http://127.0.0.1:2379 --cert-dir certificates --bind-address 127.0.0.1 \
        --advertise-address 10.213.254.1 --endpoint-reconciler-type none --token-auth-file tokens.csv --authorization-mode RBAC \
        --service-cluster-ip-range 10.213.128.0/20 --service-account-issuer https://check \
        --service-account-key-file key.pem --service-account-signing-key-file key.pem >apiserver.log 2>&1 &
      apiserver=$!
      trap 'kill $apiserver $etcd' EXIT
      kubectl() {
        command kubectl --server https://127.0.0.1:6443 --insecure-skip-tls-verify --token token "$@"
      }
      tries=0
      until kubectl get --raw /readyz >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ $tries -gt 240 ] || ! kill -0 $apiserver; then tail -n 20 apiserver.log >&2; exit 1; fi
        sleep 0.5
      done
      for wave in $(grep -o '"objects":"[^"]*"' ${wholeStack}/stack.json | cut -d '"' -f 4); do
        kubectl apply --server-side --validate=strict --filename $wave
        # The next wave may have objects of kinds that this one brought.
        kubectl wait --for condition=established --all customresourcedefinitions >/dev/null
      done | tee applied
      # Not a check that cannot fail: an object with a field of no meaning is refused.
      printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: planted}\nunheard: of\n' >planted.yaml
      if kubectl apply --server-side --validate=strict --filename planted.yaml; then
        echo 'error: an unknown field was accepted' >&2
        exit 1
      fi
      # Applying a field without effect here gets a warning; a policy is at work a moment after it was made.
      told() {
        tries=0
        until kubectl apply --dry-run=server --filename "$1" 2>&1 | grep "^Warning: .*$2"; do
          tries=$((tries + 1))
          if [ $tries -gt 60 ]; then
            echo "error: nothing is said of $1" >&2
            exit 1
          fi
          sleep 0.5
        done
      }
      kubectl create service loadbalancer planted --tcp 80 --dry-run=client --output yaml >loopback.yaml
      sed 's/^spec:/&\n  loadBalancerClass: example.com\/other/' loopback.yaml >other.yaml
      told other.yaml 'serves its class'
      kubectl apply --dry-run=server --filename loopback.yaml 2>&1 | tee said
      if grep Warning said; then exit 1; fi
      kubectl create deployment planted --image planted --port 80 --dry-run=client --output yaml >deployment.yaml
      kubectl apply --dry-run=server --filename deployment.yaml 2>&1 | tee said
      if grep Warning said; then exit 1; fi
      wc -l <applied >$out
    '';
  }
