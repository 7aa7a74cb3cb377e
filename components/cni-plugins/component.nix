# The CNI plugins: the network of each pod.
{
  role = "pod-network";
  seconds = 5;
}
