# The console's tests in a real browser, as a command; it needs a running stack and CHROMIUM.
{
  npmProgram,
  node,
  bash,
}:
npmProgram {
  name = "browser-tests";
  folder = "services/console/page";
  script = ''
    mkdir -p $out/bin $out/lib
    cp -r browser package.json $out/lib/
    cp -P node_modules $out/lib/
    printf '#!${bash}/bin/bash\nexec ${node}/bin/node %s/lib/browser/main.mjs "$@"\n' $out >$out/bin/browser-tests
    chmod +x $out/bin/browser-tests
  '';
}
