# The compilers under their usual names: gcc on its own tree, programs linked to the small runtime.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # The platform's shell, for the wrappers' first line.
  shell,
  # glibc and libgcc.
  runtime,
  # The relocated toolchain.
  toolchain,
}:
build {
  name = "cc";
  script = ''
    mkdir -p $out/bin
    wrapper() {
      { echo "#!${shell}/bin/sh"; echo "exec $2 \"\$@\""; } >$out/bin/$1
      chmod +x $out/bin/$1
    }
    flags="--sysroot=${toolchain} -B${toolchain}/usr/bin \
      -Wl,-dynamic-linker,${runtime}/lib/${platform.loader} -Wl,-rpath,${runtime}/lib"
    wrapper gcc "${toolchain}/usr/bin/gcc $flags"
    wrapper cc "${toolchain}/usr/bin/gcc $flags"
    wrapper c++ "${toolchain}/usr/bin/g++ $flags"
    wrapper pkg-config "env PKG_CONFIG_SYSROOT_DIR=${toolchain} PKG_CONFIG_LIBDIR=${toolchain}/usr/lib/${platform.triplet}/pkgconfig:${toolchain}/usr/share/pkgconfig ${toolchain}/usr/bin/pkgconf"
    for tool in ar as ld nm objcopy objdump ranlib strip make \
      rustc rustdoc cargo cargo-clippy clippy-driver cargo-fmt rustfmt; do
      test -e ${toolchain}/usr/bin/$tool
      ln -s ${toolchain}/usr/bin/$tool $out/bin/$tool
    done
  '';
}
