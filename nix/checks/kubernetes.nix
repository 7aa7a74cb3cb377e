# Kubernetes' one program is each of its commands under that command's name, and takes nothing over from the others that
# are linked into it.
{
  build,
  shell,
  programs,
}:
build {
  name = "check-kubernetes";
  tools = [programs.kubernetes];
  script = ''
    set -o pipefail
    export HOME=$PWD PATH=$PWD:$PATH
    # is WANTED COMMAND: what the command must print, on either output.
    is() {
      wanted=$1
      shift
      said=$("$@" 2>&1) || true
      case $said in
        *"$wanted"*) echo "$*: $wanted" ;;
        *) echo "error: '$*' prints no '$wanted', but: $said" >&2; exit 1 ;;
      esac
    }
    {
      for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet; do
        is 'Kubernetes ${programs.kubernetes.version}' $name --version
      done
      is 'Client Version: ${programs.kubernetes.version}' kubectl version --client

      # Go's and pflag's global flags are one list each for the whole program.
      is 'unknown flag: --version' kubectl --version
      is 'unknown flag: --housekeeping-interval' kube-proxy --housekeeping-interval=1s
      is '--housekeeping-interval duration' kubelet --help

      # kubectl hands a plugin the path of its own file.
      printf '#!%s\n"$KUBECTL_PATH" version --client\n' ${shell}/bin/sh >kubectl-planted
      chmod +x kubectl-planted
      is 'Client Version: ${programs.kubernetes.version}' kubectl planted

      ln -s ${programs.kubernetes}/bin/kubectl other
      is 'its names: kube-apiserver, kube-controller-manager, kube-proxy, kube-scheduler, kubectl, kubelet' other
      code=0
      other 2>/dev/null || code=$?
      is 2 echo $code
    } | tee said
    wc -l <said >$out
  '';
}
