{
  glibc,
  crateLayer,
  program,
  user,
}: {
  layers = [user.layer glibc (crateLayer program)];
  config = {
    entrypoint = ["/bin/hello"];
    user = user.name;
  };
}
