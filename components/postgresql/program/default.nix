# PostgreSQL from Debian, with its clients, the exporter of its figures and a shell: what a server and its backup run.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/toolchain.
  unpack,
  relocate,
  runtime,
  billed,
  # From nix/sources.
  debian,
}: let
  # A shell: PostgreSQL starts its own programs through one, and k8s/initialise.sh is for it.
  packages = debian "postgresql" ++ debian "seed";
  # NB: another one reads other data; k8s/ names the folder of this one's.
  server = "usr/lib/postgresql/15";
in
  billed packages "usr/share/licenses" (relocate {
    name = "postgresql";
    tree = unpack {
      name = "postgresql-unpacked";
      inherit packages;
    };
    after = ''
      # The compiler of queries would bring LLVM along, more than all else.
      rm -r ${server}/lib/bitcode ${server}/lib/llvmjit*
      mkdir bare bare/licenses
      mv usr/bin/busybox usr/bin/prometheus-postgres-exporter bare/
      for package in usr/share/doc/*; do
        [ ! -f $package/copyright ] || cp $package/copyright bare/licenses/''${package##*/}
      done
      # NB: PostgreSQL finds its files from where its programs are, so these stay where Debian has them.
      mv usr/share/postgresql usr/share/zoneinfo bare/
      rm -r etc var usr/bin/* usr/sbin usr/share/* sbin lib64
      for folder in usr/lib/*; do
        case ''${folder##*/} in
          locale | postgresql | ${platform.triplet}) ;;
          *) rm -r $folder ;;
        esac
      done
      mv bare/busybox bare/prometheus-postgres-exporter usr/bin/
      mv bare/licenses bare/postgresql bare/zoneinfo usr/share/
      rmdir bare
      for command in $(ls ${server}/bin); do
        ln -s ../../${server}/bin/$command usr/bin/$command
      done
      for applet in cat cp ls mv rm sh; do
        ln -s busybox usr/bin/$applet
      done
      # Of the libraries, those that something here loads.
      for file in ${server}/bin/* ${server}/lib/*.so usr/bin/prometheus-postgres-exporter; do
        ${runtime}/lib/${platform.loader} --list $PWD/$file
      done >loaded
      if grep 'not found' loaded; then exit 1; fi
      sed -nE "s#.* => $out/(.*) \(.*#\1#p" loaded | sort -u | while read -r library; do
        echo $library
        readlink -f $library | sed "s#^$out/##"
      done >kept
      find usr/lib/${platform.triplet} \( -type f -o -type l \) | grep -vxFf kept | xargs rm
      find usr/lib/${platform.triplet} -depth -mindepth 1 -type d -exec rmdir {} +
      rm loaded kept
    '';
  })
