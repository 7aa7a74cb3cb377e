# The one unprivileged user of our images, and the layer that makes it known.
let
  # The id that distroless images use for the same purpose.
  id = "65532";
in {
  name = "${id}:${id}";
  layer = {
    bill = [];
    directories = [
      {
        path = "/tmp";
        mode = "1777";
      }
    ];
    text = [
      {
        target = "/etc/passwd";
        content = "root:x:0:0:root:/:/none\nnonroot:x:${id}:${id}:nonroot:/:/none\n";
      }
      {
        target = "/etc/group";
        content = "root:x:0:\nnonroot:x:${id}:\n";
      }
    ];
  };
}
