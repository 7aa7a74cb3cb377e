# shellcheck shell=bash disable=SC2154 # run.sh and the files of machines set what is not set here
# The sequences of steps that machines share. A step without which the next make no sense ends its sequence.

# Everything: the whole life of a stack with a reboot in its middle.
whole_life() {
  up_to_down
  removal
}
up_to_down() {
  step 30 'doctor finds nothing that is missing' guest groundwork doctor
  step 460 'up brings everything up' comes_up || return
  [ "$init" != systemd ] || step 20 'systemd takes no controller away' keeps_its_controllers
  step 1200 'the requirements hold' is_valid before
  step 60 'it reboots' reboot_machine || return
  step 20 'status says that a reboot stopped it' says 'stopped by a reboot' groundwork status
  step 460 'up goes on with the data' comes_up || return
  step 1200 'the requirements hold after the reboot' is_valid after
  step 60 'down stops it' guest groundwork down
}
removal() {
  step 60 'destroy removes it' guest groundwork destroy --yes
  step 20 'nothing is left' leaves_nothing
}

# The same without the requirements, which take the longest.
quick_life() {
  up_twice
  removal
}
up_twice() {
  step 30 'doctor finds nothing that is missing' guest groundwork doctor
  step 460 'up brings everything up' comes_up || return
  step 60 'it reboots' reboot_machine || return
  step 460 'up goes on with the data' comes_up
}

# A stack that starts with the machine.
life_with_the_machine() {
  up_by_itself
  removal
}
up_by_itself() {
  step 460 'up --enable makes it start with the machine' comes_up_enabled || return
  step 520 'after a reboot it runs without a command' starts_by_itself
  step 60 'down undoes that too' goes_down_for_good
}

# From a clone to the shell with the pinned tools, on a machine that has everything in its store and no network.
development() {
  step 60 'the machine has a clone' has_clone
  step 60 'the setup script makes it ready' guest 'cd project && scripts/setup-dev-environment.sh'
  step 120 'nix develop has the pinned tools' guest 'cd project && nix develop --command kubectl version --client'
}
