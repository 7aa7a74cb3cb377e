{
  glibc,
  crateLayer,
  program,
  user,
}: {
  layers = [user.layer glibc (crateLayer program)];
  config = {
    entrypoint = ["/bin/canary"];
    user = user.name;
  };
}
