# The console's page as its server hands it out, and the licences of all that went into it.
{
  components,
  npmProgram,
}: let
  page = npmProgram {
    name = "console-page";
    folder = "services/console/page";
    # What to do about an alert is part of the page.
    beside = map (component: "${component.path}/watch/runbook.md") (builtins.filter (component: component.runbook != null) components);
    script = ''
      node node_modules/vite/bin/vite.js build --outDir $out/page
      node ${./licences.mjs} package-lock.json $out/share/licenses/console-page
    '';
  };
in
  page
  // {
    bill = [
      {
        kind = "npm";
        lock = builtins.path {path = ./package-lock.json;};
      }
    ];
  }
