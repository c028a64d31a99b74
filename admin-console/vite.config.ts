// How the pages are built: one entry, split by screen, every asset under a name of its content. What comes out is a folder that the node and the
// desktop application serve as it is; nothing in it names another host.

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { antdStylesFile } from './antd-styles.ts';

const isEarly = (id: string) => id.endsWith('/parts/early.ts');

/** The page asks for the file that has it before any other; it needs none. */
const early: Plugin = {
  name: 'holdfast-early',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const file = Object.values(bundle).find((one) => one.type === 'chunk' && one.moduleIds.some(isEarly));
      if (!file) throw new TypeError('the page has no early file');
      const attrs = { type: 'module', async: true, crossorigin: true, src: `/console/${file.fileName}` };
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
    },
  },
};

export default defineConfig({
  root: `${import.meta.dirname}/renderer`,
  base: '/console/',
  plugins: [react(), early, antdStylesFile],
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
            { name: 'early', test: isEarly, priority: 3 },
            { name: 'first', tags: ['$initial'], priority: 2, includeDependenciesRecursively: false },
            { name: 'shared', minShareCount: 10, priority: 1, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
});
