// How the pages are built: one entry, split by screen, every asset under a name of its content. What comes out is a folder that the node and the
// desktop application serve as it is; nothing in it names another host.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: `${import.meta.dirname}/renderer`,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: `${import.meta.dirname}/dist`,
    emptyOutDir: true,
    // What is built in, with its licences, for the packages of the node.
    license: { fileName: 'licences.json' },
    target: 'es2023',
    // Small images would become data: addresses, which the policy of the page does not let in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    // A browser asks a node for six files at a time: what the first page needs is one, and what many screens share another, in place of fifty small ones.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 2 },
            { name: 'shared', minShareCount: 10, priority: 1, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
});
