# The console's page as its server hands it out, and the licences of all that went into it.
{npmProgram}:
npmProgram {
  name = "console-page";
  folder = "services/console/page";
  beside = ["docs/operations.md"];
  script = ''
    node node_modules/vite/bin/vite.js build --outDir $out/page
    node ${./licences.mjs} package-lock.json $out/share/licenses/console-page
  '';
}
