# The node as objects see it: its API server's address, what the supervisor may read, and the warnings of what nobody carries out.
{
  role = "node";
  wave = "system";
  after = ["kubernetes"];
}
