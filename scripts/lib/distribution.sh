# shellcheck shell=bash
# What a person types on this distribution to get Nix and git, where there is no apt to do it for them.

# distribution: prints what this Linux calls itself and what it is like, as in `fedora` or `manjaro arch`.
distribution() { sed -nE 's/^ID(_LIKE)?="?([^"]*)"?$/\2/p' /etc/os-release 2>/dev/null | tr '\n' ' '; }

# how_to_get_nix: prints the commands, or the lines of a configuration.
how_to_get_nix() {
  local name
  for name in $(distribution); do
    case $name in
      nixos)
        echo "add to /etc/nixos/configuration.nix: environment.systemPackages = [ pkgs.git ]; nix.settings.experimental-features = [ \"nix-command\" \"flakes\" ]; then: sudo nixos-rebuild switch"
        return
        ;;
      debian | ubuntu) echo "sudo apt-get install nix-bin nix-setup-systemd git" && return ;;
      fedora) echo "sudo dnf install nix nix-daemon git && sudo systemctl enable --now nix-daemon" && return ;;
      arch) echo "sudo pacman -S nix git && sudo systemctl enable --now nix-daemon && sudo usermod -aG nix-users \$USER, and log in again" && return ;;
      opensuse* | suse) echo "sudo zypper install nix git && sudo systemctl enable --now nix-daemon; where it has no nix: sudo zypper install git, and Nix by its own installer (nixos.org/download)" && return ;;
      alpine) echo "doas apk add nix git && doas rc-update add nix-daemon && doas rc-service nix-daemon start" && return ;;
    esac
  done
  echo "install git with this distribution's packages, and Nix 2.8 or later by its own installer (nixos.org/download)"
}
