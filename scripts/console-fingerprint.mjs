// Whether the console's build is of the sources that lie here: a hash over them, kept with the build. Needs no package, so that a start can ask.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.mjs';

export const consoleFolder = join(root, 'admin-console');
const kept = join(consoleFolder, 'dist', 'sources.sha256');

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = [
    ...filesIn(join(consoleFolder, 'renderer')),
    join(consoleFolder, 'vite.config.ts'),
    join(root, 'package-lock.json'),
  ];
  for (const file of files.sort()) hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

export const isBuilt = () => existsSync(kept) && readFileSync(kept, 'utf8') === fingerprint();
export const keepFingerprint = () => writeFileSync(kept, fingerprint());
