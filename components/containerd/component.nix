# containerd: images, and the containers of pods.
{
  role = "container-runtime";
  after = ["runc" "cni-plugins"];
  seconds = 45;
}
