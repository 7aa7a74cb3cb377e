# Kubernetes' own programs: what the node and its control plane run, and kubectl.
{
  role = "kubernetes";
  after = ["etcd" "containerd"];
  scrape = ["kubelet" "cadvisor" "kubelet-resource" "kube-apiserver" "kube-controller-manager" "kube-scheduler" "kube-proxy"];
  seconds = 310;
}
