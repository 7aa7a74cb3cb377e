# The one Gateway that routes name as their parent, in the wave after its kinds.
{
  role = "ingress-gateway";
  wave = "services";
  after = ["traefik"];
}
