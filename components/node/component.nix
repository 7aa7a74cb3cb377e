# The node as objects see it: its API server's address, what the supervisor may read, and warnings of fields without
# effect here.
{
  role = "node";
  wave = "system";
  after = ["kubernetes"];
}
