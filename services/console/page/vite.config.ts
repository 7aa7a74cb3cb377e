import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compressed } from './build/compressed';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: {
    alias: [
      // The page uses the system's font instead of Perses'.
      { find: /^@fontsource\/.+\.css$/, replacement: file('src/styles/none.css') },
      // The page only shows, so Perses' JSON editor, a third of its size, is left out.
      { find: /^(@uiw\/react-codemirror|@codemirror\/lang-json)$/, replacement: file('src/perses/editor.ts') },
    ],
  },
  // ECharts' resize observer and some of Perses' panels use it.
  define: { global: 'globalThis' },
  build: {
    target: 'es2022',
    // Perses is one large lazy chunk; build/compressed.ts bounds the entry.
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // The page's content security policy forbids data: addresses for fonts and scripts.
    assetsInlineLimit: 0,
  },
  // Runbooks and dashboards lie with their components.
  server: { fs: { allow: ['../../..'] } },
  test: {
    // The test files share no state, so they can share one worker context.
    isolate: false,
    // For a slow machine.
    testTimeout: 60_000,
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
