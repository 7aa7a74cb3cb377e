#!/usr/bin/env bash
# Looks with gitleaks for secrets in what Git is about to take, and refuses it with the place, the rule and the remedy;
# never with the value. The rules are .gitleaks.toml; what is no secret stands with its reason in .gitleaksignore.
#
#   secrets-in-git.sh pre-commit                   what is staged
#   secrets-in-git.sh pre-push [REMOTE]            the commits that a push brings along, as Git tells them to a hook
#   secrets-in-git.sh history                      every commit of every branch and tag
#   secrets-in-git.sh ignore FINGERPRINT REASON…   records that a finding is no secret, and why
#
# Rules and exceptions are read from what is to be committed or pushed itself: one that is only in the working tree
# would be on record nowhere.
set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$project_root/scripts/lib/gitleaks.sh"
cd "$project_root"

usage='usage: secrets-in-git.sh pre-commit | pre-push [REMOTE] | history | ignore FINGERPRINT REASON…'
guide='docs/development/developer-onboarding.md, "Secrets stay out of Git"'
# NB: options, because a person's configuration could colour, shorten or hide what gitleaks reads. --text, because an
# attribute can call any file binary; --no-renames and first-parent, because neither a renamed file nor what a merge
# changes by itself would be shown.
as_read='--text --no-renames --diff-merges=first-parent --diff-filter=tuxdb --root --submodule=short --no-relative
  --no-textconv --no-color --src-prefix=a/ --dst-prefix=b/
  --pretty=medium --date=default --no-decorate --no-notes --no-show-signature'

work=$(mktemp -d "${TMPDIR:-/tmp}/groundwork-secrets.XXXXXX")
trap 'rm -rf "$work"' EXIT
commit_field='{{.Commit}}'

# Fails unless each entry of the file $1 has its reason in a comment right above it; $2 is what to call the file.
check_reasons() {
  local wrong
  wrong=$(awk -v file="$2" '
    /^[ \t]*$/ { reason = 0; next }
    /^[ \t]*#/ { sub(/^[ \t]*#[# \t]*/, ""); reason = length($0) >= 10 && / /; next }
    { parts = split($0, part, ":")
      if (parts != 3 && parts != 4) print "  " file ":" NR ": no fingerprint (FILE:RULE:LINE, or COMMIT:FILE:RULE:LINE)"
      else if (!reason) print "  " file ":" NR ": no reason in a comment right above it"
      reason = 0 }' "$1")
  [ -z "$wrong" ] || {
    printf '%s\n' "$wrong" >&2
    fail "an exception needs a reason that is on record" "scripts/secrets-in-git.sh ignore FINGERPRINT 'why it is no secret' writes both"
  }
}

# Makes the folder $2 with the rules and exceptions of the commit $1.
rules_of() {
  mkdir -p "$2"
  # A branch from before there were rules is looked through by those of today.
  git cat-file blob "$1:.gitleaks.toml" >"$2/.gitleaks.toml" 2>/dev/null || cp .gitleaks.toml "$2/"
  git cat-file blob "$1:.gitleaksignore" >"$2/.gitleaksignore" 2>/dev/null || : >"$2/.gitleaksignore"
  check_reasons "$2/.gitleaksignore" .gitleaksignore
}

# Looks by the rules in folder $1 through the commits that the other arguments name to `git log`; adds to $work/found.
scan() {
  local rules=$1 code=0
  shift
  # shellcheck disable=SC2086 # the options are words
  set -- $as_read "$@"
  # File, line, rule, what the rule is about, commit; tab between. No field holds the secret.
  printf '{{range .}}{{regexReplaceAll "[[:cntrl:]]" .File "?"}}\t{{.StartLine}}\t{{.RuleID}}\t{{.Description}}\t%s\n{{end}}' "$commit_field" >"$work/template"
  GIT_DIR=$git_dir "$gitleaks" git --no-banner --no-color --log-level warn --platform none --redact --ignore-gitleaks-allow \
    --exit-code 10 --config "$rules/.gitleaks.toml" --gitleaks-ignore-path "$rules" \
    --report-format template --report-template "$work/template" --report-path "$work/report" \
    --log-opts "$*" "$rules" >/dev/null 2>"$work/log" || code=$?
  # NB: where git fails, gitleaks only logs that, and ends as if it had found nothing.
  if { [ "$code" -ne 0 ] && [ "$code" -ne 10 ]; } || grep -qE ' (ERR|FTL) ' "$work/log"; then
    tail -n 5 "$work/log" >&2
    fail "gitleaks could not look through everything, so nothing is let through" "see the lines above"
  fi
  cat "$work/report" >>"$work/found"
}

# Ends the script with what was found: $1 is refused, $2 is how to take a secret out.
refuse_findings() {
  local what=$1 remedy=$2 first
  [ -s "$work/found" ] || return 0
  sort -u -t "$(printf '\t')" -k 1,1 -k 2,2n -k 3 "$work/found" >"$work/sorted"
  {
    printf 'error: %s is refused: %s place(s) in it look like a secret\n' "$what" "$(wc -l <"$work/sorted")"
    awk -F '\t' '{
      printf "  %s:%s: %s: %s%s\n", $1, $2, $3, $4, ($5 == "" ? "" : " (commit " substr($5, 1, 12) ")")
      printf "      fingerprint %s%s:%s:%s\n", ($5 == "" ? "" : $5 ":"), $1, $3, $2 }' "$work/sorted"
    first=$(awk -F '\t' 'NR == 1 { printf "%s%s:%s:%s", ($5 == "" ? "" : $5 ":"), $1, $3, $2 }' "$work/sorted")
    printf "hint: a secret belongs into the secret store: 'groundwork secret set NAME FIELD' asks for the value, and the program\n"
    printf '      reads it at run time. %s\n      More: %s\n' "$remedy" "$guide"
    printf "hint: if it is none, put that and why on record: scripts/secrets-in-git.sh ignore '%s' 'REASON'\n" "$first"
  } >&2
  exit 1
}

# The index as a commit on top of HEAD, whose objects and index are thrown away with $work.
staged_commit() {
  local index parent=()
  index=${GIT_INDEX_FILE:-$(git rev-parse --git-path index)}
  mkdir "$work/objects"
  [ ! -e "$index" ] || cp "$index" "$work/index"
  if git rev-parse --quiet --verify HEAD >"$work/head"; then parent=(-p "$(cat "$work/head")"); fi
  GIT_ALTERNATE_OBJECT_DIRECTORIES=$(git rev-parse --path-format=absolute --git-path objects)
  GIT_OBJECT_DIRECTORY=$work/objects
  export GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_OBJECT_DIRECTORY
  staged=$(GIT_INDEX_FILE=$work/index git write-tree)
  staged=$(git -c user.name=groundwork -c user.email=groundwork commit-tree "${parent[@]}" -m staged "$staged")
}

pre_commit() {
  staged_commit
  rules_of "$staged" "$work/rules"
  # The commit that is looked at is not the one that will be made.
  commit_field=
  # NB: not -1, which goes on to an older commit where nothing was added.
  scan "$work/rules" --no-walk "$staged"
  refuse_findings "the commit" "Take it out of the file, 'git add' that, commit again."
}

# Prints a line for each ref as Git would tell it to the hook. The pre-commit framework tells its hooks of the first
# ref alone, so then every branch and tag counts as pushed.
pushed() {
  if [ -z "${PRE_COMMIT:-}" ]; then
    cat
  else
    git for-each-ref --format='%(refname) %(objectname) - -' refs/heads refs/tags
    printf 'HEAD %s - -\n' "$(git rev-parse HEAD)"
  fi
}

pre_push() {
  local remote=${1:-${PRE_COMMIT_REMOTE_NAME:-}} local_ref tip there known k=0
  pushed >"$work/pushed"
  while read -r local_ref tip _ there; do
    # Nothing, or only zeros: a ref that is removed.
    [ -n "${tip//0/}" ] || continue
    # What the other side has: the ref's old commit, and all that was fetched from there.
    known=()
    if git cat-file -e "$there^{commit}" 2>/dev/null; then known+=("$there"); fi
    if git config --get "remote.$remote.url" >"$work/url" 2>&1; then known+=("--remotes=$remote"); fi
    git rev-list "$tip" --not "${known[@]}" >"$work/new" || fail "git cannot list what the push of $local_ref brings along"
    [ -s "$work/new" ] || continue
    k=$((k + 1))
    rules_of "$tip" "$work/rules-$k"
    scan "$work/rules-$k" "$tip" --not "${known[@]}"
  done <"$work/pushed"
  refuse_findings "the push" \
    "Take it out of the commit itself ('git commit --amend', or 'git rebase --interactive COMMIT^'):
      a later commit that removes it still publishes it."
}

history() {
  mkdir "$work/rules"
  cp .gitleaks.toml "$work/rules/"
  [ ! -e .gitleaksignore ] || cp .gitleaksignore "$work/rules/"
  touch "$work/rules/.gitleaksignore"
  check_reasons "$work/rules/.gitleaksignore" .gitleaksignore
  # What another branch has on record holds for its commits.
  git for-each-ref --format='%(objectname):.gitleaksignore' refs/heads refs/tags refs/remotes |
    git cat-file --batch | grep -E '^([0-9a-f]{40,64}:)?[^:]+:[^:]+:[0-9]+$' >>"$work/rules/.gitleaksignore" || true
  scan "$work/rules" HEAD --branches --tags --remotes
  refuse_findings "the history" \
    "One that was ever pushed is known to others: replace it where it is used, then put on record that it is worthless."
  printf 'no secret in %s commits\n' "$(git rev-list --count HEAD --branches --tags --remotes)"
}

ignore() {
  local fingerprint=${1:-} reason=${*:2}
  [ -n "$reason" ] || fail "an exception needs a fingerprint and a reason" "$usage" 2
  [ ! -e .gitleaksignore ] || cp .gitleaksignore "$work/exceptions"
  printf '# %s\n%s\n' "$(tr '\n' ' ' <<<"$reason" | sed 's/ *$//')" "$fingerprint" >>"$work/exceptions"
  check_reasons "$work/exceptions" .gitleaksignore
  cat "$work/exceptions" >.gitleaksignore
  git add -- .gitleaksignore
  printf 'on record in .gitleaksignore, which is staged: it counts from the commit on that brings it\n'
}

git_dir=$(git rev-parse --absolute-git-dir)
: >"$work/found"
case ${1:-} in
  ignore) ignore "${@:2}" ;;
  pre-commit | pre-push | history)
    gitleaks=$(gitleaks_program)
    "${1/-/_}" "${@:2}"
    ;;
  *) fail "unknown command '${1:-}'" "$usage" 2 ;;
esac
