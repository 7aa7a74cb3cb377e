# runc: starts one container.
{
  role = "container-starter";
  seconds = 10;
}
