# Something made of Debian's packages, with its bill: all whose licences it carries.
# What may be in it, from nix/sources/debian.nix; the folder of the licences, from its own; and the thing.
packages: licences: made:
made
// {
  bill = [
    {
      kind = "debian";
      pins = import ./pins.nix packages;
      licences = "${made}/${licences}";
    }
  ];
}
