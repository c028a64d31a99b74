// How the desktop console is built: its main process and its preload, each into one CommonJS file (a sandboxed preload can load no other), and its own
// pages. What comes out is a whole application folder, which Electron starts and the builder packs as it is.

import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { InlineConfig } from 'vite';
import { antdStylesFile } from './antd-styles.ts';

/** @param into the application's folder */
export function desktopBuilds(into: string): InlineConfig[] {
  const folder = import.meta.dirname;
  const common = { configFile: false, logLevel: 'warn', root: folder, publicDir: false } as const satisfies InlineConfig;
  const program = (name: string, entry: string): InlineConfig => ({
    ...common,
    ssr: { target: 'node', noExternal: true },
    build: {
      outDir: into,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      ssr: join(folder, entry),
      rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false } },
    },
  });
  const pages: InlineConfig = {
    ...common,
    root: join(folder, 'renderer'),
    base: './',
    plugins: [react(), antdStylesFile],
    build: {
      outDir: join(into, 'pages'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
      rolldownOptions: { input: join(folder, 'renderer', 'desktop.html') },
    },
  };
  return [program('main', 'main/entry.ts'), program('preload', 'preload/preload.ts'), pages];
}
