// `npm run desktop:build`: the desktop console into build/desktop, ready to be started by Electron or packed by electron-builder.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { desktopBuilds } from '../admin-console/vite.desktop.ts';
import manifest from '../package.json' with { type: 'json' };
import { projectRoot } from './files.ts';

export const desktopFolder = join(projectRoot, 'build', 'desktop');

/** @param into made anew */
export async function buildDesktop(into = desktopFolder): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  for (const config of desktopBuilds(into)) await build(config);
  const { version } = manifest;
  const application = {
    name: 'holdfast-console',
    productName: 'Holdfast',
    description: 'The desktop console of Holdfast.',
    author: 'Holdfast',
    version,
    private: true,
    main: 'main.cjs',
  };
  writeFileSync(join(into, 'package.json'), `${JSON.stringify(application, null, 2)}\n`);
}

if (import.meta.main) {
  await buildDesktop();
  console.log(`the desktop console is in ${desktopFolder}`);
}
