import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressed } from './build/compressed';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: {
    alias: [
      // Perses brings a font of its own; the page has the reader's.
      { find: /^@fontsource\/.+\.css$/, replacement: file('src/styles/none.css') },
      // And an editor, a third of its weight; nothing is edited here.
      { find: /^(@uiw\/react-codemirror|@codemirror\/lang-json)$/, replacement: file('src/perses/editor.ts') },
    ],
  },
  // ECharts' resize observer and some of Perses' panels look for it.
  define: { global: 'globalThis' },
  build: {
    target: 'es2022',
    // Perses is one large lazy part; what matters is the entry, which build/compressed.ts watches.
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // A data: address for a font or a script is not allowed by the page's content security policy.
    assetsInlineLimit: 0,
  },
  // Runbooks and dashboards lie with their components.
  server: { fs: { allow: ['../../..'] } },
  test: {
    // Nothing is left behind by one file that another would see, so one room does for all of them.
    isolate: false,
    // A slow machine, not a wrong answer.
    testTimeout: 60_000,
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
