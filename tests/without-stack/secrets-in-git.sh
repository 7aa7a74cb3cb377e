#!/usr/bin/env bash
# No secret gets into Git: planted ones are refused, what only looks like one is not, and nothing gets past the hooks
# without a reason on record. Every secret is drawn when the test runs; everything happens in repositories of its own.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/assert.sh
. tests/lib/planted-secrets.sh
. tests/lib/look-alikes.sh

project=$PWD
gitleaks=$(built gitleaks)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Nobody's own configuration takes part.
export GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name test
git config --global user.email test@localhost
git config --global init.defaultBranch main
git config --global safe.directory '*'
git config --global commit.gpgSign false
git config --global advice.detachedHead false

# repository NAME [OPTION…]: a new one in $scratch with the rules, the scripts and the hooks of the project.
repository() {
  local folder=$scratch/$1
  git init --quiet "${@:2}" "$folder" || return
  mkdir -p "$folder/nix/toolchain/gitleaks"
  cp nix/toolchain/gitleaks/go.mod "$folder/nix/toolchain/gitleaks/"
  cp -r scripts .gitleaks.toml .gitignore .pre-commit-config.yaml "$folder/"
  git -C "$folder" add --all && git -C "$folder" commit --quiet --message 'The rules' || return
  "$folder/scripts/install-git-hooks.sh" --gitleaks "$gitleaks"
}

# write FILE TEXT: in the repository at hand, from the third line on.
write() {
  mkdir -p "$(dirname "$1")"
  printf '# one\n# two\n%s\n' "$2" >"$1"
}

# try FILE: adds and commits it; `said` is what was printed and `code` how it ended. Nothing stays of a refused one.
try() {
  git add --force -- "$1"
  said=$(git commit --message "$1" -- "$1" 2>&1 </dev/null)
  code=$?
  [ "$code" -eq 0 ] || { git rm --quiet --force --cached -- "$1"; rm -f "$1"; }
}

# silent TEXT: whether it holds none of the values that were drawn last.
silent() {
  local part
  for part in "${drawn[@]}"; do
    if [ "${#part}" -ge 9 ] && grep -qF -- "$part" <<<"$1"; then return 1; fi
  done
}

a_secret() { expand 'ALPACA_API_SECRET_KEY=@A40@'; }

repository plain || exit 1
cd "$scratch/plain" || exit 1

# --- Planted secrets, each in a commit of its own ---
planted=0 blocked=0 named=0 told=0
while IFS='|' read -r kind file template; do
  expand "$template"
  write "$file" "$text"
  lines=$(wc -l <"$file")
  planted=$((planted + 1))
  try "$file"
  if [ "$code" -eq 1 ]; then blocked=$((blocked + 1)); else printf '        let through: %s in %s (exit code %s)\n' "$kind" "$file" "$code"; fi
  line=$(sed -nE "s#^  ${file//./\\.}:([0-9]+): [a-z0-9-]+: .+#\\1#p" <<<"$said" | head -n 1)
  if [ "${line:-0}" -ge 3 ] && [ "$line" -le "$lines" ] && grep -q '^hint: .*groundwork secret set' <<<"$said"; then
    named=$((named + 1))
  else
    printf '        not named by line, rule and remedy: %s in %s\n' "$kind" "$file"
  fi
  silent "$said" || told=$((told + 1))
done < <(planted_secrets)
kinds=$(planted_secrets | cut -d '|' -f 1 | sort -u | wc -l)
holds "planted secrets: $blocked/$planted blocked with exit code 1, $kinds kinds" \
  test "$blocked" -eq 60 -a "$planted" -eq 60 -a "$kinds" -ge 30
holds "file, line, rule and remedy: told for $named/$planted" test "$named" -eq "$planted"
holds "the value: told for $told/$planted" test "$told" -eq 0
holds 'and the repository has the first commit alone' test "$(git rev-list --count --all)" -eq 1

# --- Look-alikes: the first of each kind in a commit of its own, the others in one ---
k=0 total=0 falsely=0
while IFS='|' read -r kind file template; do
  k=$((k + 1))
  for n in 1 2 3 4 5; do
    expand "$template"
    total=$((total + 1))
    write "look-alikes/$k/$n/$file" "$text"
    [ "$n" -eq 1 ] || continue
    try "look-alikes/$k/$n/$file"
    [ "$code" -eq 0 ] || { falsely=$((falsely + 1)); sed -n 's/^  /        blocked: /p' <<<"$said"; }
  done
done < <(look_alikes)
git add --force look-alikes
if ! said=$(git commit --message 'The others' 2>&1); then
  sed -n 's/^  look/        blocked: look/p' <<<"$said"
  falsely=$((falsely + $(grep -oE '^  look-alikes/[^:]+:[0-9]+: ' <<<"$said" | cut -d : -f 1 | sort -u | wc -l)))
  git commit --quiet --no-verify --message 'The others'
fi
holds "look-alikes: $falsely/$total blocked, $k kinds" test "$falsely" -le 2 -a "$total" -eq 200

# --- What a usual commit costs ---
milliseconds() {
  local n start times=()
  for n in 1 2 3 4 5; do
    cp -r scripts "copy-$1-$n"
    git add "copy-$1-$n"
    start=$(date +%s%N)
    git commit --quiet --message "Copy $n" "${@:2}" || return
    times+=($((($(date +%s%N) - start) / 1000000)))
  done
  printf '%s\n' "${times[@]}" | sort -n | sed -n 3p
}
with=$(milliseconds with) without=$(milliseconds without --no-verify)
holds "a commit of $(find scripts -type f | wc -l) files takes $with ms, without the hook $without ms" test "$with" -gt 0 -a "$with" -lt 1000
holds 'and needs no network' unshare --net git commit --quiet --allow-empty --message 'Without a network'

# --- Past the first hook, then a push ---
git init --quiet --bare "$scratch/remote"
git remote add origin "$scratch/remote"
holds 'commits without a secret are pushed' git push --quiet origin main
a_secret
git checkout --quiet -b hidden
write hidden.txt "$text"
git add hidden.txt
holds 'a secret gets past the hook with --no-verify' git commit --quiet --no-verify --message 'Hidden'
rm hidden.txt
holds 'and is removed again without a word' answers 0 '' git commit --quiet --all --message 'Removed again'
git checkout --quiet -b harmless main
git commit --quiet --allow-empty --message 'Nothing'
write harmless.txt 'nothing'
git add harmless.txt
git commit --quiet --message 'Harmless'
git checkout --quiet hidden
push=$(git push origin harmless hidden 2>&1)
holds 'but not out, though a later commit removes it and another branch is pushed first' \
  answers 1 "^  hidden.txt:3: alpaca-secret-key: .* \(commit $(git rev-parse --short=12 hidden~1)\)" git push origin harmless hidden
holds 'and nothing of that push arrives' test "$(git ls-remote origin | grep -cE 'harmless|hidden')" -eq 0
holds 'nor is the value told' silent "$push"
git tag -a released -m Released hidden
holds 'a tag does not bring it out either' answers 1 'the push is refused' git push origin released
holds 'nor does the pre-commit framework, which tells of no ref' \
  answers 1 'the push is refused' env PRE_COMMIT=1 PRE_COMMIT_REMOTE_NAME=origin scripts/secrets-in-git.sh pre-push
git tag --delete released >"$scratch/log"
git reset --quiet --hard main
holds 'rewritten without it the branch is pushed' git push --quiet origin harmless hidden
holds 'and a branch can be removed' git push --quiet origin --delete harmless

git checkout --quiet -b merged main~1
a_secret
write merged.txt 'nothing'
git add merged.txt
git commit --quiet --message 'Beside'
git merge --quiet --no-commit --no-ff main
write merged.txt "$text"
git add merged.txt
git commit --quiet --no-verify --message 'A merge that adds by itself'
holds 'what a merge itself adds is seen too' answers 1 '^  merged.txt:3: ' git push origin merged
git checkout --quiet --force main
git branch --quiet -D merged hidden harmless

# --- Exceptions ---
expand 'ALPACA_API_SECRET_KEY=@A40@ # gitleaks:allow'
write allowed.txt "$text"
cp allowed.txt "$scratch/allowed.txt"
try allowed.txt
holds 'a remark beside the line does not let it pass' test "$code" -eq 1
fingerprint=$(sed -nE 's/^ +fingerprint (allowed.txt:alpaca.*)/\1/p' <<<"$said" | head -n 1)
fingerprints=$(sed -nE 's/^ +fingerprint //p' <<<"$said")
cp "$scratch/allowed.txt" allowed.txt
git add allowed.txt
printf '%s\n' "$fingerprints" >.gitleaksignore
holds 'an exception that is not in the commit does not count' answers 1 '^  allowed.txt:3: ' git commit --message allowed
git add .gitleaksignore
holds 'one without a reason is refused' answers 1 '^  .gitleaksignore:1: no reason' git commit --message allowed
printf '# ok\n%s\n' "$fingerprints" >.gitleaksignore
git add .gitleaksignore
holds 'and so is one whose reason says nothing' answers 1 '^  .gitleaksignore:2: no reason' git commit --message allowed
holds 'the history refuses it as well' answers 1 '^  .gitleaksignore:2: no reason' scripts/secrets-in-git.sh history
rm .gitleaksignore
holds 'without a reason none is put on record' answers 2 'needs a fingerprint and a reason' scripts/secrets-in-git.sh ignore "$fingerprint"
while read -r each; do
  scripts/secrets-in-git.sh ignore "$each" 'worthless: drawn by a test' >"$scratch/log"
done <<<"$fingerprints"
holds 'with its reason the commit passes' git commit --quiet --message 'Allowed, with a reason'
holds 'and the push' git push --quiet origin main
holds 'and the whole history' answers 0 '^no secret in [0-9]+ commits' scripts/secrets-in-git.sh history
git commit --quiet --allow-empty --message 'One more'
a_secret
write history.txt "$text"
git add history.txt
git commit --quiet --no-verify --message 'Past the hook'
holds 'a secret in the history is found there' answers 1 '^  history.txt:3: .*\(commit [0-9a-f]{12}\)' scripts/secrets-in-git.sh history
git reset --quiet --hard HEAD~1

# --- What could hide one ---
a_secret
settings='color.ui=always diff.noprefix=true diff.mnemonicPrefix=true diff.external=true log.showRoot=false log.decorate=full format.pretty=oneline'
for setting in $settings; do git config "${setting%%=*}" "${setting#*=}"; done
printf '*.txt -diff\n' >.git/info/attributes
printf '*.txt -diff\n' >.gitattributes
mkdir -p b
cp .gitattributes b/.gitattributes
write b/hiding.txt "$text"
cp b/hiding.txt "$scratch/hiding.txt"
try b/hiding.txt
holds 'neither attributes nor a configuration hide one from the commit' \
  test "$code" -eq 1 -a "$(grep -c '^  b/hiding.txt:3: ' <<<"$said")" -ge 1
git checkout --quiet -b hiding
cp "$scratch/hiding.txt" b/
git add b/hiding.txt
git commit --quiet --no-verify --message 'Hiding'
holds 'nor from the push' answers 1 '^  b/hiding.txt:3: .*\(commit [0-9a-f]{12}\)' git push origin hiding
git checkout --quiet --orphan first main
write first.txt "$text"
git add first.txt
holds 'the first commit of all is looked through' answers 1 '^  first.txt:3: ' git commit --message first
git checkout --quiet --force main
for setting in $settings; do git config --unset "${setting%%=*}"; done
rm -r .git/info/attributes .gitattributes b
mkdir moved
write moved/go.sum "$text"
try moved/go.sum
git mv moved/go.sum moved.txt
holds 'nor does a new name for a file that was let through' answers 1 '^  moved.txt:3: ' git commit --message moved
git reset --quiet --hard
printf 'a\0b\n%s\n' "$text" >binary.dat
cp binary.dat "$scratch/"
try binary.dat
holds 'a file that Git takes for binary is looked through' test "$code" -eq 1
cp .gitleaks.toml "$scratch/rules"
printf '[[rules]]\nid = "broken"\nregex = "("\n' >>.gitleaks.toml
git add .gitleaks.toml
holds 'rules that cannot be read let nothing through' answers 1 'so nothing is let through' git commit --message 'Broken rules'
cp "$scratch/rules" .gitleaks.toml
git add .gitleaks.toml

# --- Where hooks live ---
git worktree add --quiet -b beside "$scratch/beside"
cd "$scratch/beside/scripts" || exit 1
write ../beside.txt "$text"
git add ../beside.txt
holds 'a linked working tree has the hook, from a folder below too' answers 1 '^  beside.txt:3: ' git commit --message beside
cd "$project" || exit 1
repository apart --separate-git-dir "$scratch/apart.git"
write "$scratch/apart/apart.txt" "$text"
git -C "$scratch/apart" add apart.txt
holds 'and so has one whose Git folder is elsewhere' answers 1 '^  apart.txt:3: ' git -C "$scratch/apart" commit --message apart
holds 'the garbage collector leaves gitleaks alone' \
  test -n "$(find /nix/var/nix/gcroots/auto -lname "$scratch/plain/.git/groundwork/gitleaks-*")"
holds 'a second installation changes nothing and says nothing' \
  test -z "$("$scratch/apart/scripts/install-git-hooks.sh" --gitleaks "$gitleaks" 2>&1)"

repository own
cd "$scratch/own" || exit 1
rm .git/hooks/pre-commit
printf '#!/bin/sh\ntouch "%s"\n' "$scratch/own-ran" >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
holds "a person's own hook is kept, and they are told" answers 0 'your own pre-commit is kept as .*pre-commit.own' scripts/install-git-hooks.sh
git commit --quiet --allow-empty --message own
holds 'it still runs' test -e "$scratch/own-ran"
write own.txt "$text"
git add own.txt
holds 'after ours' answers 1 '^  own.txt:3: ' git commit --message own
git config core.hooksPath "$scratch/hooks"
holds 'hooks that live elsewhere are not touched, and the person is told' \
  answers 0 'not installed: core.hooksPath' scripts/install-git-hooks.sh
holds 'nor is anything made there' test ! -e "$scratch/hooks"

# --- The project itself ---
cd "$project" || exit 1
for entry in pre-commit pre-push; do
  holds "the pre-commit framework is told to run the same for $entry" grep -qx " *entry: scripts/secrets-in-git.sh $entry" .pre-commit-config.yaml
done
# With what is not committed yet: what is tested is the tree as it stands.
git clone --quiet "$project" "$scratch/clone"
git ls-files -z | tar --null --files-from=- --ignore-failed-read --create 2>"$scratch/log" | tar --extract --directory "$scratch/clone"
cd "$scratch/clone" || exit 1
git add --all
git commit --quiet --allow-empty --no-verify --message 'As it stands'
expand 'aws_access_key_id = AKIA@R16@\naws_secret_access_key = @B40@'
write credentials.ini "$text"
git add credentials.ini
holds "in a fresh clone inside 'nix develop' a commit with a key of AWS is refused with exit code 1" \
  answers 1 '^  credentials.ini:3: aws-access-token: ' nix develop --command git commit --message 'A key of AWS'
holds 'and after that outside of it too' answers 1 '^  credentials.ini:3: aws-access-token: ' git commit --message 'A key of AWS'
git reset --quiet --hard
printf 'a line\n' >a-line.txt
git add --all
holds 'while a usual commit is not' git commit --quiet --message 'A line'
holds 'a .env is ignored, its example is not' \
  test "$(printf '%s\n' .env .env.local server.key tls.pem .env.example | git check-ignore --stdin | tr '\n' ' ')" = '.env .env.local server.key tls.pem '

finish
