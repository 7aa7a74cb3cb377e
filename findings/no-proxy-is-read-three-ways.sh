#!/usr/bin/env bash
# A company's laptop has HTTPS_PROXY, and NO_PROXY=10.0.0.0/8 for its clusters, as kubectl understands it. Of seven clients of the
# Kubernetes API two take the range for a host's name, and send what was meant for the cluster to the proxy. The Rust
# crate kube reads HTTPS_PROXY and no NO_PROXY at all.
#
# Seen on 2026-11-30, where the first connection goes with HTTPS_PROXY alone, with NO_PROXY=ADDRESS, and with NO_PROXY=RANGE:
#   client-go 0.37.2: proxy direct direct
#   kube 2.0.1: proxy proxy proxy
#   kubernetes 37.0.2: proxy direct direct
#   kubernetes_asyncio 36.1.0: proxy direct proxy
#   lightkube 1.0.1: proxy direct direct
#   kr8s 0.20.15: proxy direct proxy
#   pykube-ng 23.6.0: proxy direct direct
#
# Nothing answers, and nothing leaves the machine. All of it runs in a network namespace of its own, with a listener for
# the API server at 10.1.2.3 and one for the proxy.
#
# Needs cargo, Go, Python 3 with venv, iproute2, and unprivileged user namespaces or root. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
sed -n 's/^#   //p' "$0" >"$folder/wanted"
cd "$folder"

cat >kubeconfig <<'END'
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://10.1.2.3:6443", insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
END

cat >watch.py <<'END'
"""Says whether a command's first connection goes to the API server or to the proxy."""
import os, selectors, socket, subprocess, sys
selector = selectors.DefaultSelector()
for name, address in ("direct", ("10.1.2.3", 6443)), ("proxy", ("127.0.0.1", 3128)):
    selector.register(socket.create_server(address), selectors.EVENT_READ, name)
environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
environment |= {"HTTPS_PROXY": "http://127.0.0.1:3128", "KUBECONFIG": "kubeconfig"}
for variables in {}, {"NO_PROXY": "10.1.2.3"}, {"NO_PROXY": "10.0.0.0/8"}:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(sys.argv[2:], env=environment | variables, **quiet)
    ready = selector.select(timeout=60)
    sys.argv[1] += " " + (ready[0][0].data if ready else "nothing")
    child.kill()
    child.wait()
    # Attempts of a client that tries again are still in the queue.
    while ready:
        for key, _ in ready:
            key.fileobj.accept()[0].close()
        ready = selector.select(timeout=0.2)
print(sys.argv[1])
END

cat >ask.py <<'END'
import asyncio, sys

def official():
    from kubernetes import client, config
    config.load_kube_config("kubeconfig")
    client.VersionApi().get_code()

def official_asyncio():
    from kubernetes_asyncio import client, config
    async def ask():
        await config.load_kube_config("kubeconfig")
        async with client.ApiClient() as api:
            await client.VersionApi(api).get_code()
    asyncio.run(ask())

def lightkube():
    from lightkube import Client, KubeConfig
    from lightkube.resources.core_v1 import Node
    list(Client(config=KubeConfig.from_file("kubeconfig")).list(Node))

def kr8s():
    import kr8s
    kr8s.api(kubeconfig="kubeconfig").version()

def pykube():
    import pykube
    pykube.HTTPClient(pykube.KubeConfig.from_file("kubeconfig")).version

globals()[sys.argv[1]]()
END
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check kubernetes==37.0.2 kubernetes_asyncio==36.1.0 lightkube==1.0.1 \
  kr8s==0.20.15 pykube-ng==23.6.0 urllib3==2.8.0 requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5

mkdir go
cat >go/main.go <<'END'
package main

import (
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", "kubeconfig")
	if err != nil {
		panic(err)
	}
	discovery.NewDiscoveryClientForConfigOrDie(config).ServerVersion()
}
END
(
  cd go
  go mod init example.org/ask >/dev/null 2>&1
  go get k8s.io/client-go@v0.37.2 >/dev/null 2>&1
  go mod tidy >/dev/null 2>&1
  go build -o ../ask-go .
)

mkdir -p rust/src
cat >rust/Cargo.toml <<'END'
[package]
name = "ask-rust"
version = "0.0.0"
edition = "2021"
[dependencies]
kube = { version = "=2.0.1", default-features = false, features = ["client", "rustls-tls", "ring", "http-proxy"] }
k8s-openapi = { version = "=0.26.0", default-features = false, features = ["latest"] }
tokio = { version = "1", features = ["rt", "macros"] }
# A later one wants a later Rust than many have.
psm = "=0.1.26"
END
cat >rust/src/main.rs <<'END'
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = kube::Client::try_default().await.unwrap();
    let _ = client.apiserver_version().await;
}
END
CARGO_TARGET_DIR=$folder/target CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo build --quiet --manifest-path rust/Cargo.toml

cat >all.sh <<'END'
ip link set lo up && ip address add 10.1.2.3/32 dev lo
watch() { python/bin/python watch.py "$@"; }
watch 'client-go 0.37.2:' ./ask-go
watch 'kube 2.0.1:' target/debug/ask-rust
watch 'kubernetes 37.0.2:' python/bin/python ask.py official
watch 'kubernetes_asyncio 36.1.0:' python/bin/python ask.py official_asyncio
watch 'lightkube 1.0.1:' python/bin/python ask.py lightkube
watch 'kr8s 0.20.15:' python/bin/python ask.py kr8s
watch 'pykube-ng 23.6.0:' python/bin/python ask.py pykube
END
unshare --user --map-root-user --net bash all.sh | tee found
diff wanted found || { printf 'changed\n' && exit 1; }
