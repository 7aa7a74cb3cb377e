# What holds a pod's namespaces.
{
  role = "pause";
  after = ["containerd"];
}
