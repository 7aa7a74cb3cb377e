#!/usr/bin/env bash
# cAdvisor, which every kubelet has inside, takes the clock rate of an x86 processor from /proc/cpuinfo where there is no
# cpufreq, and gives up on a machine whose cpuinfo has none: the kubelet then does not start. On ARM, RISC-V and s390x
# the same question is answered with 0. Linux in user mode is an x86 machine with no such line.
#
# Seen on 2026-11-29 with github.com/google/cadvisor v0.52.1, on x86_64:
#   with "cpu MHz":     2445406, no error
#   without it:         error: could not detect clock speed from output: "processor\t: 0\n…"
#
# Needs Go, and a machine of x86_64 without cpufreq, as virtual ones are. Exit 0: as described. Exit 1: it has changed.
set -euo pipefail
if [ -e /sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq ]; then
  echo 'this machine has cpufreq, which is asked first'
  exit 1
fi
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"

cat >main.go <<'END'
package main

import (
	"fmt"

	"github.com/google/cadvisor/machine"
)

func main() {
	for _, cpuinfo := range []string{
		"processor\t: 0\nmodel name\t: Some\ncpu MHz\t\t: 2445.406\nbogomips\t: 4890.81\n",
		"processor\t: 0\nmodel name\t: UML\nbogomips\t: 5746.68\n",
	} {
		rate, err := machine.GetClockSpeed([]byte(cpuinfo))
		fmt.Println(rate, err)
	}
}
END
go mod init example.com/clock >/dev/null 2>&1
go get github.com/google/cadvisor@v0.52.1 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee output
grep -qx '2445406 <nil>' output
grep -q '^0 could not detect clock speed' output
