# A Debian tree that runs from the store: every program and library finds its own libraries there.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/lib/build.nix.
  build,
  # glibc and libgcc, from runtime.nix.
  runtime,
  # An unpacked tree that holds patchelf and its libraries.
  patchelf,
}: {
  # Name of the store path.
  name,
  # The unpacked tree.
  tree,
  # Shell commands to run in the tree at the end.
  after ? "",
  # Paths in the tree, as a shell expands them. Libraries that none of these programs loads go; without any, all stay.
  programs ? "",
}: let
  libraries = "usr/lib/${platform.triplet}";
  prune = ''

    for file in ${programs}; do
      ${runtime}/lib/${platform.loader} --list $PWD/$file
    done >loaded
    if grep 'not found' loaded; then exit 1; fi
    sed -nE "s#.* => $out/(.*) \(.*#\1#p" loaded | sort -u | while read -r library; do
      echo $library
      readlink -f $library | sed "s#^$out/##"
    done >kept
    find ${libraries} \( -type f -o -type l \) | grep -vxFf kept | xargs rm
    find ${libraries} -depth -mindepth 1 -type d -exec rmdir {} +
    rm loaded kept
  '';
in
  build {
    inherit name;
    script = ''
      # patchelf runs before anything is relocated, so its loader is named by hand.
      patchelf() {
        ${runtime}/lib/${platform.loader} \
          --library-path ${runtime}/lib:${patchelf}/usr/lib/${platform.triplet} \
          ${patchelf}/usr/bin/patchelf "$@"
      }
      libraries=$out/${libraries}
      rpath=$libraries:${runtime}/lib
      cp -a ${tree} $out
      chmod -R u+w $out
      find $out -type f \( -perm -100 -o -name '*.so' -o -name '*.so.*' \) >files
      while read -r file; do
        case "$(head -c 4 "$file" | tail -c 3)" in ELF) ;; *) continue ;; esac
        # NB: patching the loader or libc itself breaks both.
        case "''${file##*/}" in
          ld-linux*|libc.so*|libm.so*|libmvec.so*|libpthread.so*|libdl.so*|librt.so*|libc_malloc*) continue ;;
        esac
        # Static programs have neither; a library has no interpreter.
        patchelf --set-interpreter ${runtime}/lib/${platform.loader} "$file" 2>/dev/null || true
        # NB: a plain runpath is not inherited: rustc would not find libLLVM's own libraries.
        patchelf --force-rpath --set-rpath "$rpath" "$file" 2>/dev/null || true
      done <files
      # Links to /lib and the like lead nowhere in a sandbox.
      find $out -type l | while read -r link; do
        case "$(readlink "$link")" in
          /nix/*) ;;
          /*) ln -sfn "$out$(readlink "$link")" "$link" ;;
        esac
      done
      cd $out
      ${after}${
        if programs == ""
        then ""
        else prune
      }
    '';
  }
