# The two namespaces of what watches: one for what stores and answers, one for what looks at the node.
{
  role = "observability-namespaces";
  wave = "system";
  after = ["kubernetes"];
}
