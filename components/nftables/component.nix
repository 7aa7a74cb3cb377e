# nft: kube-proxy's rules and ours.
{
  role = "packet-filter";
  seconds = 5;
}
