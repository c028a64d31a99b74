// `npm run package [-- --arch x64|arm64] [--deb | --bundle] [--level 1..19] [--key FILE] [--out DIR]`: builds what an organisation installs. The same commit
// gives the same bytes. Prints size and SHA-256 of each file; with a key the list of hashes is signed.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isBuilt } from '../scripts/console-fingerprint.mjs';
import { projectRoot } from '../scripts/files.ts';
import { makeBundle } from './bundle.ts';
import { makeDeb } from './deb.ts';
import { type Architecture, architectures, readRelease } from './release.ts';
import { signFile } from './sign.ts';
import { stage } from './stage.ts';

export type Wanted = {
  architectures?: readonly Architecture[];
  kinds?: readonly ('deb' | 'bundle')[];
  level?: number;
  out?: string;
  work?: string;
};

/** @returns paths of the files that were made, checksums not among them */
export async function makePackages(wanted: Wanted = {}): Promise<string[]> {
  const {
    level = 19,
    out = join(projectRoot, 'build', 'package', 'out'),
    work = join(projectRoot, 'build', 'package', 'work'),
  } = wanted;
  const release = readRelease();
  const made: string[] = [];
  for (const architecture of wanted.architectures ?? architectures) {
    const staged = await stage(release, architecture);
    const kinds = wanted.kinds ?? ['deb', 'bundle'];
    if (kinds.includes('deb')) made.push(makeDeb(staged, out, join(work, `deb-${architecture}`), Math.min(level, 6)));
    if (kinds.includes('bundle')) made.push(makeBundle(staged, out, join(work, `bundle-${architecture}`), level));
    const sbom = join(out, `holdfast-${release.version}-linux-${architecture}.cdx.json`);
    mkdirSync(out, { recursive: true });
    writeFileSync(sbom, staged.sbom);
    made.push(sbom);
  }
  return made;
}

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** `SHA256SUMS` beside the files, as sha256sum reads it. */
export function writeChecksums(files: readonly string[], out: string): string {
  const path = join(out, 'SHA256SUMS');
  writeFileSync(
    path,
    [...files]
      .sort()
      .map((file) => `${sha256(file)}  ${basename(file)}\n`)
      .join(''),
  );
  return path;
}

/** Where it is not built of these sources. */
export function buildConsole(): void {
  if (isBuilt()) return;
  const { status } = spawnSync(process.execPath, [join(projectRoot, 'scripts', 'console-build.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('the console could not be built');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string' },
      deb: { type: 'boolean' },
      bundle: { type: 'boolean' },
      level: { type: 'string' },
      key: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const kinds = (['deb', 'bundle'] as const).filter((kind) => values[kind]);
  const out = values.out ?? join(projectRoot, 'build', 'package', 'out');
  buildConsole();
  const files = await makePackages({
    out,
    ...(values.arch && { architectures: architectures.filter((name) => name === values.arch) }),
    ...(kinds.length > 0 && { kinds }),
    ...(values.level && { level: Number(values.level) }),
  });
  if (files.length === 0) throw new Error(`there is no architecture ${values.arch}; there are ${architectures.join(' and ')}`);
  const sums = writeChecksums(files, out);
  for (const path of files)
    console.log(`${sha256(path)}  ${(statSync(path).size / 1e6).toFixed(1).padStart(7)} MB  ${basename(path)}`);
  const key = values.key ?? process.env.HOLDFAST_SIGNING_KEY_FILE;
  if (key) console.log(`signed by ${signFile(sums, key)}: ${basename(sums)}.sig`);
  else console.log('not signed: name the key by --key FILE or HOLDFAST_SIGNING_KEY_FILE');
}
