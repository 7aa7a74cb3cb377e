# The workflows of the project and of its templates are understood by GitHub's runner, and give nothing away: actions are
# pinned by their commit, permissions are the least, and no text of a stranger is run.
{
  build,
  actionlint,
  zizmor,
  project,
}:
build {
  name = "check-workflows";
  tools = [actionlint zizmor];
  script = ''
    cd ${project}
    workflows=$(echo .github/workflows/*.yml .forgejo/workflows/*.yml templates/*/.github/workflows/*.yml)
    # What is in `run` is shellcheck's, which looks at scripts elsewhere; these have a line or two.
    # The label is one of Forgejo's.
    actionlint -no-color -shellcheck= -pyflakes= -ignore 'label "docker" is unknown' $workflows
    zizmor --offline --no-progress --color never $workflows
    touch $out
  '';
}
