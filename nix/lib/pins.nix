# Pinned sources as a bill names them.
map (pin: {
  name = pin.source.package;
  inherit (pin.source) version;
  sha256 = pin.source.hash;
})
