# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# What a machine goes through: each step is a sentence that holds or not. Deadlines are those of a machine with KVM.
#
# Expects tests/lib/assert.sh and guest.sh.

step_number=0

# step SECONDS SENTENCE COMMAND…: the sentence is true if the command succeeds in time. What it prints is kept.
step() {
  local seconds=$(($1 * factor)) sentence=$2 start=$SECONDS output
  shift 2
  step_number=$((step_number + 1))
  output=$logs/$(printf '%02d' "$step_number")-$(tr -cs '[:alnum:]' - <<<"$sentence" | sed 's/-*$//').txt
  ends_at=$((SECONDS + seconds))
  # What is under way is told where somebody watches, and written over when it is over.
  [ ! -t 1 ] || printf '…       %s: %s\r' "$name" "$sentence"
  if "$@" >"$output" 2>&1 </dev/null; then
    passed=$((passed + 1))
    printf 'passed  %s: %s (%s s)\n' "$name" "$sentence" $((SECONDS - start))
    return
  fi
  failed=$((failed + 1))
  printf 'FAILED  %s: %s (%s s of %s)\n' "$name" "$sentence" $((SECONDS - start)) "$seconds"
  tail -n 15 "$output" | sed 's/^/        /'
  ends_at=$((SECONDS + 30 * factor))
  keep_what_explains "$output" </dev/null
  return 1
}

# keep_what_explains OUTPUT: the node's logs and the machine's own, beside the failed step's output.
keep_what_explains() {
  runs && answers_ssh || return 0
  as root 'tar -C /var/lib/groundwork -cz logs' >"${1%.txt}.logs.tar.gz" 2>/dev/null || rm -f "${1%.txt}.logs.tar.gz"
  as root 'dmesg; free -m; df -h; groundwork status; journalctl --boot --no-pager --lines 1000' >"${1%.txt}.machine.txt" 2>&1
}

# boots FOLDER IMAGE: starts it, gives it its whole disk, and looks at what it is.
boots() {
  start_machine "$@" && wait_for_machine && as root "resize2fs \"\$(findfs LABEL=root)\"" && is_itself
}
# is_itself: says what the machine is, and whether that is what its file promises.
is_itself() {
  as root 'uname -r; cat /proc/cmdline /sys/fs/cgroup/cgroup.controllers; free -m; df -h /; nix --version' &&
    guest "set -ex; $(declare -f is_it is_more); is_it; is_more" && dmesg_is_quiet
}
# Without this a machine that ran out of memory or lost its disk would be taken for one that is just slow.
dmesg_is_quiet() {
  ! as root dmesg | grep -E 'Out of memory|I/O error|EXT4-fs error|soft lockup|BUG:'
}

# says PATTERN COMMAND…: the command succeeds on the machine and prints a line like that.
says() {
  local pattern=$1 said
  shift
  said=$(guest "$@") && printf '%s\n' "$said" && grep -qE -- "$pattern" <<<"$said"
}
# `up` waits by itself as long as the machine may need.
comes_up() { guest groundwork up --timeout $((450 * factor)); }
comes_up_enabled() { guest groundwork up --enable --timeout $((450 * factor)); }

# is_valid WHEN: all requirements that do not depend on the machine's speed; the result is kept as JSON.
is_valid() {
  local result=$logs/validate-$1 code
  guest groundwork validate --without-speed --json >"$result.json" 2>"$result.txt"
  code=$?
  printf 'the result is in %s.json\n' "$result"
  grep '^FAIL' "$result.txt" || tail -n 3 "$result.txt"
  return "$code"
}

# systemd owns the control groups beside ours. What it does there must not take a controller from ours.
keeps_its_controllers() {
  local before after
  before=$(as root cat /sys/fs/cgroup/groundwork/cgroup.controllers) || return
  as root 'systemctl daemon-reload &&
    systemd-run --wait --property=CPUQuota=50% --property=AllowedCPUs=0 --property=IOWeight=50 --property=MemoryMax=100M true &&
    systemd-run --unit look-alike --property=CPUQuota=50% --property=AllowedCPUs=0 sleep 60 &&
    systemctl stop look-alike && systemctl daemon-reload && systemd-run --wait true' || return
  after=$(as root cat /sys/fs/cgroup/groundwork/cgroup.controllers) || return
  printf 'before: %s\nafter:  %s\n' "$before" "$after"
  [ -n "$before" ] && [ "$before" = "$after" ]
}

# starts_by_itself: nobody types a command after the reboot.
starts_by_itself() {
  reboot_machine && within $((ends_at - SECONDS)) is_running
}
is_running() { guest groundwork status --json | grep -E '"state": *"running"' >/dev/null; }
# Enabled, it would be a unit that systemd starts.
goes_down_for_good() {
  guest groundwork down &&
    as root '! find /etc/systemd/system -name "groundwork*" | grep .' && says 'stopped' groundwork status
}

# leaves_nothing: nothing of the stack is on the machine. Its own packet filter tool reads the tables.
leaves_nothing() {
  as root 'cat >/tmp/leftovers.sh && chmod +x /tmp/leftovers.sh' <tests/lib/leftovers.sh &&
    as root "NFT=$nft /tmp/leftovers.sh /var/lib/groundwork"
}

# is_refused CHECK: `up` is refused with exit code 3, the check's name and its fix.
is_refused() {
  local said code
  said=$(comes_up 2>&1)
  code=$?
  printf '%s\nexit code %s\n' "$said" "$code"
  [ "$code" -eq 3 ] && grep -qE "\b$1\b" <<<"$said" && grep -qE 'hint: |fix: ' <<<"$said"
}

# has_clone: what Git knows of this project, as it lies here, becomes a repository on the machine.
has_clone() {
  git ls-files -z | tar --null --files-from - -cz | guest 'mkdir project && tar -C project -xz && cd project &&
    git init -q && git add --all && git -c user.name=Machine -c user.email=machine@localhost commit -q -m "The project"'
}
