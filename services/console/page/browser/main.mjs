// The page in a real browser on a running stack: `node browser/main.mjs [PART OF A SENTENCE]`.
//   BASE         where the page is                    http://console.localhost:8080
//   HELLO        where orders are taken               http://hello.localhost:8080
//   CHROMIUM     the browser                          /usr/bin/chromium
//   KUBECTL      the command for the cluster          tests that stop a backend are left out
//   SCREENSHOTS  a folder for them                    none are made
import './pages.mjs';
import './finding.mjs';
import './outage.mjs';
import './manners.mjs';
import { run } from './harness.mjs';

process.exitCode = (await run(process.argv[2])) ? 0 : 1;
