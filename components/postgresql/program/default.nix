# PostgreSQL from Debian, with its clients, the exporter of its figures and a shell: what a server and its backup run.
{
  # From nix/lib/platform.nix.
  platform,
  # From nix/toolchain.
  unpack,
  relocate,
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
    programs = "${server}/bin/* ${server}/lib/*.so usr/bin/prometheus-postgres-exporter";
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
    '';
  })
