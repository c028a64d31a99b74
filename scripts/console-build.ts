// `npm run console:build`: the console's pages into admin-console/dist, each file packed beside itself, and what the first screen takes over the wire.
// With --types they are checked by the compiler first.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { consoleFolder, keepFingerprint } from './console-fingerprint.mjs';

/** Script of the first screen, packed. */
const firstScreenBytesMax = 400 * 1024;
const dist = join(consoleFolder, 'dist');

if (process.argv.includes('--types')) {
  const tsc = join(consoleFolder, '..', 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', consoleFolder, '--noEmit'], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
await build({ configFile: join(consoleFolder, 'vite.config.ts'), logLevel: 'warn' });

const assets = join(dist, 'assets');
const sizes = new Map<string, number>();
for (const name of readdirSync(assets)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const bytes = readFileSync(join(assets, name));
  const packed = gzipSync(bytes, { level: 9 });
  sizes.set(name, packed.length);
  if (packed.length < bytes.length) writeFileSync(join(assets, `${name}.gz`), packed);
}
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...sizes].filter(([name]) => name.endsWith('.js') && page.includes(name));
const bytes = first.reduce((sum, [, size]) => sum + size, 0);
const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
const kb = (size: number) => `${Math.round(size / 1024)} KB`;
console.log(
  `first screen ${kb(bytes)} of script (gzip, at most ${kb(firstScreenBytesMax)}), all ${kb(all)} in ${sizes.size} files`,
);
if (bytes > firstScreenBytesMax) {
  console.error('The first screen has more script than it may have.');
  process.exitCode = 1;
}
keepFingerprint();
