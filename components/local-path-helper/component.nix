# The few commands with which a volume's folder is made and removed.
{
  role = "volume-helper";
  after = ["pause"];
}
