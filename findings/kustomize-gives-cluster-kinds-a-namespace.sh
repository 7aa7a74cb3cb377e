#!/usr/bin/env bash
# kustomize's `namespace:` gives a namespace to kinds of the whole cluster that are younger than the schema it carries:
# it looks a kind up in the OpenAPI document of Kubernetes 1.21 that is compiled into it, and takes every other kind for
# one that has a namespace. Today that is each admission policy in CEL, and all kinds of devices, Service ranges, trust
# bundles and volume attributes. A kustomization with `namespace:` must not list them; one beside it may.
#
# Seen on 2026-12-01 with sigs.k8s.io/kustomize/api and kyaml 0.21.1, as kubectl 1.37 has them. What each kind gets is in the expected output below.
#
# Needs Go. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
cat >main.go <<'END'
package main

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Kinds of Kubernetes 1.34 that belong to the whole cluster.
var kinds = []string{
	"admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration",
	"admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
	"admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
	"admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicy",
	"admissionregistration.k8s.io/v1beta1 MutatingAdmissionPolicyBinding",
	"networking.k8s.io/v1 IngressClass",
	"networking.k8s.io/v1 ServiceCIDR",
	"networking.k8s.io/v1 IPAddress",
	"resource.k8s.io/v1 DeviceClass",
	"resource.k8s.io/v1 ResourceSlice",
	"certificates.k8s.io/v1beta1 ClusterTrustBundle",
	"storage.k8s.io/v1 StorageClass",
	"storage.k8s.io/v1 VolumeAttributesClass",
	"scheduling.k8s.io/v1 PriorityClass",
	"rbac.authorization.k8s.io/v1 ClusterRole",
}

func main() {
	for _, text := range kinds {
		var version, kind string
		fmt.Sscanf(text, "%s %s", &version, &kind)
		files := filesys.MakeFsInMemory()
		files.WriteFile("/kustomization.yaml", []byte("namespace: shop\nresources: [object.yaml]\n"))
		files.WriteFile("/object.yaml", []byte(fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: one}\n", version, kind)))
		objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, "/")
		if err != nil {
			panic(err)
		}
		namespace := objects.Resources()[0].GetNamespace()
		if namespace == "" {
			namespace = "none"
		}
		fmt.Println(kind, namespace)
	}
}
END
cat >go.mod <<'END'
module kinds

go 1.26

require (
	sigs.k8s.io/kustomize/api v0.21.1
	sigs.k8s.io/kustomize/kyaml v0.21.1
)
END
go mod tidy >/dev/null 2>&1 || { echo "the modules are not to be had" >&2; exit 1; }
go run . | tee seen
diff - seen <<'END'
ValidatingWebhookConfiguration none
ValidatingAdmissionPolicy shop
ValidatingAdmissionPolicyBinding shop
MutatingAdmissionPolicy shop
MutatingAdmissionPolicyBinding shop
IngressClass none
ServiceCIDR shop
IPAddress shop
DeviceClass shop
ResourceSlice shop
ClusterTrustBundle shop
StorageClass none
VolumeAttributesClass shop
PriorityClass none
ClusterRole none
END
