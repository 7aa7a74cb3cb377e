// Writes NAME.gz beside each text file of the page for the server to send, and fails when the page is too heavy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|map|txt)$/;
/** The greatest compressed size in bytes of the whole page, and of the files that index.html names. */
const WHOLE = 1_300_000;
const ENTRY = 500_000;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((it) => (it.isDirectory() ? files(join(folder, it.name)) : [join(folder, it.name)]));
}

/** The files that index.html names, which load before anything is drawn. */
function first(folder: string): string[] {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((it) => join(folder, it[1] ?? ''));
}

export function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      const sizes = new Map<string, number>();
      for (const file of files(folder).filter((it) => TEXT.test(it))) {
        // Node's gzip header has neither a name nor a time, so the bytes are reproducible.
        const packed = gzipSync(readFileSync(file), { level: 9 });
        writeFileSync(`${file}.gz`, packed);
        sizes.set(file, packed.length);
      }
      const sum = (names: Iterable<string>) => [...names].reduce((all, it) => all + (sizes.get(it) ?? 0), 0);
      const [whole, entry] = [sum(sizes.keys()), sum(first(folder))];
      console.info(`the page weighs ${kilobytes(whole)} packed, what it starts with ${kilobytes(entry)}`);
      if (whole > WHOLE || entry > ENTRY) {
        throw new Error(`the page is too heavy: at most ${kilobytes(WHOLE)} and ${kilobytes(ENTRY)} are allowed`);
      }
    },
  };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
