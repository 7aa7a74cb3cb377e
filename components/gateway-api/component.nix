# The kinds of the Gateway API.
{
  role = "ingress-kinds";
  wave = "system";
  after = ["kubernetes"];
}
