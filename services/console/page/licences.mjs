// Copies the licence of every package that the page may contain, which are all that a lock file does
// not mark as being for development alone: `node licences.mjs package-lock.json OUT`.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [lock, out] = process.argv.slice(2);
const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
for (const [path, { dev, license }] of Object.entries(packages)) {
  if (!path.startsWith('node_modules/') || dev || !existsSync(path)) continue;
  const folder = join(out, path.replaceAll('node_modules/', ''));
  mkdirSync(folder, { recursive: true });
  const texts = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[sc]e|notice|copying)/i.test(entry.name))
    .map(({ name }) => name);
  for (const name of texts) copyFileSync(join(path, name), join(folder, name));
  // A package without the text names its licence in package.json.
  if (texts.length === 0) writeFileSync(join(folder, 'LICENSE'), `${license ?? 'not stated'}\n`);
}
