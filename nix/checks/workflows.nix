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
    workflows=$(echo .github/workflows/*.yml templates/*/.github/workflows/*.yml)
    # What is in `run` is shellcheck's, which looks at scripts elsewhere; these have a line or two.
    actionlint -no-color -shellcheck= -pyflakes= $workflows
    zizmor --offline --no-progress --color never $workflows
    touch $out
  '';
}
